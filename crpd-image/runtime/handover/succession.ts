import { gainedOf, Hold, Holder } from './lease';

/** How long the clients must have been back, in milliseconds: by then the router has sent them its routes. */
const SETTLED_MS = 5_000;
/**
 * How long a ready pod waits for the clients of its predecessor, in milliseconds. Routers dial again after 10 to 120
 * seconds. Some never come: they were removed.
 */
export const CLIENTS_MS = 150_000;

/** What the daemon sees of its pod. */
export interface Seen {
  /** Milliseconds of a monotonic clock. */
  readonly now: number;
  readonly ready: boolean;
  /** The number of Established sessions with clients. */
  readonly clients: number;
}

/** One predecessor whose clients this pod waits for. */
interface Wait {
  readonly uid: string;
  /** The sessions that the pod had before. */
  readonly before: number;
  /** Since when the pod, which sees the hold, is ready; and since when the clients are back. */
  readySince?: number;
  backSince?: number;
}

/**
 * Decides when a pod gives back the Lease that its predecessor took: when it is ready and as many clients are back, with it
 * or other pods of its workload, as the predecessor had. It counts the sessions that came up since it saw the hold. If the pod was not ready when it looked
 * before, all of its sessions count: it is new. A pod beside its predecessor may have clients of its own.
 */
export class Succession {
  private wait?: Wait;

  /** @param wasReady whether the pod was ready when it looked before, perhaps before a restart of the daemon */
  constructor(
    private readonly self: Holder,
    private wasReady: boolean,
  ) {}

  /** Whether a hold is one of a predecessor. */
  concerns(hold: Hold | undefined): hold is Hold {
    return hold !== undefined && hold.instance === this.self.instance && hold.uid !== this.self.uid;
  }

  /** Whether to give the Lease back. */
  isOver(hold: Hold | undefined, { now, ready, clients }: Seen): boolean {
    const { wasReady } = this;
    this.wasReady = ready;
    if (!this.concerns(hold)) {
      this.wait = undefined;
      return false;
    }
    if (this.wait?.uid !== hold.uid) this.wait = { uid: hold.uid, before: wasReady ? clients : 0 };
    const { wait } = this;
    wait.readySince = ready ? (wait.readySince ?? now) : undefined;
    const areBack = ready && clients - wait.before + gainedOf(hold) >= hold.clients;
    wait.backSince = areBack ? (wait.backSince ?? now) : undefined;
    const elapsed = (since: number | undefined, milliseconds: number) =>
      since !== undefined && now - since >= milliseconds;
    return elapsed(wait.backSince, SETTLED_MS) || elapsed(wait.readySince, CLIENTS_MS);
  }
}
