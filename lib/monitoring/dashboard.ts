/** The kinds of panels of Grafana that the dashboard has. */
type PanelType = 'stat' | 'table' | 'timeseries' | 'state-timeline' | 'heatmap';

interface Panel {
  readonly title: string;
  readonly type: PanelType;
  readonly expr: string;
  /** The name of a series. */
  readonly legend?: string;
  readonly description?: string;
  /** Height and width in the grid of Grafana, which is 24 wide. */
  readonly size: readonly [height: number, width: number];
  readonly unit?: string;
  /** The value from which the color is red; the values below are green. */
  readonly red?: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

const POD = '{{pod}}';
const SELECTED = 'namespace=~"$namespace",meshrr_part=~"$part"';
const CLIENTS = `kind="clients",${SELECTED}`;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** A number in one look: red means that there is something to do. */
const stat = (title: string, expr: string, red: number, unit = 'none'): Panel => {
  return { title, type: 'stat', expr: `${expr} or vector(0)`, size: [4, 4], red, unit };
};

/** The panels, from what to look at first. */
const PANELS: readonly Panel[] = [
  stat(
    'Clients not on all sides',
    `count(count by (namespace, meshrr_part, peer) (group by (namespace, meshrr_part, meshrr_side, peer) (meshrr_session_up{${CLIENTS}} == 1)) < on (namespace, meshrr_part) group_left () count by (namespace, meshrr_part) (group by (namespace, meshrr_part, meshrr_side) (max_over_time(meshrr_ready{${SELECTED},meshrr_side!=""}[1d]))))`,
    1,
  ),
  stat(
    'Clients lost in the last hour',
    `count(group by (namespace, meshrr_part, peer) (max_over_time(meshrr_session_up{${CLIENTS}}[1h]) == 1) unless group by (namespace, meshrr_part, peer) (meshrr_session_up{${CLIENTS}} == 1))`,
    1,
  ),
  stat('Pods not ready', `count(meshrr_ready{${SELECTED}} == 0)`, 1),
  stat('Sessions lost in the last hour', `round(sum(increase(meshrr_session_losses_total{${SELECTED}}[1h])))`, 1),
  stat('Oldest answer of discovery', `max(meshrr_discovery_age_seconds{${SELECTED}})`, 60, 's'),
  stat('Problems', `sum(meshrr_problems{${SELECTED}})`, 1),
  {
    title: 'Is every client served by all sides?',
    description: 'A row for each client, a column for each side: 1 if it has a session there.',
    type: 'table',
    expr: `max by (peer, meshrr_side) (meshrr_session_up{${CLIENTS}})`,
    size: [10, 12],
    more: {
      transformations: [
        {
          id: 'groupingToMatrix',
          options: { columnField: 'meshrr_side', rowField: 'peer', valueField: 'Value', emptyValue: 'null' },
        },
      ],
    },
  },
  {
    title: 'Where did a session flap?',
    description: 'How often each session was lost. A session without a loss has no line.',
    type: 'timeseries',
    expr: `increase(meshrr_session_losses_total{${SELECTED}}[$__rate_interval]) > 0`,
    legend: `${POD} - {{peer}} ({{kind}})`,
    size: [10, 12],
  },
  {
    title: 'How old is what the pods know?',
    description: 'The age of the last answer of discovery.',
    type: 'timeseries',
    expr: `max by (pod, group) (meshrr_discovery_age_seconds{${SELECTED}})`,
    legend: `${POD} {{group}}`,
    size: [8, 12],
    unit: 's',
  },
  {
    title: 'Ready',
    description: '1: the pod is ready. A gap: the pod was away.',
    type: 'state-timeline',
    expr: `max by (pod) (meshrr_ready{${SELECTED}})`,
    legend: POD,
    size: [8, 12],
  },
  {
    title: 'Sessions that are not Established',
    type: 'timeseries',
    expr: `sum by (pod, group) (meshrr_sessions{${SELECTED},state!="Established"}) > 0`,
    legend: `${POD} {{group}}`,
    size: [8, 12],
  },
  {
    title: 'Problems',
    description: 'The event of the log has the same name.',
    type: 'timeseries',
    expr: `sum by (pod, kind) (meshrr_problems{${SELECTED}}) > 0`,
    legend: `${POD} {{kind}}`,
    size: [8, 12],
  },
  {
    title: 'Established sessions with clients',
    type: 'timeseries',
    expr: `sum by (pod) (meshrr_sessions{${SELECTED},kind=~"clients|client-pods",state="Established"})`,
    legend: POD,
    size: [8, 8],
  },
  {
    title: 'Prefixes received',
    type: 'timeseries',
    expr: `sum by (pod, kind) (meshrr_session_prefixes_received{${SELECTED}})`,
    legend: `${POD} {{kind}}`,
    size: [8, 8],
  },
  {
    title: 'From discovery to Established',
    description: 'How long new routers took until their session was Established.',
    type: 'heatmap',
    expr: `sum by (le) (increase(meshrr_discovery_to_established_seconds_bucket{${SELECTED}}[$__rate_interval]))`,
    legend: '{{le}}',
    size: [8, 8],
    unit: 's',
  },
];

/** Every query of the dashboard in PromQL. */
export const dashboardQueries = (): readonly string[] => PANELS.map(({ expr }) => expr);

/** A dashboard of Grafana (schema version 39, Grafana 11), as JSON. */
export function dashboard(): object {
  return {
    uid: 'meshrr',
    title: 'meshrr',
    tags: ['bgp', 'meshrr'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    annotations: { list: [] },
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
        variable('namespace', 'Namespace', 'label_values(meshrr_build_info, namespace)'),
        variable('part', 'Region or pair', 'label_values(meshrr_build_info{namespace=~"$namespace"}, meshrr_part)'),
      ],
    },
    panels: placed(PANELS),
  };
}

function variable(name: string, label: string, query: string): object {
  return {
    ...{ name, label, type: 'query', datasource: DATASOURCE, query, refresh: 2, sort: 1 },
    ...{ includeAll: true, multi: true, allValue: '.*', current: { text: 'All', value: '$__all' } },
  };
}

/** Puts the panels side by side, from left to right and from top to bottom. */
function placed(panels: readonly Panel[]): readonly object[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return panels.map((panel, i) => {
    const [h, w] = panel.size;
    if (x + w > 24) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const gridPos = { h, w, x, y };
    x += w;
    rowHeight = Math.max(rowHeight, h);
    return { id: i + 1, gridPos, ...panelJson(panel) };
  });
}

function panelJson({ title, type, expr, legend, description, unit, red, more }: Panel): object {
  const instant = type === 'stat' || type === 'table';
  const steps = [{ color: 'green', value: null }, ...(red === undefined ? [] : [{ color: 'red', value: red }])];
  return {
    ...{ title, type, description, datasource: DATASOURCE },
    fieldConfig: {
      defaults: { unit, thresholds: { mode: 'absolute', steps } },
      overrides: [],
    },
    targets: [
      {
        ...{ refId: 'A', datasource: DATASOURCE, expr, legendFormat: legend },
        ...(instant ? { instant: true, range: false } : { range: true }),
        format: type === 'table' ? 'table' : type === 'heatmap' ? 'heatmap' : 'time_series',
      },
    ],
    ...more,
  };
}
