import { Family, traitsOf } from '../../addressing';
import { LOCAL_PREFERENCE } from '../../settings';
import { Neighbor, Network, NetworkRouter } from './network';
import { dropped, keptBack } from './rules';
import { comparePaths, Path, samePath } from './selection';

/** What routers announce: a route of a family. */
export interface Announced {
  readonly family: Family;
  /** The prefix; of EVPN, whatever the route is called. */
  readonly route: string;
}

/** One route, and the routers outside that announce it. */
export interface Origination extends Announced {
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
  /** Paths that clients have beside one from the same neighbor (RFC 7911), by the places of client and neighbor. */
  readonly further: readonly { readonly router: number; readonly via: number; readonly path: Path }[];
  /** Whether the routers have converged. Otherwise the route oscillates. */
  readonly settled: boolean;
  /** The last time that a router took a better path than the one that it had, and could have kept. */
  readonly change?: Change;
}

/** A router, and the places of the neighbors that it had its best path from before and after. */
export interface Change {
  readonly router: number;
  readonly before: number;
  readonly after: number;
}

/** After how many rounds a route counts as oscillating, in rounds that the longest possible path takes. */
const PATIENCE = { times: 2, more: 16 };

/**
 * Lets a route spread over a network until nothing changes: RFC 4271, RFC 4456 for reflectors, RFC 7947 for route
 * servers. Each router sends its best path, and no other. In each round the routers whose best path has changed send it
 * one after the other, so this is one of the orders in which it may happen.
 */
export function propagate({ routers, places }: Network, { family, route, origins }: Origination): Spread {
  const announced = { family, route };
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
  let change: Change | undefined;
  for (let rounds = routers.length * PATIENCE.times + PATIENCE.more; active.length > 0 && rounds > 0; rounds--) {
    const changed = new Set<number>();
    for (const place of active) {
      const router = routers[place];
      for (let i = 0; i < router.neighbors.length; i++) {
        const { router: to, reverse } = router.neighbors[i];
        const offered = sent(router, i, best[place], received[place], own.get(place), family);
        const path = accepted(routers[to], reverse, offered, announced);
        if (samePath(received[to][reverse], path)) continue;
        received[to][reverse] = path;
        if (best[to] === 'own') continue;
        const before = best[to];
        best[to] = bestOf(routers[to], received[to]);
        if (best[to] !== before || before === reverse) changed.add(to);
        if (best[to] !== before && before !== undefined && received[to][before]) {
          change = { router: to, before, after: best[to] as number };
        }
      }
    }
    active = [...changed];
  }
  const further = addFurther(routers, received, best, announced);
  return { received, best, further, settled: active.length === 0, change };
}

/**
 * Lets routers send the paths beside the best one (RFC 7911). Whoever gets them passes nothing on, so that nothing else
 * changes. A client that cannot take the best path of its neighbor gets the first of the others in place of it.
 */
function addFurther(
  routers: readonly NetworkRouter[],
  received: (Path | undefined)[][],
  best: (Best | undefined)[],
  announced: Announced,
): Spread['further'] {
  const { family } = announced;
  const further: { router: number; via: number; path: Path }[] = [];
  if (!traitsOf(family).addPath) return further;
  routers.forEach((sender, place) => {
    if (!sender.neighbors.some(({ getsAll }) => getsAll)) return;
    const others = received[place].flatMap((path, via) => (path && via !== best[place] ? [{ path, via }] : []));
    others.sort((one, other) => comparePaths(sender, one, other));
    sender.neighbors.forEach(({ router, reverse, getsAll }, to) => {
      if (!getsAll) return;
      for (const { via } of others) {
        const path = accepted(
          routers[router],
          reverse,
          sent(sender, to, via, received[place], undefined, family),
          announced,
        );
        if (!path) continue;
        if (received[router][reverse]) further.push({ router, via: reverse, path });
        else received[router][reverse] = path;
      }
      if (best[router] !== 'own') best[router] = bestOf(routers[router], received[router]);
    });
  });
  return further;
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
export function sent(
  router: NetworkRouter,
  to: number,
  best: Best | undefined,
  paths: readonly (Path | undefined)[],
  own: Path | undefined,
  family: Family,
): Path | undefined {
  if (best === undefined) return undefined;
  const path = (best === 'own' ? own : paths[best]) as Path;
  if (keptBack(router, to, best, path, family) !== undefined) return undefined;
  const neighbor = router.neighbors[to];
  if (best === 'own') return neighbor.type === 'external' ? { ...path, asPath: [router.autonomousSystem] } : path;
  const from = router.neighbors[best];
  // A route server puts neither its AS number into the path nor anything else (RFC 7947, 2.2). cRPD does where
  // routeServerClient is false: in front of all paths alike, and no client is in that AS.
  const external = from.type === 'external' || neighbor.type === 'external';
  const onward = external ? path : reflected(router, from, path);
  return neighbor.filtered ? asLastChoice(router, onward) : onward;
}

/** What a reflector adds (RFC 4456, 8). */
function reflected(router: NetworkRouter, from: Neighbor, path: Path): Path {
  const { asPath, localPreference, communities } = path;
  const originatorId = path.originatorId ?? from.routerId;
  const clusterList = [router.clusterId ?? router.routerId, ...path.clusterList];
  return { asPath, localPreference, originatorId, clusterList, communities };
}

/** A route as it goes upstream: the last choice of other regions, where its community says so. */
function asLastChoice({ communities: { preferred } }: NetworkRouter, path: Path): Path {
  if (preferred === undefined || !path.communities.includes(preferred)) return path;
  return { ...path, localPreference: LOCAL_PREFERENCE.preferredInRegion };
}

/** What a router keeps of what a neighbor sent: no loop, and of an eBGP neighbor nothing that is for iBGP. */
function accepted(router: NetworkRouter, from: number, path: Path | undefined, announced: Announced): Path | undefined {
  if (path === undefined || dropped(router, from, path, announced) !== undefined) return undefined;
  if (router.neighbors[from].type !== 'external') return path;
  return { ...path, localPreference: LOCAL_PREFERENCE.usual, originatorId: undefined, clusterList: [] };
}
