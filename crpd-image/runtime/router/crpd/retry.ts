import { monotonicMs } from '../../clock';
import { setTimeout as wait } from 'timers/promises';
import { RouterBusy } from '../driver';

/** The waits while another user has locked or changes the configuration. */
export interface RetryTimes {
  /** The first wait, in milliseconds. It doubles each time. */
  readonly firstMilliseconds: number;
  /** The longest wait, in milliseconds. */
  readonly maxMilliseconds: number;
  /** The time for a whole task, in milliseconds. */
  readonly deadlineMilliseconds: number;
}

/** An operator's commit takes a second or two. If it takes longer, the daemon tries again in a later turn. */
export const RETRY_TIMES: RetryTimes = { firstMilliseconds: 100, maxMilliseconds: 1_000, deadlineMilliseconds: 3_000 };

/**
 * Repeats the parts of one task while another user has locked or changes the configuration. All parts share one
 * deadline.
 */
export class Retry {
  private readonly until: number;

  /** @param signal ends the waits */
  constructor(
    private readonly retryTimes: RetryTimes,
    private readonly signal: AbortSignal,
  ) {
    this.until = monotonicMs() + retryTimes.deadlineMilliseconds;
  }

  /** Repeats `work` until it does not throw {@link RouterBusy}. @throws RouterBusy after the deadline */
  async whileBusy<T>(work: () => Promise<T>): Promise<T> {
    let longest = this.retryTimes.firstMilliseconds;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof RouterBusy)) throw error;
        // Random, because the routers of a mesh see a change at the same moment, and operators' scripts may be
        // periodic.
        const pause = longest * (0.5 + Math.random() / 2);
        if (this.signal.aborted || monotonicMs() + pause > this.until) {
          throw new RouterBusy(`another user is changing the configuration of cRPD: ${error.message}`);
        }
        await wait(pause, undefined, { signal: this.signal }).catch(() => undefined);
        longest = Math.min(2 * longest, this.retryTimes.maxMilliseconds);
      }
    }
  }
}
