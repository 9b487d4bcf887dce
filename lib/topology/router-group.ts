import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { IpAddress, IpPrefix } from '../addressing';
import { keyFilesOf, RouterConfiguration, routerConfiguration } from '../configuration';
import { Read } from '../input';
import { clusterOf, DeclaredGroup, registryOf } from '../registry';
import { membersAmong, NeededSecret, Part, ReachedBy } from '../model';
import { PodTemplate, settingsOf } from '../router/pod-template';
import { RouterPod } from '../router/router';
import { ConstructSettings, keyFileOf, Member, SecretKey, secretKeyAt, withDefaults } from '../settings';
import { Clients } from './client-ranges';
import { clientsServiceOf, LABEL, workloadSelector } from './labels';
import { Mesh } from './mesh';
import type { PodAdditions } from './pod-props';
import { workloadShape } from './workload-props';

/** The region or pair that workloads belong to: what they have in common. */
export interface Owner {
  readonly part: Part;
  readonly component: 'route-reflector' | 'route-server';
  /** The beginning of the names of its objects, and their label. */
  readonly name: string;
  readonly mesh: Mesh;
  readonly clients: Clients;
  /** The networks of pods of other apps that are its neighbors, where these are not its own. */
  readonly otherNetworks?: readonly IpPrefix[];
  /** What it was given. */
  readonly props: Read<typeof workloadShape>;
  /** Settings of its pods beyond those of the mesh and of the props. */
  readonly settings: ConstructSettings;
  /** Settings that depend on constructs that are made later. */
  readonly lateSettings?: () => ConstructSettings;
  /** What routes of clients get through, once all regions are there; undefined: all. */
  readonly announceable?: () => readonly IpPrefix[] | undefined;
}

/** A workload to make. */
export interface Workload {
  readonly name: string;
  readonly owner: Owner;
  readonly side?: string;
  readonly reachedBy: ReachedBy;
  /** The networks of the nodes, where its pods are in them. */
  readonly nodeNetworks?: readonly IpPrefix[];
  /** The load balancer in words, where the app does not describe it. */
  readonly announcer?: string;
  readonly addresses: readonly IpAddress[];
  /** Labels of nodes that are preferred. */
  readonly preferredNodes?: Readonly<Record<string, string>>;
  /** How many pods; a DaemonSet has one on each node that matches. */
  readonly replicas?: number;
  readonly pod: Omit<PodTemplate, 'labels'>;
  /** What the app adds to its pods, and the prop that says so. */
  readonly added: { readonly prop: string; readonly pod: PodAdditions };
}

/** The labels of the pods of a workload, but for those of clients of other regions. */
export const labelsOf = ({ name, side, owner }: Pick<Workload, 'name' | 'side' | 'owner'>): Record<string, string> => ({
  ...workloadSelector(name),
  [LABEL.component]: owner.component,
  [LABEL.mesh]: owner.mesh.serviceName,
  [LABEL.part]: owner.name,
  ...(side && { [LABEL.side]: side }),
});

/** What the pods of a workload make of their settings, once all constructs are there. */
export const configurationOf = ({ pod, owner }: Workload): RouterConfiguration =>
  routerConfiguration(
    withDefaults(settingsOf(pod)),
    owner.props.groups,
    membersOf(owner).flatMap(({ addresses }) => addresses),
  );

/** The declared clients that the pods of a region or pair accept one by one. Ask once all constructs are there. */
export const membersOf = ({ mesh, part, props }: Pick<Owner, 'mesh' | 'part' | 'props'>): readonly Member[] =>
  props.members
    ? membersAmong(
        registryOf(mesh).declared.outside.map(({ router }) => router),
        part.path,
      )
    : [];

/** A workload, as the model of the topology has it: from what its manifest is made from, too. */
export function routerGroup(
  scope: Construct,
  workload: Workload,
  workloadKind: DeclaredGroup['workloadKind'],
): DeclaredGroup {
  const {
    name,
    owner,
    side,
    pod,
    reachedBy,
    nodeNetworks,
    announcer,
    addresses,
    preferredNodes = {},
    replicas,
  } = workload;
  const { mesh, part, props } = owner;
  const { memory, memoryLimit } = pod.router.resources;
  const { namespace } = Chart.of(scope);
  const configuration = configurationOf(workload);
  return {
    ...configuration,
    ...{ part, workload: name, workloadKind, cluster: clusterOf(scope), namespace, side },
    service: mesh.serviceName,
    listedBy: configuration.upstreams.flatMap(({ service }) =>
      service === undefined ? [] : clientsServiceOf(service),
    ),
    exported: mesh.clusterSet,
    exportedToOthers: (mesh.exported && !mesh.clusterSet) || undefined,
    looksInClusterSet: mesh.looksInClusterSet,
    announceable: owner.announceable?.(),
    podNetworks: props.podNetworks,
    nodeNetworks,
    ...{ reachedBy, announcer, addresses, nodeSelector: pod.nodeSelector, preferredNodes, replicas },
    tolerations: props.tolerations,
    interlock: props.interlock,
    // Pods of a DaemonSet and of our Deployments keep off each other's nodes; those of a StatefulSet need not.
    onePerNode: workloadKind !== 'StatefulSet',
    spreadOver: pod.topologySpreadConstraints?.[0].topologyKey,
    memory: { request: memory.value, ...(memoryLimit && { limit: memoryLimit.value }) },
    secrets: [...secretsOf(pod.router, namespace), ...keysOf(workload, namespace)],
  };
}

const keysOf = (workload: Workload, namespace: string | undefined): readonly NeededSecret[] =>
  sessionKeysOf(workload).map(({ secretName: name, key }) => ({
    ...{ name, namespace, key, purpose: 'key of BGP sessions' },
  }));

/** The keys of Secrets that the pods of a workload mount, each once. Ask once all constructs are there. */
export function sessionKeysOf(workload: Workload): readonly SecretKey[] {
  const ofMembers = membersOf(workload.owner).flatMap(({ authentication }) =>
    authentication ? keyFileOf(authentication) : [],
  );
  const files = new Set([...keyFilesOf(configurationOf(workload)), ...ofMembers]);
  return [...files].flatMap((file) => secretKeyAt(file) ?? []);
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
