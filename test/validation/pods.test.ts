import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { readPod } from '../../crpd-image/runtime/pod';
import { InvalidPropError, RouteReflectorRegion, RouteReflectorRegionProps } from '../../lib';
import { region } from '../../test-support/examples';
import { Manifest } from '../../test-support/synth';

const DUAL = ['10.42.0.0/16', 'fd00:42::/56'];

/** A core, with changes of its props, and then of the environment in its manifest. */
function coreOf(props: Partial<RouteReflectorRegionProps>, change?: (env: readonly Variable[]) => readonly Variable[]) {
  const chart = new Chart(new App(), 'test');
  const core = new RouteReflectorRegion(chart, 'core', { ...region, ...props });
  const object = core.node.findChild('core') as ApiObject;
  const { env } = (object.toJson() as Manifest).spec.template.spec.containers[0];
  if (change) object.addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/0/env', change(env)));
  return chart;
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}

const withValue = (name: string, value: string) => (env: readonly Variable[]) => [
  ...env.filter((one) => one.name !== name),
  { name, value },
];

/** What a pod of the core says that has these addresses. */
function saidByPod(chart: Chart, addresses: readonly string[]): string {
  const core = chart.node.findChild('core').node.findChild('core') as ApiObject;
  const { env } = (core.toJson() as Manifest).spec.template.spec.containers[0];
  const fields: Record<string, string> = {
    'status.podIP': addresses[0],
    'status.podIPs': addresses.join(','),
    'metadata.namespace': 'default',
    'metadata.uid': 'uid',
    'spec.nodeName': 'node',
  };
  const values = env.map(({ name, value, valueFrom }: any) => [name, value ?? fields[valueFrom.fieldRef.fieldPath]]);
  try {
    readPod(Object.fromEntries(values), 'read');
    return 'started';
  } catch (error) {
    return (error as Error).message;
  }
}

function refusalOf(chart: Chart): string {
  try {
    Testing.synth(chart);
  } catch (error) {
    if (!(error instanceof InvalidPropError)) throw error;
    return error.message;
  }
  return 'accepted';
}

describe('a synth says what a pod would say', () => {
  test.each<[string, (env: readonly Variable[]) => readonly Variable[], string]>([
    ['a wrong value', withValue('AUTONOMOUS_SYSTEM', '0'), 'AUTONOMOUS_SYSTEM: got "0", want an AS number'],
    [
      'a missing value',
      (env) => env.filter(({ name }) => name !== 'AUTONOMOUS_SYSTEM'),
      'AUTONOMOUS_SYSTEM: got nothing',
    ],
    ['a missing address', (env) => env.filter(({ name }) => name !== 'POD_IP'), 'POD_IP: got nothing'],
    [
      'values that contradict each other',
      withValue('MESHRR_MODE', 'routeserver'),
      'MESHRR_CLIENT_SERVICE: got "meshrr-core-clients"',
    ],
    [
      'networks that the pod is not in',
      withValue('MESHRR_POD_NETWORKS', '192.0.2.0/24'),
      'MESHRR_POD_NETWORKS: got "192.0.2.0/24", want networks that take in POD_IP 10.42.0.1',
    ],
  ])('%s', (_, change, message) => {
    const chart = coreOf({}, change);
    const said = saidByPod(chart, ['10.42.0.1']);
    expect(said).toContain(message);
    expect(refusalOf(chart)).toBe(`test/core/core: ${said}`);
  });

  test('with an address of each IP family as the first one', () => {
    const unsigned = withValue('MESHRR_MESH_MD5', 'false');
    const takesIn = (range: string) =>
      coreOf({ podNetworks: DUAL }, (env) => withValue('MESHRR_CLIENTRANGE', range)(unsigned(env)));
    for (const [range, addresses] of [
      ['fd00:42::/48', ['fd00:42::1', '10.42.0.1']],
      ['10.42.0.0/15', ['10.42.0.1', 'fd00:42::1']],
    ] as const) {
      const said = saidByPod(takesIn(range), addresses);
      expect(said).toMatch(/^MESHRR_MESH_MD5: got "false"/);
      expect(saidByPod(takesIn(range), [...addresses].reverse())).toBe('started');
      expect(refusalOf(takesIn(range))).toBe(`test/core/core: ${said}`);
    }
    expect(refusalOf(takesIn('198.51.100.0/24'))).toBe('accepted');
  });
});

test.each([[DUAL], [[...DUAL].reverse()]])('pods start whatever the order of the pod networks: %p', (podNetworks) => {
  const chart = coreOf({ podNetworks });
  expect(refusalOf(chart)).toBe('accepted');
  for (const addresses of [
    ['10.42.0.7', 'fd00:42::7'],
    ['fd00:42::7', '10.42.0.7'],
  ]) {
    expect(saidByPod(chart, addresses)).toBe('started');
  }
});

test('a template of the app’s own is rendered for each workload that has it', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pods-'));
  const file = path.join(folder, 'own.j2');
  fs.writeFileSync(file, '{% if %}');
  expect(refusalOf(coreOf({ template: { file } }))).toMatch(
    /^test\/core: template\.file: got ".*own\.j2", want a template that renders: .*line 1/,
  );
  fs.rmSync(folder, { recursive: true });
});

test('a variable that comes from another object is taken to be what the model has', () => {
  const valueFrom = { configMapKeyRef: { name: 'own', key: 'as' } };
  const change = (env: readonly Variable[]) =>
    env.map((one) => (one.name === 'AUTONOMOUS_SYSTEM' ? { name: one.name, valueFrom } : one));
  expect(refusalOf(coreOf({}, change))).toBe('accepted');
});

describe('a variable of more bytes than Linux takes', () => {
  const NAME = 'MESHRR_CLIENT_ROUTES';
  const starts = (text: string) => spawnSync('/bin/true', { env: { [NAME]: text } }).status === 0;

  /** Prefixes of 19 bytes each with the comma. */
  const ranges = (count: number) =>
    Array.from({ length: count }, (_, i) => `2001:db8:${(0x1000 + i).toString(16)}::/48`);

  test('is refused, as no process starts with it', () => {
    const least = Array.from({ length: 10_000 }, (_, i) => i).find(
      (count) => count > 6000 && !starts(ranges(count).join()),
    ) as number;
    expect(starts(ranges(least - 1).join())).toBe(true);
    const synth = (count: number) => refusalOf(coreOf({ clientRoutes: ranges(count) }));
    expect(synth(least - 1)).toBe('accepted');
    expect(synth(least)).toBe(
      `test/core/core: ${NAME}: got "${NAME.length + 1 + ranges(least).join().length + 1} bytes", want at most 131072, what Linux takes`,
    );
  });
});
