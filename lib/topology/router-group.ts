import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { IpAddress, IpPrefix } from '../addressing';
import { clusterOf, DeclaredGroup } from '../registry';
import { ClientGroup, Family, NeededSecret, Part, ReachedBy, UpstreamGroup } from '../model';
import { PodTemplate } from '../router/pod-template';
import { RouterPod } from '../router/router';
import { OWN_GROUPS, PeerGroup, SETTINGS } from '../settings';
import { clientsServiceOf, Membership } from './labels';
import { Mesh } from './mesh';
import { Clients } from './workload-props';

/** What the pods of a workload peer with, beyond what their settings say. */
export interface Peering {
  readonly part: Part;
  readonly mesh: Mesh;
  /** Name of the Service of the region upstream, once all regions are there. */
  readonly upstream?: () => string | undefined;
  readonly clients: Clients;
  /** Name of the Service that lists clients in pods, once all regions are there. */
  readonly clientService?: () => string | undefined;
  /** What routes of clients get through, once all regions are there; undefined: all. */
  readonly clientRoutes?: () => readonly IpPrefix[] | undefined;
  readonly podNetworks: readonly IpPrefix[];
  /** Further groups. */
  readonly groups: readonly PeerGroup[];
  readonly reachedBy: ReachedBy;
  readonly addresses: readonly IpAddress[];
  /** Labels of nodes that are preferred. */
  readonly preferredNodes?: Readonly<Record<string, string>>;
}

/** How many pods a workload has, and where. */
export interface Terms {
  readonly kind: DeclaredGroup['workloadKind'];
  readonly replicas?: number;
  readonly onePerNode: boolean;
}

/** A workload, as the model of the topology has it: from what its manifest is made from, too. */
export function routerGroup(
  scope: Construct,
  workload: {
    readonly name: string;
    readonly membership: Membership;
    readonly pod: Omit<PodTemplate, 'labels'>;
    readonly peering: Peering;
  },
  { kind, replicas, onePerNode }: Terms,
): DeclaredGroup {
  const { name, membership, pod, peering } = workload;
  const { settings, router } = pod;
  const { mesh } = peering;
  const { namespace } = Chart.of(scope);
  const { only, preferred } = { only: settings.inRegionOnly, preferred: settings.inRegionPreferred };
  return {
    part: peering.part,
    workload: name,
    workloadKind: kind,
    cluster: clusterOf(scope),
    namespace,
    side: membership.side,
    mode: membership.component,
    router: router.kind,
    autonomousSystem: mesh.autonomousSystem,
    families: familiesOf(mesh),
    routerId: settings.routerId?.text,
    service: mesh.serviceName,
    exported: mesh.clusterSet,
    looksInClusterSet: mesh.looksInClusterSet,
    meshMd5: mesh.md5,
    ...peerGroups(workload),
    clientRoutes: peering.clientRoutes?.(),
    podNetworks: peering.podNetworks,
    communities: { ...(only && { only }), ...(preferred && { preferred }) },
    reachedBy: peering.reachedBy,
    addresses: peering.addresses,
    nodeSelector: pod.nodeSelector,
    preferredNodes: peering.preferredNodes ?? {},
    replicas,
    onePerNode,
    spreadOver: pod.topologySpreadConstraints?.[0].topologyKey,
    memory: memoryOf(router),
    ...limitsOf(workload),
    secrets: secretsOf(router, namespace),
  };
}

export function familiesOf({ addressFamilies: { inet, inet6, evpn } }: Mesh): readonly Family[] {
  return [...(inet ? ['inet' as const] : []), ...(inet6 ? ['inet6' as const] : []), ...(evpn ? ['evpn' as const] : [])];
}

/** The groups of a workload that find routers upstream, once all regions are there. */
export function upstreamsOf({
  pod: { settings },
  peering,
}: Pick<Parameters<typeof routerGroup>[1], 'pod' | 'peering'>): readonly UpstreamGroup[] {
  const upstream = peering.upstream?.();
  const sessions = settings.upstreamSessions ?? SETTINGS.upstreamSessions.default;
  return [
    ...(upstream === undefined ? [] : [{ name: OWN_GROUPS.upstream, service: upstream, sessions }]),
    ...peering.groups.flatMap((group) =>
      group.kind === 'upstream' ? [{ name: group.name, service: group.service, sessions: group.sessions }] : [],
    ),
  ];
}

/** The groups that the settings describe, and the further ones. */
function peerGroups(workload: Parameters<typeof routerGroup>[1]) {
  const { membership, pod, peering } = workload;
  const { settings } = pod;
  const upstreams = upstreamsOf(workload);
  const own = OWN_GROUPS;
  const isServer = membership.component === 'route-server';
  const asRanges = isServer ? (settings.asRanges ?? SETTINGS.asRanges.default) : [];
  const further = <K extends PeerGroup['kind']>(kind: K) =>
    peering.groups.filter((group): group is Extract<PeerGroup, { kind: K }> => group.kind === kind);
  const clients = further('clients').map((group): ClientGroup => ({
    name: group.name,
    ranges: group.ranges,
    service: group.service,
    asRanges: isServer ? (group.asRanges ?? asRanges) : [],
  }));
  return {
    meshes: [
      ...(settings.meshServiceName === undefined ? [] : [{ name: own.mesh, service: settings.meshServiceName }]),
      ...further('mesh').map(({ name, service, peerLimit }) => ({ name, service, ...(peerLimit && { peerLimit }) })),
    ],
    upstreams,
    listedBy: upstreams.map(({ service }) => clientsServiceOf(service)),
    clients: [
      { name: own.clients, ranges: peering.clients.ranges, service: peering.clientService?.(), asRanges },
      ...clients,
    ],
  };
}

function memoryOf({ resources: { memory, memoryLimit } }: RouterPod): DeclaredGroup['memory'] {
  return { request: memory, ...(memoryLimit && { limit: memoryLimit }) };
}

/** The most neighbors that a pod takes in: routers of each mesh, and, where the router has such a limit, clients. */
function limitsOf({ pod: { settings, router } }: Parameters<typeof routerGroup>[1]) {
  return {
    peerLimit: settings.peerLimit ?? SETTINGS.peerLimit.default,
    clientLimit: router.kind === 'frr' ? (settings.clientLimit ?? SETTINGS.clientLimit.default) : undefined,
  };
}

function secretsOf(router: RouterPod, namespace: string | undefined): readonly NeededSecret[] {
  const { rootPassword, license, imagePullSecrets } = router;
  const keyed = (purpose: NeededSecret['purpose'], secret: RouterPod['license']): NeededSecret[] =>
    secret ? [{ name: secret.secretName, namespace, key: secret.key, purpose }] : [];
  return [
    ...imagePullSecrets.map((name): NeededSecret => ({ name, namespace, purpose: 'registry credentials' })),
    ...keyed('root password hash', rootPassword),
    ...keyed('license', license),
  ];
}
