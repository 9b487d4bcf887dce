import { BgpTopology } from '../model';
import { problem, Registry } from '../registry';
import { TopologyRule } from './rule';

function* podsHavePlaces({ declared }: Registry, { groups, nodes, speakers }: BgpTopology) {
  const pods = new Map<string, number>();
  for (const { group } of speakers) pods.set(group.id, (pods.get(group.id) ?? 0) + 1);
  for (const { id, cluster, replicas = 1, nodeSelector, onePerNode } of groups) {
    const declaring = declared.nodes.find(({ node }) => node.cluster === cluster);
    if (!declaring || (pods.get(id) ?? 0) >= replicas) continue;
    const names = nodes.filter((node) => node.cluster === cluster).map(({ name }) => name);
    const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
    const wanted = onePerNode && replicas > 1 ? `${replicas} nodes` : 'a node';
    yield problem(declaring.path, 'nodes', names, `${wanted} with ${labels.join(',')}, for the pods of ${id}`);
  }
}

export const NODES: readonly TopologyRule[] = [
  {
    id: 'pods-have-nodes',
    wants: 'If nodes of a cluster are declared, all pods can run on them.',
    source: 'Kubernetes: node selectors and anti-affinity of pods',
    check: podsHavePlaces,
  },
];
