import { covers, formatAsRange, IpAddress, isOverlay, traitsOf } from '../addressing';
import { formatMembers } from '../settings';
import { clientRefusal, familiesToward, withholding } from '../configuration';
import { BgpTopology, clientGroupOf, isMemberOf, membersAmong, OutsideSpeaker, refusalBy, RouterGroup } from '../model';
import { Problem, problem } from '../registry';
import { ofRouter } from './racks';
import { TopologyRule } from './rule';

/** The sides of a region or pair that clients peer with. */
const reachedOf = ({ groups }: BgpTopology, path: string) =>
  groups.filter(({ part, addresses }) => part.path === path && addresses.length > 0);

/** A rule about each client and each side that it peers with. */
export const ofClient = (check: (path: string, router: OutsideSpeaker, group: RouterGroup) => Iterable<Problem>) =>
  ofRouter(function* (path, router, topology) {
    for (const part of router.clientOf) {
      for (const group of reachedOf(topology, part)) yield* check(path, router, group);
    }
  });

const serves = (group: RouterGroup, address: IpAddress) =>
  group.addresses.some(({ family }) => family === address.family);

/** Addresses of a router from which it peers with a side, by their place in the prop. */
const peersFrom = ({ addresses }: OutsideSpeaker, group: RouterGroup) =>
  [...addresses.entries()].filter(([, address]) => serves(group, address));

function* addressesInRanges(path: string, router: OutsideSpeaker, group: RouterGroup) {
  for (const [i, address] of peersFrom(router, group)) {
    const network = group.podNetworks.find((candidate) => covers(candidate, address));
    const ranges = group.clients.flatMap((each) => each.ranges).filter((range) => !group.podNetworks.includes(range));
    if (network) {
      yield problem(path, `addresses[${i}]`, address.text, `an address apart from the pod network ${network.text}`);
    } else if (!clientGroupOf(group.clients, address)) {
      const allowed = `an address in the client ranges of ${group.part.path}: ${ranges.map(({ text }) => text).join(', ')}`;
      yield problem(path, `addresses[${i}]`, address.text, allowed);
    }
  }
}

function* acceptedAsNumber(path: string, router: OutsideSpeaker, group: RouterGroup) {
  const { autonomousSystem: as } = router;
  const part = group.part.path;
  for (const [, address] of peersFrom(router, group)) {
    const clients = clientGroupOf(group.clients, address);
    if (!clients) continue;
    const { asRanges: ranges, members } = clients;
    const reserved = group.clientFilters && clientRefusal(group.clientFilters, as);
    if (reserved !== undefined) {
      yield problem(path, 'autonomousSystem', as, `an AS number that ${part} does not drop (filters): ${reserved}`);
    }
    if (group.mode === 'route-reflector' && as !== group.autonomousSystem) {
      yield problem(path, 'autonomousSystem', as, `${group.autonomousSystem}, that of ${part}: the session is iBGP`);
    }
    if (group.mode === 'route-server' && members) {
      if (as !== group.autonomousSystem) continue;
      yield problem(path, 'autonomousSystem', as, `another one than that of ${part}: the session is eBGP`);
    } else if (group.mode === 'route-server' && !ranges.some(({ first, last }) => first <= as && as <= last)) {
      const allowed = `an AS number that ${part} accepts: ${ranges.map(formatAsRange).join(', ')}`;
      yield problem(path, 'autonomousSystem', as, allowed);
    }
  }
}

function* announcesCarried(path: string, router: OutsideSpeaker, { groups }: BgpTopology) {
  const parts = groups.filter(({ part }) => router.clientOf.includes(part.path));
  const families = new Set(parts.flatMap((group) => group.families));
  const allowed = `a route of ${[...families].join(', ')}, what ${router.clientOf.join(', ')} carries`;
  for (const [i, { family, route }] of router.announces.entries()) {
    if (!families.has(family)) yield problem(path, `announces[${i}]`, route, allowed);
  }
}

/** What a client announces, and families other than those of IP, are of use only on a session that carries them. */
function* sessionsCarry(path: string, router: OutsideSpeaker, group: RouterGroup) {
  const peers = peersFrom(router, group).map(([, address]) => clientGroupOf(group.clients, address));
  if (peers.length === 0 || peers.includes(undefined)) return;
  const carried = new Set(peers.flatMap((clients) => familiesToward(group, clients ?? {})));
  const announced = new Set(router.announces.map(({ family }) => family));
  for (const family of group.families) {
    if (carried.has(family) || !(isOverlay(family) || announced.has(family))) continue;
    const version = traitsOf(family).session;
    const where = `${group.part.path} carries ${family} on IPv${version} sessions only (sessionFamilies)`;
    const texts = router.addresses.map(({ text }) => text);
    yield problem(path, 'addresses', texts, `an IPv${version} address, too: ${where}`);
  }
}

/** A region drops other routes; the proof would count on them. */
function* announcesWithinBounds(path: string, router: OutsideSpeaker, group: RouterGroup) {
  const { part, families, announceable: clientRoutes } = group;
  for (const [i, announced] of router.announces.entries()) {
    const refusal = families.includes(announced.family) && refusalBy({ ...group, clientRoutes }, router, announced);
    if (!refusal) continue;
    const allowed = `a route that ${part.path} does not drop (${refusal.prop}): ${refusal.why}`;
    yield problem(path, `announces[${i}]`, announced.route, allowed);
  }
}

/** The proof promises a declared route to all clients. */
function* announcesToAll(path: string, router: OutsideSpeaker, group: RouterGroup) {
  if (!group.clientFilters?.actions) return;
  for (const [i, { communities }] of router.announces.entries()) {
    const found = withholding(group.autonomousSystem, communities);
    if (found === undefined) continue;
    const allowed = `communities by which ${group.part.path} sends the route to all clients (filters.actions): leave the route out of announces where it does not`;
    yield problem(path, `announces[${i}].communities`, found, allowed);
  }
}

function* membersFit(path: string, { groups, outside }: BgpTopology) {
  for (const { part, clients, router, clientLimit } of groups.filter((group) => group.part.path === path)) {
    const count = clients.flatMap(({ members, ranges }) => (members ? ranges : [])).length;
    if (count === 0) continue;
    if (router === 'frr' && count > clientLimit) {
      yield problem(path, 'members', count, `at most ${clientLimit} addresses of members (runtime.clientLimit)`);
    }
    const bytes = Buffer.byteLength(formatMembers(membersAmong(outside, part.path)));
    if (bytes > CONFIG_MAP_BYTES) {
      yield problem(path, 'members', `${bytes} bytes`, 'at most 1 MiB of members, what a ConfigMap holds');
    }
    return;
  }
}

/** What the API server stores in one ConfigMap, with room for its metadata. */
const CONFIG_MAP_BYTES = 1024 * 1024 - 1024;

/** The session with a client that sends more would end, and the proof would count on it. */
function* routesWithinMaximum(path: string, router: OutsideSpeaker, group: RouterGroup) {
  const announced = new Set(router.announces.map(({ family }) => family));
  for (const [, address] of peersFrom(router, group)) {
    const clients = clientGroupOf(group.clients, address);
    for (const family of clients ? familiesToward(group, clients) : []) {
      const own = clients?.members ? router.member?.maximumPrefixes : undefined;
      const limits = own?.maximum[family] === undefined ? clients?.maximumPrefixes : own;
      const { maximum = {}, excess = 'warn' } = limits ?? {};
      if (excess === 'warn') continue;
      const announces = router.announces.filter((each) => each.family === family).length;
      const routes = announced.size === 1 && announced.has(family) ? router.routes : announces;
      const most = maximum[family] ?? Infinity;
      if (routes <= most) continue;
      const allowed = `at most ${most} routes of ${family}, as ${group.part.path} accepts (maximumPrefixes)`;
      yield problem(path, routes === announces ? 'announces' : 'routes', routes, allowed);
    }
  }
}

export const CLIENTS: readonly TopologyRule[] = [
  {
    id: 'router-own-name',
    wants: 'No router outside has the name of a pod.',
    check: ofRouter(function* (path, { id }, { speakers }) {
      const isTaken = speakers.some((speaker) => speaker.id === id);
      if (isTaken) yield problem(path, 'name', id, 'a name of its own: a pod has it already');
    }),
  },
  {
    id: 'router-no-side-address',
    wants: 'No router outside has an address that clients peer with.',
    check: ofRouter(function* (path, { addresses }, { groups }) {
      for (const [i, { text }] of addresses.entries()) {
        const owner = groups.find((group) => group.addresses.some((address) => address.text === text));
        if (!owner) continue;
        const allowed = `an address of its own: it is what clients of ${owner.part.path} peer with`;
        yield problem(path, `addresses[${i}]`, text, allowed);
      }
    }),
  },
  {
    id: 'client-of-reachable',
    wants: 'A region or pair that a router is a client of has addresses that clients peer with.',
    check: ofRouter(function* (path, { clientOf }, topology) {
      for (const [i, part] of clientOf.entries()) {
        if (reachedOf(topology, part).length > 0) continue;
        yield problem(path, `clientOf[${i}]`, part, 'a region or pair with addresses that clients peer with');
      }
    }),
  },
  {
    id: 'client-evpn-vrf',
    wants: 'A client with EVPN reaches its region or pair in the default VRF.',
    check: ofClient(function* (path, { vrf }, { part, families }) {
      const overlay = families.find(isOverlay);
      if (vrf === undefined || overlay === undefined) return;
      const { label } = traitsOf(overlay);
      yield problem(path, 'vrf', vrf, `the default VRF: ${part.path} carries ${label}, which no router has in another`);
    }),
  },
  {
    id: 'client-address-family',
    wants: 'A client has an address of an IP family in which each side has an address, too.',
    check: ofClient(function* (path, router, group) {
      if (peersFrom(router, group).length > 0) return;
      const families = group.addresses.map(({ family }) => `IPv${family}`).join(' or ');
      const texts = router.addresses.map(({ text }) => text);
      yield problem(path, 'addresses', texts, `an address of ${families}, as clients of ${group.part.path} have`);
    }),
  },
  {
    id: 'client-in-ranges',
    wants: 'The address of a client is in the client ranges, and in no pod network.',
    check: ofClient(addressesInRanges),
  },
  {
    id: 'client-autonomous-system',
    wants:
      'A client has the AS number of its route reflectors, or one that its route servers accept and do not drop (`filters`).',
    source: 'RFC 4456, RFC 7947',
    check: ofClient(acceptedAsNumber),
  },
  {
    id: 'client-announces-carried',
    wants: 'A region or pair carries the address family of each route that its client announces.',
    check: ofRouter(announcesCarried),
  },
  {
    id: 'client-session-families',
    wants: 'A client has an address of the IP family whose sessions carry the routes that it announces, and EVPN.',
    check: ofClient(sessionsCarry),
  },
  {
    id: 'client-announces-allowed',
    wants:
      'A client announces only routes that its region permits (`clientRoutes`), and that its route servers do not drop (`filters`).',
    check: ofClient(announcesWithinBounds),
  },
  {
    id: 'client-announces-to-all',
    wants:
      'No declared route has a community by which route servers withhold it from clients (`filters.actions`): the proof promises it to all of them.',
    check: ofClient(announcesToAll),
  },
  {
    id: 'client-routes-within-maximum',
    wants: 'A client announces no more routes than its region or pair accepts (`maximumPrefixes`).',
    check: ofClient(routesWithinMaximum),
  },
  {
    id: 'client-member',
    wants:
      'What pods accept from a client alone (`member`) needs regions and pairs that accept members (`members: true`).',
    check: ofRouter(function* (path, router, { groups }) {
      if (!router.member) return;
      for (const part of router.clientOf) {
        const of = groups.filter((group) => group.part.path === part);
        if (of.length === 0 || of.some((group) => isMemberOf(router, group))) continue;
        const [prop] = Object.entries(router.member).flatMap(([name, given]) => (given === undefined ? [] : name));
        yield problem(path, `member.${prop}`, part, 'nothing, or a region or pair with members: true');
      }
    }),
  },
  {
    id: 'members-fit',
    wants: 'Members are no more than the pods have room for, and their file is one that a ConfigMap holds.',
    check: function* (_registry, topology) {
      for (const path of new Set(topology.groups.map(({ part }) => part.path))) yield* membersFit(path, topology);
    },
  },
];
