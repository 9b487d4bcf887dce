import { Construct } from 'constructs';
import { AsNumberLike, IpAddress, parseAsNumber, parseCommunity, parseDnsSubdomain, parsePrefix } from '../addressing';
import { clusterOf, declareSpan, readProps, registryOf, reject } from '../registry';
import { keepToRules } from '../rules';
import {
  Check,
  distinct,
  inside,
  integer,
  list,
  mapOf,
  oneOf,
  optional,
  withDefault,
  ValidationError,
  shapeOf,
  text,
} from '../input';
import { Announcement, nodeId, OutsideSpeaker } from '../model';
import { vrfRefusal } from '../neighbors';
import { checkAddresses } from '../reachability/load-balanced-address';
import { AnycastRouteServerPair } from './anycast-route-server-pair';
import { RegionCommunities, RouteReflectorRegion } from './route-reflector-region';

/** The most routes that a router is said to announce. */
const MOST_ROUTES = 100_000_000;

/** A route that a router outside announces: a prefix, or a route of EVPN. */
export interface AnnouncementProps {
  /**
   * A prefix of IPv4 or IPv6 unicast.
   * @default - none; either this or `evpn` is given
   */
  readonly prefix?: string;
  /**
   * What a route of EVPN is called in messages: `'MAC 00:00:5e:00:53:01'`.
   * @default - none
   */
  readonly evpn?: string;
  /**
   * How far the route goes, said by the communities of the regions that the router is a client of: `only` stays in the
   * region, `preferred` is the last choice of other regions.
   * @default - everywhere
   */
  readonly inRegion?: keyof RegionCommunities;
  /**
   * Standard communities (RFC 1997) that the route has besides.
   * @default []
   */
  readonly communities?: readonly string[];
}

/** What {@link OutsideRouter} takes. */
export interface OutsideRouterProps {
  /**
   * Name of the router, a DNS name. No other router of the app has it.
   * @default - the id of the construct
   */
  readonly name?: string;
  /**
   * The software of the router.
   * @default - none: what is written for it is for any
   */
  readonly platform?: 'junos' | 'iosxr' | 'frr' | 'eos';
  /** AS number of the router: that of its route reflectors, or one that its route servers accept. */
  readonly autonomousSystem: AsNumberLike;
  /**
   * The addresses that it peers from, at most one of each IP family, in the client ranges of its regions and pairs.
   * @default - none; needed with `clientOf`
   */
  readonly addresses?: readonly string[];
  /**
   * The regions and pairs that it is a client of. It peers with all their addresses.
   * @default - none: it stands next to nodes, and no more
   */
  readonly clientOf?: readonly (RouteReflectorRegion | AnycastRouteServerPair)[];
  /**
   * The nodes that it stands next to, in the cluster of this chart; `KubernetesNodes` declares them. Nodes are reached
   * only by the routers that are declared to stand next to them, where there are any.
   *
   * Names, `['n1']`; or each name with the addresses of the node on its link to this router, at most one of each IP
   * family, `{ n1: ['203.0.113.129'] }`. The router's configuration has these, or else some to be changed.
   * @default - none
   */
  readonly nodes?: readonly string[] | Readonly<Record<string, readonly string[]>>;
  /**
   * The VRF of the router in which it reaches nodes and pods, of at most 15 characters where the platform is FRR or not
   * said. No router carries EVPN in one.
   * @default - the default VRF
   */
  readonly vrf?: string;
  /**
   * The interface that has its addresses: `'Loopback5'`, `'lo0.5'`.
   * @default - a loopback, which its configuration gives the addresses
   */
  readonly interface?: string;
  /**
   * Routes that it announces, for the proof that all clients learn them: `['203.0.113.0/24']`. Some of each kind do.
   * @default - none
   */
  readonly announces?: readonly (string | AnnouncementProps)[];
  /**
   * How many routes it announces in all, about.
   * @default - as many as `announces` has
   */
  readonly routes?: number;
}

/** An announcement, read; its communities are complete once those of its regions are known. */
type Read = Announcement & Pick<AnnouncementProps, 'inRegion'>;

const checkAnnouncement: Check<Read> = (value) => {
  const { prefix, evpn, inRegion, communities } = shapeOf<AnnouncementProps>()({
    prefix: optional(parsePrefix),
    evpn: optional(
      text(/^[\x21-\x7e]([\x20-\x7e]{0,62}[\x21-\x7e])?$/, 'a name of 1 to 64 letters and signs of ASCII'),
    ),
    inRegion: optional(oneOf('only', 'preferred')),
    communities: withDefault(distinct(list(parseCommunity)), []),
  })(typeof value === 'string' ? { prefix: value } : value);
  if ((prefix === undefined) === (evpn === undefined))
    throw ValidationError.of(value, 'either a prefix or an evpn route');
  const family = prefix ? (prefix.family === 4 ? 'inet' : 'inet6') : 'evpn';
  return { family, route: prefix?.text ?? (evpn as string), inRegion, communities };
};

const checkAnnouncements: Check<readonly Read[]> = (value) => {
  const announcements = list(checkAnnouncement)(value);
  const seen = new Set<string>();
  announcements.forEach(({ family, route }, i) => {
    if (seen.has(`${family} ${route}`)) throw ValidationError.of(route, 'each route once').within(String(i));
    seen.add(`${family} ${route}`);
  });
  return announcements;
};

const checkPart: Check<RouteReflectorRegion | AnycastRouteServerPair> = (value) => {
  if (value instanceof RouteReflectorRegion || value instanceof AnycastRouteServerPair) return value;
  throw ValidationError.of(value, 'a RouteReflectorRegion or an AnycastRouteServerPair');
};

/** A list of constructs, each once; unlike other values they cannot be compared by their text. */
const checkParts: Check<readonly (RouteReflectorRegion | AnycastRouteServerPair)[]> = (value) => {
  const parts = list(checkPart, 1)(value);
  const index = parts.findIndex((part, i) => parts.indexOf(part) < i);
  if (index >= 0) throw ValidationError.of(parts[index].node.path, 'each region and pair once').within(String(index));
  return parts;
};

/** Names of nodes, each with the addresses by which the router reaches it, if these are said. */
const checkNodes: Check<ReadonlyMap<string, readonly IpAddress[] | undefined>> = (value) => {
  if (!Array.isArray(value) && typeof value === 'object') return mapOf(parseDnsSubdomain, checkAddresses, 1)(value);
  return new Map(distinct(list(parseDnsSubdomain, 1))(value).map((name) => [name, undefined]));
};

const checkProps = shapeOf<OutsideRouterProps>()({
  name: optional(parseDnsSubdomain),
  platform: optional(oneOf('junos', 'iosxr', 'frr', 'eos')),
  autonomousSystem: parseAsNumber,
  addresses: optional(checkAddresses),
  clientOf: optional(checkParts),
  nodes: optional(checkNodes),
  vrf: optional(
    text(/^[A-Za-z][-A-Za-z0-9_]{0,31}$/, 'the name of a VRF: a letter, then letters, digits, "-" and "_"'),
  ),
  interface: optional(text(/^[A-Za-z][-A-Za-z0-9_./:]{0,62}$/, 'the name of an interface such as Loopback5 or lo0.5')),
  announces: withDefault(checkAnnouncements, []),
  routes: optional(integer(1, MOST_ROUTES)),
});

type Outside = ReturnType<typeof checkProps>;

/**
 * A BGP router outside the cluster, for the model of the topology: a client of regions or pairs, a router next to
 * nodes, or both. It makes no objects. A region or pair of which no router is a client is taken to have two.
 */
export class OutsideRouter extends Construct {
  /** AS number of the router. */
  readonly autonomousSystem: number;
  /** Name of the router. */
  readonly name: string;

  /** @throws InvalidPropError; what concerns regions, pairs and nodes is checked when the app is written */
  constructor(scope: Construct, id: string, props: OutsideRouterProps) {
    super(scope, id);
    const router = readProps(this, props, checkProps);
    this.autonomousSystem = router.autonomousSystem;
    this.name = router.name ?? readProps(this, id, (value) => inside('id', () => parseDnsSubdomain(value)));
    this.rejectContradictions(router);
    const addresses = router.addresses ?? [];
    const [{ path }, { name }] = [this.node, this];
    registryOf(this).add('names', { path, prop: 'name', kind: 'router', space: '', name });
    addresses.forEach((address, i) => declareSpan(this, `addresses[${i}]`, 'router', address));
    registryOf(this).add('outside', { path, cluster: clusterOf(this), router: this.speaker(router, addresses) });
    keepToRules(this);
  }

  private rejectContradictions(router: Outside): void {
    const { addresses, clientOf, nodes, announces, routes } = router;
    this.rejectNames(router);
    if (!clientOf && !nodes) reject(this, 'clientOf', undefined, 'regions or pairs to be a client of, or nodes');
    if (clientOf && !addresses) reject(this, 'addresses', undefined, 'the addresses that the client peers from');
    if (!clientOf && announces.length > 0) {
      reject(this, 'announces', announces[0].route, 'nothing without clientOf: nobody would hear it');
    }
    if (routes !== undefined && routes < announces.length) {
      reject(this, 'routes', routes, `at least ${announces.length}, as many as announces has`);
    }
    clientOf?.forEach((part, i) => {
      if (part.node.root !== this.node.root)
        reject(this, `clientOf[${i}]`, part.node.path, 'a construct of the same app');
      announces.forEach(({ inRegion }, j) => {
        if (!inRegion || communitiesOf(part)[inRegion] !== undefined) return;
        const allowed = `nothing: ${part.node.path} has no community for it`;
        reject(this, `announces[${j}].inRegion`, inRegion, allowed);
      });
    });
  }

  /** Refuses names that the platform refuses, and addresses of nodes that are given twice. */
  private rejectNames({ platform, vrf, interface: name, addresses = [], nodes }: Outside): void {
    const allowed = vrf === undefined ? undefined : vrfRefusal(platform ?? 'generic', vrf);
    if (allowed !== undefined) reject(this, 'vrf', vrf, allowed);
    if (name !== undefined && addresses.length === 0) reject(this, 'interface', name, 'nothing without addresses');
    const taken = new Map(addresses.map(({ text }) => [text, 'the router']));
    for (const [node, theirs = []] of nodes ?? []) {
      theirs.forEach((address, i) => {
        const other = taken.get(address.text);
        if (other) reject(this, `nodes.${node}[${i}]`, address.text, `an address of its own: ${other} has it already`);
        taken.set(address.text, node);
      });
    }
  }

  private speaker(router: Outside, addresses: readonly IpAddress[]): OutsideSpeaker {
    const { clientOf = [], nodes = new Map<string, undefined>(), announces, routes } = router;
    const cluster = clusterOf(this);
    const reached = [...nodes].flatMap(([name, theirs]) => (theirs ? [[nodeId(cluster, name), theirs] as const] : []));
    return {
      id: this.name,
      path: this.node.path,
      assumed: false,
      platform: router.platform ?? 'generic',
      autonomousSystem: router.autonomousSystem,
      addresses,
      clientOf: clientOf.map(({ node }) => node.path),
      nodes: [...nodes.keys()].map((name) => nodeId(cluster, name)),
      nodeAddresses: Object.fromEntries(reached),
      vrf: router.vrf,
      interface: router.interface,
      announces: announces.map(({ family, route, inRegion, communities }) => {
        const own = inRegion ? clientOf.map((part) => communitiesOf(part)[inRegion] as string) : [];
        return { family, route, communities: [...new Set([...own, ...communities])] };
      }),
      routes: routes ?? announces.length,
    };
  }
}

function communitiesOf(part: RouteReflectorRegion | AnycastRouteServerPair): RegionCommunities {
  return part instanceof RouteReflectorRegion ? part.communities : {};
}
