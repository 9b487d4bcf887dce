/**
 * How long a router that is alone in DNS waits for others before it serves clients, in milliseconds. It is longer than
 * the DNS cache, which kubeadm sets to 30 s.
 */
const ALONE_MS = 35_000;

/** The neighbors of a mesh or an upstream group. */
export interface GroupSessions {
  readonly name: string;
  readonly kind: 'mesh' | 'upstream';
  readonly expected: number;
  /** The number of these whose session is Established. */
  readonly established: number;
}

/** The input of the readiness decision. Times are in milliseconds of a monotonic clock. */
export interface ReadinessInput {
  readonly now: number;
  /** Whether every Service has had endpoints, and the router was configured with them, at least once. */
  readonly synchronized: boolean;
  readonly groups: readonly GroupSessions[];
}

export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
}

/**
 * Decides when a pod is ready: once the router is synchronized with DNS and has what it needs, or has been alone in DNS
 * for a while. It needs a session with one router of each upstream group; without upstream, with one router of a mesh.
 * Before, it has no routes to reflect. One session per group is enough, so that a dead neighbor keeps no pod unready.
 * The sessions of different groups may have come up at different times.
 *
 * Once ready, a pod stays ready. If its peers fail later, it may be the last router that serves its clients, so it must
 * not lose its address.
 */
export class ReadinessGate {
  private aloneSince?: number;
  /** The groups that have had a session. */
  private readonly served = new Set<string>();

  constructor(private open: boolean) {}

  observe({ now, synchronized, groups }: ReadinessInput): Readiness {
    if (this.open) return { ready: true, reason: 'has been ready before' };
    const sum = (of: 'expected' | 'established') => groups.reduce((total, group) => total + group[of], 0);
    const [expected, established] = [sum('expected'), sum('established')];
    this.aloneSince = synchronized && expected === 0 ? (this.aloneSince ?? now) : undefined;
    for (const group of groups) if (group.established > 0) this.served.add(group.name);
    if (!synchronized) return { ready: false, reason: 'not yet synchronized with DNS' };
    const missing = groups.find(
      (group) => group.kind === 'upstream' && group.expected > 0 && !this.served.has(group.name),
    );
    if (missing && this.served.size > 0) {
      return { ready: false, reason: `none of ${missing.expected} sessions of ${missing.name} is Established` };
    }
    if (this.served.size > 0) return this.opened(`${established} of ${expected} sessions are Established`);
    if (this.aloneSince === undefined) return { ready: false, reason: `none of ${expected} sessions is Established` };
    if (now - this.aloneSince >= ALONE_MS) return this.opened('alone in DNS');
    return { ready: false, reason: 'alone in DNS, waiting for other routers' };
  }

  private opened(reason: string): Readiness {
    this.open = true;
    return { ready: true, reason };
  }
}
