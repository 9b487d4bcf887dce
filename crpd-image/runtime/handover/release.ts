import { ApiError } from '../discovery/pod-api';
import { Conditions } from '../logging/conditions';
import { Log } from '../logging/log';
import { Holder, holdOf, released } from './lease';
import { LeaseStore } from './lease-store';
import { Seen, Succession } from './succession';

/** From one look at the Lease to the next, in milliseconds. */
const LOOK_MS = 2_000;

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
 * Gives back the Lease that the predecessor of this pod took. It looks at the Lease until the pod has been ready for a
 * grace period and a minute: a predecessor may wait that long beside its successor. Later holds are not those of a
 * predecessor, so the pod need not ask the API for ever.
 */
export class Release {
  private readonly succession: Succession;
  private readonly youth: number;
  private readySince?: number;
  private lookAt = -Infinity;
  private looking?: Promise<void>;
  private isWaiting = false;

  constructor(private readonly options: ReleaseOptions) {
    this.succession = new Succession(options.self, options.wasReady);
    this.youth = (options.graceSeconds + 60) * 1000;
  }

  /** Looks at the Lease if that is due. Call it every second. */
  observe(seen: Seen): void {
    if (seen.ready) this.readySince ??= seen.now;
    const isYoung = this.readySince === undefined || seen.now - this.readySince < this.youth;
    if (!isYoung && !this.isWaiting) return this.options.conditions.end('lease-unreachable', '');
    if (this.looking || seen.now < this.lookAt) return;
    this.lookAt = seen.now + LOOK_MS;
    this.looking = this.look(seen).finally(() => (this.looking = undefined));
  }

  /** Resolves when the look that has begun is over. */
  async settled(): Promise<void> {
    await this.looking;
  }

  private async look(seen: Seen): Promise<void> {
    const { store, log, conditions } = this.options;
    try {
      const { lease } = await store.read();
      const hold = holdOf(lease);
      this.isWaiting = this.succession.concerns(hold);
      if (this.succession.isOver(hold, seen) && (await store.write(released(lease)))) {
        log.info('handover-released', { clients: seen.clients, before: hold?.clients });
        this.isWaiting = false;
      }
      conditions.end('lease-unreachable', '');
    } catch (error) {
      // Nobody waits for this promise.
      if (error instanceof ApiError) conditions.begin('lease-unreachable', '', error.message);
      else conditions.begin('internal-error', 'lease', (error as Error).stack ?? String(error));
    }
  }
}
