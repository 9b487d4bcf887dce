import { append, BgpTopology, ClusterNode, grouped, OutsideSpeaker, RouterGroup, sorted, Speaker } from '../model';

/** Finds by key what the configuration of a router is derived from, so that all routers together take linear time. */
export class TopologyIndex {
  private readonly nodes: ReadonlyMap<string, { readonly node: ClusterNode; readonly position: number }>;
  private readonly workloads: ReadonlyMap<string, readonly RouterGroup[]>;
  private readonly pods: ReadonlyMap<string, readonly Speaker[]>;
  private readonly owners: ReadonlyMap<string, string>;

  constructor({ groups, nodes, speakers, outside }: BgpTopology) {
    this.nodes = new Map(nodes.map((node, position) => [node.id, { node, position }]));
    this.workloads = grouped(groups, ({ part }) => part.path);
    const pods = new Map<string, Speaker[]>();
    for (const speaker of speakers) {
      if (speaker.group.reachedBy === 'host-ports') append(pods, speaker.node.id, speaker);
    }
    this.pods = pods;
    this.owners = new Map(outside.flatMap(({ id, addresses }) => addresses.map(({ text }) => [text, id] as const)));
  }

  /** The workloads of a region or pair, by its path. */
  workloadsOf(path: string): readonly RouterGroup[] {
    return this.workloads.get(path) ?? [];
  }

  /** The nodes beside a router, in the order of all nodes. */
  nodesBeside({ nodes }: OutsideSpeaker): readonly ClusterNode[] {
    return nodes
      .flatMap((id) => this.nodes.get(id) ?? [])
      .sort((one, other) => one.position - other.position)
      .map(({ node }) => node);
  }

  /** The pods on some nodes that clients reach by an address that the node carries, in the order of their workloads. */
  podsOnHostPorts(nodes: readonly ClusterNode[]): readonly Speaker[] {
    return sorted(
      nodes.flatMap(({ id }) => this.pods.get(id) ?? []),
      ({ group }) => group.id,
    );
  }

  /** The id of the router outside that has an address. */
  ownerOf({ text }: { readonly text: string }): string | undefined {
    return this.owners.get(text);
  }
}

const indexes = new WeakMap<BgpTopology, TopologyIndex>();

/** The index of a topology, made when it is first asked for. */
export function indexOf(topology: BgpTopology): TopologyIndex {
  const index = indexes.get(topology) ?? new TopologyIndex(topology);
  indexes.set(topology, index);
  return index;
}
