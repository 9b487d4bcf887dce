import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { IpAddress, IpPrefix } from '../addressing';
import { RouterConfiguration, routerConfiguration } from '../configuration';
import { clusterOf, DeclaredGroup } from '../registry';
import { NeededSecret, Part, ReachedBy } from '../model';
import { PodTemplate, settingsOf } from '../router/pod-template';
import { RouterPod } from '../router/router';
import { PeerGroup, withDefaults } from '../settings';
import { clientsServiceOf, Membership } from './labels';
import { Mesh } from './mesh';

/** Where the pods of a workload are in the topology, beyond what their settings say. */
export interface Peering {
  readonly part: Part;
  readonly mesh: Mesh;
  /** What routes of clients get through, once all regions are there; undefined: all. */
  readonly announceable?: () => readonly IpPrefix[] | undefined;
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

/** A workload to make: its pods, and where they belong. */
export interface Workload {
  readonly name: string;
  readonly membership: Membership;
  readonly pod: Omit<PodTemplate, 'labels'>;
  readonly peering: Peering;
}

/** What the pods of a workload make of their settings, once all constructs are there. */
export const configurationOf = ({ pod, peering }: Workload): RouterConfiguration =>
  routerConfiguration(withDefaults(settingsOf(pod)), peering.groups);

/** A workload, as the model of the topology has it: from what its manifest is made from, too. */
export function routerGroup(
  scope: Construct,
  workload: Workload,
  { kind, replicas, onePerNode }: Terms,
): DeclaredGroup {
  const { name, membership, pod, peering } = workload;
  const { mesh, part, podNetworks, reachedBy, addresses, preferredNodes = {} } = peering;
  const { memory, memoryLimit } = pod.router.resources;
  const { namespace } = Chart.of(scope);
  const configuration = configurationOf(workload);
  return {
    ...configuration,
    part,
    workload: name,
    workloadKind: kind,
    cluster: clusterOf(scope),
    namespace,
    side: membership.side,
    service: mesh.serviceName,
    listedBy: configuration.upstreams.map(({ service }) => clientsServiceOf(service)),
    exported: mesh.clusterSet,
    looksInClusterSet: mesh.looksInClusterSet,
    announceable: peering.announceable?.(),
    podNetworks,
    reachedBy,
    addresses,
    nodeSelector: pod.nodeSelector,
    preferredNodes,
    replicas,
    onePerNode,
    spreadOver: pod.topologySpreadConstraints?.[0].topologyKey,
    memory: { request: memory.value, ...(memoryLimit && { limit: memoryLimit.value }) },
    secrets: secretsOf(pod.router, namespace),
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
