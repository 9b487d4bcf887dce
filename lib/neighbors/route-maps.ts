import { bitsOf, Family, IpAddress, IpPrefix, prefixAround } from '../addressing';
import {
  familiesOf,
  GRACEFUL_SHUTDOWN,
  IP_FAMILIES,
  IpFamily,
  mixesEvpn,
  NeighborConfiguration,
  nodeGroups,
  ofFamily,
  podGroups,
  redistributes,
  RouteFilter,
} from './configuration';

// FRR and EOS have prefix lists, community lists and route maps that differ in how they are written, and not in what
// they say.

/** The list of {@link GRACEFUL_SHUTDOWN}. */
export const LEAVING = 'MESHRR-GRACEFUL-SHUTDOWN';

/** The names of route maps and of the lists in them, by family. */
export const routeMapName = (use: string, family: Family): string => `MESHRR-${use}-${family.toUpperCase()}`;

/** A list of prefixes, of which no two items are the same. */
export interface PrefixList {
  readonly name: string;
  readonly family: IpFamily;
  readonly filters: readonly RouteFilter[];
}

/** One step of a route map: what it matches, and what becomes of that. */
export interface RouteMapStep {
  readonly action: 'permit' | 'deny';
  readonly prefixList?: string;
  readonly communityList?: string;
  readonly localPreference?: number;
  readonly addCommunities?: readonly string[];
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

const host = (address: IpAddress): RouteFilter => exactly(prefixAround(address, bitsOf(address.family)));
const exactly = (prefix: IpPrefix): RouteFilter => ({ prefix, length: prefix.length });

/** The policies of a router as route maps. */
export function routeMapsOf(configuration: NeighborConfiguration): RouteMaps {
  const { accepted, anycast, services, statics, marks, addresses } = configuration;
  const prefixLists: PrefixList[] = [];
  const maps: RouteMap[] = [];
  const listed = (use: string, family: Family, filters: readonly RouteFilter[]): string | undefined => {
    if (family === 'evpn') return undefined;
    const own = ofFamily(filters, family, ({ prefix }) => prefix);
    if (own.length === 0) return undefined;
    const name = routeMapName(use, family);
    if (!prefixLists.some((each) => each.name === name)) prefixLists.push({ name, family, filters: own });
    return name;
  };
  const add = (use: string, family: Family, steps: readonly (RouteMapStep | undefined)[]) =>
    maps.push({ name: routeMapName(use, family), family, steps: steps.filter((step) => step !== undefined) });
  const matching = (prefixList: string | undefined, step: RouteMapStep): RouteMapStep | undefined =>
    prefixList === undefined ? undefined : { ...step, prefixList };

  for (const family of familiesOf(nodeGroups(configuration))) {
    const known = matching(listed('METALLB', family, accepted), { action: 'permit' });
    add('METALLB-IN', family, [known ?? { action: 'deny' }]);
    add('METALLB-OUT', family, [{ action: 'deny' }]);
  }
  const pods = podGroups(configuration);
  const ownNextHop = pods.some(mixesEvpn);
  for (const family of familiesOf(pods)) {
    const noService = matching(listed('SERVICES', family, services.map(host)), { action: 'deny' });
    const leaving: RouteMapStep = { action: 'permit', communityList: LEAVING, localPreference: 0 };
    add('IN', family, [noService, leaving, { action: 'permit' }]);
    const nextHop = ownNextHop && family !== 'evpn' ? ofFamily(addresses, family, (address) => address)[0] : undefined;
    const marked = marks.map(({ communities, prefixes }, i) =>
      matching(listed(`MARK-${i + 1}`, family, prefixes.map(exactly)), {
        action: 'permit',
        addCommunities: communities,
        nextHop,
      }),
    );
    add('OUT', family, [noService, ...marked, { action: 'permit', nextHop }]);
  }
  for (const family of redistributes(configuration) ? IP_FAMILIES : []) {
    const hidden = listed('ANYCAST', family, anycast.map(host));
    const carried = listed(
      'STATIC',
      family,
      statics.map(({ address }) => host(address)),
    );
    if (hidden ?? carried) add('CONNECTED', family, [matching(hidden, { action: 'deny' }), { action: 'permit' }]);
    if (carried) add('STATIC', family, [matching(carried, { action: 'permit' })]);
  }
  const communityLists = new Map(pods.length > 0 ? [[LEAVING, GRACEFUL_SHUTDOWN]] : []);
  return { prefixLists, communityLists, maps };
}
