import { App, Chart, Testing } from 'cdk8s';
import {
  AnycastRouteServerPair,
  Crpd,
  Frr,
  inCluster,
  Mesh,
  MetalLBBgpPeering,
  Reachability,
  RouteReflectorRegion,
  RouterGroup,
  topologyOf,
} from '../../lib';
import { crpd, frr, pair, peering, region } from '../../test-support/examples';
import { parseQuantity } from '../../lib/settings';
import { Manifests } from '../../test-support/synth';

/** The workloads of a chart in the model, and the chart's manifests. */
function bothOf(define: (chart: Chart) => void, { namespace, cluster }: { namespace?: string; cluster?: string } = {}) {
  const chart = new Chart(new App(), 'test', { namespace });
  if (cluster !== undefined) inCluster(chart, cluster);
  define(chart);
  return { manifests: new Manifests(Testing.synth(chart)), groups: topologyOf(chart).groups };
}

/** What the model says of a workload, as far as its manifest says it, too. */
const inModel = (group: RouterGroup) => ({
  workload: `${group.workloadKind}/${group.workload}`,
  namespace: group.namespace,
  side: group.side,
  mode: group.mode,
  service: group.service,
  exported: group.exported,
  looksInClusterSet: group.looksInClusterSet,
  replicas: group.replicas,
  nodeSelector: group.nodeSelector,
  preferredNodes: group.preferredNodes,
  spreadOver: group.spreadOver,
  onePerNode: group.onePerNode,
  memory: group.memory,
  reachedBy: group.reachedBy,
  addresses: group.addresses.map(({ text }) => text),
  secrets: Object.fromEntries(group.secrets.map(({ purpose, ...secret }) => [purpose, secret])),
});

/** The same, read from the manifests of the workload and of what stands around it. */
function inManifests({ workload, workloadKind }: RouterGroup, manifests: Manifests): ReturnType<typeof inModel> {
  const { kind, metadata, spec } = manifests.get(workloadKind, workload);
  const { labels } = spec.template.metadata;
  const pod = spec.template.spec;
  const { requests, limits } = pod.containers[0].resources;
  const service = labels['meshrr/mesh'];
  const apart = pod.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey;
  return {
    workload: `${kind}/${metadata.name}`,
    namespace: metadata.namespace,
    side: labels['meshrr/side'],
    mode: labels['app.kubernetes.io/component'],
    service,
    exported: manifests.has('ServiceExport', service),
    looksInClusterSet: manifests.environmentOf(workloadKind, workload).SERVICE_ROOT_DOMAIN === 'svc.clusterset.local',
    replicas: spec.replicas,
    nodeSelector: pod.nodeSelector,
    preferredNodes: preferredNodesOf(pod),
    spreadOver: pod.topologySpreadConstraints?.[0].topologyKey,
    onePerNode: kind === 'DaemonSet' || apart === 'kubernetes.io/hostname',
    memory: { request: parseQuantity(requests.memory).value, limit: limits && parseQuantity(limits.memory).value },
    ...reachOf(workload, pod, manifests),
    secrets: secretsOf(pod, metadata.namespace),
  };
}

type Pod = Record<string, any>;

function preferredNodesOf({ affinity }: Pod): Record<string, string> {
  const preferred: Pod[] = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const wanted: Pod[] = preferred.flatMap(({ preference }) => preference.matchExpressions);
  return Object.fromEntries(wanted.map(({ key, values }) => [key, values.join()]));
}

function reachOf(workload: string, { containers }: Pod, manifests: Manifests) {
  const hostAddresses: string[] = containers[0].ports.flatMap(({ hostIP }: { hostIP?: string }) => hostIP ?? []);
  if (hostAddresses.length > 0) return { reachedBy: 'host-ports' as const, addresses: hostAddresses };
  const services = manifests.ofKind('Service').filter(({ metadata }) => metadata.name === workload);
  const announced = services.flatMap(({ metadata }) => metadata.annotations?.['metallb.io/loadBalancerIPs'] ?? []);
  if (announced.length > 0) return { reachedBy: 'metallb' as const, addresses: announced.join().split(',') };
  return { reachedBy: 'none' as const, addresses: [] };
}

function secretsOf({ imagePullSecrets = [], volumes = [] }: Pod, namespace: string | undefined) {
  const purposes: Record<string, string> = { license: 'license', 'root-password': 'root password hash' };
  const mounted = volumes.filter(({ secret }: Pod) => secret);
  return {
    ...Object.fromEntries(imagePullSecrets.map(({ name }: Pod) => ['registry credentials', { name, namespace }])),
    ...Object.fromEntries(
      mounted.map(({ name, secret: { secretName, items } }: Pod) => [
        purposes[name],
        { name: secretName, namespace, key: items[0].key },
      ]),
    ),
  };
}

const LIMITED = new Frr({
  image: 'registry.example.com/meshrr/frr:1.0.0',
  imagePullSecrets: ['mine'],
  resources: { memory: '300Mi', memoryLimit: '1Gi' },
});
const LICENSED = new Crpd({
  image: 'registry.example.com/meshrr/crpd:1.0.0',
  imagePullSecrets: [],
  rootPassword: { secretName: 'root', key: 'hash' },
  license: { secretName: 'license', key: 'file.lic' },
});

const SIDES = { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } };
const clients = { clientRanges: ['198.51.100.0/24'] };

describe.each<[string, (chart: Chart) => void, { namespace?: string; cluster?: string }?]>([
  ['a core region', (chart) => new RouteReflectorRegion(chart, 'core', region)],
  [
    'a core region with settings of its own, in a namespace',
    (chart) =>
      new RouteReflectorRegion(chart, 'core', {
        ...{ ...region, router: LIMITED, replicas: 5, sideLabel: 'rack', nodeLabels: { role: 'core' } },
      }),
    { namespace: 'bgp' },
  ],
  [
    'a region behind host ports',
    (chart) =>
      new RouteReflectorRegion(chart, 'east', {
        ...{ ...region, ...clients, router: crpd, sides: SIDES, reachability: Reachability.hostPorts() },
      }),
    { namespace: 'bgp' },
  ],
  [
    'a region behind MetalLB, with addresses of both families',
    (chart) =>
      new RouteReflectorRegion(chart, 'east', {
        ...{ ...region, ...clients, podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'] },
        sides: { b: { addresses: ['192.0.2.1', '2001:db8::1'] } },
        reachability: Reachability.metalLB(new MetalLBBgpPeering(chart, 'metallb', peering)),
      }),
  ],
  [
    'a region that nothing outside reaches',
    (chart) => new RouteReflectorRegion(chart, 'east', { ...region, sides: { a: {}, b: {} } }),
  ],
  ['a pair', (chart) => new AnycastRouteServerPair(chart, 'pair', pair(chart))],
  [
    'a pair that prefers a region, with several pods and Secrets of its own',
    (chart) => {
      const sides = { a: { addresses: ['192.0.2.1'], replicas: 3 } };
      new AnycastRouteServerPair(chart, 'pair', pair(chart, { router: LICENSED, region: 'east', sides }));
    },
    { namespace: 'bgp' },
  ],
  [
    'a pair in a cluster set',
    (chart) => {
      const mesh = new Mesh(chart, 'all', { autonomousSystem: 64496, clusterSet: true });
      new AnycastRouteServerPair(chart, 'pair', pair(chart, { mesh, router: frr }));
    },
    { namespace: 'bgp', cluster: 'west' },
  ],
  [
    'a pair that looks for others in the cluster set without a part in it',
    (chart) => {
      const mesh = new Mesh(chart, 'all', { autonomousSystem: 64496, serviceRootDomain: 'svc.clusterset.local' });
      new AnycastRouteServerPair(chart, 'pair', pair(chart, { mesh }));
    },
  ],
])('%s', (_, define, place) => {
  test('is in the model as its manifests have it', () => {
    const { groups, manifests } = bothOf(define, place);
    expect(groups.length).toBeGreaterThan(0);
    for (const group of groups) expect(inModel(group)).toEqual(inManifests(group, manifests));
  });

  test('is in the cluster of its chart', () => {
    const { groups } = bothOf(define, place);
    expect(groups.map(({ cluster }) => cluster)).toEqual(groups.map(() => place?.cluster ?? ''));
  });
});

test('the pods of a region are in the model as listed by the Service that selects them as clients of the core', () => {
  const { groups, manifests } = bothOf((chart) => {
    new RouteReflectorRegion(chart, 'core', region);
    new RouteReflectorRegion(chart, 'east', { ...region, sides: { a: {} }, upstream: 'core' });
  });
  const east = groups.find(({ workload }) => workload === 'meshrr-east-a') as RouterGroup;
  const { labels } = manifests.get(east.workloadKind, east.workload).spec.template.metadata;
  const isSelected = ({ spec }: (typeof manifests.all)[number]) =>
    Object.entries(spec.selector).every(([key, value]) => labels[key] === value);
  const services = manifests.ofKind('Service').filter(isSelected);
  const others = services.map(({ metadata }) => metadata.name).filter((name) => name !== east.service);
  expect(others.length).toBe(1);
  expect(east.listedBy).toEqual(others);
});
