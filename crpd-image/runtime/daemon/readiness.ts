/**
 * How long answers must list no other router before a router serves clients alone, in milliseconds. Answers of DNS may
 * come from caches: CoreDNS and a cache of the node keep a record for 30 s and 5 s, in either order, and a session then
 * needs a few seconds. EndpointSlices are current. An answer from before the restart says nothing about the present.
 */
const ALONE_MS = { endpointslice: 10_000, dns: 60_000, file: Infinity };

/** The input of the readiness decision. Times are in milliseconds of a monotonic clock. */
export interface ReadinessInput {
  readonly now: number;
  /** Whether every Service has had endpoints, and the router was configured with them, at least once. */
  readonly synchronized: boolean;
  readonly expected: number;
  /** The number of these whose session is Established. */
  readonly established: number;
  /** The source of the current answers, the least current one of several; undefined if a lookup failed. */
  readonly source?: keyof typeof ALONE_MS;
}

export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
}

/**
 * Decides when a pod is ready: once the router is synchronized with discovery and has a session with one router of its mesh
 * or upstream, or has been alone for a while. Before, it has no routes to reflect.
 *
 * Once ready, a pod stays ready. If its peers fail later, it may be the last router that serves its clients, so it must
 * not lose its address.
 */
export class ReadinessGate {
  /** While the router is alone: when that was observed last, and for how long, without the time of failed lookups. */
  private alone?: { readonly observedAt: number; readonly milliseconds: number };

  constructor(private open: boolean) {}

  observe({ now, synchronized, expected, established, source }: ReadinessInput): Readiness {
    if (this.open) return { ready: true, reason: 'has been ready before' };
    const { observedAt, milliseconds } = this.alone ?? { observedAt: now, milliseconds: 0 };
    const more = source === undefined ? 0 : now - observedAt;
    this.alone = synchronized && expected === 0 ? { observedAt: now, milliseconds: milliseconds + more } : undefined;
    if (!synchronized) return { ready: false, reason: 'not yet synchronized with discovery' };
    if (established > 0) return this.opened(`${established} of ${expected} sessions are Established`);
    if (!this.alone) return { ready: false, reason: `none of ${expected} sessions is Established` };
    if (source && this.alone.milliseconds >= ALONE_MS[source]) return this.opened('discovery lists no other router');
    return { ready: false, reason: 'discovery lists no other router yet' };
  }

  private opened(reason: string): Readiness {
    this.open = true;
    return { ready: true, reason };
  }
}
