import { Endpoint } from '../discovery/discovery';
import { murmur3 } from '../../../lib/settings';

export interface UpstreamChoice {
  readonly sessions: number;
  /** The present routers, without duplicates. */
  readonly present: readonly Endpoint[];
  readonly configured: ReadonlySet<string>;
  /** The configured addresses whose session is Established. */
  readonly established: ReadonlySet<string>;
  /** The configured addresses whose session has ended. */
  readonly lost: ReadonlySet<string>;
  /** The addresses that have not answered BGP for a while: chosen only if there are not enough others. */
  readonly unresponsive: ReadonlySet<string>;
  /** The address of this router: the seed of the hash, so that different routers choose differently. */
  readonly self: string;
}

/** The order of candidates: the lowest first. */
enum Rank {
  Established,
  Configured,
  New,
  /** Configured, and it departs or its session has ended; the session is Established, or is not. */
  LeavingEstablished,
  Leaving,
  DepartingNew,
  UnresponsiveConfigured,
  Unresponsive,
}

/**
 * Chooses upstream routers. Configured ones that are still present stay. Others are chosen by rendezvous hashing
 * (highest random weight, Thaler and Ravishankar 1998): the load of many routers spreads evenly, and a router keeps its
 * choice when a candidate that it did not choose comes or goes. Different redundancy groups come before a second router
 * of one group.
 *
 * Make before break: a configured router that departs, or whose session has ended, loses its place to another
 * candidate at once, but it stays configured until it is no longer present or becomes unresponsive.
 *
 * @returns addresses, at most `sessions`, and as many more that have lost their place
 */
export function chooseUpstreams(choice: UpstreamChoice): string[] {
  const { sessions, present, self } = choice;
  const seed = murmur3(self, 0);
  const candidates = present.map((endpoint) => ({
    address: endpoint.address,
    redundancyGroup: endpoint.redundancyGroup,
    rank: rankOf(endpoint, choice),
    weight: murmur3(endpoint.address, seed),
  }));
  const chosen: string[] = [];
  const groups = new Set<string | undefined>();
  const repeats = ({ redundancyGroup }: Endpoint) => (groups.has(redundancyGroup) ? 1 : 0);
  const choose = (most: number, left: Set<(typeof candidates)[number]>) => {
    while (most-- > 0 && left.size > 0) {
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
  };
  const left = new Set(candidates);
  choose(sessions, left);
  const isLeaving = (rank: Rank) => rank === Rank.LeavingEstablished || rank === Rank.Leaving;
  choose(sessions, new Set([...left].filter(({ rank }) => isLeaving(rank))));
  return chosen;
}

function rankOf({ address, departing }: Endpoint, choice: UpstreamChoice): Rank {
  const isConfigured = choice.configured.has(address);
  if (choice.unresponsive.has(address)) return isConfigured ? Rank.UnresponsiveConfigured : Rank.Unresponsive;
  const isEstablished = choice.established.has(address);
  if (departing || choice.lost.has(address)) {
    return isEstablished ? Rank.LeavingEstablished : isConfigured ? Rank.Leaving : Rank.DepartingNew;
  }
  if (isEstablished) return Rank.Established;
  return isConfigured ? Rank.Configured : Rank.New;
}
