import { BgpTopology, formOf, grouped, includes, tolerates } from '../model';
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

/** Both would listen on port 179 of the node's own addresses. */
function* oneOnHostNetwork({ declared }: Registry, { nodes, speakers }: BgpTopology) {
  const onHosts = speakers.filter(({ group }) => formOf(group.reachedBy)?.isHostNetwork);
  for (const here of grouped(onHosts, ({ node }) => node.id).values()) {
    const [{ node, group }, other] = here;
    if (!other) continue;
    const declaring = declared.nodes.find((one) => one.node.cluster === node.cluster);
    const { path } = declaring ?? group.part;
    const names = nodes.filter(({ cluster }) => cluster === node.cluster).map(({ name }) => name);
    const allowed = `one pod in the network of ${node.name}, which has ${group.id} and ${other.group.id}`;
    yield problem(path, declaring ? 'nodes' : 'reachability', declaring ? names : group.reachedBy, allowed);
  }
}

export const NODES: readonly TopologyRule[] = [
  {
    id: 'one-pod-on-host-network',
    wants: 'No node has two pods in its network.',
    source: 'Kubernetes: a port of a node belongs to one pod',
    check: oneOnHostNetwork,
  },
  {
    id: 'pods-have-nodes',
    wants: 'If nodes of a cluster are declared, all pods can run on them.',
    source: 'Kubernetes: node selectors, taints and anti-affinity of pods',
    check: podsHavePlaces,
  },
];
