import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { stringify } from 'yaml';
import { dashboardQueries } from '../../lib/monitoring/dashboard';
import { METRICS } from '../../lib/settings';
import { describeWith } from '../../test-support/needs';
import { monitored } from './example';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const SPEC = monitored({}).get('PrometheusRule', 'meshrr').spec as { readonly groups: readonly { rules: Rule[] }[] };
const RULES = SPEC.groups[0].rules;
const NAMES = [...new Set(RULES.map(({ alert }) => alert))];
const PAGE = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'monitoring.md'), 'utf8');

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'alerts-'))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, stringify(content));
  return file;
}

const promtool = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, text: stdout + stderr };
};

test('each alert has a section of the page that says what to do, and no section is of no alert', () => {
  const sections = [...PAGE.matchAll(/^### (Meshrr\w+)$/gm)].map(([, name]) => name);
  expect(sections.sort()).toEqual([...NAMES].sort());
  for (const { alert, annotations, labels } of RULES) {
    expect(annotations.runbook).toBe(`docs/monitoring.md#${alert.toLowerCase()} of cdk8s-meshrr`);
    const [, severity] = new RegExp(`^### ${alert}\n\n(\\w+)\\.`, 'm').exec(PAGE)!;
    expect(severity.toLowerCase()).toBe(labels.severity);
  }
});

test('rules and dashboard name metrics of the runtime only', () => {
  const named = [...RULES.map(({ expr }) => expr), ...dashboardQueries()].flatMap((expr) => [
    ...expr.matchAll(/\b(meshrr_\w+?)(?:_bucket)?\{|\b(meshrr_\w+) ==/g),
  ]);
  const names = named.map(([, one, other]) => one ?? other);
  expect(names.length).toBeGreaterThan(20);
  expect([...new Set(names)].filter((name) => !(name in METRICS))).toEqual([]);
});

/** The labels of a pod of side `a` or `b` of the region, or of the core, as a PodMonitor makes them. */
const pod = (workload: 'core' | 'east-a' | 'east-b', more = '') => {
  const [part, side] = workload.split('-');
  const own = `app_kubernetes_io_instance="meshrr-${workload}",instance="${workload}:8179",meshrr_part="meshrr-${part}",pod="${workload}-0"`;
  return `{${[own, ...(side ? [`meshrr_side="${side}"`] : []), ...(more ? [more] : [])].join(',')}}`;
};

const PODS = ['core', 'east-a', 'east-b'] as const;
const CLIENT = 'group="MESHRR-CLIENTS",kind="clients",peer="198.51.100.1"';
const PEER = 'group="MESHRR-MESH",kind="mesh",peer="10.42.0.2"';

type Series = Readonly<Record<string, string>>;

/** Everything is as it should be, for an hour and a half, each 15 seconds. */
const GOOD: Series = Object.fromEntries(
  PODS.flatMap((one) => [
    [`meshrr_ready${pod(one)}`, '1x360'],
    [`meshrr_runtime_up${pod(one)}`, '1x360'],
    [`meshrr_router_reachable${pod(one)}`, '1x360'],
    [`meshrr_discovery_age_seconds${pod(one, 'group="MESHRR-MESH",kind="mesh"')}`, '1x360'],
    [`meshrr_session_losses_total${pod(one, PEER)}`, '1x360'],
    [`meshrr_problems${pod(one, 'kind="session-missing"')}`, '0x360'],
    [`meshrr_problems${pod(one, 'kind="change-refused"')}`, '0x360'],
    ...['handover-waiting', 'draining', 'drained'].map((state) => [
      `meshrr_handover_state${pod(one, `state="${state}"`)}`,
      '0x360',
    ]),
    ...(one === 'core' ? [] : [[`meshrr_session_up${pod(one, CLIENT)}`, '1x360']]),
  ]),
);

/** A fault: the series that differ, and when the alert is not yet there, is there, and has ended. */
interface Fault {
  readonly what: string;
  readonly alert: string;
  readonly series: Series;
  readonly notYet: string;
  readonly fires: string;
  readonly ended: string;
  /** Another one that fires from before `notYet` until after `fires`. */
  readonly also?: string;
}

/** 15 minutes of good, `samples` of bad, then good. */
const spell = (samples: number, bad: string, good: string) => `${good}x59 ${bad}x${samples - 1} ${good}x300`;

const FAULTS: readonly Fault[] = [
  {
    what: 'the only pod of a side is not ready',
    alert: 'MeshrrNoPodReady',
    series: { [`meshrr_ready${pod('east-a')}`]: spell(20, '0', '1') },
    ...{ notYet: '15m45s', fires: '16m15s', ended: '20m15s' },
  },
  {
    what: 'the only pod of a core is gone with its series',
    alert: 'MeshrrNoPodReady',
    series: { [`meshrr_ready${pod('core')}`]: '1x59 stale _x19 1x300' },
    ...{ notYet: '15m45s', fires: '16m15s', ended: '20m15s' },
  },
  {
    what: 'a client loses its session with one side',
    alert: 'MeshrrClientNotOnAllSides',
    series: { [`meshrr_session_up${pod('east-b', CLIENT)}`]: spell(40, '0', '1') },
    ...{ notYet: '19m30s', fires: '20m15s', ended: '25m15s' },
  },
  {
    what: 'a client is on one side only, as the other one is gone',
    alert: 'MeshrrClientNotOnAllSides',
    series: { [`meshrr_session_up${pod('east-b', CLIENT)}`]: '1x59 stale _x39 1x300' },
    ...{ notYet: '19m30s', fires: '20m15s', ended: '25m15s' },
  },
  {
    what: 'a client loses both sessions',
    alert: 'MeshrrClientLost',
    series: Object.fromEntries(
      (['east-a', 'east-b'] as const).map((one) => [`meshrr_session_up${pod(one, CLIENT)}`, spell(20, '0', '1')]),
    ),
    ...{ notYet: '15m30s', fires: '16m15s', ended: '20m15s' },
  },
  {
    what: 'a session of the mesh is missing',
    alert: 'MeshrrSessionMissing',
    series: { [`meshrr_problems${pod('core', 'kind="session-missing"')}`]: spell(20, '2', '0') },
    ...{ notYet: '15m30s', fires: '16m15s', ended: '20m15s' },
  },
  {
    what: 'a session is lost again and again',
    alert: 'MeshrrSessionFlaps',
    series: { [`meshrr_session_losses_total${pod('core', PEER)}`]: '0x59 1+1x9 10x300' },
    ...{ notYet: '15m', fires: '17m30s', ended: '33m' },
  },
  {
    what: 'discovery does not answer',
    alert: 'MeshrrDiscoveryOld',
    series: {
      [`meshrr_discovery_age_seconds${pod('core', 'group="MESHRR-MESH",kind="mesh"')}`]: '1x59 15+15x39 1x300',
    },
    ...{ notYet: '17m30s', fires: '18m30s', ended: '25m15s' },
  },
  {
    what: 'the router hangs',
    alert: 'MeshrrRouterUnreachable',
    series: { [`meshrr_router_reachable${pod('east-a')}`]: spell(20, '0', '1') },
    ...{ notYet: '15m30s', fires: '16m15s', ended: '20m15s' },
  },
  {
    what: 'the stand-in answers',
    alert: 'MeshrrRuntimeAway',
    series: { [`meshrr_runtime_up${pod('east-a')}`]: spell(20, '0', '1') },
    ...{ notYet: '15m30s', fires: '16m15s', ended: '20m15s' },
  },
  {
    what: 'a pod does not become ready',
    also: 'MeshrrNoPodReady',
    alert: 'MeshrrPodNotReady',
    series: { [`meshrr_ready${pod('east-a')}`]: spell(40, '0', '1') },
    ...{ notYet: '19m30s', fires: '20m15s', ended: '25m15s' },
  },
  {
    what: 'a pod stays drained, the only one of its side',
    also: 'MeshrrNoPodReady',
    alert: 'MeshrrDrained',
    series: {
      [`meshrr_ready${pod('east-a')}`]: spell(140, '0', '1'),
      [`meshrr_handover_state${pod('east-a', 'state="drained"')}`]: spell(140, '1', '0'),
    },
    ...{ notYet: '44m30s', fires: '45m15s', ended: '50m15s' },
  },
  {
    what: 'a pod waits for the interlock',
    alert: 'MeshrrHandoverWaits',
    series: { [`meshrr_handover_state${pod('east-a', 'state="handover-waiting"')}`]: spell(30, '1', '0') },
    ...{ notYet: '18m30s', fires: '19m15s', ended: '22m45s' },
  },
  {
    what: 'the router refuses a change',
    alert: 'MeshrrProblem',
    series: { [`meshrr_problems${pod('core', 'kind="change-refused"')}`]: spell(40, '1', '0') },
    ...{ notYet: '19m30s', fires: '20m15s', ended: '25m15s' },
  },
];

describeWith(['prometheus'], 'the alert rules', () => {
  const rules = () => write('rules.yaml', SPEC);

  test('promtool has no objection', () => {
    const { status, text } = promtool('check', 'rules', rules());
    expect({ status, text }).toEqual({
      status: 0,
      text: expect.stringContaining(`SUCCESS: ${RULES.length} rules found`),
    });
  });

  test('Prometheus can read every query of the dashboard', () => {
    const queries = dashboardQueries().map((expr, i) => ({
      record: `query:${i}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, '.*'),
    }));
    const { status, text } = promtool(
      'check',
      'rules',
      write('queries.yaml', { groups: [{ name: 'd', rules: queries }] }),
    );
    expect({ status, text }).toEqual({ status: 0, text: expect.stringContaining(`${queries.length} rules found`) });
  });

  /** How often each alert fires at a time, with these series in place of the good ones. */
  function expectAlerts(
    series: Series,
    times: readonly (readonly [at: string, firing: Readonly<Record<string, number>>])[],
  ) {
    const firing = (at: string, counts: Readonly<Record<string, number>>) => ({
      expr: `count by (alertname) (ALERTS{alertstate="firing"})`,
      eval_time: at,
      exp_samples: Object.entries(counts).map(([name, value]) => ({ labels: `{alertname="${name}"}`, value })),
    });
    const all = { ...GOOD, ...series };
    const file = write('test.yaml', {
      rule_files: [rules()],
      evaluation_interval: '15s',
      tests: [
        {
          interval: '15s',
          input_series: Object.entries(all).map(([name, values]) => ({ series: name, values })),
          promql_expr_test: times.map(([at, counts]) => firing(at, counts)),
        },
      ],
    });
    const { status, text } = promtool('test', 'rules', file);
    expect({ status, text }).toEqual({ status: 0, text: expect.stringContaining('SUCCESS') });
  }

  test('nothing fires while nothing is wrong', () => {
    expectAlerts(
      {},
      ['1m', '10m', '30m', '60m', '85m'].map((at) => [at, {}] as const),
    );
  });

  test.each(FAULTS)('$alert: $what', ({ alert, series, notYet, fires, ended, also }) => {
    const other = also === undefined ? {} : { [also]: 1 };
    expectAlerts(series, [
      [notYet, other],
      [fires, { ...other, [alert]: 1 }],
      [ended, {}],
    ]);
  });

  test('every alert is tested', () => {
    expect([...new Set(FAULTS.map(({ alert }) => alert))].sort()).toEqual([...NAMES].sort());
  });
});
