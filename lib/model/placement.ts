import { ClusterNode, RouterGroup } from './declarations';
import { append } from './multimap';
import { agree, includes } from './node-selector';
import { compare } from './order';
import { tolerates } from './taints';

type Labels = Readonly<Record<string, string>>;

/** The id of a node. */
export const nodeId = (cluster: string, name: string): string => (cluster === '' ? name : `${cluster}/${name}`);

/** Looks nodes up by the labels that they must have, without a look at all the others. */
export class NodeIndex {
  private readonly byLabel = new Map<string, ClusterNode[]>();
  private readonly byCluster = new Map<string, ClusterNode[]>();

  constructor(nodes: readonly ClusterNode[]) {
    for (const node of nodes) {
      append(this.byCluster, node.cluster, node);
      Object.entries(node.labels).forEach(([key, value]) =>
        append(this.byLabel, keyOf(node.cluster, key, value), node),
      );
    }
  }

  /** The nodes of a cluster that have all of these labels, in their order. */
  matching(cluster: string, wanted: Labels): readonly ClusterNode[] {
    const lists = Object.entries(wanted).map(([key, value]) => this.byLabel.get(keyOf(cluster, key, value)) ?? []);
    if (lists.length === 0) return this.byCluster.get(cluster) ?? [];
    const shortest = lists.reduce((least, list) => (list.length < least.length ? list : least));
    return shortest.filter(({ labels }) => includes(labels, wanted));
  }
}

const keyOf = (cluster: string, key: string, value: string) => `${cluster} ${key}=${value}`;

/**
 * The nodes of the pods of a group, one entry for each pod: those that Kubernetes would be glad with, out of many that
 * it may choose. Fewer than the group has replicas where there are not enough nodes.
 */
export function placesOf(group: RouterGroup, index: NodeIndex): readonly ClusterNode[] {
  const matching = index
    .matching(group.cluster, group.nodeSelector)
    .filter(({ taints }) => tolerates(group.tolerations, taints));
  if (group.replicas === undefined || matching.length === 0) return matching;
  const liked = matching.filter(({ labels }) => includes(labels, group.preferredNodes));
  const nodes = [...spread(liked, group.spreadOver), ...matching.filter((node) => !liked.includes(node))];
  if (group.onePerNode) return nodes.slice(0, group.replicas);
  const used = liked.length > 0 ? nodes.slice(0, liked.length) : nodes;
  return Array.from({ length: group.replicas }, (_, i) => used[i % used.length]);
}

/** Nodes in an order in which the values of a label take turns. */
function spread(nodes: readonly ClusterNode[], label: string | undefined): readonly ClusterNode[] {
  if (label === undefined) return nodes;
  const turns = new Map<string | undefined, number>();
  const order = nodes.map((node) => {
    const turn = turns.get(node.labels[label]) ?? 0;
    turns.set(node.labels[label], turn + 1);
    return { node, turn };
  });
  return order.sort((one, other) => one.turn - other.turn).map(({ node }) => node);
}

/** What {@link assumedNodes} needs to know of a workload. */
export type PlacedGroup = Pick<
  RouterGroup,
  'id' | 'side' | 'nodeSelector' | 'preferredNodes' | 'replicas' | 'onePerNode'
>;

/**
 * The fewest nodes, about, on which all workloads of a cluster have the place that they would rather have: a workload
 * goes to the first nodes whose labels do not contradict its own. Sides come in the order of their names, and a core, which may be anywhere, last.
 */
export function assumedNodes(cluster: string, groups: readonly PlacedGroup[]): readonly ClusterNode[] {
  const nodes: Record<string, string>[] = [];
  const order = [...groups].sort((one, other) => bySide(one, other) || compare(one.id, other.id));
  for (const group of order) {
    const asked = { ...group.preferredNodes, ...group.nodeSelector };
    const taken = nodes.filter((labels) => agree(labels, asked));
    const wanted = group.onePerNode ? (group.replicas ?? 1) : 1;
    const added = Array.from({ length: Math.max(0, wanted - taken.length) }, (): Record<string, string> => ({}));
    for (const node of added) nodes.push(node);
    const used = [...taken.slice(0, wanted), ...added];
    for (const labels of used) Object.assign(labels, asked);
  }
  return nodes.map((labels, i) => {
    const name = `n${i + 1}`;
    return { id: nodeId(cluster, name), name, cluster, labels, assumed: true };
  });
}

const bySide = ({ side: one }: PlacedGroup, { side: other }: PlacedGroup) =>
  one === undefined || other === undefined
    ? Number(one === undefined) - Number(other === undefined)
    : compare(one, other);
