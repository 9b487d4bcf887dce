import { IpAddress } from '../addressing';
import { BgpTopology, ClusterNode, includes, MetalLBNeighbor, MetalLBSpeakers, OutsideSpeaker } from '../model';

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
export function rackPeerings(router: OutsideSpeaker, { metallb, nodes, outside }: BgpTopology): readonly RackPeering[] {
  const beside = nodes.filter(({ id }) => router.nodes.includes(id));
  const isOf = ({ addresses }: OutsideSpeaker, address: IpAddress) =>
    addresses.some(({ text }) => text === address.text);
  return metallb.flatMap((speakers) =>
    speakers.neighbors.flatMap((neighbor): RackPeering[] => {
      const theirs = beside.filter((node) => node.cluster === speakers.cluster && selects(neighbor, node));
      const { address } = neighbor;
      if (theirs.length === 0 || (address && outside.some((other) => other.id !== router.id && isOf(other, address)))) {
        return [];
      }
      const place = address && isOf(router, address) ? 'own' : address && neighbor.multihop ? 'anycast' : 'link';
      return [{ metallb: speakers, neighbor, nodes: theirs, place }];
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
