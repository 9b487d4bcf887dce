import * as fs from 'fs';
import * as path from 'path';
import { RealCluster } from '../../cluster/real-cluster';
import { comparisons, isSame } from '../../command/live/compare';
import { diagnose, Diagnosis } from '../../command/live/doctor/doctor';
import { RULES } from '../../command/live/doctor/rules';
import { drain } from '../../command/live/drain';
import { Kubectl } from '../../command/live/kubectl';
import { look, open } from '../../command/live/main';
import { isDone, rolloutOf } from '../../command/live/rollout';
import { prefixView } from '../../command/live/routes';
import { Depth } from '../../command/live/snapshot';
import { statusRows } from '../../command/live/status';
import { describeWith } from '../../test-support/needs';
import { appFiles } from './support/apps';
import { Caller, until } from './support/command/caller';
import { fewRights } from './support/command/few-rights';
import { pageOfServe } from './support/command/page';
import { twoClusters } from './support/command/two-clusters';

// The commands of the day after, against a real Kubernetes: each line of the doctor wrong once and right once.

const APP = 'two-regions-hrr-metallb-frr';
const { folder, topologyFile } = appFiles(APP);

let cluster: RealCluster;
let caller: Caller;

beforeAll(async () => {
  cluster = await RealCluster.up({ folder, topologyFile });
  caller = new Caller(cluster);
  await cluster.applyApp();
  await cluster.untilConverged();
});
afterAll(async () => {
  caller?.close();
  await cluster?.down();
});

/** A copy of the topology with changed values. The cluster of the tests runs MetalLB with its native back end. */
function topologyWith(...changes: readonly (readonly [from: string, to: string])[]): string {
  const text = [['"backend": "frr-k8s"', '"backend": "native"'] as const, ...changes].reduce(
    (whole, [from, to]) => {
      expect(whole).toContain(from);
      return whole.replaceAll(from, to);
    },
    fs.readFileSync(topologyFile, 'utf8'),
  );
  const file = path.join(fs.mkdtempSync(path.join(caller.home, 'topology-')), 'topology.json');
  fs.writeFileSync(file, text);
  return file;
}

const lookWith = (topology: string, depth: Depth) => look(open(folder, { topology }), depth, true);
const doctor = async (topology: string) => diagnose(await lookWith(topology, 'all'));

const wrongIn = (diagnoses: readonly Diagnosis[]) =>
  Object.fromEntries(
    diagnoses.flatMap((one) =>
      one.state === 'wrong'
        ? [[one.check, one.findings.map(({ subject, problem }) => `${subject}: ${problem}`).join('\n')]]
        : [],
    ),
  );

/** Waits until the doctor finds fault with exactly these lines. */
const untilWrong = (topology: string, wanted: Readonly<Record<string, RegExp>>) =>
  until(async () => {
    const found = wrongIn(await doctor(topology));
    expect(Object.keys(found)).toEqual(expect.arrayContaining(Object.keys(wanted)));
    for (const [check, text] of Object.entries(wanted))
      expect({ check, text: found[check] }).toEqual({ check, text: expect.stringMatching(text) });
  });

const kubectl = (...args: readonly string[]) => cluster.kubectl(...args);
const WITH_SECRET = [
  '"secrets": []',
  '"secrets": [{ "name": "bgp-key", "namespace": "default", "key": "password", "purpose": "password of a BGP peer" }]',
] as const;

test('all lines are right on a cluster as the app wants it', async () => {
  const topology = topologyWith(WITH_SECRET);
  await kubectl('create', 'secret', 'generic', 'bgp-key', '--from-literal=password=not-shown');
  await until(async () => {
    const diagnoses = await doctor(topology);
    expect(wrongIn(diagnoses)).toEqual({});
    expect(diagnoses.map(({ check, state }) => [check, state])).toEqual(RULES.map(({ name }) => [name, 'ok']));
    expect(JSON.stringify(diagnoses)).not.toContain('not-shown');
  });
});

test('a model that wants something else is not met', async () => {
  const topology = topologyWith(
    ['"kubernetes.io/hostname": "n1"', '"kubernetes.io/hostname": "n1", "rack": "r1"'],
    [WITH_SECRET[0], WITH_SECRET[1].replace('"key": "password"', '"key": "other"')],
    ['"10.42.0.0/16"', '"10.99.0.0/16"'],
    ['"namespace": "metallb-system"', '"namespace": "elsewhere"'],
    ['"backend": "native"', '"backend": "frr"'],
  );
  await untilWrong(topology, {
    'node labels': /^n1: lacks rack=r1$/,
    Secrets: /default\/bgp-key: has password, want the key other/,
    'pod networks': /meshrr-core-\S+: has 10\.42\.\d+\.\d+, outside of 10\.99\.0\.0\/16/,
    'MetalLB namespace': /writes to elsewhere, but MetalLB runs in metallb-system/,
    'MetalLB back end': /checked for frr, and MetalLB speaks BGP by native/,
  });
  await kubectl('delete', 'secret', 'bgp-key');
  await untilWrong(topology, { Secrets: /default\/bgp-key: is missing/ });
});

/** Faults of the cluster, one for each other line, all at once; and how each ends. */
const FAULTS: Readonly<
  Record<
    string,
    { readonly says: RegExp; readonly begin: () => Promise<unknown>; readonly end: () => Promise<unknown> }
  >
> = {
  placement: {
    says: /meshrr-core: is scaled to 1 pod, want 2/,
    begin: () => kubectl('scale', 'deployment/meshrr-core', '--replicas=1'),
    end: () => kubectl('scale', 'deployment/meshrr-core', '--replicas=2'),
  },
  'image pull': {
    says: /meshrr-mirkwood-b-\S+: (ErrImagePull|ImagePullBackOff) of registry\.invalid\/none:1/,
    begin: () => kubectl('set', 'image', 'daemonset/meshrr-mirkwood-b', 'frr=registry.invalid/none:1'),
    end: () => kubectl('rollout', 'undo', 'daemonset/meshrr-mirkwood-b'),
  },
  'image versions': {
    says: /runs registry\.invalid\/none:1, and the manifests have registry\.example\.com/,
    begin: async () => undefined,
    end: async () => undefined,
  },
  pods: {
    says: /meshrr-lothlorien-a-\S+: is drained/,
    begin: async () => {
      const pods = await cluster.pods();
      await drain(new Kubectl(), pods.find(({ workload }) => workload.name === 'meshrr-lothlorien-a')!.name, {
        verb: 'drain',
      });
    },
    end: async () => {
      const pods = await cluster.pods();
      for (const { name, workload } of pods) {
        if (workload.name === 'meshrr-lothlorien-a') await drain(new Kubectl(), name, { verb: 'undrain' });
      }
    },
  },
  Services: {
    says: /meshrr-mirkwood-a: is not in the cluster/,
    begin: () => kubectl('delete', 'service', 'meshrr-mirkwood-a'),
    end: () => cluster.apply(folder),
  },
  addresses: {
    says: /192\.0\.2\.3 of meshrr-mirkwood-a: no Service has it[^]*|192\.0\.2\.1 of meshrr-lothlorien-a: not announced from/,
    begin: () => kubectl('delete', '-n', 'metallb-system', 'bgpadvertisement', 'default-meshrr-lothlorien-a'),
    end: () => cluster.apply(folder),
  },
  discovery: {
    says: /MESHRR-MESH: knows \d by endpointslice, the EndpointSlices list \d: its watch lags/,
    begin: () =>
      cluster.apply([
        {
          ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
          metadata: {
            name: 'foreign',
            namespace: 'default',
            labels: { 'kubernetes.io/service-name': 'meshrr-lothlorien' },
          },
          // Outside of the pod networks: pods do not believe it.
          endpoints: [{ addresses: ['198.51.100.99'], conditions: { ready: true } }],
          ports: [{ name: 'bgp', port: 179, protocol: 'TCP' }],
        },
      ]),
    end: () => kubectl('delete', 'endpointslice', 'foreign'),
  },
  'MetalLB version': {
    says: /controller and speakers have versions 0\.12\.1 and 0\.15\.3/,
    begin: () =>
      cluster.apply([
        {
          ...{ apiVersion: 'v1', kind: 'Pod' },
          metadata: { name: 'old', namespace: 'metallb-system', labels: { app: 'metallb', component: 'speaker' } },
          spec: {
            containers: [{ name: 'speaker', image: 'quay.io/metallb/speaker:v0.12.1' }],
            nodeSelector: { none: 'none' },
          },
        },
      ]),
    end: () => kubectl('delete', 'pod', '-n', 'metallb-system', 'old'),
  },
  pools: {
    says: /metallb-system\/too-large: has 192\.0\.2\.0\/30, and \S+ has 192\.0\.2\.1\/32/,
    begin: async () => {
      // It would reject the pool.
      await kubectl('delete', 'validatingwebhookconfiguration', 'metallb-webhook-configuration');
      await cluster.apply([
        {
          ...{ apiVersion: 'metallb.io/v1beta1', kind: 'IPAddressPool' },
          metadata: { name: 'too-large', namespace: 'metallb-system' },
          spec: { addresses: ['192.0.2.0/30'], autoAssign: false },
        },
      ]);
    },
    end: () => kubectl('delete', 'ipaddresspool', '-n', 'metallb-system', 'too-large'),
  },
  sessions: {
    says: /pe1 192\.0\.2\.[12]: 0 of 1: is not Established/,
    begin: () => cluster.client('pe1').stop(),
    end: () => cluster.client('pe1').start(),
  },
};

describe('with faults', () => {
  let topology: string;
  beforeAll(async () => {
    topology = topologyWith();
    for (const { begin } of Object.values(FAULTS)) await begin();
  });

  test('the doctor names each', async () => {
    await untilWrong(topology, Object.fromEntries(Object.entries(FAULTS).map(([check, { says }]) => [check, says])));
  });

  test('each line of the doctor was wrong', () => {
    const byModel = ['node labels', 'Secrets', 'pod networks', 'MetalLB namespace', 'MetalLB back end'];
    expect([...Object.keys(FAULTS), ...byModel, 'MetalLB CRDs'].sort()).toEqual(RULES.map(({ name }) => name).sort());
  });

  test('the status has them first', async () => {
    const rows = await statusRows(await lookWith(topology, 'routers'));
    const states = rows.map(({ state }) => state);
    expect(states[0]).toBe('NOT READY');
    expect(states).toContain('MISSING');
    expect(states).toContain('DRAINED');
    expect(states.lastIndexOf('MISSING')).toBeLessThan(states.indexOf('ready'));
    expect(states.at(-1)).toBe('Established');
  });

  test('a rollout names what an apply would change', async () => {
    const opened = open(folder, { topology });
    const workloads = (await rolloutOf(await look(opened, 'workloads', true), opened.kubectls)).flatMap(
      (one) => one.workloads,
    );
    const changed = workloads.filter(({ toApply }) => toApply.length > 0);
    expect(changed).toMatchObject([{ workload: 'meshrr-mirkwood-b', toApply: ['spec.containers.frr.image'] }]);
  });

  test('the last pod that serves is drained only by force', async () => {
    const core = (await cluster.pods()).filter(
      ({ workload, terminating }) => workload.name === 'meshrr-core' && !terminating,
    );
    expect(core).toHaveLength(1);
    await expect(drain(new Kubectl(), core[0].name, { verb: 'drain' })).rejects.toThrow(
      /no other pod of meshrr-core is ready/,
    );
  });

  test('and after them, all lines are right again', async () => {
    for (const { end } of Object.values(FAULTS)) await end();
    await until(async () => expect(wrongIn(await doctor(topology))).toEqual({}));
    const opened = open(folder, { topology });
    await until(async () =>
      expect(isDone(await rolloutOf(await look(opened, 'workloads', true), opened.kubectls))).toBe(true),
    );
  });
});

test('routes names the client of a prefix, and compare shows what one side lacks', async () => {
  const opened = open(folder, { topology: topologyWith() });
  const prefix = '198.51.100.64/27';
  const live = await look(opened, 'pods', true);
  const view = await prefixView(live, opened.kubectls, prefix);
  expect(view.differences).toEqual([]);
  expect(new Set(view.paths.map(({ client }) => client))).toEqual(new Set(['pe2']));
  expect(isSame(await comparisons(live, opened.kubectls))).toBe(true);

  const shutDown = async (no: string) => {
    for (const pod of (await cluster.pods()).filter(({ workload }) => workload.name === 'meshrr-lothlorien-b')) {
      const groups = ['MESHRR-CLIENTS', 'MESHRR-MESH', 'MESHRR-UPSTREAM'];
      await pod.configure('router bgp 64496', ...groups.map((group) => `${no}neighbor ${group} shutdown`));
    }
  };
  await shutDown('');
  await until(async () => {
    const [first] = await comparisons(live, opened.kubectls);
    expect(first).toMatchObject({ part: 'lothlorien', sides: [{ side: 'a' }, { side: 'b', prefixes: 0 }] });
    expect(first.differing).toContainEqual({ prefix, at: ['a'], notAt: ['b'] });
    const { differences, paths } = await prefixView(live, opened.kubectls, prefix);
    expect(differences).toEqual([expect.stringMatching(/^lothlorien: meshrr-lothlorien-a-.* do not$/)]);
    expect(paths[0].part).toBe('lothlorien');
  });
  await shutDown('no ');
  await until(async () => expect(isSame(await comparisons(live, opened.kubectls))).toBe(true));
});

test('a node is drained and serves again', async () => {
  const onNode = async () => (await cluster.pods()).filter(({ node }) => node === 'n1');
  const drained = await drain(new Kubectl(), 'n1', { verb: 'drain' });
  expect(drained.map(({ pod }) => pod).sort()).toEqual((await onNode()).map(({ name }) => name).sort());
  expect(drained.flatMap(({ fault }) => fault ?? [])).toEqual([]);
  await until(async () => expect((await onNode()).some(({ ready }) => ready)).toBe(false));
  await drain(new Kubectl(), 'n1', { verb: 'undrain' });
  await until(async () => expect((await onNode()).every(({ ready }) => ready)).toBe(true));
});

test('the exit status says whether something is wrong', async () => {
  const topology = topologyWith();
  await until(async () =>
    expect(await caller.run('doctor', folder, '--topology', topology)).toMatchObject({ status: 0 }),
  );
  expect(await caller.run('doctor', folder, '--topology', topologyFile)).toMatchObject({ status: 1 });
});

test('kubectl has the command as a plugin, which watches a rollout until all pods are new and ready', async () => {
  const text = await caller.runPlugin('rollout', folder, '--topology', topologyWith(), '--watch');
  expect(text).toContain('the manifests are applied\nall pods are replaced and ready\n');
});

test('CRDs of an old release are a fault', async () => {
  await kubectl('patch', 'crd', 'bgppeers.metallb.io', '--type=json', '-p', servedV1beta2(false));
  await untilWrong(topologyWith(), { 'MetalLB CRDs': /v1beta2 is not served, only v1beta1/ });
  await kubectl('patch', 'crd', 'bgppeers.metallb.io', '--type=json', '-p', servedV1beta2(true));
  await until(async () => expect(wrongIn(await doctor(topologyWith()))).toEqual({}));
});

describe('a user with few rights', () =>
  fewRights(
    () => ({ cluster, caller }),
    () => topologyWith(WITH_SECRET),
  ));
describeWith(['chromium'], 'the page of serve', () => pageOfServe(() => ({ cluster, topology: topologyWith() })));
describe('an app in two clusters', () => twoClusters(() => ({ cluster, caller })));

const servedV1beta2 = (value: boolean) => JSON.stringify([{ op: 'replace', path: '/spec/versions/1/served', value }]);
