import { Family, IP_FAMILIES, IpAddress, IpFamily, traitsOf } from '../addressing';
import {
  familiesOf,
  filtersOf,
  GRACEFUL_SHUTDOWN,
  Mark,
  mixesNextHops,
  NeighborConfiguration,
  nodeGroups,
  ofFamily,
  podGroups,
  RouteFilter,
} from './configuration';
import { exactly, hostRoute } from './route-filters';

// FRR and EOS have the same prefix lists, community lists and route maps, and write them in different ways.

/** The name of the community list with {@link GRACEFUL_SHUTDOWN}. */
export const LEAVING = 'MESHRR-GRACEFUL-SHUTDOWN';

/** The names of route maps and of the lists in them, by family. */
export const routeMapName = (use: string, family: Family): string => `MESHRR-${use}-${family.toUpperCase()}`;

/** A list of prefixes, of which no two items are the same. */
export interface PrefixList {
  readonly name: string;
  readonly family: Family;
  readonly filters: readonly RouteFilter[];
}

/** One step of a route map: what it matches, and what it does with that. */
export interface RouteMapStep {
  /** The family of its list of prefixes. */
  readonly family?: Family;
  readonly action: 'permit' | 'deny';
  readonly prefixList?: string;
  readonly communityList?: string;
  readonly localPreference?: number;
  readonly addCommunities?: Mark['communities'];
  readonly nextHop?: IpAddress;
}

/** Steps, of which the first that matches decides; what none matches is denied. */
export interface RouteMap {
  readonly name: string;
  readonly family: Family;
  readonly steps: readonly RouteMapStep[];
}

export interface RouteMaps {
  readonly prefixLists: readonly PrefixList[];
  /** Members of community lists, by name. */
  readonly communityLists: ReadonlyMap<string, string>;
  readonly maps: readonly RouteMap[];
}

/** The policies of a router as route maps. */
export function routeMapsOf(configuration: NeighborConfiguration): RouteMaps {
  const { accepted, toNodes, anycast, services, connected, statics, marks, announced, addresses } = configuration;
  const prefixLists = new Map<string, PrefixList>();
  const maps: RouteMap[] = [];
  /** A step for routes in a list, which is added; undefined where the list would be empty. */
  const matching = (
    use: string,
    family: Family,
    filters: readonly RouteFilter[],
    step: RouteMapStep,
  ): RouteMapStep | undefined => {
    const own = filtersOf(filters, family);
    if (own.length === 0) return undefined;
    const name = routeMapName(use, family);
    prefixLists.set(name, { name, family, filters: own });
    return { ...step, family, prefixList: name };
  };
  const add = (use: string, family: Family, steps: readonly (RouteMapStep | undefined)[]) =>
    maps.push({ name: routeMapName(use, family), family, steps: steps.filter((step) => step !== undefined) });
  const deny: RouteMapStep = { action: 'deny' };
  const permit: RouteMapStep = { action: 'permit' };
  const noAnycast = (family: Family) => matching('ANYCAST', family, anycast.map(hostRoute), deny);

  for (const family of familiesOf(nodeGroups(configuration))) {
    add('METALLB-IN', family, [matching('METALLB', family, accepted, permit) ?? deny]);
    const clients = matching('CLIENTS', family, toNodes, permit);
    add('METALLB-OUT', family, clients ? [noAnycast(family), clients] : [deny]);
  }
  const pods = podGroups(configuration);
  const ownNextHop = pods.some(mixesNextHops);
  for (const family of familiesOf(pods)) {
    if (traitsOf(family).isRequest) continue;
    const noServices = [matching('SERVICES', family, services.map(hostRoute), deny), noAnycast(family)];
    add('IN', family, [...noServices, { ...permit, communityList: LEAVING, localPreference: 0 }, permit]);
    const nextHop =
      ownNextHop && !traitsOf(family).keepsNextHop ? ofFamily(addresses, family, (address) => address)[0] : undefined;
    const marked = marks.map(({ communities, prefixes }, i) =>
      matching(`MARK-${i + 1}`, family, prefixes.map(exactly), { ...permit, addCommunities: communities, nextHop }),
    );
    const rest = { ...permit, nextHop };
    const listed = matching('ANNOUNCED', family, announced[family] ?? [], rest);
    add('OUT', family, [...noServices, ...marked, listed ?? rest]);
  }
  for (const family of IP_FAMILIES) {
    const links = matching('CONNECTED', family, connected, permit);
    if (links) add('CONNECTED', family, [noAnycast(family), links]);
    const carried = matching(
      'STATIC',
      family,
      statics.map(({ address }) => hostRoute(address)),
      permit,
    );
    if (carried) add('STATIC', family, [carried]);
  }
  const communityLists = new Map(pods.length > 0 ? [[LEAVING, GRACEFUL_SHUTDOWN]] : []);
  return { prefixLists: [...prefixLists.values()], communityLists, maps };
}

/** What a route map is for that redistributes routes to nodes, and the families that it is there for. */
export function redistributed({
  maps,
}: RouteMaps): readonly { readonly source: 'connected' | 'static'; readonly family: IpFamily; readonly map: string }[] {
  return IP_FAMILIES.flatMap((family) =>
    (['connected', 'static'] as const).flatMap((source) => {
      const map = routeMapName(source.toUpperCase(), family);
      return maps.some(({ name }) => name === map) ? [{ source, family, map }] : [];
    }),
  );
}

/** Route maps that redistribute routes of both families, in place of those for one family. */
export function withMergedFamilies(all: RouteMaps): RouteMaps {
  const isFor = (family: IpFamily) => redistributed(all).filter((each) => each.family === family);
  const [first, second] = IP_FAMILIES.map(isFor);
  const stepsOf = (map: string) => all.maps.find(({ name }) => name === map)?.steps ?? [];
  const merged = first.flatMap(({ source, map }) => {
    const other = second.find((each) => each.source === source);
    return other ? [{ map, other: other.map }] : [];
  });
  const maps = all.maps.flatMap((each) => {
    if (merged.some(({ other }) => other === each.name)) return [];
    const pair = merged.find(({ map }) => map === each.name);
    return pair ? { ...each, steps: [...each.steps, ...stepsOf(pair.other)] } : each;
  });
  return { ...all, maps };
}

/** The lengths that an entry of a prefix list allows, in the words of FRR and EOS. */
export function lengthsOf({ prefix, length, upTo = length }: RouteFilter): string {
  if (prefix.length === upTo) return '';
  return `${length === prefix.length ? '' : ` ge ${length}`} le ${upTo}`;
}

/** The commands that add communities, in the words of FRR and EOS. */
export function communityLines({ addCommunities }: RouteMapStep): readonly string[] {
  const { standard = [], large = [] } = addCommunities ?? {};
  return [
    ...(standard.length > 0 ? [`set community ${standard.join(' ')} additive`] : []),
    ...(large.length > 0 ? [`set large-community ${large.join(' ')} additive`] : []),
  ];
}
