/**
 * How long a router that is alone in DNS waits for others before it serves clients, in milliseconds: an answer may come
 * from a cache, which kubeadm sets to 30 s.
 */
const ALONE_MS = 35_000;

/** What readiness depends on. Times are in milliseconds of a clock that never jumps. */
export interface ReadinessInput {
  readonly now: number;
  /** Whether every Service has named endpoints, and the router configured accordingly, at least once. */
  readonly synchronized: boolean;
  /** Neighbors that are wanted. */
  readonly expected: number;
  /** How many of these are Established. */
  readonly established: number;
}

export interface Readiness {
  readonly ready: boolean;
  /** Why, in a few words. */
  readonly reason: string;
}

/**
 * Holds a router back from clients until it has something to reflect: it is ready once it is in step with DNS and has
 * a session with one router of its mesh or upstream, or has been alone in DNS for a while.
 *
 * Once ready, it stays so. Peers that fail later are no reason to take the address from its clients: the router may be
 * the last one that serves them.
 */
export class ReadinessGate {
  private aloneSince?: number;

  constructor(private open: boolean) {}

  observe({ now, synchronized, expected, established }: ReadinessInput): Readiness {
    if (this.open) return { ready: true, reason: 'has been ready before' };
    this.aloneSince = synchronized && expected === 0 ? (this.aloneSince ?? now) : undefined;
    if (!synchronized) return { ready: false, reason: 'not yet in step with DNS' };
    if (established > 0) return this.opened(`${established} of ${expected} sessions are Established`);
    if (this.aloneSince === undefined) return { ready: false, reason: `none of ${expected} sessions is Established` };
    if (now - this.aloneSince >= ALONE_MS) return this.opened('alone in DNS');
    return { ready: false, reason: 'alone in DNS so far' };
  }

  private opened(reason: string): Readiness {
    this.open = true;
    return { ready: true, reason };
  }
}
