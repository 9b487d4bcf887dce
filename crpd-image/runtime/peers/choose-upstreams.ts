import { Endpoint } from '../discovery/discovery';
import { murmur3 } from '../../../lib/configuration';

/** What the choice of upstream routers is made from. */
export interface UpstreamChoice {
  /** The most to choose. */
  readonly sessions: number;
  /** The routers that are there, each once. */
  readonly present: readonly Endpoint[];
  /** Addresses that are configured now. */
  readonly configured: ReadonlySet<string>;
  /** Addresses that have not answered BGP for a while: chosen only where there are not enough others. */
  readonly unresponsive: ReadonlySet<string>;
  /** Tells this router from the others that choose, so that not all choose alike: its address. */
  readonly self: string;
}

/**
 * Chooses routers upstream: configured ones that are still there stay; others are taken by rendezvous hashing (highest
 * random weight, Thaler and Ravishankar 1998), by which the load of many routers spreads evenly and each keeps its
 * choice when a candidate it did not choose comes or goes. Routers of different redundancy groups go before a second
 * one of the same group.
 *
 * @returns addresses, at most `sessions`
 */
export function chooseUpstreams({ sessions, present, configured, unresponsive, self }: UpstreamChoice): string[] {
  const seed = murmur3(self, 0);
  const candidates = present.map(({ address, redundancyGroup }) => ({
    address,
    redundancyGroup,
    rank: (unresponsive.has(address) ? 2 : 0) + (configured.has(address) ? 0 : 1),
    weight: murmur3(address, seed),
  }));
  const left = new Set(candidates);
  const chosen: string[] = [];
  const groups = new Set<string | undefined>();
  const repeats = ({ redundancyGroup }: Endpoint) => (groups.has(redundancyGroup) ? 1 : 0);
  while (chosen.length < sessions && left.size > 0) {
    let best = candidates[0];
    let found = false;
    for (const candidate of left) {
      const order =
        candidate.rank - best.rank ||
        repeats(candidate) - repeats(best) ||
        best.weight - candidate.weight ||
        (candidate.address < best.address ? -1 : 1);
      if (!found || order < 0) [best, found] = [candidate, true];
    }
    left.delete(best);
    chosen.push(best.address);
    // Routers whose group is not known are of no group.
    if (best.redundancyGroup !== undefined) groups.add(best.redundancyGroup);
  }
  return chosen;
}
