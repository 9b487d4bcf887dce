import { IpAddress } from '../addressing';
import { BgpTopology, ClusterNode, includes, MetalLBNeighbour, MetalLBSpeakers, OutsideSpeaker } from '../model';

/** A session that MetalLB on some nodes has with a router beside them. */
export interface RackPeering {
  readonly metallb: MetalLBSpeakers;
  readonly neighbour: MetalLBNeighbour;
  /** The nodes beside the router that have this neighbour. */
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
    speakers.neighbours.flatMap((neighbour): RackPeering[] => {
      const theirs = beside.filter((node) => node.cluster === speakers.cluster && selects(neighbour, node));
      const { address } = neighbour;
      if (theirs.length === 0 || (address && outside.some((other) => other.id !== router.id && isOf(other, address)))) {
        return [];
      }
      const place = address && isOf(router, address) ? 'own' : address && neighbour.multihop ? 'anycast' : 'link';
      return [{ metallb: speakers, neighbour, nodes: theirs, place }];
    }),
  );
}

/** Whether a node has this neighbour. */
export const selects = ({ nodeSelectors }: MetalLBNeighbour, { labels }: ClusterNode): boolean =>
  nodeSelectors.length === 0 || nodeSelectors.some((selector) => includes(labels, selector));

/** The AS number that a router has towards MetalLB. */
export function asNumberTowards({ autonomousSystem, nodesAutonomousSystem }: MetalLBNeighbour, own: number): number {
  if (typeof autonomousSystem === 'number') return autonomousSystem;
  return autonomousSystem === 'internal' ? nodesAutonomousSystem : own;
}
