import { Construct } from 'constructs';
import * as fs from 'fs';
import {
  AsNumberLike,
  familyOfRoute,
  IpAddress,
  parseAsNumber,
  parseCommunity,
  parseDnsSubdomain,
  parsePrefix,
  parseRouteDistinguisher,
} from '../addressing';
import {
  clusterOf,
  declareSpan,
  InvalidPropError,
  Problem,
  problem,
  readProp,
  readProps,
  registryOf,
  reject,
} from '../registry';
import { checkAtSynth } from '../validation';
import {
  Check,
  distinct,
  flag,
  inside,
  integer,
  list,
  objectOf,
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
import { checkMaximumPrefixes, checkMember, MaximumPrefixesProps, MemberProps, rejectMaximum } from '../settings';
import { AnycastRouteServerPair } from './anycast-route-server-pair';
import { RegionCommunities } from './region-props';
import { checkNodes } from './nodes-beside';
import { RouteReflectorRegion } from './route-reflector-region';

/** The most routes that a router is said to announce. */
const MOST_ROUTES = 100_000_000;

/** A route that a router outside announces: a prefix, perhaps in a VPN or with a label, or a route of EVPN. */
export interface AnnouncementProps {
  /**
   * A prefix of IPv4 or IPv6.
   * @default - none; either this or `evpn` is given
   * @example '203.0.113.0/24'
   */
  readonly prefix?: string;
  /**
   * The route distinguisher (RFC 4364) that makes the prefix a VPN route: `64496:100`, `192.0.2.1:100`.
   * @default - none: the prefix is in no VPN
   * @example '64496:100'
   */
  readonly rd?: string;
  /**
   * Whether the prefix has a label (RFC 8277).
   * @default false
   */
  readonly labeled?: boolean;
  /**
   * What a route of EVPN is called in messages: `'MAC 00:00:5e:00:53:01'`.
   * @default - none
   * @example 'MAC 00:00:5e:00:53:01'
   */
  readonly evpn?: string;
  /**
   * How far the route goes, said by the communities of the regions that the router is a client of: `only` stays in the
   * region, `preferred` is the last choice of other regions.
   * @default - everywhere
   */
  readonly inRegion?: keyof RegionCommunities;
  /**
   * Communities that the route has besides: standard (RFC 1997) and large ones (RFC 8092), `'64496:1:2'`.
   * @default []
   * @example ['64496:100']
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
   * Its own addresses, at most one of each IP family: it peers from these, and those of a client are in the client ranges
   * of its regions and pairs. Where MetalLB has several peers on the same node, they say which of the peers it is.
   * @default - none; needed with `clientOf`
   * @example ['198.51.100.4', '2001:db8:1::4']
   */
  readonly addresses?: readonly string[];
  /**
   * The regions and pairs that it is a client of. It peers with all their addresses.
   * @default - none: it stands next to nodes, and no more
   * @example [east]
   */
  readonly clientOf?: readonly (RouteReflectorRegion | AnycastRouteServerPair)[];
  /**
   * The nodes that it stands next to, in the cluster of this chart. Nodes are reached only by the routers that are
   * declared to stand next to them, where there are any.
   *
   * - Names that `KubernetesNodes` declares, `['n1']`: the router's configuration has placeholders for the addresses.
   * - Prefixes, `['203.0.113.128/25']`: the router accepts BGP from any address in them, so that a new node needs no
   *   change on the router. Without names beside them it stands next to every node of the cluster.
   * - Each name with the node's addresses on the link to this router, at most one of each IP family:
   *   `{ n1: ['203.0.113.129/31'] }`. With the length of the network, the router exports the link; without, it does not.
   *   A prefix in place of an address is accepted, too.
   * @default - none
   * @example ['n1', 'n2'], or { n1: ['203.0.113.129'] }
   */
  readonly nodes?: readonly string[] | Readonly<Record<string, readonly string[]>>;
  /**
   * The routing protocol that the router exports its routes to the nodes to: the static routes to addresses that nodes
   * carry, and the links to the nodes. IS-IS is not possible in a VRF.
   * @default 'bgp'
   */
  readonly exportsTo?: 'bgp' | 'isis' | 'ospf';
  /**
   * What the router announces to MetalLB on the nodes. `client-addresses` are routes within the client ranges of the pods
   * behind MetalLB: the pods answer their clients by these where the nodes have no default route that leads there.
   * MetalLB rejects routes unless its FRR is configured to receive them.
   * @default - nothing
   */
  readonly announcesToNodes?: 'client-addresses';
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
   * Routes that it announces, for the proof that all clients learn them: `['203.0.113.0/24']`. The router's configuration
   * lets it announce no others of their IP family, unless `routes` says that there are more.
   * @default - none
   * @example ['203.0.113.0/24', { prefix: '203.0.113.64/26', communities: ['64496:100'] }]
   */
  readonly announces?: readonly (string | AnnouncementProps)[];
  /**
   * How many routes it accepts from each pod that it is a client of, and what it does when a pod sends more.
   * @default - any number
   * @example { maximum: { inet: 1_000_000 }, threshold: 90, excess: 'warn' }
   */
  readonly maximumPrefixes?: MaximumPrefixesProps;
  /**
   * What the pods accept from it alone, where its regions and pairs have `members: true`.
   * @default - what they accept from all clients
   * @example { prefixes: ['203.0.113.0/24'], maximumPrefixes: { maximum: { inet: 10 } } }
   */
  readonly member?: MemberProps;
  /**
   * How many routes it announces in all, about.
   * @default - as many as `announces` has
   */
  readonly routes?: number;
}

/** An announcement, read; its communities are complete once those of its regions are known. */
type Read = Announcement & Pick<AnnouncementProps, 'inRegion'>;

const checkAnnouncement: Check<Read> = (value) => {
  const { prefix, rd, labeled, evpn, inRegion, communities } = shapeOf<AnnouncementProps>()({
    prefix: optional(parsePrefix),
    rd: optional(parseRouteDistinguisher),
    labeled: withDefault(flag, false),
    evpn: optional(
      text(/^[\x21-\x7e]([\x20-\x7e]{0,62}[\x21-\x7e])?$/, 'a name of 1 to 64 letters and signs of ASCII'),
    ),
    inRegion: optional(oneOf('only', 'preferred')),
    communities: withDefault(distinct(list(parseCommunity)), []),
  })(typeof value === 'string' ? { prefix: value } : value);
  if ((prefix === undefined) === (evpn === undefined))
    throw ValidationError.of(value, 'either a prefix or an evpn route');
  if (rd !== undefined && (evpn !== undefined || labeled)) {
    throw ValidationError.of(rd, 'nothing beside evpn and labeled: it makes a prefix a VPN route').within('rd');
  }
  if (labeled && evpn !== undefined) throw ValidationError.of(labeled, 'false beside evpn').within('labeled');
  if (!prefix) return { family: 'evpn', route: evpn as string, inRegion, communities };
  const route = rd === undefined ? prefix.text : `${rd}:${prefix.text}`;
  return { family: familyOfRoute({ prefix, rd, labeled }), route, inRegion, communities };
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

const checkProps = shapeOf<OutsideRouterProps>()({
  name: optional(parseDnsSubdomain),
  platform: optional(oneOf('junos', 'iosxr', 'frr', 'eos')),
  autonomousSystem: parseAsNumber,
  addresses: optional(checkAddresses),
  clientOf: optional(checkParts),
  nodes: optional(checkNodes),
  exportsTo: optional(oneOf('bgp', 'isis', 'ospf')),
  announcesToNodes: optional(oneOf('client-addresses')),
  vrf: optional(
    text(/^[A-Za-z][-A-Za-z0-9_]{0,31}$/, 'the name of a VRF: a letter, then letters, digits, "-" and "_"'),
  ),
  interface: optional(text(/^[A-Za-z][-A-Za-z0-9_./:]{0,62}$/, 'the name of an interface such as Loopback5 or lo0.5')),
  announces: withDefault(checkAnnouncements, []),
  maximumPrefixes: optional(checkMaximumPrefixes),
  member: optional(checkMember),
  routes: optional(integer(1, MOST_ROUTES)),
});

type Outside = ReturnType<typeof checkProps>;

/** The items of a list, or of the JSON file that has it. */
const checkSource: Check<readonly OutsideRouterProps[]> = (value) => {
  if (typeof value !== 'string') return list(objectOf<OutsideRouterProps>(), 1)(value);
  return inside(value, () => list(objectOf<OutsideRouterProps>(), 1)(parsedFile(value)));
};

function parsedFile(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    const why =
      error instanceof SyntaxError
        ? 'a file of JSON'
        : `a file that can be read (${(error as NodeJS.ErrnoException).code})`;
    throw ValidationError.of(file, why);
  }
}

/**
 * A BGP router outside the cluster, for the model of the topology: a client of regions or pairs, a router next to
 * nodes, or both. It makes no objects. A region or pair of which no router is a client is taken to have two.
 *
 * @throws InvalidPropError; what concerns regions, pairs and nodes is checked when the app is written
 */
export class OutsideRouter extends Construct {
  /** AS number of the router. */
  readonly autonomousSystem: number;
  /** Name of the router. */
  readonly name: string;

  /**
   * Makes a router for each item of a list: the props of {@link OutsideRouter}, with a name.
   *
   * @param source the list, or the path of a JSON file that has it, from where the app runs
   * @param common what the items have in common; an item may say otherwise
   * @throws InvalidPropError with a line for each item that is wrong, with its index
   * @example OutsideRouter.from(chart, 'members.json', { clientOf: [pair] })
   */
  static from(
    scope: Construct,
    source: string | readonly OutsideRouterProps[],
    common: Partial<OutsideRouterProps> = {},
  ): readonly OutsideRouter[] {
    const items = readProps(scope, source, checkSource);
    const place = typeof source === 'string' ? source : 'routers';
    const names = new Set<string>();
    const problems = items.flatMap((item, i): Problem[] => {
      try {
        const { name } = inside(place, () => inside(String(i), () => checkProps({ ...common, ...item })));
        if (name !== undefined && names.size < names.add(name).size) return [];
        return [problem(scope.node.path, `${place}[${i}].name`, name, 'a name that no other item has')];
      } catch (error) {
        if (error instanceof ValidationError) return [{ path: scope.node.path, error }];
        throw error;
      }
    });
    if (problems.length > 0) throw new InvalidPropError(problems);
    return items.map((item) => new OutsideRouter(scope, item.name as string, { ...common, ...item }));
  }

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
    checkAtSynth(this);
  }

  private rejectContradictions(router: Outside): void {
    const { addresses, clientOf, nodes, announces, routes } = router;
    this.rejectNames(router);
    if (!clientOf && !nodes) reject(this, 'clientOf', undefined, 'regions or pairs to be a client of, or nodes');
    if (clientOf && !addresses) reject(this, 'addresses', undefined, 'the addresses that the client peers from');
    if (!clientOf && announces.length > 0) {
      reject(this, 'announces', announces[0].route, 'nothing without clientOf: nobody would hear it');
    }
    if (!clientOf && router.maximumPrefixes) {
      reject(
        this,
        'maximumPrefixes',
        router.maximumPrefixes.maximum,
        'nothing without clientOf: no pod sends it routes',
      );
    }
    if (router.platform === 'frr') {
      readProp(this, 'maximumPrefixes', router.maximumPrefixes, (own) => rejectMaximum(own, 'frr'));
    }
    if (!nodes && router.exportsTo) reject(this, 'exportsTo', router.exportsTo, 'nothing without nodes');
    if (!nodes && router.announcesToNodes)
      reject(this, 'announcesToNodes', router.announcesToNodes, 'nothing without nodes');
    if (router.exportsTo === 'isis' && router.vrf !== undefined)
      reject(this, 'exportsTo', 'isis', 'bgp or ospf in a VRF');
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
    for (const [node, theirs = []] of nodes?.names ?? []) {
      theirs.forEach((address, i) => {
        const other = taken.get(address.text);
        if (other) reject(this, `nodes.${node}[${i}]`, address.text, `an address of its own: ${other} has it already`);
        taken.set(address.text, node);
      });
    }
  }

  private speaker(router: Outside, addresses: readonly IpAddress[]): OutsideSpeaker {
    const { clientOf = [], nodes, announces, routes } = router;
    const cluster = clusterOf(this);
    const names = nodes?.names ?? new Map<string, undefined>();
    const reached = [...names].flatMap(([name, theirs]) => (theirs ? [[nodeId(cluster, name), theirs] as const] : []));
    return {
      id: this.name,
      path: this.node.path,
      assumed: false,
      platform: router.platform ?? 'generic',
      autonomousSystem: router.autonomousSystem,
      addresses,
      clientOf: clientOf.map(({ node }) => node.path),
      nodes: [...names.keys()].map((name) => nodeId(cluster, name)),
      besideCluster: nodes && names.size === 0 ? cluster : undefined,
      nodeAddresses: Object.fromEntries(reached),
      nodeRanges: nodes && nodes.ranges.length > 0 ? nodes.ranges : undefined,
      nodeLinks: nodes && nodes.links.length > 0 ? nodes.links : undefined,
      exportsTo: router.exportsTo,
      announcesToNodes: router.announcesToNodes,
      vrf: router.vrf,
      interface: router.interface,
      announces: announces.map(({ family, route, inRegion, communities }) => {
        const own = inRegion ? clientOf.map((part) => communitiesOf(part)[inRegion] as string) : [];
        return { family, route, communities: [...new Set([...own, ...communities])] };
      }),
      maximumPrefixes: router.maximumPrefixes,
      member: router.member,
      routes: routes ?? announces.length,
    };
  }
}

function communitiesOf(part: RouteReflectorRegion | AnycastRouteServerPair): RegionCommunities {
  return part instanceof RouteReflectorRegion ? part.communities : {};
}
