import { Client } from './areas';
import { Network } from '../simulator/network';
import { Spread } from '../simulator/propagation';
import { Candidate, comparePaths, Path, reasonFor } from '../simulator/selection';

/** Why a client does not learn a route that others announce to it: the path that it would take is hidden from it. */
export interface Hiding {
  /** The id of the router that prefers the other path, which it alone sends (RFC 7947, 2.3.1). */
  readonly at: string;
  /** The ids of the routers outside whose path it prefers, and of the best one that the client would take. */
  readonly winner: string;
  readonly loser: string;
  /** The step of the decision: `lower BGP identifier`. */
  readonly why: string;
}

/**
 * Looks for the router that prefers a path with the AS number of a client, which drops it, to one that the client would
 * take: first among those that the client has sessions with.
 *
 * @returns undefined where no router has to choose: then another cause keeps the route from the client
 */
export function hidingFrom(
  { autonomousSystem, choices }: Client,
  { routers, places }: Network,
  { received, best }: Spread,
): Hiding | undefined {
  const dropped = ({ asPath }: Path) => asPath.includes(autonomousSystem);
  const serving = choices.flatMap(({ usual }) => usual.map(({ to }) => places.get(to) as number));
  for (const place of [...serving, ...routers.keys()]) {
    const [router, via] = [routers[place], best[place]];
    if (router.outside || typeof via !== 'number') continue;
    const chosen: Candidate = { path: received[place][via] as Path, via };
    if (!dropped(chosen.path)) continue;
    const others = received[place].flatMap((path, i): Candidate[] =>
      path && !dropped(path) ? [{ path, via: i }] : [],
    );
    if (others.length === 0) continue;
    const originVia = ({ via: first }: Candidate) => {
      let at = router.neighbors[first].router;
      for (let next = best[at]; typeof next === 'number'; next = best[at]) at = routers[at].neighbors[next].router;
      return routers[at].id;
    };
    const other = others.reduce((one, next) => (comparePaths(router, one, next) <= 0 ? one : next));
    return { at: router.id, winner: originVia(chosen), loser: originVia(other), why: reasonFor(router, chosen, other) };
  }
  return undefined;
}
