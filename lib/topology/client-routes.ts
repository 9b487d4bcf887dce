import { IConstruct } from 'constructs';
import { covers, IpPrefix, parsePrefix } from '../addressing';
import { reject } from '../registry/invalid-prop';
import { declaredOutside } from '../registry/topology';

/** A region, as far as it bounds what its clients may announce. */
export interface BoundedTier extends IConstruct {
  readonly clientRoutes?: readonly IpPrefix[] | 'declared';
  /** The region whose routers are this one's route reflectors. */
  readonly upstream?: BoundedTier;
}

const within = (prefix: IpPrefix, bounds: readonly IpPrefix[]) => bounds.some((bound) => covers(bound, prefix));

/**
 * What the region itself takes from its clients; undefined: everything. Ask once all constructs are there.
 *
 * @throws InvalidPropError where an upstream is named and not there
 */
export function ownClientRoutes(tier: BoundedTier): readonly IpPrefix[] | undefined {
  if (tier.clientRoutes !== 'declared') return tier.clientRoutes;
  const paths = new Set(
    tier.node.root.node
      .findAll()
      .filter((one) => one === tier || isBelow(one as BoundedTier, tier))
      .map(({ node }) => node.path),
  );
  const announced = declaredOutside(tier)
    .filter(({ clientOf }) => clientOf.some((path) => paths.has(path)))
    .flatMap(({ announces }) => announces.flatMap(({ family, route }) => (family === 'evpn' ? [] : [route])));
  return [...new Set(announced)].sort().map(parsePrefix);
}

/** Whether one is a region with the other upstream, near or far; a loop is refused elsewhere. */
function isBelow(one: BoundedTier, tier: BoundedTier): boolean {
  const seen = new Set<BoundedTier>();
  const isRegion = 'clientRoutes' in one;
  for (let next = isRegion ? one.upstream : undefined; next && !seen.has(next); next = next.upstream) {
    if (next === tier) return true;
    seen.add(next);
  }
  return false;
}

/** What routes of clients of a region get through: what it takes itself, or else what the nearest upstream takes. */
export function clientRoutesOf(tier: BoundedTier): readonly IpPrefix[] | undefined {
  const seen = new Set<BoundedTier>();
  for (let next: BoundedTier | undefined = tier; next && !seen.has(next); next = next.upstream) {
    const own = ownClientRoutes(next);
    if (own) return own;
    seen.add(next);
  }
  return undefined;
}

/**
 * Refuses bounds that let nothing through, and such that a region upstream would not let through: a route would reach the
 * clients beside it and no others.
 *
 * @throws InvalidPropError
 */
export function rejectClientRoutes(tier: BoundedTier): void {
  const own = ownClientRoutes(tier);
  if (!own) return;
  if (own.length === 0) {
    const allowed = 'prefixes, or an OutsideRouter that is a client and announces some';
    reject(tier, 'clientRoutes', tier.clientRoutes, allowed);
  }
  const { upstream } = tier;
  const theirs = upstream && clientRoutesOf(upstream);
  const index = theirs ? own.findIndex((prefix) => !within(prefix, theirs)) : -1;
  if (index < 0) return;
  const prop = tier.clientRoutes === 'declared' ? 'clientRoutes' : `clientRoutes[${index}]`;
  const allowed = `prefixes within those that ${upstream?.node.path} upstream takes: ${theirs?.map(({ text }) => text).join(', ')}`;
  reject(tier, prop, own[index].text, allowed);
}
