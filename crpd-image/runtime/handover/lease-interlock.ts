import { ApiError } from '../discovery/pod-api';
import { Interlock, Turn } from './interlock';
import { heldBy, Holder, holdOf, lastOf, Lease, waitingFor, withWaiting, workloadOf } from './lease';
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

/**
 * What keeps a pod from taking the Lease; undefined if nothing does.
 *
 * After a pod, those that wait of its workload go first. Clients that lost the pod may have come to one of them, and others to
 * its successor. These two have the same cluster id, so they do not take the routes of each other's clients (RFC 4456):
 * such clients have no path to each other but by the other side.
 *
 * @param now milliseconds since 1970
 */
export function obstacleTo(lease: Lease, self: Holder, now: number): string | undefined {
  const hold = holdOf(lease);
  if (hold) {
    const isFree = hold.uid === self.uid || now >= hold.expires;
    return isFree ? undefined : `the Lease names ${lease.spec?.holderIdentity}`;
  }
  const last = workloadOf({ instance: lastOf(lease) });
  if (last === undefined || last === workloadOf(self)) return undefined;
  const first = waitingFor(lease, now).find((pod) => workloadOf(pod) === last);
  return first && `${first.instance}/${first.uid} goes first, after another pod of its workload`;
}

/** The interlock by a Lease. Its resourceVersion sees to it that of two pods that ask at once only one gets it. */
export class LeaseInterlock implements Interlock {
  constructor(private readonly options: LeaseInterlockOptions) {}

  async acquire(clients: () => Promise<number>, deadline: number): Promise<Turn> {
    const atFirst = await clients();
    if (atFirst === 0) return { turn: 'not-needed', reason: 'no clients' };
    // Clients may have come since then. Those that went away may dial again.
    const most = async () => Math.max(atFirst, await clients());
    const { now, sleep } = this.options;
    let refusedSince: number | undefined;
    for (;;) {
      const turn = await this.attempt(most, deadline);
      refusedSince = turn.turn === 'not-needed' ? (refusedSince ?? now()) : undefined;
      const isRefused = refusedSince !== undefined && now() - refusedSince >= REFUSED_MS;
      if (turn.turn === 'acquired' || isRefused || now() + LOOK_MS > deadline) return turn;
      await sleep(LOOK_MS);
    }
  }

  /** @returns `gave-up` with what to wait for; `not-needed` where the API refuses */
  private async attempt(clients: () => Promise<number>, deadline: number): Promise<Turn> {
    const { store, self, graceSeconds } = this.options;
    try {
      const { lease, now } = await store.read();
      const reason = obstacleTo(lease, self, now);
      if (reason !== undefined) {
        const isListed = waitingFor(lease, now).some(({ uid }) => uid === self.uid);
        if (!isListed && workloadOf(self) !== undefined) {
          await store.write(withWaiting(lease, self, now + deadline - this.options.now()));
        }
        return { turn: 'gave-up', reason };
      }
      const taken = await store.write(heldBy(lease, self, await clients(), EXPIRY * graceSeconds, now));
      return taken ? { turn: 'acquired' } : { turn: 'gave-up', reason: 'the Lease changed' };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { turn: REFUSALS.includes(error.status ?? 0) ? 'not-needed' : 'gave-up', reason: error.message };
    }
  }
}
