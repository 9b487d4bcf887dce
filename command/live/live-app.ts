import { sessionsUp, SessionPod, UpSessions } from '../../lab/comparison/sessions';
import { BgpTopology, ClusterNode, derive, grouped, nodeId, RouterGroup } from '../../lib/model';
import { WrittenApp } from './app';
import { addressesOf } from './objects';
import { ClusterSnapshot, LiveRouter } from './snapshot';

/** An app and the clusters that it runs in. */
export interface LiveApp extends WrittenApp {
  readonly snapshots: readonly ClusterSnapshot[];
  /** What the model of the app says of the nodes that are there; without clients that are assumed. */
  readonly expected: BgpTopology;
  readonly routers: readonly LiveRouter[];
  /** The pod or the router outside that has an address; else the address. */
  readonly nameOf: (address: string) => string;
}

export function liveApp(app: WrittenApp, snapshots: readonly ClusterSnapshot[]): LiveApp {
  const { groups, metallb } = app.topology;
  const outside = app.topology.outside.filter(({ assumed }) => !assumed);
  const nodes = snapshots.flatMap((one) => nodesOf(one, app.topology));
  const routers = snapshots.flatMap((one) => one.routers);
  const names = new Map([
    ...outside.flatMap(({ id, addresses }) => addresses.map(({ text }) => [text, id] as const)),
    ...routers.flatMap(({ pod }) => addressesOf(pod).map((address) => [address, pod.metadata.name] as const)),
  ]);
  return {
    ...app,
    snapshots,
    expected: derive({ groups, nodes, outside, metallb }),
    routers,
    nameOf: (address) => names.get(address) ?? address,
  };
}

/** The nodes that are there; where the caller may not list them, those that the app declares and those that have pods. */
function nodesOf(
  { cluster, nodes, routers }: ClusterSnapshot,
  { nodes: declared }: BgpTopology,
): readonly ClusterNode[] {
  const id = (name: string) => ({ id: nodeId(cluster, name), name, cluster, assumed: false });
  if ('value' in nodes) {
    return nodes.value.map(({ metadata: { name, labels = {} }, spec }) => ({
      ...{ ...id(name), labels },
      // Kubernetes itself sets and removes those of this domain: a node that is cordoned stays a place of the model.
      taints: (spec?.taints ?? []).filter(({ key }) => !key.startsWith('node.kubernetes.io/')),
    }));
  }
  const own = declared.filter((node) => node.cluster === cluster);
  const others = [...grouped(routers, ({ pod }) => pod.spec.nodeName ?? '')].flatMap(([name, there]): ClusterNode[] => {
    if (name === '' || own.some((node) => node.name === name)) return [];
    // It has the labels that its pods demand.
    const labels = Object.assign({}, ...there.map(({ group }) => group.nodeSelector));
    return [{ ...id(name), labels, taints: [] }];
  });
  return [...own, ...others];
}

/**
 * The sessions of the model that are Established, and those that are not, as `ROUTER and ROUTER` or
 * `ROUTER ADDRESS: 1 of 2`.
 */
export function comparedSessions({ expected, routers }: LiveApp): Promise<UpSessions<SessionPod>> {
  const pods = routers.flatMap((router): SessionPod[] => {
    const { metadata, spec } = router.pod;
    const addresses = addressesOf(router.pod);
    if (metadata.deletionTimestamp !== undefined || addresses.length === 0) return [];
    return [
      {
        ...{ name: metadata.name, node: spec.nodeName ?? '', addresses, address: addresses[0] },
        ...{ workload: { name: router.group.workload }, cluster: router.group.cluster },
        sessions: () => Promise.resolve([...router.sessions]),
      },
    ];
  });
  return sessionsUp(expected, pods);
}

/** Why the sessions of some pods are not known; undefined where they are. */
export const sessionsUnread = ({ snapshots }: LiveApp): string | undefined =>
  snapshots.map(({ unread }) => unread.get('exec')).find((why) => why !== undefined);

/** The namespace of the pods of a group. */
export const namespaceIn = ({ namespace }: ClusterSnapshot, group: RouterGroup): string => group.namespace ?? namespace;

/**
 * The names of regions and pairs for people: with the cluster, where the app names it, of a part that is in one cluster
 * alone; with the path of its construct, where another part has the same name.
 */
export function partNames(groups: readonly RouterGroup[]): (group: RouterGroup) => string {
  const parts = [...grouped(groups, ({ part }) => part.path)].map(([path, own]) => {
    const [{ cluster, part }, ...others] = own;
    const isWithin = cluster !== '' && others.every((one) => one.cluster === cluster);
    return { path, name: isWithin ? `${cluster}/${part.name}` : part.name };
  });
  const isShared = (name: string) => parts.filter((one) => one.name === name).length > 1;
  const names = new Map(parts.map(({ path, name }) => [path, isShared(name) ? path : name]));
  return ({ part }) => names.get(part.path) ?? part.name;
}
