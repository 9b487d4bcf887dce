import { GroupState } from '../daemon/synchronizer';
import { Neighbor } from '../router/driver';
import { Histogram } from './exposition';

interface Observed {
  readonly groups: readonly Pick<GroupState, 'group' | 'found' | 'answeredAt'>[];
  readonly wanted: readonly Neighbor[];
  /** Whether the router answers. */
  readonly isReachable: boolean;
  readonly isEstablished: (address: string) => boolean;
  /** Milliseconds of a monotonic clock. */
  readonly now: number;
}

/**
 * Measures the time from the answer of discovery that lists a new router until its session is Established. A router
 * counts if it is wanted as a neighbor at once: others wait for their turn or are not chosen.
 */
export class Convergence {
  readonly seconds = new Histogram();
  /** The addresses of the last answer of each group. */
  private readonly listed = new Map<string, ReadonlySet<string>>();
  /** When each router was listed whose session is not yet Established, in milliseconds. */
  private readonly since = new Map<string, number>();

  observe({ groups, wanted, isReachable, isEstablished, now }: Observed): void {
    for (const { group, found, answeredAt = now } of groups) {
      const before = this.listed.get(group.name);
      const addresses = new Set(found?.endpoints.map(({ address }) => address));
      this.listed.set(group.name, addresses);
      for (const address of addresses) {
        // After a restart of the runtime, the sessions are up already.
        if (!before?.has(address) && !isEstablished(address)) this.since.set(address, answeredAt);
      }
    }
    const neighbors = new Set(wanted.map(({ address }) => address));
    for (const [address, since] of this.since) {
      const isUp = isEstablished(address);
      if (isUp) this.seconds.observe((now - since) / 1000);
      // While the router does not answer, nobody decides which neighbors are wanted.
      if (isUp || (isReachable && !neighbors.has(address))) this.since.delete(address);
    }
  }
}
