/** A workload of the app: the pods of one side, or those of a core. */
export interface MonitoredWorkload {
  /** The label `app.kubernetes.io/instance` of its pods. */
  readonly name: string;
  /** The region or pair that it is part of: the label `meshrr/part`. */
  readonly part: string;
  readonly side?: string;
  /** Undefined if the chart has none. */
  readonly namespace?: string;
}

/** An alert rule. */
export interface Alert {
  readonly name: string;
  /** PromQL. */
  readonly expr: string;
  /** How long the expression must hold, in the notation of Prometheus. */
  readonly hold: string;
  /** `critical`: clients are or may soon be without routes. */
  readonly severity: 'critical' | 'warning';
  /** Labels that the expression does not have. */
  readonly labels?: Readonly<Record<string, string>>;
  /** One line, which may have labels of the alert. */
  readonly summary: string;
}

const WORKLOAD = 'app_kubernetes_io_instance';
const POD = `pod {{ $labels.pod }} of {{ $labels.${WORKLOAD} }}`;
const PROBLEMS_WITH_OWN_ALERTS = ['discovery-failed', 'router-unreachable', 'session-missing'];

/** All alerts for the pods of these workloads. docs/monitoring.md says what to do for each. */
export function alertsFor(workloads: readonly MonitoredWorkload[]): readonly Alert[] {
  return [...workloads.map(noPodReady), ...clientsOnOneSide(workloads), ...OF_ALL];
}

function noPodReady({ name, namespace }: MonitoredWorkload): Alert {
  const labels = { [WORKLOAD]: name, ...(namespace !== undefined && { namespace }) };
  return {
    name: 'MeshrrNoPodReady',
    // Series that are missing count, too.
    expr: `absent(meshrr_ready{${matching(labels)}} == 1)`,
    hold: '1m',
    severity: 'critical',
    labels,
    summary: `no pod of ${name} is ready`,
  };
}

/** One rule for all parts of one namespace that have as many sides. */
function clientsOnOneSide(workloads: readonly MonitoredWorkload[]): readonly Alert[] {
  const parts = new Map<string, { readonly part: string; readonly namespace?: string; sides: number }>();
  for (const { part, namespace, side } of workloads) {
    if (side === undefined) continue;
    const key = `${namespace ?? ''}/${part}`;
    const known = parts.get(key) ?? { part, namespace, sides: 0 };
    parts.set(key, { ...known, sides: known.sides + 1 });
  }
  const rules = new Map<string, { readonly namespace?: string; readonly sides: number; readonly parts: string[] }>();
  for (const { part, namespace, sides } of parts.values()) {
    if (sides < 2) continue;
    const key = `${namespace ?? ''}/${sides}`;
    const known = rules.get(key) ?? { namespace, sides, parts: [] };
    rules.set(key, known);
    known.parts.push(part);
  }
  return [...rules.values()].map(({ namespace, sides, parts: names }) => {
    const place = namespace === undefined ? '' : `,namespace="${namespace}"`;
    const up = `meshrr_session_up{kind="clients",meshrr_part=~"${names.join('|')}"${place}} == 1`;
    return {
      name: 'MeshrrClientNotOnAllSides',
      expr: `count by (namespace, meshrr_part, peer) (group by (namespace, meshrr_part, meshrr_side, peer) (${up})) < ${sides}`,
      hold: '5m',
      severity: 'warning',
      summary: `client {{ $labels.peer }} of {{ $labels.meshrr_part }} has sessions with {{ $value }} of ${sides} sides`,
    };
  });
}

const OF_ALL: readonly Alert[] = [
  {
    name: 'MeshrrClientLost',
    expr:
      'group by (namespace, meshrr_part, peer) (max_over_time(meshrr_session_up{kind="clients"}[1h]) == 1) ' +
      'unless group by (namespace, meshrr_part, peer) (meshrr_session_up{kind="clients"} == 1)',
    hold: '1m',
    severity: 'critical',
    summary: 'client {{ $labels.peer }} of {{ $labels.meshrr_part }} had a session in the last hour and has none now',
  },
  {
    name: 'MeshrrSessionMissing',
    expr: 'meshrr_problems{kind="session-missing"} > 0',
    hold: '1m',
    severity: 'warning',
    summary: `${POD} lacks {{ $value }} sessions with routers of its mesh or upstream`,
  },
  {
    name: 'MeshrrSessionFlaps',
    expr: 'increase(meshrr_session_losses_total[15m]) > 2',
    hold: '0m',
    severity: 'warning',
    summary: `${POD} lost the session with {{ $labels.peer }} several times in 15 minutes`,
  },
  {
    name: 'MeshrrDiscoveryOld',
    expr: 'meshrr_discovery_age_seconds > 120',
    hold: '1m',
    severity: 'warning',
    summary: `${POD} has had no answer of discovery for {{ $labels.group }} for {{ $value | humanizeDuration }}`,
  },
  {
    name: 'MeshrrRouterUnreachable',
    expr: 'meshrr_router_reachable == 0',
    hold: '1m',
    severity: 'critical',
    summary: `the router in ${POD} does not answer`,
  },
  {
    name: 'MeshrrRuntimeAway',
    expr: 'meshrr_runtime_up == 0',
    hold: '1m',
    severity: 'warning',
    summary: `the runtime in ${POD} does not run: its neighbors do not change`,
  },
  {
    name: 'MeshrrPodNotReady',
    expr: 'meshrr_ready == 0 unless on (instance) meshrr_handover_state == 1',
    hold: '5m',
    severity: 'warning',
    summary: `${POD} is not ready, and is not drained`,
  },
  {
    name: 'MeshrrDrained',
    expr: 'meshrr_handover_state{state="drained"} == 1',
    hold: '30m',
    severity: 'warning',
    summary: `${POD} has been drained for half an hour`,
  },
  {
    name: 'MeshrrHandoverWaits',
    expr: 'meshrr_handover_state{state="handover-waiting"} == 1',
    hold: '4m',
    severity: 'warning',
    summary: `${POD} is to end, and waits until the clients of the pod before it are back`,
  },
  {
    name: 'MeshrrProblem',
    expr: `meshrr_problems{kind!~"${PROBLEMS_WITH_OWN_ALERTS.join('|')}"} > 0`,
    hold: '5m',
    severity: 'warning',
    summary: `${POD} has the fault {{ $labels.kind }}`,
  },
];

const matching = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
