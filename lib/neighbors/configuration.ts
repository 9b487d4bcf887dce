import { FAMILIES, Family, IpAddress, IpPrefix } from '../addressing';

/** Least time between packets of BFD in milliseconds, and how many may be lost: the defaults of MetalLB. */
export const BFD = { interval: 300, multiplier: 3 };

/** Hops between a node and a loopback of the router beside it: the loopback counts as one. */
export const LOOPBACK_HOPS = 2;

/** The community of routes whose router will soon be gone (RFC 8326). */
export const GRACEFUL_SHUTDOWN = '65535:0';

/** Stands for a password: it is in a Secret, which no file may hold. */
export const PASSWORD = 'CHANGE';

/** The IP families of unicast routes. */
export type IpFamily = Extract<Family, 'inet' | 'inet6'>;

/** All of these. */
export const IP_FAMILIES: readonly IpFamily[] = ['inet', 'inet6'];

const ipFamilyOf = ({ family }: { readonly family: 4 | 6 }): IpFamily => (family === 4 ? 'inet' : 'inet6');

/** Routes to a prefix, or to parts of it, of exactly this length. */
export interface RouteFilter {
  readonly prefix: IpPrefix;
  readonly length: number;
}

/** BGP neighbors that are alike but for their address. */
export interface NeighborGroup {
  /** Letters, digits and "-". No two groups of a router have the same. */
  readonly name: string;
  /** Who the neighbors are, in words. */
  readonly description: string;
  readonly kind: 'metallb' | 'route-reflector' | 'route-server';
  /** AS number of the neighbors. */
  readonly remoteAs: number;
  /** AS number to present to them, where it is not the router's own. */
  readonly localAs?: number;
  /** Where the session ends on this side; none where it is the address of the link. */
  readonly source?: IpAddress;
  /** Whether the source is the address that all routers beside nodes share. */
  readonly anycast: boolean;
  /** Hops that eBGP allows for; undefined for iBGP and over a link. */
  readonly hops?: number;
  /** MetalLB dials, and listens to nobody. */
  readonly passive: boolean;
  readonly bfd: boolean;
  /** Whether the session has a password (TCP MD5). */
  readonly password: boolean;
  readonly families: readonly Family[];
  readonly neighbors: readonly { readonly address: IpAddress; readonly description: string }[];
  /** Neighbors that are not known are accepted from here. */
  readonly ranges: readonly IpPrefix[];
}

/** A route to an address that nodes carry on their loopback. */
export interface StaticRoute {
  readonly address: IpAddress;
  /** Addresses of those nodes. */
  readonly via: readonly IpAddress[];
}

/** Prefixes to which the router adds communities, by which a region tells how far a route goes. */
export interface Mark {
  readonly communities: readonly string[];
  readonly prefixes: readonly IpPrefix[];
}

/**
 * What makes a router outside a neighbor of pods, of MetalLB, or of both; the same for all platforms. It is a part of
 * the router's configuration, to be merged into the rest of it.
 */
export interface NeighborConfiguration {
  /** The name of the router. */
  readonly router: string;
  readonly autonomousSystem: number;
  readonly vrf?: string;
  /** What the router peers with pods from, at most one of each IP family. */
  readonly addresses: readonly IpAddress[];
  /** The interface that has these; undefined for a loopback, which gets them. */
  readonly interface?: string;
  /** Loopback addresses that all routers beside nodes share. They stay out of the routing protocol. */
  readonly anycast: readonly IpAddress[];
  readonly groups: readonly NeighborGroup[];
  /** What MetalLB may announce. */
  readonly accepted: readonly RouteFilter[];
  readonly statics: readonly StaticRoute[];
  /** Addresses of the pods that it is a client of. Routes to them are not exchanged with these pods. */
  readonly services: readonly IpAddress[];
  readonly marks: readonly Mark[];
  /** What the reader must change, as the app does not say it. One line each. */
  readonly changes: readonly string[];
  /** What the reader must see to. One line each. */
  readonly notes: readonly string[];
}

/** Whether the router stands beside nodes, and tells the rest of the network of the addresses there. */
export const redistributes = ({ anycast, statics }: NeighborConfiguration): boolean =>
  anycast.length > 0 || statics.length > 0;

/** The groups of neighbors in pods. */
export const podGroups = ({ groups }: NeighborConfiguration): readonly NeighborGroup[] =>
  groups.filter(({ kind }) => kind !== 'metallb');

/** The groups of neighbors on nodes. */
export const nodeGroups = ({ groups }: NeighborConfiguration): readonly NeighborGroup[] =>
  groups.filter(({ kind }) => kind === 'metallb');

/** The families that some of the groups carry. */
export const familiesOf = (groups: readonly NeighborGroup[]): readonly Family[] =>
  FAMILIES.filter((family) => groups.some(({ families }) => families.includes(family)));

export const carriesIp = (groups: readonly NeighborGroup[]): boolean =>
  groups.some(({ families }) => families.some((family) => family !== 'evpn'));

/** Whether the session is eBGP. */
export const isExternal = ({ autonomousSystem }: NeighborConfiguration, group: NeighborGroup): boolean =>
  group.remoteAs !== (group.localAs ?? autonomousSystem);

/** Whether routes of EVPN and of an IP family share a session to a route server, on which only the former keep their next hop. */
export const mixesEvpn = ({ kind, families }: NeighborGroup): boolean =>
  kind === 'route-server' && families.includes('evpn') && families.length > 1;

/** Those of a list that are of an IP family. */
export const ofFamily = <T>(
  items: readonly T[],
  family: IpFamily,
  spanOf: (item: T) => { family: 4 | 6 },
): readonly T[] => items.filter((item) => ipFamilyOf(spanOf(item)) === family);
