import {
  bitsOf,
  covers,
  Family,
  hostPrefix,
  IP_FAMILIES,
  IpFamily,
  parsePrefix,
  prefixAround,
  traitsOf,
  usableAsNumber,
} from '../../addressing';
import { clientRefusal, familiesToward, importRefusal, RouteSender } from '../../configuration';
import { BgpTopology, grouped, isMemberOf, listed as listedUpTo, OutsideSpeaker, RouterGroup } from '../../model';
import { MaximumPrefixes } from '../../settings';
import { Expectation } from '../areas/expectation';
import { DraftFinding } from './draft-finding';
import { Phrases } from './phrases';
import { listed } from './words';

/** What a client may announce although nobody declared that it does, and what would stop it. */
interface Gap {
  /** The route, in words: `192.0.2.1/32 (the address of a side)`. */
  readonly route: string;
  /** A prop: `filters: 'exchange'`. */
  readonly remedy: string;
}

/** A region or pair that clients peer with, and the network that it is in. */
interface Place {
  readonly group: RouterGroup;
  readonly clients: readonly OutsideSpeaker[];
  /** All routers of the network in pods, and all routers outside that are clients there or reflect. */
  readonly groups: readonly RouterGroup[];
  readonly outside: readonly OutsideSpeaker[];
}

/** Clients to which the same filters apply. */
interface Senders {
  readonly who: string;
  readonly sender: RouteSender;
}

const DEFAULT_ROUTES: Readonly<Record<IpFamily, string>> = { inet: '0.0.0.0/0', inet6: '::/0' };
const BOGONS: Readonly<Record<IpFamily, readonly [prefix: string, source: string]>> = {
  inet: ['10.0.0.0/8', 'RFC 1918'],
  inet6: ['fc00::/7', 'RFC 4193'],
};

/** More than there are kinds of gaps. */
const ALL = 10;

/**
 * Routes that a client may announce by mistake, or to do harm, as a filter was forgotten. Clients of a route server are other
 * organizations, so that it needs filters. Those of route reflectors are routers of the same network: they are trusted, but
 * where some clients are limited others may announce the same routes, and a limit may have holes.
 */
export function unfiltered(topology: BgpTopology): readonly DraftFinding[] {
  const phrases = new Phrases(topology);
  const found = placesOf(topology).flatMap((place) => {
    const one = gapsOf(place);
    return one ? [{ place, ...one, key: JSON.stringify(one) }] : [];
  });
  return [...grouped(found, ({ key }) => key).values()].map((same): DraftFinding => {
    const [{ who, gaps }] = same;
    const parts = [...new Set(same.map(({ place }) => place.group.part.path))].sort();
    const routes = listedUpTo([...new Set(gaps.map(({ route }) => route))], ALL);
    const remedies = listedUpTo([...new Set(gaps.map(({ remedy }) => remedy))], ALL);
    const toMessage = () =>
      `${who} of ${phrases.namesOf(parts)} may announce ${routes}, and no filter stops that: set ${remedies}`;
    return {
      ...{ kind: 'unfiltered', toMessage, parts, failures: [], clients: [], assumed: false },
      groups: same.map(({ place }) => place.group.id),
    };
  });
}

function placesOf(topology: BgpTopology): readonly Place[] {
  const { groups, outside } = topology;
  const expectation = new Expectation(topology);
  const networkOf = (path: string) => expectation.componentOf(path);
  const isIn = (network: string) => (path: string) => networkOf(path) === network;
  const served = groups.filter(({ addresses }) => addresses.length > 0);
  return [...grouped(served, ({ part }) => part.path).values()].map(([group]) => {
    const inNetwork = isIn(networkOf(group.part.path));
    return {
      group,
      clients: outside.filter(({ clientOf }) => clientOf.includes(group.part.path)),
      groups: groups.filter(({ part }) => inNetwork(part.path)),
      outside: outside.filter(({ clientOf, reflects }) =>
        [...clientOf, ...(reflects ? [reflects.part.path] : [])].some(inNetwork),
      ),
    };
  });
}

function gapsOf(place: Place): { readonly who: string; readonly gaps: readonly Gap[] } | undefined {
  const free = freeClients(place);
  const families = familiesOf(place.group);
  if (!free || families.length === 0) return undefined;
  const isServer = place.group.mode === 'route-server';
  const gaps = isServer ? serverGaps(place, free.sender, families) : reflectorGaps(place, families);
  return gaps.length > 0 ? { who: free.who, gaps } : undefined;
}

/** The families of sessions with clients whose routes filters of prefixes apply to. */
function familiesOf(group: RouterGroup): readonly IpFamily[] {
  const carried = new Set(group.clients.flatMap((clients) => familiesToward(group, clients)));
  return IP_FAMILIES.filter((family) => carried.has(family));
}

const hasList = (client: OutsideSpeaker, group: RouterGroup) =>
  client.member?.prefixes !== undefined && isMemberOf(client, group);

/** The clients without a prefix list, one of which stands for all; undefined where there is none. */
function freeClients({ group, clients }: Place): Senders | undefined {
  const declared = clients.filter(({ assumed }) => !assumed);
  const free = declared.filter((client) => !hasList(client, group));
  const isOpen = group.clients.some(({ ranges, members }) => !members && ranges.length > 0);
  const numbers = [
    ...[...free, ...clients.filter(({ assumed }) => assumed)].map(({ autonomousSystem }) => autonomousSystem),
    ...group.clients.flatMap(({ asRanges }) => asRanges.flatMap(({ first, last }) => [first, last])),
  ];
  const { clientFilters } = group;
  const autonomousSystem =
    group.mode === 'route-reflector'
      ? group.autonomousSystem
      : numbers.find((as) => usableAsNumber(as) && !(clientFilters && clientRefusal(clientFilters, as)));
  const all = isOpen || free.length === declared.length;
  const who = all ? 'any client' : listed(free.map(({ id }) => id));
  return autonomousSystem === undefined || (!isOpen && free.length === 0)
    ? undefined
    : { who, sender: { autonomousSystem } };
}

/** What clients of route servers may announce. */
function serverGaps(place: Place, sender: RouteSender, families: readonly IpFamily[]): readonly Gap[] {
  const { group, clients } = place;
  const takes = (family: Family, route: string) => !importRefusal(group, sender, { family, route, communities: [] });
  const filters = group.clientFilters ? 'filters' : "filters: 'exchange'";
  const first = (gaps: (family: IpFamily) => Gap | undefined) =>
    families.flatMap((family) => gaps(family) ?? []).slice(0, 1);
  const isListed = clients.some((client) => hasList(client, group));
  const lists = group.clients.some(({ members }) => members) ? 'member.prefixes' : 'members with prefixes';
  return [
    ...first((family) =>
      takes(family, DEFAULT_ROUTES[family]) ? { route: DEFAULT_ROUTES[family], remedy: filters } : undefined,
    ),
    ...first((family) => sideGap(place, family, takes, filters, lists)),
    ...first((family) => {
      const [route, source] = BOGONS[family];
      return takes(family, route) ? { route: `${route} (${source})`, remedy: filters } : undefined;
    }),
    ...(isListed || !group.rpki
      ? [{ route: foreignRoute(place, takes), remedy: isListed ? lists : `rpki (or ${lists})` }]
      : []),
    ...(families.every((family) => isLimited(place, family))
      ? []
      : [{ route: 'any number of routes', remedy: 'maximumPrefixes' }]),
  ];
}

type Takes = (family: Family, route: string) => boolean;

/** A route to an address that clients peer with: all other clients would send what is for the router to that client. */
function sideGap({ groups }: Place, family: IpFamily, takes: Takes, filters: string, lists: string): Gap | undefined {
  const addresses = groups.flatMap((group) =>
    group.addresses
      .filter((address) => address.family === traitsOf(family).prefixes)
      .map((address) => ({ group, address })),
  );
  for (const { group, address } of addresses) {
    const host = hostPrefix(address);
    if (takes(family, host)) return { route: `${host} (the address of ${group.id})`, remedy: filters };
    const longest = group.clientFilters?.lengths[address.family][1] ?? bitsOf(address.family);
    const around = prefixAround(address, longest).text;
    if (takes(family, around)) return { route: `${around} (around the address of ${group.id})`, remedy: lists };
  }
  return undefined;
}

/** A declared route of a client that has a prefix list, which others may announce as well; or such routes in general. */
function foreignRoute({ group, clients }: Place, takes: Takes): string {
  for (const client of clients.filter((one) => hasList(one, group))) {
    const own = client.announces.find(({ family, route }) => traitsOf(family).prefixes && takes(family, route));
    if (own) return `${own.route} (of ${client.id})`;
  }
  return 'prefixes of other clients';
}

/** Whether each group of clients, or each client in it, has a maximum of routes of a family. */
function isLimited({ group, clients }: Place, family: IpFamily): boolean {
  const isMaximum = (limits: MaximumPrefixes | undefined) => limits?.maximum[family] !== undefined;
  const isOwn = clients.every(({ member }) => isMaximum(member?.maximumPrefixes));
  return group.clients.every(({ maximumPrefixes, members }) => isMaximum(maximumPrefixes) || (members && isOwn));
}

/** What clients of route reflectors may announce, where some clients of the network are limited. */
function reflectorGaps({ group, groups, clients, outside }: Place, families: readonly IpFamily[]): readonly Gap[] {
  const { announceable } = group;
  if (announceable) {
    // A router beside nodes may have routes to sides and pods to announce.
    if (clients.some(({ nodes }) => nodes.length > 0)) return [];
    const remedy = `narrower clientRoutes`;
    const needed = [
      ...groups.flatMap(({ id, addresses }) =>
        addresses.map((address) => [hostPrefix(address), `the address of ${id}`] as const),
      ),
      ...outside.flatMap(({ id, reflects, addresses }) =>
        reflects ? addresses.map((address) => [hostPrefix(address), `the address of ${id}`] as const) : [],
      ),
      ...group.podNetworks.map(({ text }) => [text, 'addresses of pods'] as const),
    ];
    const found = needed.find(([route]) => announceable.some((bound) => covers(bound, parsePrefix(route))));
    return found ? [{ route: `${found[0]} (${found[1]})`, remedy }] : [];
  }
  for (const other of groups) {
    const route = other.announceable?.find(({ family }) => families.some((each) => traitsOf(each).prefixes === family));
    if (route) return [{ route: `${route.text} (clientRoutes of ${other.part.name})`, remedy: 'clientRoutes' }];
  }
  return [];
}
