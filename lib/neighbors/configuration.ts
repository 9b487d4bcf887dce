import { byKind, FAMILIES, Family, IP_FAMILIES, IpAddress, ipFamilyOf, IpPrefix, traitsOf } from '../addressing';
import { TIMERS, timersOf } from '../configuration';
import { BfdTimers } from '../model';
import { MaximumPrefixes } from '../settings';

/** Hops between a node and a loopback of the router beside it: the loopback counts as one. */
export const LOOPBACK_HOPS = 2;

/** The community of routes whose router is about to stop (RFC 8326). */
export const GRACEFUL_SHUTDOWN = '65535:0';

/** The placeholder of a password: the password is in a Secret, and no file may contain it. */
export const PASSWORD = 'CHANGE';

/** Matches routes to a prefix, or to parts of it, by their length. */
export interface RouteFilter {
  readonly prefix: IpPrefix;
  /** The length of the routes; the least one where `upTo` is given. */
  readonly length: number;
  /** The greatest length. */
  readonly upTo?: number;
}

/** BGP neighbors that differ in their address only. */
export interface NeighborGroup {
  /** Letters, digits and "-". No two groups of a router have the same. */
  readonly name: string;
  /** Who the neighbors are, in words. */
  readonly description: string;
  /** `client` and `member`: pods, if the router is a route reflector that they dial. */
  readonly kind: 'metallb' | 'route-reflector' | 'route-server' | 'client' | 'member';
  /** The cluster id that the router reflects the routes of clients with. */
  readonly clusterId?: IpAddress;
  /** AS number of the neighbors. */
  readonly remoteAs: number;
  /** AS number that the router presents to them in place of its own. */
  readonly localAs?: number;
  /** The address of the router's end; undefined where it is the address of the link. */
  readonly source?: IpAddress;
  /** Whether the source is the anycast address of all routers beside nodes. */
  readonly anycast: boolean;
  /** Hops that eBGP allows; undefined for iBGP and over a link. */
  readonly hops?: number;
  /** The hold time of the neighbors, in seconds; undefined: that of all sessions with pods. */
  readonly holdSeconds?: number;
  /** How many hops the neighbors are away at most, by GTSM (RFC 5082); undefined: without GTSM. */
  readonly gtsmHops?: number;
  /** Whether the router waits for the neighbor to connect: MetalLB does not listen. */
  readonly passive: boolean;
  /** Timers of BFD on the router's side; undefined without BFD. */
  readonly bfd?: BfdTimers;
  /** Whether the session has a password (TCP MD5). */
  readonly password: boolean;
  readonly families: readonly Family[];
  /** How many routes each neighbor may send; undefined: any number. */
  readonly maximumPrefixes?: MaximumPrefixes;
  /** Whether the neighbors send all paths to a route (RFC 7911). */
  readonly addPath?: boolean;
  readonly neighbors: readonly { readonly address: IpAddress; readonly description: string }[];
  /** Prefixes from which the router accepts neighbors that are not configured (dynamic neighbors). */
  readonly ranges: readonly IpPrefix[];
}

/** A route to an address that nodes have on their loopback. */
export interface StaticRoute {
  readonly address: IpAddress;
  /** Addresses of those nodes. */
  readonly via: readonly IpAddress[];
}

/** Prefixes to which the router adds communities; a region filters by these. */
export interface Mark {
  readonly communities: ReturnType<typeof byKind>;
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
  /** The BGP identifier; undefined where the one that the router has may stay. */
  readonly routerId?: IpAddress;
  /** The router's own addresses that are not on a link, at most one of each IP family. */
  readonly addresses: readonly IpAddress[];
  /** The interface that has these already; undefined where the text puts them on a loopback. */
  readonly interface?: string;
  /** Loopback addresses that all routers beside nodes share. No routing protocol may carry them. */
  readonly anycast: readonly IpAddress[];
  readonly groups: readonly NeighborGroup[];
  /** What MetalLB may announce. */
  readonly accepted: readonly RouteFilter[];
  /** What the router announces to the nodes. */
  readonly toNodes: readonly RouteFilter[];
  /** The routing protocol that `connected` and `statics` are exported to. */
  readonly exportsTo: ExportProtocol;
  /** Connected routes that are exported: the router's own loopback addresses and its links to nodes. */
  readonly connected: readonly RouteFilter[];
  readonly statics: readonly StaticRoute[];
  /** Addresses of the pods that the router is a client of. Routes to them are not exchanged with these pods. */
  readonly services: readonly IpAddress[];
  readonly marks: readonly Mark[];
  /** What the router announces to pods, by IP family; all that it has in a family that is not here. */
  readonly announced: Readonly<Partial<Record<Family, readonly RouteFilter[]>>>;
  /** What the reader must replace, as the app does not say it. One line each. */
  readonly changes: readonly string[];
  /** What the reader must see to. One line each. */
  readonly notes: readonly string[];
}

/** The routing protocols that a router beside nodes can export to. */
export type ExportProtocol = 'bgp' | 'isis' | 'ospf';

/** The number or name of the process of IS-IS and OSPF, on platforms that have one. */
export const IGP_PROCESS = '1';

/** The groups of route reflectors and route servers in pods. */
export const podGroups = ({ groups }: NeighborConfiguration): readonly NeighborGroup[] =>
  groups.filter(({ kind }) => kind === 'route-reflector' || kind === 'route-server');

/** Whether the neighbors are pods that the router serves as a route reflector, without any filter. */
export const isServed = ({ kind }: NeighborGroup): boolean => kind === 'client' || kind === 'member';

/** The groups of neighbors on nodes. */
export const nodeGroups = ({ groups }: NeighborConfiguration): readonly NeighborGroup[] =>
  groups.filter(({ kind }) => kind === 'metallb');

/** The statement of the cluster id that clients are served with, if there are any. */
export const clusterIdOf = (groups: readonly NeighborGroup[], statement: string): readonly string[] => [
  ...new Set(groups.flatMap(({ clusterId }) => (clusterId ? [`${statement} ${clusterId.text}`] : []))),
];

/** The families that some of the groups carry. */
export const familiesOf = (groups: readonly NeighborGroup[]): readonly Family[] =>
  FAMILIES.filter((family) => groups.some(({ families }) => families.includes(family)));

/** Whether the neighbors send all paths to routes of a family. */
export const receivesAll = ({ addPath, families }: NeighborGroup, family: Family): boolean =>
  addPath === true && families.includes(family) && traitsOf(family).addPath;

/** Whether some of the groups carry routes that filters of prefixes apply to. */
export const carriesPrefixes = (groups: readonly NeighborGroup[]): boolean =>
  groups.some(({ families }) => families.some((family) => traitsOf(family).prefixes !== undefined));

/** Whether some of the groups carry routes that keep their next hop where they go on to another AS. */
export const keepsNextHop = (groups: readonly NeighborGroup[]): boolean =>
  groups.some(({ families }) => families.some((family) => traitsOf(family).keepsNextHop));

/** Whether sessions carry routes of the IP family that is not that of their addresses. */
export const carriesOtherIpFamily = ({ source, families }: NeighborGroup): boolean =>
  source !== undefined && IP_FAMILIES.some((family) => family !== ipFamilyOf(source) && families.includes(family));

/** The timers of sessions with pods, in seconds. */
export const timersToward = ({ holdSeconds }: NeighborGroup) =>
  holdSeconds === undefined ? TIMERS : timersOf(holdSeconds);

/** Whether the session is eBGP. */
export const isExternal = ({ autonomousSystem }: NeighborConfiguration, group: NeighborGroup): boolean =>
  group.remoteAs !== (group.localAs ?? autonomousSystem);

/** Whether routes that keep their next hop share a session to a route server with others that do not. */
export const mixesNextHops = (group: NeighborGroup): boolean =>
  group.kind === 'route-server' &&
  keepsNextHop([group]) &&
  group.families.some((family) => !traitsOf(family).keepsNextHop);

/** Those of a list that are of the IP family of a family's prefixes. */
export const ofFamily = <T>(
  items: readonly T[],
  family: Family,
  spanOf: (item: T) => { family: 4 | 6 },
): readonly T[] => items.filter((item) => spanOf(item).family === traitsOf(family).prefixes);

/** Filters of a family. */
export const filtersOf = (filters: readonly RouteFilter[], family: Family): readonly RouteFilter[] =>
  ofFamily(filters, family, ({ prefix }) => prefix);
