import { Family } from '../../addressing';
import { BgpTopology, sorted } from '../../model';
import { Known, Network, networkOf, NetworkRouter } from './network';
import { Best, Origination, propagate, Spread } from './propagation';
import { compareByMerit, Path } from './selection';

/** A route, with all that announce it. */
export type Route = Origination;

/** A path that a router holds, as its own commands would show it. */
export interface HeldPath {
  /** The id of the neighbor that sent it. */
  readonly from: string;
  readonly asPath: readonly number[];
  readonly localPreference: number;
  /** ORIGINATOR_ID and CLUSTER_LIST, each as the number that the identifier is. */
  readonly originatorId?: number;
  readonly clusterList: readonly number[];
  readonly best: boolean;
  /** Whether the path might be the best one, had it been there first: it is as good as the best, and both are eBGP. */
  readonly bestIfOlder: boolean;
}

/** What one router holds of one route. */
export interface Holding {
  readonly router: string;
  readonly family: Family;
  readonly route: string;
  /** Whether the router announces it itself. */
  readonly own: boolean;
  /** One for each session over which it has the route, or several with ADD-PATH, in the order of the neighbors' ids. */
  readonly paths: readonly HeldPath[];
}

/** What all routers hold. Without an entry for a router and a route, the router does not have it. */
export interface Simulation {
  /** In the order of routes, as {@link routesOf} has them, and of the topology's routers. */
  readonly holdings: readonly Holding[];
  /** The routes that oscillate: on their best paths the routers never converge. */
  readonly unsettled: readonly Route[];
}

/** The routes of a topology, each with all routers that announce it, in the order of their first ones. */
export function routesOf({ outside }: BgpTopology): readonly Route[] {
  const routes = new Map<string, Route & { origins: Map<string, readonly string[]> }>();
  for (const { id, announces } of outside) {
    for (const { family, route, communities } of announces) {
      const key = `${family} ${route}`;
      const known = routes.get(key) ?? { family, route, origins: new Map<string, readonly string[]>() };
      known.origins.set(id, communities);
      routes.set(key, known);
    }
  }
  return [...routes.values()];
}

/**
 * What each router holds once all routes have spread: route by route and router by router, with no short cuts. It is
 * what a real network is held against, and what the proof, which takes short cuts, is.
 *
 * @param known sessions, identifiers and addresses of a running network. @default - those that the model chooses
 */
export function simulate(topology: BgpTopology, known: Known = {}): Simulation {
  const network = networkOf(topology, known);
  const spreads = routesOf(topology).map((route) => ({ route, spread: propagate(network, route) }));
  return {
    holdings: spreads.flatMap(({ route, spread }) => holdingsOf(network, route, spread)),
    unsettled: spreads.flatMap(({ route, spread }) => (spread.settled ? [] : [route])),
  };
}

function holdingsOf(
  { routers }: Network,
  { family, route }: Route,
  { received, best, further }: Spread,
): readonly Holding[] {
  return routers.flatMap((router, place): Holding[] => {
    const others = further.filter((each) => each.router === place);
    const paths = pathsOf(routers, router, received[place], best[place], others);
    const own = best[place] === 'own';
    return own || paths.length > 0 ? [{ router: router.id, family, route, own, paths }] : [];
  });
}

function pathsOf(
  routers: readonly NetworkRouter[],
  router: NetworkRouter,
  paths: readonly (Path | undefined)[],
  best: Best | undefined,
  others: Spread['further'],
): readonly HeldPath[] {
  const held = router.neighbors.flatMap((neighbor, via): HeldPath[] => {
    const path = paths[via];
    if (!path) return [];
    const chosen = typeof best === 'number' && best !== via ? { path: paths[best] as Path, via: best } : undefined;
    const bestIfOlder =
      chosen !== undefined &&
      [neighbor, router.neighbors[chosen.via]].every(({ type }) => type === 'external') &&
      compareByMerit(router, { path, via }, chosen) === 0;
    const from = routers[neighbor.router].id;
    const beside = others.flatMap((other): HeldPath[] =>
      other.via === via ? [{ from, ...attributesOf(other.path), best: false, bestIfOlder: false }] : [],
    );
    return [{ from, ...attributesOf(path), best: best === via, bestIfOlder }, ...beside];
  });
  return sorted(held, ({ from }) => from);
}

const attributesOf = ({ asPath, localPreference, originatorId, clusterList }: Path) => ({
  asPath,
  localPreference,
  originatorId,
  clusterList,
});
