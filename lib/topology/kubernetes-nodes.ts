import { Construct } from 'constructs';
import { parseDnsSubdomain, parseLabelKey, parseLabelValue } from '../addressing';
import { clusterOf, readProps, registryOf } from '../registry';
import { checkAtSynth } from '../validation';
import { list, mapOf, oneOf, optional, withDefault, shapeOf } from '../input';
import { Taint } from '../model';

/** The label that Kubernetes gives each node: its name. */
const HOSTNAME = 'kubernetes.io/hostname';

/** A node of the cluster. */
export interface KubernetesNodeProps {
  /**
   * The labels that the node has, or is to have.
   * @default {}; all nodes have `kubernetes.io/hostname`, their name
   * @example { side: 'a', rack: 'r1' }
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * The taints that the node has. Pods that do not tolerate them (`tolerations`) are not placed there.
   * @default []
   * @example [{ key: 'dedicated', value: 'routers', effect: 'NoSchedule' }]
   */
  readonly taints?: readonly Taint[];
}

/** What {@link KubernetesNodes} takes. */
export interface KubernetesNodesProps {
  /**
   * The nodes, by name.
   * @example { n1: { labels: { side: 'a' } }, n2: { labels: { side: 'b' } } }
   */
  readonly nodes: Readonly<Record<string, KubernetesNodeProps>>;
}

const checkTaint = shapeOf<Taint>()({
  key: parseLabelKey,
  value: optional(parseLabelValue),
  effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
});

const checkProps = shapeOf<KubernetesNodesProps>()({
  nodes: mapOf(
    parseDnsSubdomain,
    shapeOf<KubernetesNodeProps>()({
      labels: withDefault(mapOf(parseLabelKey, parseLabelValue), new Map()),
      taints: optional(list(checkTaint)),
    }),
    1,
  ),
});

/**
 * The nodes of a cluster, for the model of the topology. It makes no objects. A cluster of which no nodes are declared
 * is taken to have the fewest on which all pods have a place.
 *
 * @throws InvalidPropError; when the app is written, also where pods have no place on the nodes of the cluster
 */
export class KubernetesNodes extends Construct {
  /** The names of the nodes. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, props: KubernetesNodesProps) {
    super(scope, id);
    const { nodes } = readProps(this, props, checkProps);
    this.names = [...nodes.keys()];
    for (const [name, { labels, taints }] of nodes) {
      const all = { [HOSTNAME]: name, ...Object.fromEntries(labels) };
      const [{ path }, cluster] = [this.node, clusterOf(this)];
      registryOf(this).add('names', { path, prop: `nodes.${name}`, kind: 'node', space: cluster, name });
      registryOf(this).add('nodes', { path, node: { name, cluster, labels: all, taints } });
    }
    checkAtSynth(this);
  }
}
