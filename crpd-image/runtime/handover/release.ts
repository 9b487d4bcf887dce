import { ApiError } from '../discovery/pod-api';
import { Conditions } from '../logging/conditions';
import { Log } from '../logging/log';
import { Arrivals, Seen } from './arrivals';
import { Holder, holdOf, relationTo, released, withGained, workloadOf } from './lease';
import { LeaseStore } from './lease-store';
import { CLIENTS_MS, Succession } from './succession';

/** From one look at the Lease to the next, in milliseconds. */
const LOOK_MS = 2_000;
/** The same while only another pod of the workload may take it, in milliseconds: clients of that come later than this. */
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
 * Gives back the Lease that another pod of the workload took, and writes into it how many clients have come to this pod
 * since then. It looks often until the pod has been ready for a grace period and a minute: a predecessor may wait that long
 * beside its successor. Later holds are not those of a predecessor.
 */
export class Release {
  private readonly succession: Succession;
  private readonly arrivals: Arrivals;
  private readonly youth: number;
  private readySince?: number;
  private lookAt = -Infinity;
  private looking?: Promise<void>;
  private isWaiting = false;

  constructor(private readonly options: ReleaseOptions) {
    this.succession = new Succession(options.self);
    this.arrivals = new Arrivals(options.self, options.wasReady);
    this.youth = (options.graceSeconds + 60) * 1000;
  }

  /** Looks at the Lease if that is due. Call it every second. */
  observe(seen: Seen): void {
    this.arrivals.record(seen);
    if (seen.ready) this.readySince ??= seen.now;
    const isYoung = this.readySince === undefined || seen.now - this.readySince < this.youth;
    const isNeeded = isYoung || this.isWaiting;
    if (!isNeeded) this.options.conditions.end('lease-unreachable', '');
    if (!isNeeded && workloadOf(this.options.self) === undefined) return;
    if (this.looking || seen.now < this.lookAt) return;
    this.lookAt = seen.now + (isNeeded ? LOOK_MS : IDLE_LOOK_MS);
    this.looking = this.look(seen, isNeeded).finally(() => (this.looking = undefined));
  }

  /**
   * The most clients that the pod had at once within the time that a successor waits for them: some that have lost their
   * session dial again. Clients of a Deployment are routers in pods, which come and go with every rollout, so there only
   * those with a session count: undefined.
   */
  recentClients(now: number): number | undefined {
    return workloadOf(this.options.self) === undefined ? undefined : this.arrivals.most(now - CLIENTS_MS);
  }

  /** Resolves when the look that has begun is over. */
  async settled(): Promise<void> {
    await this.looking;
  }

  private async look(seen: Seen, isNeeded: boolean): Promise<void> {
    const { store, self, log, conditions } = this.options;
    try {
      const { lease, now } = await store.read();
      const hold = holdOf(lease);
      const relation = relationTo(hold, self);
      const arrived = hold && relation ? this.arrivals.since(hold, now - hold.acquired, seen) : 0;
      this.isWaiting = relation !== undefined;
      // A successor that is about to end counts for the one that stays: it is the next to take the Lease.
      const counts = relation === 'sibling' || (relation === 'successor' && seen.leaving);
      if (this.succession.isOver(hold, arrived, seen)) {
        if (await store.write(released(lease))) {
          log.info('handover-released', { clients: seen.clients, before: hold?.clients });
          this.isWaiting = false;
        }
      } else if (counts && arrived !== (hold?.gained.get(self.uid) ?? 0)) {
        await store.write(withGained(lease, self.uid, arrived));
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
