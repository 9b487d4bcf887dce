import { addressAt, IpAddress, IpPrefix, parsePrefix, prefixAround, prefixesOf } from '../addressing';
import { ROUTE_SERVER_HOPS } from '../configuration';
import { BGP_PORT } from '../settings';
import { BgpTopology, clientGroupOf, ClusterNode, grouped, OutsideSpeaker, RouterGroup, sorted } from '../model';
import {
  LOOPBACK_HOPS,
  Mark,
  NeighborConfiguration,
  NeighborGroup,
  PASSWORD,
  RouteFilter,
  StaticRoute,
} from './configuration';
import { asNumberToward, RackPeering, rackPeerings } from './metallb-peering';
import { indexOf } from './topology-index';

/** The longest description that every platform takes. */
const DESCRIPTION_LENGTH = 80;

/** Words that every platform takes for a description: the name of a cluster may hold anything. */
const described = (words: string) => words.replace(/[^\x20-\x7e]|["\\*!]/g, '_').slice(0, DESCRIPTION_LENGTH);

/** What stands for the networks of nodes that the app does not tell: ranges for documentation (RFC 5737, RFC 3849). */
const UNKNOWN_NETWORK: Readonly<Record<4 | 6, IpPrefix>> = {
  4: parsePrefix('203.0.113.0/24'),
  6: parsePrefix('2001:db8:ffff::/64'),
};

/**
 * Derives what makes a router a neighbor: of MetalLB on the nodes that it stands next to, of nodes that carry
 * addresses of pods, and of the pods that it is a client of.
 */
export function neighborConfiguration(topology: BgpTopology, router: OutsideSpeaker): NeighborConfiguration {
  const peerings = rackPeerings(router, topology);
  const changes = new Set<string>();
  const rack = peerings.flatMap((peering) => rackGroup(router, peering, peerings, changes));
  const index = indexOf(topology);
  const reached = router.clientOf.map((path) => index.workloadsOf(path));
  const pods = podSessions(reached, router);
  const statics = staticRoutes(topology, router, changes);
  const served = sorted(reached.flat(), ({ id }) => id).flatMap(({ addresses }) => addresses);
  const services = new Map(served.map((address) => [address.text, address]));
  const anycast = new Map(
    peerings.flatMap(({ neighbor: { address }, place }) =>
      address && place === 'anycast' ? [[address.text, address] as const] : [],
    ),
  );
  return {
    router: router.id,
    autonomousSystem: router.autonomousSystem,
    vrf: router.vrf,
    addresses: pods.length > 0 || rack.some(({ source, anycast: shared }) => source && !shared) ? router.addresses : [],
    interface: router.interface,
    anycast: [...anycast.values()],
    groups: [...rack, ...pods],
    accepted: acceptedRoutes(peerings),
    statics,
    services: [...services.values()],
    marks: marksOf(router),
    changes: [...(router.assumed ? [assumption(router)] : []), ...changes],
    notes: notesOf(reached.flat(), router, peerings, { anycast: anycast.size > 0, carried: statics.length > 0 }),
  };
}

function assumption({ autonomousSystem, addresses }: OutsideSpeaker): string {
  const texts = addresses.map(({ text }) => text);
  return `${[`AS ${autonomousSystem}`, ...texts].join(' and ')}: assumed, as no router of the app is in this place`;
}

/** The neighbors of a session of MetalLB's. */
function rackGroup(
  router: OutsideSpeaker,
  { neighbor, nodes, place }: RackPeering,
  all: readonly RackPeering[],
  changes: Set<string>,
): readonly NeighborGroup[] {
  const { address, name } = neighbor;
  if (!address) return [];
  const { family } = address;
  const presented = asNumberToward(neighbor, router.autonomousSystem);
  const external = presented !== neighbor.nodesAutonomousSystem;
  const known = nodes.flatMap(({ id }) => {
    const own = router.nodeAddresses?.[id]?.find((each) => each.family === family);
    return own ? [{ address: own, description: described(`MetalLB on ${id}`) }] : [];
  });
  const unknown = nodes.filter(({ id }) => router.nodeAddresses?.[id] === undefined).map(({ id }) => id);
  if (unknown.length > 0) {
    changes.add(`${UNKNOWN_NETWORK[family].text}: stands for the network of ${unknown.join(', ')}`);
  }
  if (neighbor.passwordSecret)
    changes.add(`the password ${PASSWORD}: stands for that in Secret ${secretName(neighbor)}`);
  const dualStack = neighbor.dualStack ? (['inet', 'inet6'] as const) : ([family === 4 ? 'inet' : 'inet6'] as const);
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
      bfd: neighbor.bfd,
      password: neighbor.passwordSecret !== undefined,
      families: dualStack,
      neighbors: known,
      ranges: unknown.length > 0 ? [UNKNOWN_NETWORK[family]] : [],
    },
  ];
}

const secretName = ({ passwordSecret }: RackPeering['neighbor']) =>
  `${passwordSecret?.namespace}/${passwordSecret?.name}`;

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
  return [...new Map(filters.map((filter) => [`${filter.prefix.text} ${filter.length}`, filter])).values()];
}

/** The neighbors in pods, a group for each region or pair and IP family. */
function podSessions(parts: readonly (readonly RouterGroup[])[], router: OutsideSpeaker): readonly NeighborGroup[] {
  const names = new Set<string>();
  return parts.flatMap((sides) => {
    return router.addresses.flatMap((source): NeighborGroup[] => {
      const reached = sides.flatMap((side) =>
        side.addresses.flatMap((address) =>
          address.family === source.family && clientGroupOf(side.clients, source)
            ? [{ address, description: describe(side) }]
            : [],
        ),
      );
      if (reached.length === 0) return [];
      const [{ part, mode, autonomousSystem, families }] = sides;
      const role = mode === 'route-server' ? 'route servers' : 'route reflectors';
      return [
        {
          name: freeName(`MESHRR-${part.name}${source.family === 6 ? '-v6' : ''}`, names),
          description: `${role} of ${part.name}`,
          kind: mode,
          remoteAs: autonomousSystem,
          source,
          anycast: false,
          hops: mode === 'route-server' ? ROUTE_SERVER_HOPS : undefined,
          passive: false,
          bfd: false,
          password: false,
          families,
          neighbors: reached,
          ranges: [],
        },
      ];
    });
  });
}

const describe = ({ part, side }: RouterGroup) => (side ? `${part.name}, side ${side}` : part.name);

function freeName(name: string, taken: Set<string>): string {
  let [free, number] = [name, 2];
  while (taken.has(free)) free = `${name}-${number++}`;
  taken.add(free);
  return free;
}

/** Routes to the addresses that the nodes beside the router carry. */
function staticRoutes(topology: BgpTopology, router: OutsideSpeaker, changes: Set<string>): readonly StaticRoute[] {
  const nodes = indexOf(topology).nodesBeside(router);
  const carried = indexOf(topology).podsOnHostPorts(nodes);
  const viaOf = (node: ClusterNode, family: 4 | 6): readonly IpAddress[] => {
    const known = router.nodeAddresses?.[node.id];
    if (known) return known.filter((each) => each.family === family);
    const via = addressAt(UNKNOWN_NETWORK[family], nodes.indexOf(node) + 1);
    changes.add(`${via.text}: stands for the address of ${node.id}`);
    return [via];
  };
  const routes = carried.flatMap((speaker) =>
    speaker.group.addresses.flatMap((address) => viaOf(speaker.node, address.family).map((via) => ({ address, via }))),
  );
  return [...grouped(routes, ({ address }) => address.text).values()].map((same) => ({
    address: same[0].address,
    via: same.map(({ via }) => via),
  }));
}

/** The prefixes that the router announces with communities. */
function marksOf({ announces }: OutsideSpeaker): readonly Mark[] {
  const marked = announces.filter(({ family, communities }) => family !== 'evpn' && communities.length > 0);
  return [...grouped(marked, ({ communities }) => communities.join(' ')).values()].map((same) => ({
    // In the order in which FRR shows them.
    communities: [...same[0].communities].sort((one, other) => valueOf(one) - valueOf(other)),
    prefixes: same.map(({ route }) => parsePrefix(route)),
  }));
}

function valueOf(community: string): number {
  const [high, low] = community.split(':').map(Number);
  return high * 0x10000 + low;
}

function notesOf(
  servers: readonly RouterGroup[],
  { vrf }: OutsideSpeaker,
  peerings: readonly RackPeering[],
  { anycast, carried }: { readonly anycast: boolean; readonly carried: boolean },
): readonly string[] {
  const unnumbered = peerings.filter(({ neighbor }) => neighbor.interface !== undefined);
  const ports = peerings.filter(({ neighbor: { port } }) => port !== undefined && port !== BGP_PORT);
  const evpn = servers.some(({ families }) => families.includes('evpn'));
  const notes: readonly (readonly [boolean, string])[] = [
    [anycast, 'The BGP identifier of the router must not be the address that all routers beside nodes share.'],
    [anycast || carried, 'Where another protocol than BGP carries routes, redistribute there, by the same policies.'],
    [vrf !== undefined, `VRF ${vrf} is there already, with its route distinguisher and targets.`],
    [evpn, 'VNIs, route targets and the tunnel endpoint of EVPN are not in here.'],
  ];
  return [
    ...notes.flatMap(([holds, note]) => (holds ? [note] : [])),
    ...unnumbered.map(({ neighbor }) => `Peer ${neighbor.name} of MetalLB runs over an interface; it is not in here.`),
    ...ports.map(
      ({ neighbor: { name, port } }) => `Peer ${name} of MetalLB dials port ${port}, where BGP must listen.`,
    ),
  ];
}
