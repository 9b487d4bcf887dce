import { App, Chart, Testing } from 'cdk8s';
import {
  inCluster,
  ImportedRegion,
  proofOf,
  Reachability,
  RegionServiceProps,
  RouteReflectorRegion,
  RouteReflectorRegionProps,
  topologyOf,
} from '../../lib';
import { chosenOf, formatTopology, parseTopology, sessionsOf } from '../../lib/model';
import { neighborFiles } from '../../lib/neighbors';
import { region } from '../../test-support/examples';
import { Manifests, refusalOf } from '../../test-support/synth';

const CORE: RegionServiceProps = { service: 'meshrr-core', namespace: 'backbone', autonomousSystem: 64496 };
const EAST: RegionServiceProps = { service: 'meshrr-east', namespace: 'edge', autonomousSystem: 64496 };
const ELSEWHERE = { clusterSet: true, podNetworks: ['10.44.0.0/16'] };
const DOMAIN = 'svc.clusterset.local';

/** The chart of a core that has `meshrr-east` of another app below. */
function addCore(app: App, changes: Partial<RegionServiceProps> = {}, ofCore: Partial<RouteReflectorRegionProps> = {}) {
  const chart = new Chart(app, 'backbone', { namespace: 'backbone' });
  const east = RouteReflectorRegion.fromService(chart, 'east-elsewhere', { ...EAST, ...changes });
  new RouteReflectorRegion(chart, 'core', { ...region, ...ofCore, regionsBelow: [east] });
  return chart;
}

/** The chart of a region whose core is that of another app. */
function addEast(app: App, changes: Partial<RegionServiceProps> = {}, ofEast: Partial<RouteReflectorRegionProps> = {}) {
  const chart = new Chart(app, 'edge', { namespace: 'edge' });
  new RouteReflectorRegion(chart, 'east', {
    ...region,
    upstream: RouteReflectorRegion.fromService(chart, 'core', { ...CORE, ...changes }),
    clientRanges: ['198.51.100.0/24'],
    reachability: Reachability.hostPorts(),
    sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
    ...ofEast,
  });
  return chart;
}

function alone(add: (app: App) => Chart) {
  const app = new App();
  return { app, manifests: new Manifests(Testing.synth(add(app))) };
}

const subjectsOf = (manifests: Manifests, name: string) =>
  (manifests.get('RoleBinding', name) as unknown as { subjects: object[] }).subjects;

describe('in one cluster', () => {
  const { manifests: core } = alone(addCore);
  const { manifests: east } = alone(addEast);

  test('pods refer to the Service of the other app in its namespace', () => {
    expect(core.environmentOf('Deployment', 'meshrr-core').MESHRR_CLIENT_SERVICE).toBe('meshrr-east.edge');
    expect(east.environmentOf('DaemonSet', 'meshrr-east-a').UPSTREAM_SERVICE_NAME).toBe('meshrr-core.backbone');
    expect(core.has('ServiceExport', 'meshrr-core')).toBe(false);
  });

  test('the policy of the core admits the pods behind that Service, by namespace and labels, and no others', () => {
    const { selector } = east.get('Service', 'meshrr-east').spec;
    const [{ from }] = core.get('NetworkPolicy', 'meshrr-core').spec.ingress;
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } };
    expect(from.filter((peer: object) => 'namespaceSelector' in peer)).toEqual([
      { namespaceSelector, podSelector: { matchLabels: selector } },
    ]);
    expect(east.get('DaemonSet', 'meshrr-east-a').spec.template.metadata.labels).toMatchObject(selector);
  });

  test('each app lets the pods of the other one read its EndpointSlices', () => {
    expect(subjectsOf(core, 'meshrr-core-readers')).toEqual([
      { kind: 'ServiceAccount', name: 'meshrr-east', namespace: 'edge' },
    ]);
    expect(subjectsOf(east, 'meshrr-east-readers')).toEqual([
      { kind: 'ServiceAccount', name: 'meshrr-core', namespace: 'backbone' },
    ]);
    expect(east.get('Role', 'meshrr-east-readers').rules).toEqual(east.get('Role', 'meshrr-east').rules);
    for (const [manifests, { service }] of [
      [core, CORE],
      [east, EAST],
    ] as const) {
      expect(manifests.has('ServiceAccount', service)).toBe(true);
    }
  });

  test('the key of the core is on the sessions, from a Secret of each app', () => {
    const authentication = { secretName: 'core-key', key: 'password' };
    const { manifests: signing } = alone((app) => addCore(app, {}, { authentication }));
    const { manifests: client } = alone((app) => addEast(app, { authentication }));
    const file = '/etc/meshrr/keys/core-key/password';
    const of = (manifests: Manifests, kind: 'Deployment' | 'DaemonSet', name: string) =>
      Object.entries(manifests.environmentOf(kind, name)).flatMap(([variable, value]) =>
        value === file ? variable : [],
      );
    expect(of(signing, 'Deployment', 'meshrr-core')).toContain('MESHRR_CLIENT_KEY_FILE');
    expect(of(client, 'DaemonSet', 'meshrr-east-a')).toEqual(['MESHRR_UPSTREAM_KEY_FILE']);
  });

  test('in one namespace each app has rights already', () => {
    const { manifests } = alone((app) => addCore(app, { namespace: 'backbone' }));
    expect(manifests.has('Role', 'meshrr-core-readers')).toBe(false);
    const { MESHRR_CLIENT_SERVICE: services } = manifests.environmentOf('Deployment', 'meshrr-core');
    expect(services).toBe('meshrr-east.backbone');
  });
});

describe('over clusters', () => {
  const { manifests: core } = alone((app) => addCore(app, ELSEWHERE));
  const { manifests: east } = alone((app) => addEast(app, ELSEWHERE));

  test('pods look in the domain of the cluster set, for Services that both apps export', () => {
    const ofCore = core.environmentOf('Deployment', 'meshrr-core');
    expect(ofCore.MESHRR_CLIENT_SERVICE).toBe(`meshrr-east.edge.${DOMAIN}`);
    expect(ofCore).not.toHaveProperty('SERVICE_ROOT_DOMAIN');
    expect(ofCore.MESHRR_POD_NETWORKS).toBe('10.42.0.0/16,10.44.0.0/16');
    const { UPSTREAM_SERVICE_NAME: upstream } = east.environmentOf('DaemonSet', 'meshrr-east-a');
    expect(upstream).toBe(`meshrr-core.backbone.${DOMAIN}`);
    expect(core.has('ServiceExport', 'meshrr-core')).toBe(true);
    expect(east.has('ServiceExport', 'meshrr-east')).toBe(true);
  });

  test('the policy of the core admits the pod networks of the other cluster, and nobody reads EndpointSlices', () => {
    const [{ from }] = core.get('NetworkPolicy', 'meshrr-core').spec.ingress;
    expect(from).toContainEqual({ ipBlock: { cidr: '10.44.0.0/16' } });
    expect(from.filter((peer: object) => 'namespaceSelector' in peer)).toEqual([]);
    expect(core.has('Role', 'meshrr-core-readers')).toBe(false);
  });
});

describe('the proof', () => {
  test('assumes two route reflectors of another app with two clients, and lets each reflector fail', () => {
    const { app } = alone(addEast);
    const topology = topologyOf(app);
    expect(topology.idle).toEqual([]);
    expect(topology.outside.map(({ id, assumed }) => [id, assumed])).toEqual(
      [
        'client-east-1',
        'client-east-2',
        'client-meshrr-core.backbone-1',
        'client-meshrr-core.backbone-2',
        'meshrr-core.backbone-1',
        'meshrr-core.backbone-2',
      ].map((id) => [id, true]),
    );
    const { findings, failures, clients } = proofOf(app);
    expect(findings.map(({ kind }) => kind).filter((kind) => kind !== 'unannounced')).toEqual([]);
    expect(failures.map(({ failure }) => failure.id)).toContain('router meshrr-core.backbone-2');
    expect(clients.map(({ id, learned, expected }) => [id.replace(/-\d$/, ''), learned, expected])).toEqual([
      ['client-east', 3, 3],
      ['client-east', 3, 3],
      ['client-meshrr-core.backbone', 3, 3],
      ['client-meshrr-core.backbone', 3, 3],
    ]);
    expect(neighborFiles(topology).map(({ router }) => router)).not.toContain('meshrr-core.backbone-1');
  });

  test('assumes two routers of another app below a core, with two sessions each', () => {
    const { app } = alone(addCore);
    const topology = topologyOf(app);
    const sessions = topology.choices.map((choice) => [choice.from, chosenOf(choice), choice.group]);
    const both = ['meshrr-core-0', 'meshrr-core-1'];
    expect(sessions).toEqual([
      ['meshrr-east.edge-1', both, 'MESHRR-CLIENTS'],
      ['meshrr-east.edge-2', [...both].reverse(), 'MESHRR-CLIENTS'],
    ]);
    const { findings, clients } = proofOf(app);
    expect(findings).toEqual([]);
    expect(clients.map(({ id, learned }) => [id, learned])).toEqual([
      ['meshrr-east.edge-1', 1],
      ['meshrr-east.edge-2', 1],
    ]);
    expect(neighborFiles(topology)).toEqual([]);
  });

  test('fails where the routers below lose their routes with the only pod of the core', () => {
    const { app } = alone((one) => addCore(one, {}, { replicas: 1 }));
    expect(
      proofOf(app)
        .findings.map(({ message }) => message)
        .join(),
    ).toMatch(/meshrr-core-0/);
  });

  test('assumes nothing of a region that the app has, too', () => {
    const app = new App();
    addCore(app);
    addEast(app);
    const topology = topologyOf(app);
    expect(topology.outside.map(({ id }) => id)).toEqual(['client-east-1', 'client-east-2']);
    const upstream = sessionsOf(topology).filter(({ kind }) => kind === 'upstream');
    expect(upstream.map(({ to, group }) => [to.slice(0, -1), group])).toEqual(
      Array(4).fill(['meshrr-core-', 'MESHRR-CLIENTS']),
    );
    expect(topology.idle.map(({ group }) => group)).toEqual([]);
  });

  test('finds regions of the app in other clusters of the cluster set', () => {
    const app = new App();
    const [one, other] = ['one', 'other'].map((name) => inCluster(new Chart(app, name, { namespace: name }), name));
    const from = (chart: Chart, service: string, namespace: string, network: string) =>
      RouteReflectorRegion.fromService(chart, `from-${namespace}`, {
        ...{ service, namespace, autonomousSystem: 64496, clusterSet: true, podNetworks: [network] },
      });
    const regionsBelow = [from(one, 'meshrr-east', 'other', '10.44.0.0/16')];
    new RouteReflectorRegion(one, 'core', { ...region, regionsBelow });
    const upstream = from(other, 'meshrr-core', 'one', '10.42.0.0/16');
    const networks = { podNetworks: ['10.44.0.0/16'] };
    new RouteReflectorRegion(other, 'east', { ...region, ...networks, upstream, sides: { a: {}, b: {} } });
    const topology = topologyOf(app);
    expect(topology.outside).toEqual([]);
    expect(topology.choices.map(({ kind, candidates }) => [kind, candidates.length])).toEqual([
      ['upstream', 2],
      ['upstream', 2],
    ]);
  });

  test('is the same from the file of the topology', () => {
    for (const add of [addCore, addEast]) {
      const topology = topologyOf(alone(add).app);
      expect(parseTopology(formatTopology(topology))).toEqual(topology);
    }
  });
});

test.each<[string, (chart: Chart) => void, RegExp]>([
  [
    'no pod networks of another cluster',
    (chart) => RouteReflectorRegion.fromService(chart, 'core', { ...CORE, clusterSet: true }),
    /core: podNetworks: got nothing, want the pod networks of the other cluster/,
  ],
  ['another AS', (chart) => east(chart, { autonomousSystem: 64497 }), /upstream: .* AS 64496, not 64497/],
  [
    'an upstream without a family',
    (chart) => east(chart, {}, { addressFamilies: { inet6: true } }),
    /upstream: got "edge\/core", want a region with inet6, too/,
  ],
  [
    'a region below with a family that the core does not carry',
    (chart) => {
      const regionsBelow = [RouteReflectorRegion.fromService(chart, 'e', { ...EAST, addressFamilies: { evpn: true } })];
      new RouteReflectorRegion(chart, 'core', { ...region, regionsBelow });
    },
    /regionsBelow\[0\]: got "edge\/e", want a region without evpn/,
  ],
  [
    'pod networks that another cluster has, too',
    (chart) => east(chart, { clusterSet: true, podNetworks: ['10.42.0.0/24'] }),
    /upstream: .* addresses of their own, not in 10.42.0.0\/24/,
  ],
  [
    'a region of this cluster, of a mesh in a cluster set',
    (chart) => east(chart, {}, { clusterSet: true }),
    /upstream: .* clusterSet: true/,
  ],
  [
    'a key for a region below',
    (chart) => {
      const authentication = { secretName: 'key', key: 'password' };
      const regionsBelow = [RouteReflectorRegion.fromService(chart, 'e', { ...EAST, authentication })];
      new RouteReflectorRegion(chart, 'core', { ...region, regionsBelow });
    },
    /regionsBelow\[0\]: got "edge\/e", want a region without authentication/,
  ],
  [
    'a region that is upstream and below',
    (chart) => {
      const regionsBelow = [RouteReflectorRegion.fromService(chart, 'below', CORE)];
      east(chart, {}, { regionsBelow });
    },
    /^edge\/east: regionsBelow\[0\]: got "meshrr-core.backbone", want a region other than that of upstream: /,
  ],
  [
    'anything else below',
    (chart) =>
      new RouteReflectorRegion(chart, 'core', { ...region, regionsBelow: ['east' as unknown as ImportedRegion] }),
    /regionsBelow\[0\]: got "east", want RouteReflectorRegion.fromService/,
  ],
])('refuses %s', (_, define, message) => {
  expect(refusalOf((test) => define(new Chart(test.node.root, 'edge', { namespace: 'edge' })))).toMatch(message);
});

test('refuses a chart without a namespace', () => {
  expect(refusalOf((chart) => east(chart))).toMatch(/upstream: got "test\/core", want a chart with a namespace/);
});

function east(chart: Chart, changes: Partial<RegionServiceProps> = {}, of: Partial<RouteReflectorRegionProps> = {}) {
  const upstream = RouteReflectorRegion.fromService(chart, 'core', { ...CORE, ...changes });
  new RouteReflectorRegion(chart, 'east', { ...region, upstream, sides: { a: {}, b: {} }, ...of });
}
