import { BgpTopology, includes, tolerates } from '../model';
import { problem, Registry } from '../registry';
import { TopologyRule } from './rule';

function* podsHavePlaces({ declared }: Registry, { groups, nodes, speakers }: BgpTopology) {
  const pods = new Map<string, number>();
  for (const { group } of speakers) pods.set(group.id, (pods.get(group.id) ?? 0) + 1);
  for (const { id, cluster, replicas = 1, nodeSelector, onePerNode, tolerations } of groups) {
    const declaring = declared.nodes.find(({ node }) => node.cluster === cluster);
    if (!declaring || (pods.get(id) ?? 0) >= replicas) continue;
    const theirs = nodes.filter((node) => node.cluster === cluster);
    const names = theirs.map(({ name }) => name);
    const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
    const tainted = theirs.filter(
      (node) => includes(node.labels, nodeSelector) && !tolerates(tolerations, node.taints),
    );
    const despite =
      tainted.length > 0 ? `, which do not tolerate the taints of ${tainted.map(({ name }) => name).join(', ')}` : '';
    const wanted = onePerNode && replicas > 1 ? `${replicas} nodes` : 'a node';
    yield problem(
      declaring.path,
      'nodes',
      names,
      `${wanted} with ${labels.join(',')}, for the pods of ${id}${despite}`,
    );
  }
}

export const NODES: readonly TopologyRule[] = [
  {
    id: 'pods-have-nodes',
    wants: 'If nodes of a cluster are declared, all pods can run on them.',
    source: 'Kubernetes: node selectors, taints and anti-affinity of pods',
    check: podsHavePlaces,
  },
];
