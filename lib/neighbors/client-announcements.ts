import { byKind, FAMILIES, isOverlay, parsePrefix, traitsOf } from '../addressing';
import { grouped, OutsideSpeaker } from '../model';
import { Mark, NeighborConfiguration, ofFamily, RouteFilter } from './configuration';
import { exactly, unique } from './route-filters';

/** The prefixes that the router announces with communities. */
export function marksOf({ announces }: OutsideSpeaker): readonly Mark[] {
  const marked = announces.filter(
    ({ family, communities }) => traitsOf(family).prefixes !== undefined && communities.length > 0,
  );
  return [...grouped(marked, ({ communities }) => communities.join(' ')).values()].map((same) => ({
    communities: byKind(same[0].communities),
    prefixes: same.map(({ route }) => parsePrefix(route)),
  }));
}

/**
 * What the router announces to pods, in the families of which the app lists all routes: these, and those that the router
 * exports to BGP.
 */
export function announcedBy(
  { announces, routes, assumed }: OutsideSpeaker,
  exported: readonly RouteFilter[],
): NeighborConfiguration['announced'] {
  if (assumed || routes > announces.length) return {};
  const families = FAMILIES.flatMap((family) => {
    if (traitsOf(family).prefixes === undefined) return [];
    const own = announces.flatMap((each) => (each.family === family ? [exactly(parsePrefix(each.route))] : []));
    if (own.length === 0) return [];
    const all = isOverlay(family) ? own : [...own, ...ofFamily(exported, family, ({ prefix }) => prefix)];
    return [[family, unique(all, ({ prefix }) => prefix.text)] as const];
  });
  return Object.fromEntries(families);
}
