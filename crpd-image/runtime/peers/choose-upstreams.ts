import { Endpoint } from '../discovery/discovery';
import { murmur3 } from '../../../lib/configuration';

export interface UpstreamChoice {
  readonly sessions: number;
  /** The present routers, without duplicates. */
  readonly present: readonly Endpoint[];
  readonly configured: ReadonlySet<string>;
  /** The addresses that have not answered BGP for a while: chosen only if there are not enough others. */
  readonly unresponsive: ReadonlySet<string>;
  /** The address of this router: the seed of the hash, so that different routers choose differently. */
  readonly self: string;
}

/**
 * Chooses upstream routers. Configured ones that are still present stay. Others are chosen by rendezvous hashing
 * (highest random weight, Thaler and Ravishankar 1998): the load of many routers spreads evenly, and a router keeps its
 * choice when a candidate that it did not choose comes or goes. Different redundancy groups come before a second router
 * of one group.
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
    // Routers without a known group do not share one.
    if (best.redundancyGroup !== undefined) groups.add(best.redundancyGroup);
  }
  return chosen;
}
