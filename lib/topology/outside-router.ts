import { Construct } from 'constructs';
import { AsNumberLike, IpAddress, parseAsNumber, parseCommunity, parseDnsSubdomain, parsePrefix } from '../addressing';
import { clusterOf } from '../app/declared';
import { readProps, refuse } from '../app/invalid-prop';
import { declareOutside, topologyOf } from '../app/topology';
import { Check, distinct, inside, integer, list, oneOf, optional, otherwise, Refusal, shapeOf, text } from '../input';
import { Announcement, nodeId, OutsideSpeaker } from '../model';
import { checkAddresses } from '../reachability/load-balanced-address';
import { AnycastRouteServerPair } from './anycast-route-server-pair';
import { refuseOutside } from './outside-rules';
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
   * Names of the nodes that it stands next to, in the cluster of this chart; `KubernetesNodes` declares them. Nodes are
   * reached only by the routers that are declared to stand next to them, where there are any.
   * @default - none
   */
  readonly nodes?: readonly string[];
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
    communities: otherwise(distinct(list(parseCommunity)), []),
  })(typeof value === 'string' ? { prefix: value } : value);
  if ((prefix === undefined) === (evpn === undefined)) throw Refusal.of(value, 'either a prefix or an evpn route');
  const family = prefix ? (prefix.family === 4 ? 'inet' : 'inet6') : 'evpn';
  return { family, route: prefix?.text ?? (evpn as string), inRegion, communities };
};

const checkAnnouncements: Check<readonly Read[]> = (value) => {
  const announcements = list(checkAnnouncement)(value);
  const seen = new Set<string>();
  announcements.forEach(({ family, route }, i) => {
    if (seen.has(`${family} ${route}`)) throw Refusal.of(route, 'each route once').within(String(i));
    seen.add(`${family} ${route}`);
  });
  return announcements;
};

const checkPart: Check<RouteReflectorRegion | AnycastRouteServerPair> = (value) => {
  if (value instanceof RouteReflectorRegion || value instanceof AnycastRouteServerPair) return value;
  throw Refusal.of(value, 'a RouteReflectorRegion or an AnycastRouteServerPair');
};

/** A list of constructs, each once; unlike other values they cannot be compared by their text. */
const checkParts: Check<readonly (RouteReflectorRegion | AnycastRouteServerPair)[]> = (value) => {
  const parts = list(checkPart, 1)(value);
  const index = parts.findIndex((part, i) => parts.indexOf(part) < i);
  if (index >= 0) throw Refusal.of(parts[index].node.path, 'each region and pair once').within(String(index));
  return parts;
};

const checkProps = shapeOf<OutsideRouterProps>()({
  name: optional(parseDnsSubdomain),
  platform: optional(oneOf('junos', 'iosxr', 'frr', 'eos')),
  autonomousSystem: parseAsNumber,
  addresses: optional(checkAddresses),
  clientOf: optional(checkParts),
  nodes: optional(distinct(list(parseDnsSubdomain, 1))),
  announces: otherwise(checkAnnouncements, []),
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
    this.refuseContradictions(router);
    const addresses = router.addresses ?? [];
    const speaker = this.speaker(router, addresses);
    declareOutside(this, { name: this.name, addresses }, () => speaker);
    this.node.addValidation({ validate: () => (refuseOutside(this, speaker, topologyOf(this)), []) });
  }

  private refuseContradictions({ addresses, clientOf, nodes, announces, routes }: Outside): void {
    if (!clientOf && !nodes) refuse(this, 'clientOf', undefined, 'regions or pairs to be a client of, or nodes');
    if (clientOf && !addresses) refuse(this, 'addresses', undefined, 'the addresses that the client peers from');
    if (!clientOf && announces.length > 0) {
      refuse(this, 'announces', announces[0].route, 'nothing without clientOf: nobody would hear it');
    }
    if (routes !== undefined && routes < announces.length) {
      refuse(this, 'routes', routes, `at least ${announces.length}, as many as announces has`);
    }
    clientOf?.forEach((part, i) => {
      if (part.node.root !== this.node.root)
        refuse(this, `clientOf[${i}]`, part.node.path, 'a construct of the same app');
      announces.forEach(({ inRegion }, j) => {
        if (!inRegion || communitiesOf(part)[inRegion] !== undefined) return;
        const allowed = `nothing: ${part.node.path} has no community for it`;
        refuse(this, `announces[${j}].inRegion`, inRegion, allowed);
      });
    });
  }

  private speaker(router: Outside, addresses: readonly IpAddress[]): OutsideSpeaker {
    const { clientOf = [], nodes = [], announces, routes } = router;
    const cluster = clusterOf(this);
    return {
      id: this.name,
      path: this.node.path,
      assumed: false,
      platform: router.platform ?? 'generic',
      autonomousSystem: router.autonomousSystem,
      addresses,
      clientOf: clientOf.map(({ node }) => node.path),
      nodes: nodes.map((name) => nodeId(cluster, name)),
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
