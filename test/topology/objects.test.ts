import { ApiObject, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AnycastRouteServerPair,
  HierarchicalRouteReflectors,
  MetalLBAddressPool,
  MetalLBBgpPeering,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { peering, region } from '../../test-support/examples';
import { Manifest, Manifests, synthChart } from '../../test-support/synth';
import { addPair, addRegion, Case, describeRefusals, facing, withManagement } from '../bad-input/cases';

const names = (objects: ReadonlyMap<string, ApiObject>) =>
  Object.fromEntries([...objects].map(([key, object]) => [key, `${object.kind}/${object.name}`]));

test('a region has its objects as fields, by side and purpose', () => {
  synthChart((chart) => {
    const metallb = new MetalLBBgpPeering(chart, 'metallb', peering);
    const groups = [{ name: 'G', kind: 'mesh' as const, service: 'lab' }];
    const sides = { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } };
    const props = { ...region, groups, clientRanges: ['198.51.100.0/24'], sides };
    const east = new RouteReflectorRegion(chart, 'east', { ...props, reachability: Reachability.metalLB(metallb) });
    expect(east.name).toBe('meshrr-east');
    const { workloads, services, configMaps, networkPolicy, disruptionBudget } = east.objects;
    expect(names(workloads)).toEqual({ a: 'DaemonSet/meshrr-east-a', b: 'DaemonSet/meshrr-east-b' });
    expect(names(services)).toEqual({ 'address-a': 'Service/meshrr-east-a', 'address-b': 'Service/meshrr-east-b' });
    expect(names(configMaps)).toEqual({ groups: 'ConfigMap/meshrr-east-groups' });
    expect(networkPolicy?.name).toBe('meshrr-east');
    expect(disruptionBudget).toBeUndefined();
    expect(east.objects.all).toContain(networkPolicy);
    expect(names(east.mesh.objects.services)).toEqual({ service: 'Service/meshrr-east' });
    expect(east.mesh.objects.serviceAccount?.name).toBe('meshrr-east');
  });
});

test('a core has a Deployment, a budget, and the Service of its clients once a region is below it', () => {
  synthChart((chart) => {
    const core = new RouteReflectorRegion(chart, 'core', { ...region, clientRanges: undefined });
    const { workloads, disruptionBudget, services } = core.objects;
    expect(names(workloads)).toEqual({ core: 'Deployment/meshrr-core' });
    expect(disruptionBudget?.kind).toBe('PodDisruptionBudget');
    expect(names(services)).toEqual({ clients: 'Service/meshrr-core-clients' });
  });
});

test('a peering and its pools have theirs', () => {
  synthChart((chart) => {
    const pools = { services: { addresses: ['198.51.100.0/28'] } };
    const metallb = new MetalLBBgpPeering(chart, 'metallb', { ...peering, pools, bfdProfiles: { fast: {} } });
    expect(names(metallb.objects.ofKind())).toEqual({
      'bfd-fast': 'BFDProfile/fast',
      'peer-routers': 'BGPPeer/routers',
    });
    expect(names(metallb.objects.ofKind('BGPPeer'))).toEqual({ 'peer-routers': 'BGPPeer/routers' });
    const pool = metallb.node.findChild('pool-services') as MetalLBAddressPool;
    expect(names(pool.objects.ofKind())).toEqual({
      pool: 'IPAddressPool/services',
      advertisement: 'BGPAdvertisement/services',
    });
  });
});

test('a pair has its objects as fields', () => {
  synthChart((chart) => {
    const sides = { a: { addresses: ['192.0.2.1'], managementAddresses: ['203.0.113.17'] } };
    withManagement(sides)(chart);
    const made = chart.node.findChild('rs') as AnycastRouteServerPair;
    expect(made.name).toBe('routeserver');
    expect(names(made.objects.workloads)).toEqual({ a: 'StatefulSet/routeserver-a' });
    expect(names(made.objects.services)).toEqual({
      'address-a': 'Service/routeserver-a',
      'management-a-0': 'Service/routeserver-a-0-mgt',
    });
  });
});

test('an object of a field is the one in the manifests', () => {
  const manifests = synthChart((chart) => {
    const { regions } = new HierarchicalRouteReflectors(chart, 'h', { ...region, regions: { east: facing } });
    const side = regions.get('east')?.objects.workloads.get('a');
    side?.metadata.addAnnotation('argocd.argoproj.io/sync-wave', '1');
    side?.addJsonPatch(JsonPatch.add('/spec/revisionHistoryLimit', 3));
  });
  const { metadata, spec } = manifests.get('DaemonSet', 'meshrr-east-a');
  expect(metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-wave': '1' });
  expect(spec.revisionHistoryLimit).toBe(3);
});

const ingressOf = (manifests: Manifests): any[] => manifests.get('NetworkPolicy', 'meshrr-east').spec.ingress;

test('a policy lets in what the app adds, beside routers and clients', () => {
  const bare = ingressOf(synthChart((chart) => void addRegion(facing)(chart)));
  const manifests = synthChart((chart) => {
    const monitoring = kplus.Namespaces.select(chart, 'n', { labels: { role: 'monitoring' }, names: ['one', 'two'] });
    const pods = kplus.Pods.select(chart, 'p', { labels: { app: 'probe' } });
    const office = kplus.NetworkPolicyIpBlock.ipv4(chart, 'i', '203.0.113.0/24', ['203.0.113.9/32']);
    const ingress = [
      { from: [monitoring, pods, office], ports: [9100, 9101] },
      { from: [{ namespaceSelector: { matchLabels: { a: 'b' } } }] },
    ];
    addRegion({ ...facing, networkPolicy: { ingress } })(chart);
  });
  const namespace = (name: string) => ({
    namespaceSelector: { matchLabels: { role: 'monitoring', 'kubernetes.io/metadata.name': name } },
    podSelector: {},
  });
  expect(ingressOf(manifests)).toEqual([
    ...bare,
    {
      from: [
        namespace('one'),
        namespace('two'),
        { podSelector: { matchLabels: { app: 'probe' } } },
        { ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.9/32'] } },
      ],
      ports: [
        { port: 9100, protocol: 'TCP' },
        { port: 9101, protocol: 'TCP' },
      ],
    },
    { from: [{ namespaceSelector: { matchLabels: { a: 'b' } } }] },
  ]);
});

test('without a policy or a budget there is none, and nothing else changes', () => {
  const all = (changes: object): readonly Manifest[] =>
    synthChart((chart) => new RouteReflectorRegion(chart, 'core', { ...region, ...changes })).all;
  const kinds = (manifests: readonly Manifest[]) => manifests.map(({ kind }) => kind);
  const less = all({ networkPolicy: false, disruptionBudget: false });
  expect(
    kinds(all({}))
      .filter((kind) => !kinds(less).includes(kind))
      .sort(),
  ).toEqual(['NetworkPolicy', 'PodDisruptionBudget']);
  expect(less).toEqual(all({}).filter(({ kind }) => kinds(less).includes(kind)));
});

test('a budget of several pods', () => {
  const manifests = synthChart(
    (chart) => new RouteReflectorRegion(chart, 'core', { ...region, replicas: 4, disruptionBudget: 3 }),
  );
  expect(manifests.get('PodDisruptionBudget', 'meshrr-core').spec.maxUnavailable).toBe(3);
});

const refusals: Case[] = [
  [
    'a budget for DaemonSets',
    addRegion({ ...facing, disruptionBudget: 1 }),
    'test/east: disruptionBudget: got 1, want nothing, as sides are given: a drain leaves the pods of DaemonSets',
  ],
  ['a budget of all pods', addRegion({ disruptionBudget: 2 }), 'disruptionBudget: got 2, want fewer than the 2 pods'],
  ['a budget of all pods of a pair', addPair({ disruptionBudget: 2 }), 'test/rs: disruptionBudget: got 2, want fewer'],
  ['a budget of nothing', addPair({ disruptionBudget: 0 }), 'disruptionBudget: got 0, want a whole number from 1'],
  ['a policy that is on', addPair({ networkPolicy: true }), 'test/rs: networkPolicy: got true, want an object'],
  [
    'a rule for everybody',
    addRegion({ ...facing, networkPolicy: { ingress: [{ from: [] }] } }),
    'networkPolicy.ingress[0].from: got [], want a list of at least one item',
  ],
  [
    'a peer that is none',
    addRegion({ ...facing, networkPolicy: { ingress: [{ from: [{ podSelektor: {} }] }] } }),
    'networkPolicy.ingress[0].from[0]: got "podSelektor: …", want only the fields of a NetworkPolicyPeer',
  ],
  [
    'a port that is none',
    addRegion({ ...facing, networkPolicy: { ingress: [{ from: [{ podSelector: {} }], ports: ['bgp'] }] } }),
    'networkPolicy.ingress[0].ports[0]: got "bgp", want a whole number from 1 to 65535',
  ],
];

describeRefusals('policies and budgets', refusals);
