import { LOCAL_PREFERENCE } from '../../settings';
import { Network } from './network';
import { Announced, Best, sent, Spread } from './propagation';
import { dropped, keptBack, Rule } from './rules';
import { Path, reasonFor } from './selection';

/** The session that a route does not go over, on the shortest way to a router that does not have it. */
export interface Obstacle {
  /** The ids of the router that has the route, and of the neighbor that does not. */
  readonly from: string;
  readonly to: string;
  readonly rule: Exclude<Rule, 'back' | 'outside'>;
  /** The neighbors whose path it prefers, and whose path would get through; with the step of the decision. */
  readonly instead?: { readonly winner: string; readonly loser: string; readonly why: string };
}

/** What a router that announces a route has; its communities matter to nobody here. */
const OWN: Path = { asPath: [], localPreference: LOCAL_PREFERENCE.usual, clusterList: [], communities: [] };

/**
 * Looks for the session that keeps a route from a router: from there over all sessions, whatever their rules, to the
 * nearest router that has the route.
 *
 * @returns undefined where no sessions lead to a router that has the route
 */
export function obstacleBefore(
  { routers, places }: Network,
  { received, best }: Spread,
  announced: Announced,
  id: string,
): Obstacle | undefined {
  const { family } = announced;
  const start = places.get(id);
  if (start === undefined) return undefined;
  /** Why a path of a router does not get to a neighbor, which has the session at its own place `back`. */
  const ruleFor = (from: number, session: number, via: Best, to: number, back: number): Rule | undefined => {
    const path = via === 'own' ? OWN : (received[from][via] as Path);
    const offered = sent(routers[from], session, via, received[from], OWN, family);
    return offered
      ? dropped(routers[to], back, offered, announced)
      : keptBack(routers[from], session, via, path, family);
  };
  const reached = new Set([start]);
  for (const place of reached) {
    for (const [back, { router: from, reverse: session }] of routers[place].neighbors.entries()) {
      const via = best[from];
      if (via === undefined && !routers[from].outside) reached.add(from);
      if (via === undefined) continue;
      const rule = ruleFor(from, session, via, place, back);
      // A router outside has nothing for others, and a neighbor that a route is from has it.
      if (rule === undefined || rule === 'outside' || rule === 'back') continue;
      const loser = received[from].findIndex(
        (path, i) => path && i !== via && ruleFor(from, session, i, place, back) === undefined,
      );
      const nameOf = (neighbor: number) => routers[routers[from].neighbors[neighbor].router].id;
      const candidate = (neighbor: number) => ({ path: received[from][neighbor] as Path, via: neighbor });
      const instead =
        via === 'own' || loser < 0
          ? undefined
          : {
              winner: nameOf(via),
              loser: nameOf(loser),
              why: reasonFor(routers[from], candidate(via), candidate(loser)),
            };
      return { from: routers[from].id, to: routers[place].id, rule, ...(instead && { instead }) };
    }
  }
  return undefined;
}
