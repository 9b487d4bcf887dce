import { BgpTopology, ClusterNode, includes, MetalLBNeighbor, MetalLBSpeakers, OutsideSpeaker } from '../model';
import { indexOf } from './topology-index';

/** A session that MetalLB on some nodes has with a router beside them. */
export interface RackPeering {
  readonly metallb: MetalLBSpeakers;
  readonly neighbor: MetalLBNeighbor;
  /** The nodes beside the router that have this neighbor. */
  readonly nodes: readonly ClusterNode[];
  /** Whose address MetalLB dials: the router's own, one that all routers beside nodes share, or that of the link. */
  readonly place: 'own' | 'anycast' | 'link';
}

/** The sessions that MetalLB has with a router, over all clusters. */
export function rackPeerings(router: OutsideSpeaker, topology: BgpTopology): readonly RackPeering[] {
  const index = indexOf(topology);
  const beside = index.nodesBeside(router);
  if (beside.length === 0) return [];
  return topology.metallb.flatMap((speakers) =>
    speakers.neighbors.flatMap((neighbor): RackPeering[] => {
      const nodes = beside.filter((node) => node.cluster === speakers.cluster && selects(neighbor, node));
      const { address, multihop } = neighbor;
      const owner = address && index.ownerOf(address);
      if (nodes.length === 0 || (owner !== undefined && owner !== router.id)) return [];
      const place = owner === router.id ? 'own' : address && multihop ? 'anycast' : 'link';
      return [{ metallb: speakers, neighbor, nodes, place }];
    }),
  );
}

/** Whether a node has this neighbor. */
export const selects = ({ nodeSelectors }: MetalLBNeighbor, { labels }: ClusterNode): boolean =>
  nodeSelectors.length === 0 || nodeSelectors.some((selector) => includes(labels, selector));

/** The AS number that a router has toward MetalLB. */
export function asNumberToward({ autonomousSystem, nodesAutonomousSystem }: MetalLBNeighbor, own: number): number {
  if (typeof autonomousSystem === 'number') return autonomousSystem;
  return autonomousSystem === 'internal' ? nodesAutonomousSystem : own;
}
