import type * as kplus from 'cdk8s-plus-28';
import {
  IpAddress,
  IpPrefix,
  parseCommunity,
  parseDnsLabel,
  parseLabelKey,
  parsePrefix,
  parseRfc1123Label,
} from '../addressing';
import {
  Check,
  flag,
  instanceOf,
  integer,
  list,
  oneOf,
  optional,
  withDefault,
  ValidationError,
  shapeOf,
} from '../input';
import { checkAddresses } from '../reachability/load-balanced-address';
import { checkNodeLabels } from '../reachability/node-selector';
import { checkReachability, Reachability } from '../reachability/reachability';
import {
  checkHoldTime,
  checkRouterId,
  checkRouterIds,
  checkSecretKey,
  HoldTime,
  MOST_UPSTREAM_SESSIONS,
  rejectBfd,
  SecretKey,
} from '../settings';
import type { ExternalRouteReflectors } from './external-route-reflectors';
import { ImportedRegion } from './imported-region';
import { MeshProps, meshShape } from './mesh';
import type { RouteReflectorRegion } from './route-reflector-region';
import { checkSides, SIDE_LABEL, SideProps, sideShape } from './sides';
import { RouterWorkloadProps, workloadShape } from './workload-props';

/** One side of a region that serves routers outside the cluster. */
export interface RegionSideProps extends SideProps {
  /**
   * The addresses that clients peer with, at most one of each IP family.
   * @default - none; needed with, and only with, `reachability`
   * @example ['192.0.2.1', '2001:db8::1']
   */
  readonly addresses?: readonly string[];
}

/** Communities by which clients say how far their routes go: standard (RFC 1997) or large ones (RFC 8092). */
export interface RegionCommunities {
  /**
   * Routes with it stay in the region.
   * @default - none
   */
  readonly only?: string;
  /**
   * Routes with it are sent upstream with local preference 20, so that other regions use them last.
   * @default - none
   */
  readonly preferred?: string;
}

/** What sessions with clients outside the cluster have beside BGP. Both ends need it. */
export interface ClientSessionProps {
  /**
   * The key of a Secret with the TCP MD5 key (RFC 2385) of all clients in `clientRanges`; only where nothing translates their
   * path: clients in pods (`podClients` without `reachability`), and `Reachability.hostNetwork` with `fullMesh: false`.
   * @default - none
   * @example { secretName: 'bgp-keys', key: 'clients' }
   */
  readonly authentication?: SecretKey | kplus.SecretValue;
  /**
   * The hold time that the routers offer: a Duration, or seconds, 3 to 65535. The smaller one of both ends counts.
   * @default 30
   * @example Duration.seconds(9)
   */
  readonly holdTime?: HoldTime;
  /**
   * BFD (RFC 5880), which no router has for sessions of clients: it is refused with the reason.
   * @default - none
   */
  readonly bfd?: never;
}

/** What {@link RouteReflectorRegion} takes. */
export interface RouteReflectorRegionProps extends RouterWorkloadProps, Omit<MeshProps, 'serviceName'> {
  /**
   * Name of the region. Nodes of the region have the label `meshrr_region_NAME: "true"`.
   * @default - the id of the construct
   */
  readonly region?: string;
  /**
   * Name of the region's headless Service and beginning of the names of all its objects.
   * @default 'meshrr-' and the name of the region
   */
  readonly name?: string;
  /**
   * Pods of a core region, one on a host, spread over the sides.
   * @default 2, unless `sides` are given
   */
  readonly replicas?: number;
  /**
   * The sides of a client-facing region, by name: one or more, usually `a` and `b`. A pod runs on each node of the region
   * and side.
   * @default - none: a core region
   * @example { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } }
   */
  readonly sides?: Readonly<Record<string, RegionSideProps>>;
  /**
   * How clients outside the cluster reach the sides.
   * @default - only from inside the cluster
   * @example Reachability.hostPorts()
   */
  readonly reachability?: Reachability;
  /**
   * The prefixes that clients outside the cluster peer from.
   * @default - none: only the routers of the regions below are clients; needed with `reachability`, and only with `sides`
   * @example ['198.51.100.0/24', '2001:db8:1::/64']
   */
  readonly clientRanges?: readonly string[];
  /**
   * What sessions with clients in `clientRanges` have beside BGP.
   * @default - nothing
   * @example { authentication: { secretName: 'bgp-keys', key: 'clients' } }
   */
  readonly clientSessions?: ClientSessionProps;
  /**
   * Whether the region's routers peer with each other. Without it they need an upstream.
   * @default true
   */
  readonly fullMesh?: boolean;
  /**
   * The route reflectors of this region's routers: another region, or its name within the chart; a region of another app;
   * or reflectors that the network has already.
   * @default - none
   * @example core, or 'core'
   */
  readonly upstream?: RouteReflectorRegion | ImportedRegion | ExternalRouteReflectors | string;
  /**
   * Regions of other apps whose routers are clients of this region's. Regions of this app name it as their `upstream`.
   * @default - none
   * @example [RouteReflectorRegion.fromService(chart, 'east', { service: 'meshrr-east', namespace: 'east', autonomousSystem })]
   */
  readonly regionsBelow?: readonly ImportedRegion[];
  /**
   * The most sessions that a router holds toward the upstream region, 1 to 64.
   * @default 2
   */
  readonly upstreamSessions?: number;
  /**
   * The routes that clients of the region may announce, of IPv4 and IPv6; others are dropped. Prefixes, which take in
   * all longer ones; or `'declared'`: what routers announce that the app declares as clients of the region, or of regions
   * below it. Routes of EVPN and of VPNs are not checked.
   * @default - all
   * @example ['203.0.113.0/24'], or 'declared'
   */
  readonly clientRoutes?: readonly string[] | 'declared';
  /**
   * Whether routes of clients get local preference 100 (`reset`), so that none can outbid another, or keep what they
   * have. Lower ones that mean something stay: 20 (`communities.preferred`) and 0 (RFC 8326).
   * @default - 'reset' where clients are routers of other regions or other pods, else 'keep'
   */
  readonly clientLocalPreference?: 'keep' | 'reset';
  /**
   * BGP identifiers, written as IPv4 addresses, by the names of the nodes. A pod on any other node does not start.
   * @default - hashes of the names of workload and node
   * @example { n1: '192.0.2.11', n2: '192.0.2.12' }
   */
  readonly routerIds?: Readonly<Record<string, string>>;
  /**
   * The cluster id (RFC 4456): each pod has its BGP identifier (`pod`), or all have the same one, which is a hash of the
   * region's name (`region`) or is given as an IPv4 address. With one cluster id, a route reflector drops routes that another
   * one of the region has reflected: each client must peer with all of them.
   * @default 'pod'
   * @example 'region'
   */
  readonly clusterId?: string;
  /**
   * Communities by which clients say how far their routes go.
   * @default - none
   * @example { only: '64496:100', preferred: '64496:200' }
   */
  readonly communities?: RegionCommunities;
  /**
   * Labels that the region's nodes have.
   * @default { meshrr_region_NAME: 'true' }
   * @example { 'topology.kubernetes.io/region': 'east' }
   */
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /**
   * Node label whose values are the sides. A core spreads its pods over them.
   * @default 'side'
   */
  readonly sideLabel?: string;
}

const checkClusterId: Check<'pod' | 'region' | IpAddress> = (value) => {
  if (value === 'pod' || value === 'region') return value;
  const isAddress = typeof value === 'string' && /^[\d.]+$/.test(value);
  if (!isAddress) throw ValidationError.of(value, '"pod", "region" or an IPv4 address other than 0.0.0.0');
  return checkRouterId(value);
};

const checkClientSessions = shapeOf<ClientSessionProps>()({
  authentication: optional(checkSecretKey),
  holdTime: optional(checkHoldTime),
  bfd: rejectBfd,
});

const checkCommunities: Check<RegionCommunities> = (value) => {
  const communities = shapeOf<RegionCommunities>()({
    only: optional(parseCommunity),
    preferred: optional(parseCommunity),
  })(value);
  if (communities.only !== undefined && communities.only === communities.preferred) {
    throw ValidationError.of(communities.preferred, 'a community other than that of "only"').within('preferred');
  }
  return communities;
};

const checkClientRoutes: Check<readonly IpPrefix[] | 'declared'> = (value) =>
  value === 'declared' ? value : list(parsePrefix, 1)(value);

/** The checks of all props but `upstream`, which may be a construct of this class. */
export const regionShape = {
  ...workloadShape,
  ...meshShape,
  region: optional(parseRfc1123Label),
  name: optional(parseDnsLabel),
  replicas: optional(integer(1, 1000)),
  sides: optional(checkSides(shapeOf<RegionSideProps>()({ ...sideShape, addresses: optional(checkAddresses) }))),
  reachability: optional(checkReachability),
  clientRanges: optional(list(parsePrefix, 1)),
  clientSessions: (value: unknown) => checkClientSessions(value ?? {}),
  regionsBelow: withDefault(list(instanceOf(ImportedRegion, 'RouteReflectorRegion.fromService(…)')), []),
  fullMesh: withDefault(flag, true),
  upstreamSessions: optional(integer(1, MOST_UPSTREAM_SESSIONS)),
  clientRoutes: optional(checkClientRoutes),
  clientLocalPreference: optional(oneOf('keep', 'reset')),
  routerIds: optional(checkRouterIds),
  clusterId: withDefault(checkClusterId, 'pod'),
  communities: optional(checkCommunities),
  nodeLabels: optional(checkNodeLabels),
  sideLabel: withDefault(parseLabelKey, SIDE_LABEL),
};
