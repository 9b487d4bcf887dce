import { covers, IpAddress } from '../addressing';
import { AnnouncedPool, ClusterNode, Layer2Pool, MetalLBNeighbor, MetalLBSpeakers, RouterGroup } from './declarations';
import { append, grouped } from './multimap';
import { agree, includes } from './node-selector';
import { asNumberToward, RackPeerings } from './rack-peerings';
import type { SpeakersOf } from './sessions';
import { AddressAtNode, BgpTopology, Obstacle } from './topology';

/** The label of nodes from which MetalLB announces nothing, whatever its value. Kubernetes defines it. */
export const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** What is known of an address at a node. */
type Reach = Pick<AddressAtNode, 'obstacle' | 'isReached' | 'routers'>;

/**
 * Says of each address that clients peer with, and of each node with a pod behind it, whether connections to the address
 * come to the node: MetalLB announces it from there, or the node carries it and routers have a static route.
 *
 * The rules are those of MetalLB 0.16 for a Service with `externalTrafficPolicy: Local`. A session with a neighbor over
 * an interface, or with `dualStackAddressFamily`, carries both IP families, and any other the family of its address.
 */
export function addressesAtNodes(
  topology: Pick<BgpTopology, 'groups' | 'nodes' | 'outside' | 'metallb'>,
  speakersOf: SpeakersOf,
): readonly AddressAtNode[] {
  const routers = new RoutersOfNodes(topology);
  const metallbIn = grouped(topology.metallb, ({ cluster }) => cluster);
  return topology.groups.flatMap((group) => {
    const nodes = [...new Set(speakersOf(group).map(({ node }) => node))];
    return group.addresses.flatMap((address) => {
      const reach = reachOf(group, address, metallbIn.get(group.cluster) ?? [], routers);
      return nodes.map((node) => ({ group: group.id, address: address.text, node: node.id, ...reach(node) }));
    });
  });
}

function reachOf(
  { reachedBy }: RouterGroup,
  address: IpAddress,
  speakers: readonly MetalLBSpeakers[],
  routers: RoutersOfNodes,
): (node: ClusterNode) => Reach {
  const holds = ({ addresses }: Layer2Pool) => addresses.some((span) => covers(span, address));
  if (reachedBy === 'load-balancer') return () => ({ ...blocked('assumed', []), isReached: true });
  if (reachedBy === 'layer2') {
    const pool = speakers.flatMap(({ layer2 = [] }) => layer2).find(holds);
    return (node) => answering(pool, node, routers);
  }
  const metallb = reachedBy === 'metallb' ? speakers.find(({ pools }) => pools.some(holds)) : undefined;
  if (!metallb) return (node) => routers.withStaticRoute(node);
  const { neighbors: names, nodeSelectors } = metallb.pools.find(holds) as AnnouncedPool;
  const neighbors = metallb.neighbors.filter(({ name }) => names.length === 0 || names.includes(name));
  const from = (node: ClusterNode, compare: typeof includes): Reach => {
    const matches = (selectors: AnnouncedPool['nodeSelectors']) =>
      selectors.length === 0 || selectors.some((selector) => compare(node.labels, selector));
    if (!matches(nodeSelectors)) return blocked('advertisement', neighbors);
    const here = neighbors.filter((neighbor) => matches(neighbor.nodeSelectors));
    if (here.length === 0) return blocked('peers', neighbors);
    const carrying = here.filter((neighbor) => carries(neighbor, address));
    if (carrying.length === 0) return blocked('family', here);
    const hearing = carrying.flatMap((neighbor) => routers.hearing(metallb, neighbor, node));
    if (hearing.length === 0) return blocked('routers', carrying);
    const declared = hearing.flatMap((router) => router ?? []);
    return { isReached: true, routers: declared.length < hearing.length ? undefined : [...new Set(declared)] };
  };
  return (node) => {
    if (EXCLUDED in node.labels) return blocked('excluded', []);
    if (metallb.neighbors.length === 0) return { ...blocked('no peers', []), isReached: true };
    const known = from(node, includes);
    if (!known.obstacle || !node.assumed) return known;
    // A node that is assumed may have any label in addition to those that it is known to have.
    return { ...from(node, agree), obstacle: known.obstacle };
  };
}

/** Whether a node may answer ARP and NDP for an address of a pool. */
function answering(pool: Layer2Pool | undefined, node: ClusterNode, routers: RoutersOfNodes): Reach {
  if (EXCLUDED in node.labels) return blocked('excluded', []);
  const reached = { isReached: true, routers: routers.beside(node.id) };
  const { nodeSelectors = [] } = pool ?? {};
  const matches = (compare: typeof includes) =>
    nodeSelectors.length === 0 || nodeSelectors.some((selector) => compare(node.labels, selector));
  if (matches(includes)) return reached;
  const { obstacle } = blocked('advertisement', []);
  return node.assumed && matches(agree) ? { ...reached, obstacle } : { isReached: false, obstacle };
}

const blocked = (why: Obstacle['why'], peers: readonly MetalLBNeighbor[]): Reach => ({
  obstacle: { why, peers: peers.map(({ name }) => name) },
  isReached: false,
});

/** Whether a session of MetalLB carries routes of the IP family of an address. */
const carries = ({ address, dualStack }: MetalLBNeighbor, { family }: IpAddress): boolean =>
  dualStack || address === undefined || address.family === family;

/** The routers outside that have routes from nodes. */
class RoutersOfNodes {
  private readonly racks: RackPeerings;
  private readonly besides = new Map<string, string[]>();
  /** The clusters with a router next to any node. */
  private readonly clusters: ReadonlySet<string>;
  private readonly peers = new Map<string, string[]>();
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(topology: Pick<BgpTopology, 'nodes' | 'outside' | 'metallb'>) {
    this.racks = new RackPeerings(topology);
    this.numbers = new Map(topology.outside.map(({ id, autonomousSystem }) => [id, autonomousSystem]));
    for (const router of topology.outside) {
      for (const node of router.nodes) append(this.besides, node, router.id);
      for (const { metallb, neighbor, nodes } of this.racks.of(router)) {
        for (const { id } of nodes) append(this.peers, keyOf(metallb, neighbor, id), router.id);
      }
    }
    this.clusters = new Set(topology.nodes.flatMap(({ id, cluster }) => (this.besides.has(id) ? [cluster] : [])));
  }

  /**
   * Where nodes carry the addresses, routers next to them need a static route. Where the app declares none next to a node
   * but some next to others of the cluster, no router is known to have the route. An undeclared one may have it.
   */
  withStaticRoute({ id, cluster }: ClusterNode): Reach {
    const routers = this.beside(id);
    if (routers || !this.clusters.has(cluster)) return { isReached: true, routers };
    return { ...blocked('static route', []), isReached: true };
  }

  beside(node: string): readonly string[] | undefined {
    return this.besides.get(node);
  }

  /** The routers that a node has a session with, as this neighbor of MetalLB; undefined: one that the app does not declare. */
  hearing(metallb: MetalLBSpeakers, neighbor: MetalLBNeighbor, { id }: ClusterNode): readonly (string | undefined)[] {
    const near = this.peers.get(keyOf(metallb, neighbor, id));
    if (near) return near;
    const owner = this.racks.ownerOf(neighbor);
    if (owner === undefined) return this.beside(id) ? [] : [undefined];
    const internal = asNumberToward(neighbor, this.numbers.get(owner) as number) === neighbor.nodesAutonomousSystem;
    return neighbor.multihop || internal ? [owner] : [];
  }
}

const keyOf = ({ path }: MetalLBSpeakers, { name }: MetalLBNeighbor, node: string) => `${path} ${name} ${node}`;
