import { Chart } from 'cdk8s';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { RealCluster } from '../../cluster/real-cluster';
import { eventually } from '../../lab/eventually';
import {
  AppDefinition,
  Frr,
  FullyMeshedRouteServers,
  FullyMeshedRouteServersProps,
  HierarchicalRouteReflectors,
  HierarchicalRouteReflectorsProps,
  MetalLBBgpPeering,
  MetalLBBgpPeeringProps,
  PodProps,
  Reachability,
} from '../../lib';
import { synthesizeTo } from './support/synthesize';
import { appFiles } from './support/apps';

// A manifest of changed props is applied over the old one: what is in the cluster then is what it would be without the
// old one. Without labels of nodes, no DaemonSet has a pod.

interface Props {
  readonly hierarchy?: Partial<HierarchicalRouteReflectorsProps>;
  readonly east?: Partial<HierarchicalRouteReflectorsProps['regions'][string]>;
  readonly servers?: Partial<FullyMeshedRouteServersProps>;
  readonly pair?: Partial<FullyMeshedRouteServersProps['pairs'][string]>;
  readonly peering?: Partial<MetalLBBgpPeeringProps>;
  readonly frr?: Partial<ConstructorParameters<typeof Frr>[0]>;
}

function appWith({ hierarchy, east, servers, pair, peering, frr }: Props): AppDefinition {
  return (app) => {
    const router = new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0', ...frr });
    const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
      ...{ namespace: 'metallb-system', backend: 'native', myAsn: 64497 },
      peers: { rack: { peerAsn: 64498, peerAddress: '192.0.2.254' } },
      ...peering,
    });
    const reachability = Reachability.metalLB(metallb);
    const common = { router, podNetworks: ['10.42.0.0/16'] };
    new HierarchicalRouteReflectors(new Chart(app, 'reflectors', { namespace: 'changed' }), 'reflectors', {
      ...{ ...common, autonomousSystem: 64496 },
      ...hierarchy,
      regions: { east: { ...EAST, reachability, ...east } },
    });
    new FullyMeshedRouteServers(new Chart(app, 'servers', { namespace: 'changed-servers' }), 'servers', {
      ...{
        ...common,
        reachability: Reachability.metalLB(metallb),
        autonomousSystem: 64500,
        clientRanges: ['198.51.100.64/26'],
      },
      pairs: { pair: { sides: { a: { addresses: ['192.0.2.11'] }, b: { addresses: ['192.0.2.12'] } }, ...pair } },
      ...servers,
    });
  };
}

const EAST = {
  clientRanges: ['198.51.100.0/26'],
  sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
};

/** A region on host ports, in a cluster of both IP families. */
const onHostPorts = (a: readonly string[], b: readonly string[]): Props => ({
  hierarchy: { podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'], addressFamilies: { inet: true, inet6: true } },
  east: {
    clientRanges: ['198.51.100.64/26', '2001:db8:100::/64'],
    reachability: Reachability.hostPorts(),
    sides: { a: { addresses: a }, b: { addresses: b } },
  },
});

/** What an app adds to pods: an item in each list that has a merge key. */
const POD: PodProps = {
  labels: { team: 'backbone' },
  annotations: { 'example.com/why': 'routes' },
  nodeSelector: { 'kubernetes.io/arch': 'amd64' },
  serviceAccount: 'routers',
  volumes: [{ name: 'spool', emptyDir: {} }],
  volumeMounts: [{ name: 'spool', mountPath: '/var/spool/routes' }],
  env: { TZ: 'Europe/Zurich' },
  containers: [
    {
      ...{ name: 'exporter', image: 'registry.example.com/exporter:1', ports: [{ name: 'data', containerPort: 9342 }] },
      volumeMounts: [{ name: 'run', mountPath: '/run/frr' }],
    },
  ],
  initContainers: [{ name: 'wait', image: 'registry.example.com/wait:1' }],
  dnsPolicy: 'None',
  dnsConfig: { nameservers: ['10.43.0.10'], options: [{ name: 'ndots', value: '1' }] },
  hostAliases: [{ ip: '192.0.2.53', hostnames: ['ns.example.com'] }],
  runAsUser: 'platform',
  terminationGracePeriod: 600,
};

/** Another item in place of each, or another value of it. */
const OTHER_POD: PodProps = {
  ...POD,
  labels: { group: 'backbone' },
  annotations: { 'example.com/why': 'peers' },
  serviceAccount: 'other-routers',
  volumes: [
    { name: 'spool', emptyDir: { medium: 'Memory' } },
    { name: 'more', emptyDir: {} },
  ],
  volumeMounts: [
    { name: 'more', mountPath: '/var/spool/routes' },
    { name: 'spool', mountPath: '/var/spool/more' },
  ],
  env: { LANG: 'C', TZ: 'UTC' },
  containers: [
    { name: 'tap', image: 'registry.example.com/tap:1', ports: [{ name: 'data', containerPort: 9343 }] },
    { name: 'exporter', image: 'registry.example.com/exporter:2', ports: [{ name: 'metrics', containerPort: 9342 }] },
  ],
  initContainers: [{ name: 'first', image: 'registry.example.com/first:1' }],
  dnsConfig: { nameservers: ['10.43.0.11'], options: [{ name: 'ndots', value: '2' }] },
  hostAliases: [{ ip: '192.0.2.54', hostnames: ['ns.example.com', 'ns2.example.com'] }],
  terminationGracePeriod: 900,
};

const withPod = (pod: PodProps): Props => ({ hierarchy: { pod }, servers: { pod } });

/** The props before a change, where they are not the usual ones. */
const BEFORE: Readonly<Record<string, Props>> = {
  'pod: everything is removed': withPod(POD),
  'pod: everything is changed': withPod(POD),
  'updateStrategy, disruptionBudget, networkPolicy: removed': policies(),
  'host ports: IP families': onHostPorts(['192.0.2.1'], ['192.0.2.2', '2001:db8::2']),
};

/** Other strategies, budgets and policies than the usual ones. A function, as tables above use it. */
function policies(): Props {
  const networkPolicy = { ingress: [{ from: [{ namespaceSelector: {} }], ports: [9342] }] };
  return {
    hierarchy: {
      networkPolicy,
      core: { replicas: 4, disruptionBudget: 2, updateStrategy: { maxSurge: 1 } },
    },
    east: { updateStrategy: 'OnDelete' },
    servers: { networkPolicy },
    pair: { updateStrategy: 'OnDelete', disruptionBudget: false },
  };
}

/** Props that were changed, by what they change. */
const CHANGES: Readonly<Record<string, Props>> = {
  'pod: everything is added': withPod(POD),
  'pod: everything is changed': withPod(OTHER_POD),
  'pod: everything is removed': {},
  'updateStrategy, disruptionBudget, networkPolicy: added': policies(),
  'updateStrategy, disruptionBudget, networkPolicy: removed': {},
  'updateStrategy of sides: fewer at a time': { east: { updateStrategy: { maxUnavailable: 1 } } },
  'workloads: tolerations, priority, image, pull policy and Secrets, resources': {
    hierarchy: { tolerations: [{ key: 'router', operator: 'Exists' }], priorityClassName: 'system-cluster-critical' },
    frr: {
      image: 'registry.example.com/meshrr/frr:0.2.0',
      imagePullPolicy: 'Always',
      imagePullSecrets: ['registry'],
      resources: { cpu: '50m', memory: '128Mi', memoryLimit: '1Gi' },
    },
  },
  'settings: AS numbers, families, runtime': {
    hierarchy: {
      ...{ autonomousSystem: 64499, addressFamilies: { inet: true, evpn: true } },
      runtime: { pollInterval: 2000, sessionTimeout: 90, logLevel: 'debug', peerLimit: 100, clientLimit: 50 },
    },
    servers: { asRanges: ['64601-64610'], runtime: { pollInterval: 500 } },
  },
  'discovery by DNS and by EndpointSlices': {
    hierarchy: { discovery: 'dns' },
    servers: { discovery: 'endpointslice' },
  },
  'sides: addresses, client ranges, communities, labels of nodes': {
    east: {
      ...{ clientRanges: ['198.51.100.128/26', '203.0.113.0/26'], communities: { only: '64496:1' } },
      sides: { a: { addresses: ['192.0.2.21'] }, b: { addresses: ['192.0.2.22'] } },
      ...{ nodeLabels: { zone: 'east' }, sideLabel: 'side' },
    },
  },
  'replicas of the core and of a side': {
    hierarchy: { core: { replicas: 3 } },
    servers: {
      pairs: { pair: { sides: { a: { addresses: ['192.0.2.11'], replicas: 2 }, b: { addresses: ['192.0.2.12'] } } } },
    },
  },
  'host ports: IP families': onHostPorts(['192.0.2.1', '2001:db8::a1'], ['192.0.2.2']),
  'MetalLB: peers, AS number, communities': {
    peering: {
      myAsn: 64400,
      peers: { rack: { peerAsn: 64498, peerAddress: '192.0.2.253', ebgpMultiHop: false } },
      communities: { blue: '64496:100' },
    },
  },
};

const NAMESPACES = ['changed', 'changed-servers'];

let cluster: RealCluster;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'changed-props-'));

beforeAll(async () => {
  cluster = await RealCluster.up(appFiles('two-regions-hrr-metallb-frr'));
  for (const { name, labels } of cluster.nodes) {
    const none = Object.fromEntries(Object.keys(labels).map((key) => [key, key.includes('/') ? labels[key] : null]));
    await cluster.api.merge(`/api/v1/nodes/${name}`, { metadata: { labels: none } });
  }
  for (const name of NAMESPACES) await cluster.kubectl('create', 'namespace', name);
});
afterAll(async () => {
  fs.rmSync(folder, { recursive: true, force: true });
  await cluster?.down();
});

/** The objects of manifests as they are in the cluster, without what differs between two that were created alike. */
async function inCluster(manifests: string): Promise<readonly string[]> {
  const { items } = JSON.parse(await cluster.kubectl('get', '-f', manifests, '-o', 'json'));
  return items
    .map(({ kind, metadata, spec, rules, roleRef, subjects }: Readonly<Record<string, any>>) => {
      const { name, labels, annotations = {} } = metadata;
      const own = Object.entries(annotations).filter(
        ([key]) => !/^(kubectl|deployment)\.kubernetes\.io|^deprecated\.daemonset/.test(key),
      );
      const fields = spec && { ...spec, clusterIP: undefined, clusterIPs: undefined, healthCheckNodePort: undefined };
      const ports = fields?.ports?.map((port: object) => ({ ...port, nodePort: undefined }));
      return JSON.stringify({
        kind,
        name,
        labels,
        own,
        spec: fields && { ...fields, ports },
        rules,
        roleRef,
        subjects,
      });
    })
    .sort();
}

async function remove(...manifests: readonly string[]): Promise<void> {
  const files = manifests.flatMap((one) => ['-f', one]);
  await cluster.kubectl('delete', ...files, '--ignore-not-found', '--timeout=120s');
  for (const name of NAMESPACES) {
    const pods = () => cluster.api.list(`/api/v1/namespaces/${name}/pods`);
    await eventually(async () => expect(await pods()).toEqual([]), 120_000, 500);
  }
}

test.each(Object.entries(CHANGES))('%s', async (name, props) => {
  const old = synthesizeTo(path.join(folder, 'old'), appWith(BEFORE[name] ?? {}));
  // kubectl takes a comma for the end of a path.
  const changed = synthesizeTo(path.join(folder, name.replace(/\W/g, '-')), appWith(props));
  expect(fs.readdirSync(changed)).toEqual(fs.readdirSync(old));
  const over = async (serverSide: boolean) => {
    await cluster.apply(old, { serverSide });
    await cluster.apply(changed, { serverSide });
    const objects = await inCluster(changed);
    await remove(changed, old);
    return objects;
  };
  const found = { serverSide: await over(true), clientSide: await over(false) };
  await cluster.apply(changed, { serverSide: true });
  const alone = await inCluster(changed);
  await remove(changed);
  expect(found).toEqual({ serverSide: alone, clientSide: alone });
});
