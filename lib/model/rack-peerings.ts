import { ClusterNode, MetalLBNeighbor, MetalLBSpeakers, OutsideSpeaker } from './declarations';
import { includes } from './node-selector';
import { BgpTopology } from './topology';

/** A session that MetalLB on some nodes has with a router beside them. */
export interface RackPeering {
  readonly metallb: MetalLBSpeakers;
  readonly neighbor: MetalLBNeighbor;
  /** The nodes beside the router that have this neighbor. */
  readonly nodes: readonly ClusterNode[];
  /** The address that MetalLB dials: the router's own, the anycast address of all routers, or that of the link. */
  readonly place: 'own' | 'anycast' | 'link';
}

/** The sessions that MetalLB has with routers outside. */
export class RackPeerings {
  private readonly places: ReadonlyMap<string, number>;
  private readonly owners: ReadonlyMap<string, string>;

  constructor(private readonly topology: Pick<BgpTopology, 'nodes' | 'outside' | 'metallb'>) {
    const { nodes, outside } = topology;
    this.places = new Map(nodes.map(({ id }, place) => [id, place]));
    this.owners = new Map(outside.flatMap(({ id, addresses }) => addresses.map(({ text }) => [text, id] as const)));
  }

  /** The nodes beside a router, in the order of all nodes. */
  nodesBeside({ nodes }: OutsideSpeaker): readonly ClusterNode[] {
    const places = nodes.flatMap((id) => this.places.get(id) ?? []).sort((one, other) => one - other);
    return places.map((place) => this.topology.nodes[place]);
  }

  /** The id of the router outside that has the address of a neighbor of MetalLB. */
  ownerOf({ address }: MetalLBNeighbor): string | undefined {
    return address && this.owners.get(address.text);
  }

  /**
   * The sessions that MetalLB has with a router, over all clusters. Of several neighbors of one IP family on the same
   * node, a router is the one whose address it has.
   */
  of(router: OutsideSpeaker): readonly RackPeering[] {
    const beside = this.nodesBeside(router);
    if (beside.length === 0) return [];
    const isOwn = (neighbor: MetalLBNeighbor) => this.ownerOf(neighbor) === router.id;
    const peerings = this.topology.metallb.flatMap((metallb) =>
      metallb.neighbors.flatMap((neighbor): RackPeering[] => {
        const nodes = beside.filter((node) => node.cluster === metallb.cluster && selects(neighbor, node));
        const isOther = !isOwn(neighbor) && this.ownerOf(neighbor) !== undefined;
        if (nodes.length === 0 || isOther) return [];
        if (router.metallbPeers && !router.metallbPeers.includes(neighbor.name)) return [];
        return [{ metallb, neighbor, nodes, place: placeOf(neighbor, router, isOwn(neighbor)) }];
      }),
    );
    return peerings.filter(
      (peering) =>
        isOwn(peering.neighbor) || !peerings.some((other) => isOwn(other.neighbor) && areAlternatives(peering, other)),
    );
  }
}

function placeOf(neighbor: MetalLBNeighbor, router: OutsideSpeaker, own: boolean): RackPeering['place'] {
  const internal = asNumberToward(neighbor, router.autonomousSystem) === neighbor.nodesAutonomousSystem;
  if (own && (neighbor.multihop || internal)) return 'own';
  return neighbor.address && neighbor.multihop ? 'anycast' : 'link';
}

/** Whether two neighbors of one node have the same IP family, and so are two routers. */
const areAlternatives = (one: RackPeering, other: RackPeering): boolean =>
  one !== other &&
  one.neighbor.address !== undefined &&
  one.neighbor.address.family === other.neighbor.address?.family &&
  one.nodes.some((node) => other.nodes.includes(node));

/**
 * Two sessions that one router cannot have, as it would have the same node for a neighbor twice; undefined where there
 * are none. The addresses of the router tell which of the two neighbors it is.
 */
export function alternativesOf(peerings: readonly RackPeering[]): readonly [RackPeering, RackPeering] | undefined {
  for (const [i, peering] of peerings.entries()) {
    const other = peerings.slice(0, i).find((earlier) => areAlternatives(earlier, peering));
    if (other) return [other, peering];
  }
  return undefined;
}

/** Whether a node has this neighbor. */
export const selects = ({ nodeSelectors }: MetalLBNeighbor, { labels }: ClusterNode): boolean =>
  nodeSelectors.length === 0 || nodeSelectors.some((selector) => includes(labels, selector));

/** The AS number that a router has toward MetalLB. */
export function asNumberToward({ autonomousSystem, nodesAutonomousSystem }: MetalLBNeighbor, own: number): number {
  if (typeof autonomousSystem === 'number') return autonomousSystem;
  return autonomousSystem === 'internal' ? nodesAutonomousSystem : own;
}
