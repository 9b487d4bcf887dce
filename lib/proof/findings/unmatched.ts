import { BgpTopology, grouped, includes, NodeSelector, selectorText } from '../../model';
import { DraftFinding } from './draft-finding';
import { listed } from './words';

/** One set of labels that nodes are selected by, and who selects. */
interface Selector {
  readonly cluster: string;
  readonly labels: NodeSelector;
  /** The kind of object or pod, and its name. */
  readonly kind: string;
  readonly name: string;
  readonly parts: readonly string[];
}

/**
 * Selectors of nodes, of peers and advertisements of MetalLB and of pods that prefer nodes, that no declared node of the
 * cluster matches. What else a node that is assumed may have as a label is not known.
 */
export function unmatched(topology: BgpTopology): readonly DraftFinding[] {
  const nodes = grouped(
    topology.nodes.filter(({ assumed }) => !assumed),
    ({ cluster }) => cluster,
  );
  const idle = [...selectorsOf(topology)].filter(
    ({ cluster, labels }) => nodes.get(cluster)?.every((node) => !includes(node.labels, labels)) ?? false,
  );
  return [...grouped(idle, ({ kind, labels }) => `${kind} ${selectorText(labels)}`).values()].map(
    (same): DraftFinding => {
      const [{ kind, labels }] = same;
      const names = listed(same.map(({ name }) => name));
      const toMessage = () =>
        `${kind} ${names} ${same.length > 1 ? 'want' : 'wants'} nodes with ${selectorText(labels)}, and no declared node has that: correct the selector, or label nodes`;
      const parts = [...new Set(same.flatMap((one) => one.parts))].sort();
      return { kind: 'unmatched', toMessage, parts, failures: [], clients: [], groups: [], assumed: false };
    },
  );
}

function* selectorsOf({ groups, metallb }: BgpTopology): Iterable<Selector> {
  for (const { cluster, neighbors, pools } of metallb) {
    for (const [kind, some] of [
      ['the MetalLB peer', neighbors],
      ['the advertisement of pool', pools],
    ] as const) {
      for (const { name, nodeSelectors } of some) {
        for (const labels of nodeSelectors) yield { cluster, labels, kind, name, parts: [] };
      }
    }
  }
  for (const { cluster, preferredNodes: labels, id, part } of groups) {
    yield { cluster, labels, kind: 'the region of', name: id, parts: [part.path] };
  }
}
