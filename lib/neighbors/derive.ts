import { covers, IP_FAMILIES, IpAddress, ipFamilyOf, overlaps, prefixAround, prefixesOf } from '../addressing';
import { familiesToward, ROUTE_SERVER_HOPS } from '../configuration';
import {
  asNumberToward,
  BfdTimers,
  BgpTopology,
  clientGroupOf,
  ClusterNode,
  grouped,
  OutsideSpeaker,
  RackPeering,
  RouterGroup,
  sessionTerms,
  sorted,
} from '../model';
import { SecretKey, secretKeyAt } from '../settings';
import {
  carriesOtherIpFamily,
  familiesOf,
  LOOPBACK_HOPS,
  NeighborConfiguration,
  NeighborGroup,
  PASSWORD,
  RouteFilter,
  StaticRoute,
} from './configuration';
import { announcedBy, marksOf } from './client-announcements';
import { notesOf } from './notes';
import { servedPods } from './served-pods';
import { exactly, hostRoute, unique, within } from './route-filters';
import { UnknownNetworks } from './unknown-networks';
import { indexOf, rackPeerings } from './topology-index';

/** The longest description that every platform takes. */
const DESCRIPTION_LENGTH = 80;

/** A description without signs that some platform refuses: the name of a cluster may have any. */
const described = (words: string) => words.replace(/[^\x20-\x7e]|["\\*!]/g, '_').slice(0, DESCRIPTION_LENGTH);

/**
 * Derives what makes a router a neighbor: of MetalLB on the nodes beside it, of nodes that carry addresses of pods, and of
 * the pods that it is a client of.
 */
export function neighborConfiguration(topology: BgpTopology, router: OutsideSpeaker): NeighborConfiguration {
  const index = indexOf(topology);
  const peerings = rackPeerings(router, topology);
  const unknown = new UnknownNetworks();
  const rack = peerings.flatMap((peering) => rackGroup(router, peering, peerings, unknown));
  const servers = router.clientOf.map((path) => index.workloadsOf(path));
  const pods = podSessions(servers, router);
  const statics = staticRoutes(topology, router, unknown);
  const addresses = router.addresses.filter(({ text }) => !isOnLink(peerings, text));
  const anycast = anycastOf(peerings);
  const exportsTo = router.exportsTo ?? 'bgp';
  const besideNodes = rack.length + statics.length > 0;
  const connected = besideNodes && router.vrf === undefined ? connectedRoutes(router, addresses, unknown) : [];
  const services = sorted(servers.flat(), ({ id }) => id).flatMap((group) => group.addresses);
  const exported = exportsTo === 'bgp' ? [...connected, ...statics.map(({ address }) => hostRoute(address))] : [];
  const announced = announcedBy(router, exported);
  const toRouteServers = familiesOf(pods.filter(({ kind }) => kind === 'route-server'));
  return {
    router: router.id,
    autonomousSystem: router.autonomousSystem,
    vrf: router.vrf,
    routerId: anycast.length > 0 ? routerIdOf(addresses, anycast, unknown) : undefined,
    addresses: besideNodes || pods.length > 0 ? addresses : [],
    interface: router.interface,
    anycast,
    groups: [...rack, ...pods, ...servedPods(topology, router)],
    accepted: acceptedRoutes(peerings),
    toNodes: rack.length > 0 ? routesToNodes(topology, router, peerings) : [],
    exportsTo,
    connected,
    statics,
    services: unique(services, ({ text }) => text),
    marks: marksOf(router),
    announced,
    changes: [
      ...(router.assumed ? [assumption(router)] : []),
      ...unknown.changes,
      ...peerings.flatMap(({ neighbor: { address, passwordSecret: secret } }) =>
        address && secret
          ? [`the password ${PASSWORD}: stands for that in Secret ${secret.namespace}/${secret.name}`]
          : [],
      ),
      ...keysToward(router, servers.flat()).map(keyChange),
    ].filter((line, i, all) => all.indexOf(line) === i),
    notes: notesOf(router, peerings, {
      anycast,
      servers: servers.flat(),
      unfiltered: toRouteServers.filter((family) => announced[family] === undefined),
      foreign: pods.filter(carriesOtherIpFamily),
      guarded: pods.filter(({ gtsmHops }) => gtsmHops !== undefined),
      unlinked: besideNodes ? unlinked(router, connected, unknown) : [],
    }),
  };
}

/** The keys of sessions with pods that the router is a client of, or that it reflects for. */
function keysToward(router: OutsideSpeaker, servers: readonly RouterGroup[]): readonly SecretKey[] {
  const { addresses, reflects } = router;
  const files = servers.flatMap((side) =>
    addresses.flatMap((address) => {
      const clients = clientGroupOf(side.clients, address);
      return (clients && sessionTerms(router, clients).keyFile) ?? [];
    }),
  );
  const ofClients = [...new Set(files)].flatMap((file) => secretKeyAt(file) ?? []);
  return [...(reflects?.authentication ? [reflects.authentication] : []), ...ofClients];
}

/** What stands for a TCP MD5 key. */
const keyChange = ({ secretName, key }: SecretKey) =>
  `the password ${PASSWORD}: stands for ${key} in Secret ${secretName}, in the namespace of the pods`;

/** Without it, a router may take the address that all routers beside nodes share, if that is of IPv4. */
function routerIdOf(
  addresses: readonly IpAddress[],
  anycast: readonly IpAddress[],
  unknown: UnknownNetworks,
): IpAddress | undefined {
  const ofIpv4 = ({ family }: IpAddress) => family === 4;
  return addresses.find(ofIpv4) ?? (anycast.some(ofIpv4) ? unknown.routerId : undefined);
}

const isOnLink = (peerings: readonly RackPeering[], text: string) =>
  peerings.some(({ neighbor, place }) => place === 'link' && neighbor.address?.text === text);

const anycastOf = (peerings: readonly RackPeering[]): readonly IpAddress[] =>
  unique(
    peerings.flatMap(({ neighbor: { address }, place }) => (address && place === 'anycast' ? [address] : [])),
    ({ text }) => text,
  );

function assumption({ autonomousSystem, addresses }: OutsideSpeaker): string {
  const texts = addresses.map(({ text }) => text);
  return `${[`AS ${autonomousSystem}`, ...texts].join(' and ')}: assumed, as no router of the app is in this place`;
}

/** The neighbors of a session of MetalLB's; none where it runs over an interface. */
function rackGroup(
  router: OutsideSpeaker,
  { neighbor, nodes, place }: RackPeering,
  all: readonly RackPeering[],
  unknown: UnknownNetworks,
): readonly NeighborGroup[] {
  const { address, name } = neighbor;
  if (!address) return [];
  const { family } = address;
  const presented = asNumberToward(neighbor, router.autonomousSystem);
  const external = presented !== neighbor.nodesAutonomousSystem;
  const ranges = router.nodeRanges?.filter((range) => range.family === family) ?? [];
  const known = nodes.flatMap(({ id }) => {
    const own = router.nodeAddresses?.[id]?.find((each) => each.family === family);
    if (!own || ranges.some((range) => covers(range, own))) return [];
    return { address: own, description: described(`MetalLB on ${id}`) };
  });
  const missing = ranges.length > 0 ? [] : nodes.filter(({ id }) => router.nodeAddresses?.[id] === undefined);
  return [
    {
      name:
        all.length > 1 ? `MESHRR-METALLB-${all.findIndex((each) => each.neighbor === neighbor) + 1}` : 'MESHRR-METALLB',
      description: `MetalLB, peer ${name}`,
      kind: 'metallb',
      remoteAs: neighbor.nodesAutonomousSystem,
      localAs: presented === router.autonomousSystem ? undefined : presented,
      source: place === 'link' ? undefined : address,
      anycast: place === 'anycast',
      hops: external && neighbor.multihop ? LOOPBACK_HOPS : undefined,
      passive: true,
      bfd: neighbor.bfd && otherEndOf(neighbor.bfd),
      password: neighbor.passwordSecret !== undefined,
      families: neighbor.dualStack ? IP_FAMILIES : [ipFamilyOf(address)],
      neighbors: known,
      ranges: missing.length > 0 ? [...ranges, unknown.networkOf(missing, family)] : ranges,
    },
  ];
}

/** What one end sends as often as the other end can receive, and the other way round. */
const otherEndOf = ({ receiveInterval, transmitInterval, multiplier }: BfdTimers): BfdTimers => ({
  receiveInterval: transmitInterval,
  transmitInterval: receiveInterval,
  multiplier,
});

/** What MetalLB may announce over these sessions. */
function acceptedRoutes(peerings: readonly RackPeering[]): readonly RouteFilter[] {
  const filters = peerings.flatMap(({ metallb, neighbor }) =>
    metallb.pools
      .filter(({ neighbors }) => neighbors.length === 0 || neighbors.includes(neighbor.name))
      .flatMap(({ addresses, routeLength }) =>
        addresses.flatMap(prefixesOf).map((prefix): RouteFilter => {
          const length = routeLength[prefix.family];
          return { prefix: prefix.length > length ? prefixAround(prefix, length) : prefix, length };
        }),
      ),
  );
  return unique(filters, ({ prefix, length }) => `${prefix.text} ${length}`);
}

/** Routes to clients of the pods in the clusters of these sessions: the pods answer them by these. */
function routesToNodes(
  { groups }: BgpTopology,
  { announcesToNodes }: OutsideSpeaker,
  peerings: readonly RackPeering[],
): readonly RouteFilter[] {
  if (announcesToNodes !== 'client-addresses') return [];
  const clusters = new Set(peerings.map(({ metallb }) => metallb.cluster));
  const ranges = groups
    .filter(({ cluster, reachedBy }) => clusters.has(cluster) && reachedBy === 'metallb')
    .flatMap(({ clients, podNetworks }) =>
      clients.flatMap((each) => each.ranges.filter((range) => !podNetworks.some((pods) => overlaps(pods, range)))),
    );
  return unique(ranges, ({ text }) => text).map(within);
}

/** Connected routes that the router exports: its own loopback, and its links to the nodes. */
function connectedRoutes(
  { nodeRanges = [], nodeLinks = [], exportsTo = 'bgp' }: OutsideSpeaker,
  addresses: readonly IpAddress[],
  unknown: UnknownNetworks,
): readonly RouteFilter[] {
  const links = [...nodeLinks.map(exactly), ...[...nodeRanges, ...unknown.networks].map(within)];
  // An IGP has the loopback already.
  const loopback = exportsTo === 'bgp' ? addresses.map(hostRoute) : [];
  return unique([...loopback, ...links], ({ prefix }) => prefix.text);
}

/** The nodes whose links are not exported, as the app does not tell the networks of these. */
function unlinked(
  router: OutsideSpeaker,
  connected: readonly RouteFilter[],
  unknown: UnknownNetworks,
): readonly string[] {
  const { nodes, nodeAddresses = {}, nodeRanges = [] } = router;
  const anyNode = nodeRanges.length + unknown.networks.length > 0;
  return nodes.filter((id) => {
    const addresses = nodeAddresses[id] as readonly IpAddress[] | undefined;
    if (!addresses) return !anyNode;
    return !addresses.every((address) => connected.some(({ prefix }) => covers(prefix, address)));
  });
}

/** The neighbors in pods, a group for each region or pair, IP family, and set of address families. */
function podSessions(parts: readonly (readonly RouterGroup[])[], router: OutsideSpeaker): readonly NeighborGroup[] {
  const names = new Set<string>();
  return parts.flatMap((sides) =>
    router.addresses.flatMap((source): NeighborGroup[] => {
      const reached = sides.flatMap((side) => {
        const clients = clientGroupOf(side.clients, source);
        const families = clients && familiesToward(side, clients);
        return side.addresses.flatMap((address) =>
          address.family === source.family && families
            ? [{ address, description: describe(side), families, clients, terms: sessionTerms(router, clients) }]
            : [],
        );
      });
      const [{ part, mode, autonomousSystem }] = sides;
      const role = mode === 'route-server' ? 'route servers' : 'route reflectors';
      const likeOf = ({ families, terms, clients: { addPath } }: (typeof reached)[number]) =>
        JSON.stringify([families, terms, addPath]);
      return [...grouped(reached, likeOf).values()].map((neighbors): NeighborGroup => ({
        name: freeName(`MESHRR-${part.name}${source.family === 6 ? '-v6' : ''}`, names),
        description: `${role} of ${part.name}`,
        kind: mode,
        remoteAs: autonomousSystem,
        source,
        anycast: false,
        hops: mode === 'route-server' ? ROUTE_SERVER_HOPS : undefined,
        holdSeconds: neighbors[0].terms.holdSeconds,
        gtsmHops: neighbors[0].terms.gtsmHops,
        passive: false,
        password: neighbors[0].terms.keyFile !== undefined,
        families: neighbors[0].families,
        maximumPrefixes: router.maximumPrefixes,
        addPath: neighbors[0].clients.addPath,
        neighbors: neighbors.map(({ address, description }) => ({ address, description })),
        ranges: [],
      }));
    }),
  );
}

const describe = ({ part, side }: RouterGroup) => (side ? `${part.name}, side ${side}` : part.name);

function freeName(name: string, taken: Set<string>): string {
  let [free, number] = [name, 2];
  while (taken.has(free)) free = `${name}-${number++}`;
  taken.add(free);
  return free;
}

/** Routes to the addresses that the nodes beside the router carry. */
function staticRoutes(topology: BgpTopology, router: OutsideSpeaker, unknown: UnknownNetworks): readonly StaticRoute[] {
  const nodes = indexOf(topology).racks.nodesBeside(router);
  const carried = indexOf(topology).podsOnNodeAddresses(nodes);
  const viaOf = (node: ClusterNode, family: 4 | 6): readonly IpAddress[] =>
    router.nodeAddresses?.[node.id]?.filter((each) => each.family === family) ?? [
      unknown.addressOf(node, nodes.indexOf(node), family),
    ];
  const routes = carried.flatMap((speaker) =>
    speaker.group.addresses.flatMap((address) => viaOf(speaker.node, address.family).map((via) => ({ address, via }))),
  );
  return [...grouped(routes, ({ address }) => address.text).values()].map((same) => ({
    address: same[0].address,
    via: same.map(({ via }) => via),
  }));
}
