import { ClientHistory } from './client-history';
import { Hold, Holder } from './lease';

/** What the daemon sees of its pod. */
export interface Seen {
  /** Milliseconds of a monotonic clock. */
  readonly now: number;
  /** Whether the pod is ready, and does not drain. */
  readonly ready: boolean;
  /** Whether the pod is about to end. */
  readonly leaving: boolean;
  /** The number of Established sessions with clients. */
  readonly clients: number;
}

/** Counts the clients that come to a pod while another pod of its workload is away. */
export class Arrivals {
  private readonly history = new ClientHistory();
  private counted?: { readonly uid: string; readonly before: number };

  /** @param wasReady whether the pod was ready before the daemon started: it may have had clients before */
  constructor(
    private readonly self: Holder,
    private readonly wasReady: boolean,
  ) {}

  /** Call it each second. */
  record({ now, clients }: Pick<Seen, 'now' | 'clients'>): void {
    this.history.record(now, clients);
  }

  /** The most clients at once since a time. */
  most(since: number): number {
    return this.history.most(since);
  }

  /**
   * The clients that have come since the Lease was taken; none while the pod is not ready, as it has no routes for them.
   *
   * @param age of the hold, in milliseconds
   */
  since(hold: Hold, age: number, { now, ready, clients }: Pick<Seen, 'now' | 'ready' | 'clients'>): number {
    if (this.counted?.uid !== hold.uid) {
      const before = this.history.at(now - age) ?? this.beforeStart(hold, clients);
      this.counted = { uid: hold.uid, before };
    }
    return ready ? Math.max(0, clients - this.counted.before) : 0;
  }

  /** A new pod had none. For a daemon that has restarted, the Lease has what came before that. */
  private beforeStart({ gained }: Hold, clients: number): number {
    return this.wasReady ? Math.max(0, clients - (gained.get(this.self.uid) ?? 0)) : 0;
  }
}
