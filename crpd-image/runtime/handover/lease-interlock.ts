import { ApiError } from '../discovery/pod-api';
import { Interlock, Turn } from './interlock';
import { heldBy, Hold, Holder, holdOf } from './lease';
import { LeaseStore } from './lease-store';

/** From one look at the Lease to the next, in milliseconds. */
const LOOK_MS = 1_000;

/** Answers of an API whose Lease, Role or account is deleted, or was never there. */
const REFUSALS = [401, 403, 404];

/**
 * How long the API must refuse before a pod believes it, in milliseconds: an API server that has just started answers 401
 * or 403 until it has read the accounts and Roles.
 */
const REFUSED_MS = 15_000;

/**
 * For how long a hold counts, as a multiple of the grace period. A pod that is asked to leave within the grace period of
 * the holder waits for the whole of its own, so that a pod whose successor never comes does not let the other side go.
 */
const EXPIRY = 2;

export interface LeaseInterlockOptions {
  readonly store: LeaseStore;
  readonly self: Holder;
  /** The grace period of the pod, in seconds. */
  readonly graceSeconds: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Whether a pod may take the Lease. */
export const mayTake = (hold: Hold | undefined, self: Holder, now: number): boolean =>
  hold === undefined || hold.uid === self.uid || now >= hold.expires;

/** The interlock by a Lease. Its resourceVersion sees to it that of two pods that ask at once only one gets it. */
export class LeaseInterlock implements Interlock {
  constructor(private readonly options: LeaseInterlockOptions) {}

  async acquire(clients: number, deadline: number): Promise<Turn> {
    if (clients === 0) return { turn: 'not-needed', reason: 'no clients' };
    const { now, sleep } = this.options;
    let refusedSince: number | undefined;
    for (;;) {
      const turn = await this.attempt(clients);
      refusedSince = turn.turn === 'not-needed' ? (refusedSince ?? now()) : undefined;
      const isRefused = refusedSince !== undefined && now() - refusedSince >= REFUSED_MS;
      if (turn.turn === 'acquired' || isRefused || now() + LOOK_MS > deadline) return turn;
      await sleep(LOOK_MS);
    }
  }

  /** @returns `gave-up` with what to wait for; `not-needed` where the API refuses */
  private async attempt(clients: number): Promise<Turn> {
    const { store, self, graceSeconds } = this.options;
    try {
      const { lease, now } = await store.read();
      if (!mayTake(holdOf(lease), self, now)) {
        return { turn: 'gave-up', reason: `the Lease names ${lease.spec?.holderIdentity}` };
      }
      const taken = await store.write(heldBy(lease, self, clients, EXPIRY * graceSeconds, now));
      return taken ? { turn: 'acquired' } : { turn: 'gave-up', reason: 'the Lease changed' };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { turn: REFUSALS.includes(error.status ?? 0) ? 'not-needed' : 'gave-up', reason: error.message };
    }
  }
}
