import { Construct } from 'constructs';
import { parseDnsSubdomain, parseLabelKey, parseLabelValue } from '../addressing';
import { clusterOf } from '../registry/declared';
import { readProps, reject } from '../registry/invalid-prop';
import { declareNode, topologyOf } from '../registry/topology';
import { mapOf, withDefault, shapeOf } from '../input';

/** The label that Kubernetes gives each node: its name. */
const HOSTNAME = 'kubernetes.io/hostname';

/** A node of the cluster. */
export interface KubernetesNodeProps {
  /**
   * The labels that the node has, or is to have.
   * @default {}; all nodes have `kubernetes.io/hostname`, their name
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What {@link KubernetesNodes} takes. */
export interface KubernetesNodesProps {
  /** The nodes, by name. */
  readonly nodes: Readonly<Record<string, KubernetesNodeProps>>;
}

const checkProps = shapeOf<KubernetesNodesProps>()({
  nodes: mapOf(
    parseDnsSubdomain,
    shapeOf<KubernetesNodeProps>()({ labels: withDefault(mapOf(parseLabelKey, parseLabelValue), new Map()) }),
    1,
  ),
});

/**
 * The nodes of a cluster, for the model of the topology. It makes no objects. A cluster of which no nodes are declared
 * is taken to have the fewest on which all pods have a place.
 */
export class KubernetesNodes extends Construct {
  /** The names of the nodes. */
  readonly names: readonly string[];

  /** @throws InvalidPropError; when the app is written, also where pods have no place on the nodes of the cluster */
  constructor(scope: Construct, id: string, props: KubernetesNodesProps) {
    super(scope, id);
    const { nodes } = readProps(this, props, checkProps);
    this.names = [...nodes.keys()];
    for (const [name, { labels }] of nodes) {
      const all = { [HOSTNAME]: name, ...Object.fromEntries(labels) };
      declareNode(this, `nodes.${name}`, { name, cluster: clusterOf(this), labels: all });
    }
    this.node.addValidation({ validate: () => (this.rejectPodsWithoutNode(), []) });
  }

  private rejectPodsWithoutNode(): void {
    const { groups, nodes, speakers } = topologyOf(this);
    const cluster = clusterOf(this);
    const pods = new Map<string, number>();
    for (const { group } of speakers) pods.set(group.id, (pods.get(group.id) ?? 0) + 1);
    for (const { id, replicas = 1, nodeSelector, ...group } of groups) {
      const found = pods.get(id) ?? 0;
      if (group.cluster !== cluster || found >= replicas) continue;
      const names = nodes.filter((node) => node.cluster === cluster).map(({ name }) => name);
      const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
      const wanted = group.onePerNode && replicas > 1 ? `${replicas} nodes` : 'a node';
      reject(this, 'nodes', names, `${wanted} with ${labels.join(',')}, for the pods of ${id}`);
    }
  }
}
