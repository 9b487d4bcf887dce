import { Endpoint } from '../discovery/discovery';
import { murmur3 } from '../hashing/murmur3';

/** What the choice of upstream routers is made from. */
export interface UpstreamChoice {
  /** The most to choose. */
  readonly sessions: number;
  /** The routers that are there, each once. */
  readonly present: readonly Endpoint[];
  /** Addresses that are configured now. */
  readonly configured: ReadonlySet<string>;
  /** Addresses that have not answered BGP for a while: chosen only where there are not enough others. */
  readonly suspect: ReadonlySet<string>;
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
export function chooseUpstreams({ sessions, present, configured, suspect, self }: UpstreamChoice): string[] {
  const left = present
    .map(({ address, redundancyGroup }) => ({
      address,
      redundancyGroup,
      rank: (suspect.has(address) ? 2 : 0) + (configured.has(address) ? 0 : 1),
      weight: weight(self, address),
    }))
    .sort((a, b) => a.rank - b.rank || b.weight - a.weight || (a.address < b.address ? -1 : 1));
  const chosen: string[] = [];
  const groups = new Set<string>();
  while (chosen.length < sessions && left.length > 0) {
    // Within the best rank, the first of a group that is not represented yet.
    const end = left.findIndex(({ rank }) => rank !== left[0].rank);
    const best = end < 0 ? left : left.slice(0, end);
    const fresh = best.findIndex(
      ({ redundancyGroup }) => redundancyGroup === undefined || !groups.has(redundancyGroup),
    );
    const [next] = left.splice(Math.max(fresh, 0), 1);
    chosen.push(next.address);
    if (next.redundancyGroup !== undefined) groups.add(next.redundancyGroup);
  }
  return chosen;
}

/** A whole number that is the same on every machine. */
function weight(self: string, candidate: string): number {
  return murmur3(`${self} ${candidate}`, 0);
}
