import { assumedNodes, PlacedGroup } from '../../lib/model';
import { selects } from '../manifests/exactly';
import { Workload } from '../manifests/objects';

/** A node of the lab's cluster. */
export interface NodePlan {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** The fewest nodes, about, on which every workload has a place. */
export function nodesFor(groups: readonly PlacedGroup[]): NodePlan[] {
  return assumedNodes('', groups).map(({ name, labels }) => ({ name, labels: new Map(Object.entries(labels)) }));
}

/** A pod that is there already, as far as its place matters. */
export interface Placed {
  readonly workload: Workload;
  readonly node: string;
}

/**
 * The node for the next pod of a workload, or undefined where no node has room for it: one that it prefers, then the
 * one with the fewest pods of the workload, then with the fewest at all.
 */
export function placeFor(
  workload: Workload,
  nodes: readonly NodePlan[],
  placed: readonly Placed[],
): NodePlan | undefined {
  const { nodeSelector, preferredLabels, oneOnNode } = workload.pod;
  const on = (node: NodePlan) => placed.filter((pod) => pod.node === node.name);
  const own = (node: NodePlan) => on(node).filter((pod) => pod.workload.name === workload.name).length;
  const most = workload.kind === 'DaemonSet' || oneOnNode ? 1 : Infinity;
  const cost = (node: NodePlan) => [selects(preferredLabels, node.labels) ? 0 : 1, own(node), on(node).length];
  return nodes
    .filter((node) => selects(nodeSelector, node.labels) && own(node) < most)
    .map((node) => ({ node, cost: cost(node) }))
    .sort((a, b) => a.cost.map((part, i) => part - b.cost[i]).find((difference) => difference !== 0) ?? 0)[0]?.node;
}

/** How many pods of a workload there are to be. */
export function wantedPods({ kind, replicas = 0, pod }: Workload, nodes: readonly NodePlan[]): number {
  return kind === 'DaemonSet' ? nodes.filter(({ labels }) => selects(pod.nodeSelector, labels)).length : replicas;
}
