import { ApiError } from '../discovery/pod-api';
import { Conditions } from '../logging/conditions';
import { Log } from '../logging/log';
import { GainedClients } from './gained-clients';
import { Holder, holdOf, released, withGained } from './lease';
import { LeaseStore } from './lease-store';
import { Seen, Succession } from './succession';

/** From one look at the Lease to the next, in milliseconds. */
const LOOK_MS = 2_000;
/**
 * The same while only another pod of the workload may take it, in milliseconds: shorter than a drain takes, so that the pod
 * knows how many clients it had before those of the other one came.
 */
const IDLE_LOOK_MS = 10_000;

export interface ReleaseOptions {
  readonly store: LeaseStore;
  readonly self: Holder;
  /** The grace period of the pod, in seconds. */
  readonly graceSeconds: number;
  /** Whether the pod was ready before the daemon started. */
  readonly wasReady: boolean;
  readonly log: Log;
  readonly conditions: Conditions;
}

/**
 * Gives back the Lease that the predecessor of this pod took, and writes into it how many clients of other pods of its
 * workload have come to this one. It looks often until the pod has been ready for a grace period and a minute: a predecessor
 * may wait that long beside its successor. Later holds are not those of a predecessor.
 */
export class Release {
  private readonly succession: Succession;
  private readonly gained: GainedClients;
  private readonly youth: number;
  private readySince?: number;
  private lookAt = -Infinity;
  private looking?: Promise<void>;
  private isWaiting = false;

  constructor(private readonly options: ReleaseOptions) {
    this.succession = new Succession(options.self, options.wasReady);
    this.gained = new GainedClients(options.self);
    this.youth = (options.graceSeconds + 60) * 1000;
  }

  /** Looks at the Lease if that is due. Call it every second. */
  observe(seen: Seen): void {
    if (seen.ready) this.readySince ??= seen.now;
    const isYoung = this.readySince === undefined || seen.now - this.readySince < this.youth;
    const isNeeded = isYoung || this.isWaiting;
    if (!isNeeded) this.options.conditions.end('lease-unreachable', '');
    if (!isNeeded && !this.gained.mayHaveSiblings) return;
    if (this.looking || seen.now < this.lookAt) return;
    this.lookAt = seen.now + (isNeeded ? LOOK_MS : IDLE_LOOK_MS);
    this.looking = this.look(seen, isNeeded).finally(() => (this.looking = undefined));
  }

  /** Resolves when the look that has begun is over. */
  async settled(): Promise<void> {
    await this.looking;
  }

  private async look(seen: Seen, isNeeded: boolean): Promise<void> {
    const { store, self, log, conditions } = this.options;
    try {
      const { lease } = await store.read();
      const hold = holdOf(lease);
      this.isWaiting = this.succession.concerns(hold) || this.gained.concerns(hold);
      const gained = this.gained.observe(hold, seen);
      if (gained !== undefined) await store.write(withGained(lease, self.uid, gained));
      const isOver = this.succession.isOver(hold, seen) || (gained === undefined && this.gained.haveAll(hold));
      if (isOver && (await store.write(released(lease)))) {
        log.info('handover-released', { clients: seen.clients, before: hold?.clients });
        this.isWaiting = false;
      }
      conditions.end('lease-unreachable', '');
    } catch (error) {
      // Nobody waits for this promise.
      if (error instanceof ApiError) {
        if (isNeeded) conditions.begin('lease-unreachable', '', error.message);
      } else conditions.begin('internal-error', 'lease', (error as Error).stack ?? String(error));
    }
  }
}
