import {
  addressAt,
  bitsOf,
  formatAsRange,
  hostPrefix,
  IpAddress,
  IpPrefix,
  overlaps,
  parsePrefix,
  prefixAround,
  traitsOf,
  usableAsNumber,
} from '../addressing';
import { ClientGroup, clientRefusal } from '../configuration';
import { Announcement, RegionElsewhere, OutsideSpeaker, Reflecting, RouterGroup } from './declarations';
import { nameElsewhere, ROUTERS_ELSEWHERE } from './imported-regions';
import { grouped } from './multimap';

/** Clients assumed for a region or pair that no router outside is declared a client of. */
const CLIENTS = 2;

/** How far into a range of addresses or AS numbers one is looked for that nobody has. */
const TRIES = 4096;

/** Where assumed clients have their prefixes from: benchmarking (RFC 2544), and documentation (RFC 3849). */
const PREFIXES: Readonly<Record<4 | 6, IpPrefix>> = {
  4: parsePrefix('198.18.0.0/15'),
  6: parsePrefix('2001:db8::/32'),
};

/** The same at route servers that drop reserved prefixes: space that is allocated to regional registries. */
const ALLOCATED: Readonly<Record<4 | 6, IpPrefix>> = { 4: parsePrefix('44.0.0.0/8'), 6: parsePrefix('2a00::/12') };

/** What {@link assumedClients} needs to know of the routers of a workload. */
export type ServingGroup = { readonly part: Reflecting['part'] } & Pick<
  RouterGroup,
  | 'mode'
  | 'autonomousSystem'
  | 'families'
  | 'clients'
  | 'announceable'
  | 'clientFilters'
  | 'podNetworks'
  | 'communities'
  | 'addresses'
>;

/** Where clients of route reflectors outside are assumed: the end of the benchmarking network, far from assumed routes. */
const BEHIND_REFLECTORS = parsePrefix('198.19.255.0/24');

/** Route reflectors outside, as what clients are assumed for: those of the network that they are in. */
export function servingReflectors(outside: readonly OutsideSpeaker[]): readonly ServingGroup[] {
  const parts = grouped(
    outside.filter(({ reflects }) => reflects),
    ({ reflects }) => (reflects as Reflecting).part.path,
  );
  return [...parts.values()].map(([{ reflects, autonomousSystem }]) => {
    const { part, families } = reflects as Reflecting;
    const clients = [{ name: part.name, ranges: [BEHIND_REFLECTORS], asRanges: [] }];
    const addresses = [addressAt(BEHIND_REFLECTORS, 0)];
    return {
      part,
      autonomousSystem,
      families,
      clients,
      addresses,
      mode: 'route-reflector',
      podNetworks: [],
      communities: {},
    };
  });
}

/** What is no longer free. */
interface Taken {
  readonly names: Set<string>;
  readonly addresses: Set<string>;
  readonly numbers: Set<number>;
  announcements: number;
}

/**
 * Stands in for the routers outside that an app does not declare, so that a topology can be held against some: two
 * clients for each region or pair that clients reach, with addresses and AS numbers that it accepts and nobody has.
 * Where there is but one of these, there is but one client.
 *
 * @param groups in the order of their ids
 * @param declared the routers that the app declares
 * @param imported regions of other apps; two routers stand for each that is below a region, and for its clients
 */
export function assumedClients(
  groups: readonly ServingGroup[],
  declared: readonly OutsideSpeaker[],
  imported: readonly RegionElsewhere[] = [],
): readonly OutsideSpeaker[] {
  const served = new Set(declared.flatMap(({ clientOf }) => clientOf));
  const taken: Taken = {
    names: new Set(declared.map(({ id }) => id)),
    addresses: new Set([...groups, ...declared].flatMap(({ addresses }) => addresses.map(({ text }) => text))),
    numbers: new Set(declared.map(({ autonomousSystem }) => autonomousSystem)),
    announcements: 0,
  };
  const unserved = groups.filter(({ part }) => !served.has(part.path));
  return [
    ...[...grouped(unserved, ({ part }) => part.path).values()].flatMap((sides) =>
      Array.from({ length: CLIENTS }, () => assumedClient(sides, taken)).flatMap((client) => client ?? []),
    ),
    ...imported.flatMap((region) => clientsInPods(region, groups, taken)),
  ];
}

/** Routers of a region of another app that are clients of a region of this one. */
function clientsInPods(
  region: RegionElsewhere,
  groups: readonly ServingGroup[],
  taken: Taken,
): readonly OutsideSpeaker[] {
  const serving = groups.find(({ part }) => part.path === region.clientOf);
  if (!serving) return [];
  const { service, autonomousSystem } = region;
  const families = region.families.filter((family) => serving.families.includes(family));
  return Array.from({ length: ROUTERS_ELSEWHERE }, () => {
    const id = freeName(nameElsewhere(region), taken);
    taken.names.add(id);
    const announces = announcementsOf({ ...serving, families, communities: {} }, taken);
    return {
      ...{ id, assumed: true, platform: 'generic', autonomousSystem, addresses: [], listed: { service, families } },
      ...{ clientOf: [serving.part.path], nodes: [], announces, routes: announces.length },
    };
  });
}

/** One more client of a region or pair, where there is room for one. */
function assumedClient(sides: readonly ServingGroup[], taken: Taken): OutsideSpeaker | undefined {
  const [group] = sides;
  const families = [...new Set(sides.flatMap((side) => side.addresses.map(({ family }) => family)))];
  for (const { asRanges } of group.clients) {
    const alike = group.clients.filter((clients) => accepts(clients) === accepts({ asRanges }));
    const ranges = alike.flatMap((clients) => clients.ranges);
    const addresses = families.flatMap((family) => freeAddress(ranges, group.podNetworks, family, taken) ?? []);
    const autonomousSystem = freeAsNumber(group, asRanges, taken);
    if (addresses.length === 0 || autonomousSystem === undefined) continue;
    const id = freeName(`client-${group.part.name}`, taken);
    taken.names.add(id);
    addresses.forEach(({ text }) => taken.addresses.add(text));
    taken.numbers.add(autonomousSystem);
    const announces = announcementsOf(group, taken);
    return {
      ...{ id, assumed: true, platform: 'generic', autonomousSystem, addresses },
      ...{ clientOf: [group.part.path], nodes: [], announces, routes: announces.length },
    };
  }
  return undefined;
}

/** Which AS numbers a group accepts: where these are the same, the addresses of a client may be in different groups. */
const accepts = ({ asRanges }: Pick<ClientGroup, 'asRanges'>) => asRanges.map(formatAsRange).join();

function freeName(name: string, { names }: Taken): string {
  let number = 1;
  while (names.has(`${name}-${number}`)) number++;
  return `${name}-${number}`;
}

function freeAddress(
  ranges: readonly IpPrefix[],
  podNetworks: readonly IpPrefix[],
  family: 4 | 6,
  { addresses }: Taken,
): IpAddress | undefined {
  for (const range of ranges) {
    if (range.family !== family || podNetworks.some((network) => overlaps(network, range))) continue;
    // The first address of a network is no host's, but in one of one or two addresses (RFC 3021, RFC 6164).
    const first = range.last - range.first > 1n ? 1 : 0;
    for (let i = first; i < TRIES && range.first + BigInt(i) <= range.last; i++) {
      const address = addressAt(range, i);
      if (!addresses.has(address.text)) return address;
    }
  }
  return undefined;
}

/** The AS number of a client: that of a route reflector; at a route server one that no other client has. */
function freeAsNumber(group: ServingGroup, asRanges: ClientGroup['asRanges'], { numbers }: Taken): number | undefined {
  if (group.mode === 'route-reflector') return group.autonomousSystem;
  const isFree = (as: number) => usableAsNumber(as) && as !== group.autonomousSystem && !numbers.has(as);
  const { clientFilters: filters } = group;
  let dropped: number | undefined;
  for (const { first, last } of asRanges) {
    for (let as = first; as <= Math.min(last, first + TRIES); as++) {
      if (!isFree(as)) continue;
      if (!filters || clientRefusal(filters, as) === undefined) return as;
      dropped ??= as;
    }
  }
  return dropped;
}

/** A route of each family; in one of the families, also one for each community by which a region tells routes apart. */
function announcementsOf(
  { families, communities, announceable, clientFilters, autonomousSystem }: ServingGroup,
  taken: Taken,
): readonly Announcement[] {
  const kinds = [[], ...Object.values(communities).map((community) => [community])];
  return families.flatMap((family, i) =>
    (i === 0 ? kinds : [[]]).flatMap((own): Announcement[] => {
      const number = taken.announcements++;
      const { prefixes: bounded, vpn, label, isRequest } = traitsOf(family);
      if (isRequest) return [];
      const version = bounded ?? vpn;
      if (version === undefined) return [{ family, route: `${label} route ${number + 1}`, communities: own }];
      if (bounded !== undefined && clientFilters) {
        const [, longest] = clientFilters.lengths[bounded];
        const { first, family: of } = (clientFilters.bogons ? ALLOCATED : PREFIXES)[bounded];
        const step = 1n << BigInt(bitsOf(bounded) - longest);
        const at = { family: of, first: first + BigInt(number + 1) * step, last: first, text: '' };
        return [{ family, route: prefixAround(at, longest).text, communities: own }];
      }
      const bounds = bounded === undefined ? undefined : announceable;
      const prefixes = bounds?.filter((prefix) => prefix.family === version) ?? [PREFIXES[version]];
      // Of several prefixes that clients may announce, the widest has room for most.
      const [within] = [...prefixes].sort((one, other) => one.length - other.length);
      if (!within || BigInt(number + 1) > within.last - within.first) return [];
      const route = hostPrefix(addressAt(within, number + 1));
      return [{ family, route: vpn === undefined ? route : `${autonomousSystem}:1:${route}`, communities: own }];
    }),
  );
}
