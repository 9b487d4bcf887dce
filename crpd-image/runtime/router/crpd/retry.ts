import { monotonicMs } from '../../clock';
import { setTimeout as wait } from 'timers/promises';
import { RouterBusy } from '../driver';
import { Busy } from './candidate';

/** How to wait while others are at work on the configuration. */
export interface RetryTimes {
  /** The first wait, doubled each time, in milliseconds. */
  readonly firstMilliseconds: number;
  /** The longest wait, in milliseconds. */
  readonly maxMilliseconds: number;
  /** When to give up, in milliseconds. */
  readonly deadlineMilliseconds: number;
}

/** An operator's commit takes a second or two. Who is at work for longer is waited for by the caller's own clock. */
export const RETRY_TIMES: RetryTimes = { firstMilliseconds: 100, maxMilliseconds: 1_000, deadlineMilliseconds: 3_000 };

/**
 * A clock that runs while one task is done: its parts are tried again while others are at work on the configuration,
 * and together they have the one deadline.
 */
export class Retry {
  private readonly until: number;

  /** @param signal ends the waiting */
  constructor(
    private readonly retryTimes: RetryTimes,
    private readonly signal: AbortSignal,
  ) {
    this.until = monotonicMs() + retryTimes.deadlineMilliseconds;
  }

  /** Does `work` until it no longer throws {@link Busy}. @throws RouterBusy after the deadline */
  async whileBusy<T>(work: () => Promise<T>): Promise<T> {
    let longest = this.retryTimes.firstMilliseconds;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Busy)) throw error;
        // A part of it is chance: the routers of a mesh see a change at the same moment, and an operator's script may
        // come round at equal times.
        const pause = longest * (0.5 + Math.random() / 2);
        if (this.signal.aborted || monotonicMs() + pause > this.until) {
          throw new RouterBusy(`others are at work on the configuration of cRPD: ${error.message}`);
        }
        await wait(pause, undefined, { signal: this.signal }).catch(() => undefined);
        longest = Math.min(2 * longest, this.retryTimes.maxMilliseconds);
      }
    }
  }
}
