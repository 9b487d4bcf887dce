import { Family, IpAddress, parseAddress } from '../../addressing';
import { ClientRoute, importRefusal } from '../../configuration';
import { BgpTopology, OutsideSpeaker, refusalBy, RouterGroup, Session, sessionsOf } from '../../model';

/**
 * What a neighbor is to a router: an iBGP client of the reflector that it is (RFC 4456), another iBGP neighbor, or an
 * eBGP neighbor.
 */
export type NeighborType = 'client' | 'non-client' | 'external';

/** One end of a session. */
export interface Neighbor {
  /** The neighbor's place in the network. */
  readonly router: number;
  /** The place of the session in the neighbor's own list. */
  readonly reverse: number;
  readonly type: NeighborType;
  readonly families: readonly Family[];
  /** Whether what is sent is filtered by the communities of the region: the session leads upstream. */
  readonly filtered: boolean;
  /** Whether the neighbor gets all paths, not only the best one (RFC 7911). It passes none of them on. */
  readonly getsAll?: true;
  /** The address that the router peers with; as text where pods share it, as few routers have to compare those. */
  readonly address: Address | string;
  /** The BGP identifier of the neighbor. */
  readonly routerId: number;
  /** Whether the import policy drops a route of the neighbor. @default - it drops none */
  readonly refuses?: (route: ClientRoute) => boolean;
}

/** An address, as routers compare them. */
export type Address = Pick<IpAddress, 'family' | 'first'>;

/** A router as the simulator knows it, without its sessions. */
export interface Identity {
  readonly id: string;
  readonly autonomousSystem: number;
  /** BGP identifier, as a number. */
  readonly routerId: number;
  /**
   * CLUSTER_ID of a reflector (RFC 4456, 7): reflectors of one region may share it.
   * @default - its BGP identifier
   */
  readonly clusterId?: number;
  /** What others peer with where a session has no address of its own, and routers outside by the family. */
  readonly addresses: readonly Address[];
  readonly communities: RouterGroup['communities'];
  /** Whether it is a router outside that does not reflect: it sends on nothing that it has from others. */
  readonly outside: boolean;
  /** Whether its import policy drops a route of a client, by the id of the client. @default - it drops none */
  readonly refuses?: (client: string, route: ClientRoute) => boolean;
}

/** A router and its sessions. */
export interface NetworkRouter extends Identity {
  readonly neighbors: readonly Neighbor[];
}

/** Routers and the sessions between them. */
export interface Network {
  readonly routers: readonly NetworkRouter[];
  /** The places of the routers by their ids. */
  readonly places: ReadonlyMap<string, number>;
}

/** What a topology leaves open, and a running network has: IPv4 addresses as text, by the ids of routers. */
export interface Known {
  /** BGP identifiers. @default - those of the model */
  readonly routerIds?: ReadonlyMap<string, string>;
  /** The addresses of pods. @default - in the order of the topology, below all others */
  readonly podAddresses?: ReadonlyMap<string, string>;
  /** The sessions that there are. @default - those that `sessionsOf` chooses */
  readonly sessions?: readonly Session[];
}

/** All routers of a topology, by id. */
export function identitiesOf(topology: BgpTopology, known: Known = {}): ReadonlyMap<string, Identity> {
  const identities = new Map<string, Identity>();
  const outside = new Map(topology.outside.map((router) => [router.id, router]));
  topology.speakers.forEach(({ id, routerId: own, group }, i) => {
    const { autonomousSystem, communities, clusterId: shared } = group;
    const refuses = importPolicyOf(group, outside);
    const routerId = numberOf(known.routerIds?.get(id)) ?? Number(own.first);
    const clusterId = shared && Number(shared.first);
    const addresses = [{ family: 4, first: BigInt(numberOf(known.podAddresses?.get(id)) ?? i + 1) } as const];
    identities.set(id, { id, autonomousSystem, routerId, clusterId, addresses, communities, outside: false, refuses });
  });
  topology.outside.forEach((router, i) => {
    const { id, autonomousSystem } = router;
    const own = router.addresses.find(({ family }) => family === 4);
    // Identifiers that are not known yet are below all addresses that a router may have.
    const other = own ? Number(own.first) : topology.speakers.length + i + 1;
    const routerId = numberOf(known.routerIds?.get(id)) ?? other;
    // Pods of another app, whose addresses are not known.
    const addresses = router.addresses.length > 0 ? router.addresses : [{ family: 4, first: BigInt(other) } as const];
    const { reflects } = router;
    const clusterId = numberOf(reflects?.clusterId?.text);
    const isOutside = reflects === undefined;
    identities.set(id, {
      ...{ id, autonomousSystem, routerId, clusterId, addresses },
      communities: {},
      outside: isOutside,
    });
  });
  return identities;
}

/** What the routers of a group do with routes of their clients: routers outside, and pods of regions below. */
function importPolicyOf(group: RouterGroup, outside: ReadonlyMap<string, OutsideSpeaker>): Identity['refuses'] {
  const { clients, clientFilters, clientRoutes, autonomousSystem } = group;
  if (!clientFilters && !clientRoutes && !clients.some(({ members }) => members)) return undefined;
  return (client, route) => {
    const router = outside.get(client);
    return (router ? refusalBy(group, router, route) : importRefusal(group, { autonomousSystem }, route)) !== undefined;
  };
}

const numberOf = (ipv4: string | undefined): number | undefined =>
  ipv4 === undefined ? undefined : Number(parseAddress(ipv4).first);

/** The network that a topology makes, with everything in order unless other sessions are given. */
export function networkOf(topology: BgpTopology, known: Known = {}): Network {
  return joined([...identitiesOf(topology, known).values()], known.sessions ?? sessionsOf(topology));
}

/** Joins routers by sessions. Each session is between two of them. */
export function joined(identities: readonly Identity[], sessions: readonly Session[]): Network {
  const places = new Map(identities.map(({ id }, i) => [id, i]));
  // Written out: networks are made by the thousand, and spreading an object takes ten times as long.
  const routers = identities.map((router) => {
    const { id, autonomousSystem, routerId, clusterId, addresses, communities, outside, refuses } = router;
    const neighbors: Neighbor[] = [];
    return { id, autonomousSystem, routerId, clusterId, addresses, communities, outside, refuses, neighbors };
  });
  for (const { kind, from, to, families, address, addPath } of sessions) {
    const [lowerPlace, upperPlace] = [places.get(from) as number, places.get(to) as number];
    const [lower, upper] = [routers[lowerPlace], routers[upperPlace]];
    const { refuses: policy } = upper;
    const [lowerSession, upperSession] = [lower.neighbors.length, upper.neighbors.length];
    lower.neighbors.push({
      router: upperPlace,
      reverse: upperSession,
      type: kind === 'external' ? 'external' : 'non-client',
      families,
      filtered: kind === 'upstream',
      getsAll: undefined,
      address: address ?? upper.addresses[0],
      routerId: upper.routerId,
      refuses: undefined,
    });
    upper.neighbors.push({
      router: lowerPlace,
      reverse: lowerSession,
      type: TYPES[kind],
      families,
      filtered: false,
      getsAll: addPath,
      address: ownAddress(lower, address),
      routerId: lower.routerId,
      refuses: kind === 'mesh' || !policy ? undefined : (route) => policy(lower.id, route),
    });
  }
  return { routers, places };
}

/** What the router is that a session is from, to the one that it leads to. */
const TYPES: Readonly<Record<Session['kind'], NeighborType>> = {
  mesh: 'non-client',
  upstream: 'client',
  client: 'client',
  external: 'external',
};

/** The address of a router from which it peers with another one. */
function ownAddress({ addresses }: Identity, other: string | undefined): Address {
  const wanted = other?.includes(':') ? 6 : 4;
  return addresses.find(({ family }) => family === wanted) ?? addresses[0];
}
