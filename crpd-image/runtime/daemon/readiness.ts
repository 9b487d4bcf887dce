/**
 * How long a router that is alone in DNS waits for others before it serves clients, in milliseconds. It is longer than
 * the DNS cache, which kubeadm sets to 30 s.
 */
const ALONE_MS = 35_000;

/** The input of the readiness decision. Times are in milliseconds of a monotonic clock. */
export interface ReadinessInput {
  readonly now: number;
  /** Whether every Service has had endpoints, and the router was configured with them, at least once. */
  readonly synchronized: boolean;
  readonly expected: number;
  /** The number of these whose session is Established. */
  readonly established: number;
}

export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
}

/**
 * Decides when a pod is ready: once the router is synchronized with DNS and has a session with one router of its mesh
 * or upstream, or has been alone in DNS for a while. Before, it has no routes to reflect.
 *
 * Once ready, a pod stays ready. If its peers fail later, it may be the last router that serves its clients, so it must
 * not lose its address.
 */
export class ReadinessGate {
  private aloneSince?: number;

  constructor(private open: boolean) {}

  observe({ now, synchronized, expected, established }: ReadinessInput): Readiness {
    if (this.open) return { ready: true, reason: 'has been ready before' };
    this.aloneSince = synchronized && expected === 0 ? (this.aloneSince ?? now) : undefined;
    if (!synchronized) return { ready: false, reason: 'not yet synchronized with DNS' };
    if (established > 0) return this.opened(`${established} of ${expected} sessions are Established`);
    if (this.aloneSince === undefined) return { ready: false, reason: `none of ${expected} sessions is Established` };
    if (now - this.aloneSince >= ALONE_MS) return this.opened('alone in DNS');
    return { ready: false, reason: 'alone in DNS, waiting for other routers' };
  }

  private opened(reason: string): Readiness {
    this.open = true;
    return { ready: true, reason };
  }
}
