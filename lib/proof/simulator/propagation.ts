import { Family } from '../../addressing';
import { LOCAL_PREFERENCE } from '../../settings';
import { Neighbor, Network, NetworkRouter } from './network';
import { comparePaths, Path, samePath } from './selection';

/** One route, and the routers outside that announce it. */
export interface Origination {
  readonly family: Family;
  /** The ids of the routers, with the communities that each announces it with. */
  readonly origins: ReadonlyMap<string, readonly string[]>;
}

/** Where a router has its best path from: one of its neighbors, or itself. */
export type Best = number | 'own';

/** What the routers of a network hold of one route, by their places. */
export interface Spread {
  /** The paths that each router has accepted, by the places of its neighbors in its list. */
  readonly received: readonly (readonly (Path | undefined)[])[];
  /** Where each router has its best path from; undefined where it has none. */
  readonly best: readonly (Best | undefined)[];
  /** Whether the routers have converged. Otherwise the route oscillates. */
  readonly settled: boolean;
}

/** After how many rounds a route counts as oscillating, in rounds that the longest possible path takes. */
const PATIENCE = { times: 2, more: 16 };

/**
 * Lets a route spread over a network until nothing changes: RFC 4271, RFC 4456 for reflectors, RFC 7947 for route
 * servers. Each router sends its best path, and no other. In each round the routers whose best path has changed send it
 * one after the other, so this is one of the orders in which it may happen.
 */
export function propagate({ routers, places }: Network, { family, origins }: Origination): Spread {
  const received: (Path | undefined)[][] = routers.map(() => []);
  const best: (Best | undefined)[] = new Array(routers.length).fill(undefined);
  const own = new Map<number, Path>();
  for (const [id, communities] of origins) {
    const place = places.get(id);
    if (place === undefined) continue;
    own.set(place, { asPath: [], localPreference: LOCAL_PREFERENCE.usual, clusterList: [], communities });
    best[place] = 'own';
  }
  let active = [...own.keys()];
  for (let rounds = routers.length * PATIENCE.times + PATIENCE.more; active.length > 0 && rounds > 0; rounds--) {
    const changed = new Set<number>();
    for (const place of active) {
      const router = routers[place];
      for (let i = 0; i < router.neighbors.length; i++) {
        const neighbor = router.neighbors[i];
        if (!neighbor.families.includes(family)) continue;
        const { router: to, reverse } = neighbor;
        const path = accepted(routers[to], reverse, sent(router, i, best[place], received[place], own.get(place)));
        if (samePath(received[to][reverse], path)) continue;
        received[to][reverse] = path;
        if (best[to] === 'own') continue;
        const before = best[to];
        best[to] = bestOf(routers[to], received[to]);
        if (best[to] !== before || before === reverse) changed.add(to);
      }
    }
    active = [...changed];
  }
  return { received, best, settled: active.length === 0 };
}

function bestOf(router: NetworkRouter, paths: readonly (Path | undefined)[]): number | undefined {
  let best: number | undefined;
  for (let via = 0; via < paths.length; via++) {
    const path = paths[via];
    if (path === undefined) continue;
    const better =
      best === undefined || comparePaths(router, { path, via }, { path: paths[best] as Path, via: best }) < 0;
    if (better) best = via;
  }
  return best;
}

/** What a router sends to a neighbor; undefined where it sends nothing, or withdraws what it sent. */
function sent(
  router: NetworkRouter,
  to: number,
  best: Best | undefined,
  paths: readonly (Path | undefined)[],
  own: Path | undefined,
): Path | undefined {
  const neighbor = router.neighbors[to];
  if (best === undefined || best === to) return undefined;
  if (best === 'own') {
    const path = own as Path;
    return neighbor.type === 'external' ? { ...path, asPath: [router.autonomousSystem] } : path;
  }
  const from = router.neighbors[best];
  if (router.outside || !passes(from, neighbor)) return undefined;
  const path = paths[best] as Path;
  // A route server puts neither its AS number into the path nor anything else (RFC 7947, 2.2). cRPD does where
  // routeServerClient is false: in front of all paths alike, and no client is in that AS.
  const external = from.type === 'external' || neighbor.type === 'external';
  const onward = external ? path : reflected(router, from, path);
  return neighbor.filtered ? filtered(router, onward) : onward;
}

/** What a reflector adds (RFC 4456, 8). */
function reflected(router: NetworkRouter, from: Neighbor, path: Path): Path {
  const { asPath, localPreference, communities } = path;
  const originatorId = path.originatorId ?? from.routerId;
  const clusterList = [router.routerId, ...path.clusterList];
  return { asPath, localPreference, originatorId, clusterList, communities };
}

/** Whether a router sends on to a neighbor what it has from another one. */
export function passes(from: Pick<Neighbor, 'type'>, to: Pick<Neighbor, 'type'>): boolean {
  return from.type !== 'non-client' || to.type !== 'non-client';
}

/** What is sent upstream of a reflected route. */
function filtered({ communities: { only, preferred } }: NetworkRouter, path: Path): Path | undefined {
  if (only !== undefined && path.communities.includes(only)) return undefined;
  if (preferred === undefined || !path.communities.includes(preferred)) return path;
  return { ...path, localPreference: LOCAL_PREFERENCE.preferredInRegion };
}

/** What a router takes of what a neighbor sent: no loop, and of an eBGP neighbor nothing that is for iBGP. */
function accepted(router: NetworkRouter, from: number, path: Path | undefined): Path | undefined {
  if (path === undefined || path.asPath.includes(router.autonomousSystem)) return undefined;
  if (router.neighbors[from].type === 'external') {
    return { ...path, localPreference: LOCAL_PREFERENCE.usual, originatorId: undefined, clusterList: [] };
  }
  if (path.originatorId === router.routerId || path.clusterList.includes(router.routerId)) return undefined;
  return path;
}
