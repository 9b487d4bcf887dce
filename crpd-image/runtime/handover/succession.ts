import { Seen } from './arrivals';
import { gainedBy, Hold, Holder, relationTo } from './lease';

/** How long the clients must have been back, in milliseconds: by then the router has sent them its routes. */
const SETTLED_MS = 5_000;
/**
 * How long a ready pod waits for the clients of its predecessor, in milliseconds. Routers dial again after 10 to 120
 * seconds. Some never come: they were removed.
 */
export const CLIENTS_MS = 150_000;

/** One pod that is away, whose clients this pod waits for. */
interface Wait {
  readonly uid: string;
  /** Since when the pod, which sees the hold, is ready; and since when the clients are back. */
  readySince?: number;
  backSince?: number;
}

/** Decides when a pod gives back the Lease that another pod of its workload took. */
export class Succession {
  private wait?: Wait;

  constructor(private readonly self: Holder) {}

  /**
   * Whether to give the Lease back: when as many clients are back as the pod that took it had, with this pod or with those
   * that have written how many they have got. A successor that is ready waits for them only so long. A sibling gives the
   * Lease back, too, as no successor comes if the workload got smaller.
   *
   * @param arrived how many clients have come to this pod since the Lease was taken
   */
  isOver(hold: Hold | undefined, arrived: number, { now, ready }: Pick<Seen, 'now' | 'ready'>): boolean {
    const { self } = this;
    const relation = relationTo(hold, self);
    if (hold === undefined || relation === undefined) {
      this.wait = undefined;
      return false;
    }
    if (this.wait?.uid !== hold.uid) this.wait = { uid: hold.uid };
    const { wait } = this;
    const concerns = ready && (relation === 'successor' || arrived > 0);
    const areBack = concerns && arrived + gainedBy(hold, self.uid) >= hold.clients;
    wait.readySince = ready ? (wait.readySince ?? now) : undefined;
    wait.backSince = areBack ? (wait.backSince ?? now) : undefined;
    const elapsed = (since: number | undefined, milliseconds: number) =>
      since !== undefined && now - since >= milliseconds;
    return elapsed(wait.backSince, SETTLED_MS) || (relation === 'successor' && elapsed(wait.readySince, CLIENTS_MS));
  }
}
