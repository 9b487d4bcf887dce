import {
  append,
  BgpTopology,
  ClusterNode,
  formOf,
  grouped,
  OutsideSpeaker,
  RackPeering,
  RackPeerings,
  RouterGroup,
  sorted,
  Speaker,
} from '../model';

/** Finds by key what the configuration of a router is derived from, so that all routers together take linear time. */
export class TopologyIndex {
  readonly racks: RackPeerings;
  private readonly workloads: ReadonlyMap<string, readonly RouterGroup[]>;
  private readonly pods: ReadonlyMap<string, readonly Speaker[]>;

  constructor(topology: BgpTopology) {
    const { groups, speakers } = topology;
    this.racks = new RackPeerings(topology);
    this.workloads = grouped(groups, ({ part }) => part.path);
    const pods = new Map<string, Speaker[]>();
    for (const speaker of speakers) {
      if (formOf(speaker.group.reachedBy)?.isOnNodes) append(pods, speaker.node.id, speaker);
    }
    this.pods = pods;
  }

  /** The workloads of a region or pair, by its path. */
  workloadsOf(path: string): readonly RouterGroup[] {
    return this.workloads.get(path) ?? [];
  }

  /** The pods on some nodes that clients reach by an address that the node carries, in the order of their workloads. */
  podsOnNodeAddresses(nodes: readonly ClusterNode[]): readonly Speaker[] {
    return sorted(
      nodes.flatMap(({ id }) => this.pods.get(id) ?? []),
      ({ group }) => group.id,
    );
  }
}

const indexes = new WeakMap<BgpTopology, TopologyIndex>();

/** The index of a topology, made when it is first asked for. */
export function indexOf(topology: BgpTopology): TopologyIndex {
  const index = indexes.get(topology) ?? new TopologyIndex(topology);
  indexes.set(topology, index);
  return index;
}

/** The sessions that MetalLB has with a router beside nodes, over all clusters. */
export const rackPeerings = (router: OutsideSpeaker, topology: BgpTopology): readonly RackPeering[] =>
  indexOf(topology).racks.of(router);
