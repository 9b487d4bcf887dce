import { gainedOf, Hold, Holder } from './lease';
import type { Seen } from './succession';

/** The workload in `workload@node`; undefined in a Deployment, where any new pod is the successor. */
const workloadOf = ({ instance }: Holder): string | undefined => /^(.*)@/.exec(instance)?.[1];

/**
 * Counts the clients that come to a pod while another pod of its workload is away: if both are behind one address, clients
 * that dial again may reach either. The successor of the pod that is away adds the counts to its own.
 */
export class GainedClients {
  private hold?: { readonly uid: string; readonly before: number };

  constructor(private readonly self: Holder) {}

  /** Whether there may be other pods of the workload. */
  get mayHaveSiblings(): boolean {
    return workloadOf(this.self) !== undefined;
  }

  /** Whether a hold is one of another pod of the workload, whose successor this pod is not. */
  concerns(hold: Hold | undefined): hold is Hold {
    return (
      hold !== undefined &&
      this.mayHaveSiblings &&
      hold.instance !== this.self.instance &&
      workloadOf(hold) === workloadOf(this.self)
    );
  }

  /** @returns the count to write into the Lease; undefined: it is there, or nobody needs it */
  observe(hold: Hold | undefined, { ready, clients }: Seen): number | undefined {
    if (!this.concerns(hold)) {
      this.hold = undefined;
      return undefined;
    }
    // After a restart of the daemon, the Lease has what came before it.
    const written = hold.gained.get(this.self.uid) ?? 0;
    if (this.hold?.uid !== hold.uid) this.hold = { uid: hold.uid, before: clients - written };
    const gained = ready ? Math.max(0, clients - this.hold.before) : 0;
    return gained === written ? undefined : gained;
  }

  /**
   * Whether this pod and others of the workload have all clients of the pod that is away, by what they wrote. Then nobody has to
   * wait for its successor, which never comes if the workload got smaller.
   */
  haveAll(hold: Hold | undefined): boolean {
    if (!this.concerns(hold) || !hold.gained.get(this.self.uid)) return false;
    return gainedOf(hold) >= hold.clients;
  }
}
