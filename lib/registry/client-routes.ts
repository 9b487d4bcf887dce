import { IpPrefix, parsePrefix, traitsOf } from '../addressing';
import { DeclaredRegion } from './declarations';
import { Registry } from './registry';

/** What a region itself takes from its clients; undefined: everything. Ask once all constructs are there. */
export function ownClientRoutes(registry: Registry, region: DeclaredRegion): readonly IpPrefix[] | undefined {
  if (region.clientRoutes !== 'declared') return region.clientRoutes;
  const { regions, outside } = registry.declared;
  const below = regions.filter((one) => registry.upward(one).includes(region));
  const paths = new Set(below.map(({ path }) => path));
  const announced = outside
    .filter(({ router }) => router.clientOf.some((path) => paths.has(path)))
    .flatMap(({ router }) =>
      router.announces.flatMap(({ family, route }) => (traitsOf(family).prefixes === undefined ? [] : [route])),
    );
  return [...new Set(announced)].sort().map(parsePrefix);
}

/** What routes of clients of a region get through: what it takes itself, or else what the nearest upstream takes. */
export function clientRoutesOf(registry: Registry, region: DeclaredRegion): readonly IpPrefix[] | undefined {
  for (const next of registry.upward(region)) {
    const own = ownClientRoutes(registry, next);
    if (own) return own;
  }
  return undefined;
}
