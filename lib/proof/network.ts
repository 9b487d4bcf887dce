import { IpAddress, parseAddress } from '../addressing';
import { BgpTopology, Family, RouterGroup, Session, sessionsOf } from '../model';

/**
 * What a neighbour is to a router: an iBGP client of the reflector that it is (RFC 4456), another iBGP neighbour, or an
 * eBGP neighbour.
 */
export type NeighbourType = 'client' | 'non-client' | 'external';

/** One end of a session. */
export interface Neighbour {
  /** The neighbour's place in the network. */
  readonly router: number;
  /** The place of the session in the neighbour's own list. */
  readonly reverse: number;
  readonly type: NeighbourType;
  readonly families: readonly Family[];
  /** Whether what is sent is filtered by the communities of the region: the session leads upstream. */
  readonly filtered: boolean;
  /** What the router peers with. */
  readonly address: Address;
  /** The BGP identifier of the neighbour. */
  readonly routerId: number;
}

/** An address, in the order in which routers compare them. */
export type Address = Pick<IpAddress, 'family' | 'first'>;

/** A router as the simulator knows it, without its sessions. */
export interface Identity {
  readonly id: string;
  readonly autonomousSystem: number;
  /** BGP identifier, as a number. A reflector has it for its cluster id, too, so no two reflectors share one. */
  readonly routerId: number;
  /** What others peer with where a session has no address of its own, and routers outside by the family. */
  readonly addresses: readonly Address[];
  readonly communities: RouterGroup['communities'];
  /** Whether it is a router outside, which sends on nothing that it has from others. */
  readonly outside: boolean;
}

/** A router and its sessions. */
export interface NetworkRouter extends Identity {
  readonly neighbours: readonly Neighbour[];
}

/** Routers and the sessions between them. */
export interface Network {
  readonly routers: readonly NetworkRouter[];
  /** The places of the routers by their ids. */
  readonly places: ReadonlyMap<string, number>;
}

/** What a topology leaves open, and a running network has: IPv4 addresses as text, by the ids of routers. */
export interface Known {
  /** BGP identifiers. Without them pods have theirs in the order of the topology, before those of routers outside. */
  readonly routerIds?: ReadonlyMap<string, string>;
  /** The addresses of pods. @default - their BGP identifiers, as the runtime has it */
  readonly podAddresses?: ReadonlyMap<string, string>;
  /** The sessions that there are. @default - those that `sessionsOf` chooses */
  readonly sessions?: readonly Session[];
}

/** All routers of a topology, by id. */
export function identitiesOf(topology: BgpTopology, known: Known = {}): ReadonlyMap<string, Identity> {
  const given = (ids: ReadonlyMap<string, string> | undefined, id: string) => {
    const text = ids?.get(id);
    return text === undefined ? undefined : numberOf(text);
  };
  const identities = new Map<string, Identity>();
  topology.speakers.forEach(({ id, group: { autonomousSystem, communities, routerId: fixed } }, i) => {
    const routerId = given(known.routerIds, id) ?? (fixed === undefined ? i + 1 : numberOf(fixed));
    const address = given(known.podAddresses, id) ?? routerId;
    const addresses = [{ family: 4, first: BigInt(address) } as const];
    identities.set(id, { id, autonomousSystem, routerId, addresses, communities, outside: false });
  });
  topology.outside.forEach(({ id, autonomousSystem, addresses }, i) => {
    const own = addresses.find(({ family }) => family === 4);
    const routerId = given(known.routerIds, id) ?? (own ? Number(own.first) : topology.speakers.length + i + 1);
    identities.set(id, { id, autonomousSystem, routerId, addresses, communities: {}, outside: true });
  });
  return identities;
}

const numberOf = (ipv4: string): number => Number(parseAddress(ipv4).first);

/** The network that a topology makes, with everything in order unless other sessions are given. */
export function networkOf(topology: BgpTopology, known: Known = {}): Network {
  return joined([...identitiesOf(topology, known).values()], known.sessions ?? sessionsOf(topology));
}

/** Joins routers by sessions. Each session is between two of them. */
export function joined(identities: readonly Identity[], sessions: readonly Session[]): Network {
  const routers = identities.map((identity) => ({ ...identity, neighbours: [] as Neighbour[] }));
  const places = new Map(identities.map(({ id }, i) => [id, i]));
  for (const session of sessions) {
    const [from, to] = [places.get(session.from) as number, places.get(session.to) as number];
    const [lower, upper] = [routers[from], routers[to]];
    const { families, kind } = session;
    const [fromAddress, toAddress] = addressesOf(session, lower, upper);
    const types = TYPES[kind];
    const reverse = { lower: upper.neighbours.length, upper: lower.neighbours.length };
    lower.neighbours.push({
      ...{ router: to, reverse: reverse.lower, type: types.to, families },
      ...{ filtered: kind === 'upstream', address: toAddress, routerId: upper.routerId },
    });
    upper.neighbours.push({
      ...{ router: from, reverse: reverse.upper, type: types.from, families },
      ...{ filtered: false, address: fromAddress, routerId: lower.routerId },
    });
  }
  return { routers, places };
}

/** What the ends of a session are to each other. */
const TYPES: Readonly<Record<Session['kind'], { readonly from: NeighbourType; readonly to: NeighbourType }>> = {
  mesh: { from: 'non-client', to: 'non-client' },
  upstream: { from: 'client', to: 'non-client' },
  client: { from: 'client', to: 'non-client' },
  external: { from: 'external', to: 'external' },
};

/** What `to` peers with, and what `from` does. */
function addressesOf({ address }: Session, from: Identity, to: Identity): readonly [Address, Address] {
  const shared = address === undefined ? undefined : parseAddress(address);
  const own = from.addresses.find(({ family }) => family === (shared?.family ?? 4)) ?? from.addresses[0];
  return [own, shared ?? to.addresses[0]];
}
