/**
 * How long answers must list no other router before a router serves clients alone, in milliseconds. Answers of DNS may
 * come from caches: CoreDNS and a cache of the node keep a record for 30 s and 5 s, in either order, and a session then
 * needs a few seconds. EndpointSlices are current. An answer from before the restart says nothing about the present.
 */
const ALONE_MS = { endpointslice: 10_000, dns: 60_000, file: Infinity };

/**
 * How long a pod waits for whole tables, from when it has the sessions that it needs, in milliseconds. A hundred thousand
 * routes take about ten seconds.
 */
export const WHOLE_TABLES_MS = 60_000;

/** How long a pod waits for its other sessions then, in milliseconds. Routers that run answer within three seconds. */
export const OTHERS_MS = 5_000;

/** The neighbors of a mesh or an upstream group. */
export interface GroupSessions {
  readonly name: string;
  readonly kind: 'mesh' | 'upstream';
  readonly expected: number;
  /** The number of these whose session is Established. */
  readonly established: number;
  /** Those whose session is Established, and that have not sent their whole table in it. */
  readonly loading: readonly string[];
}

/** The input of the readiness decision. Times are in milliseconds of a monotonic clock. */
export interface ReadinessInput {
  readonly now: number;
  /** Whether every Service has had endpoints, and the router was configured with them, at least once. */
  readonly synchronized: boolean;
  readonly groups: readonly GroupSessions[];
  /** The source of the current answers, the least current one of several; undefined if a lookup failed. */
  readonly source?: keyof typeof ALONE_MS;
}

export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
  /** Of a drained pod: whether it is ready again after the drain. */
  readonly otherwise?: boolean;
}

/**
 * Decides when a pod is ready: once the router is synchronized with discovery and has what it needs, or has been alone
 * for a while. It needs a session with one router of each upstream group; without upstream, with one router of a mesh.
 * Before, it has no routes to reflect. One session per group is enough, so that a dead neighbor keeps no pod unready.
 * The sessions of different groups may have come up at different times. Then it waits, for a limited time, until the
 * other routers have answered and all have sent their tables.
 *
 * Once ready, a pod stays ready. If its peers fail later, it may be the last router that serves its clients, so it must
 * not lose its address.
 */
export class ReadinessGate {
  /** While the router is alone: when that was observed last, and for how long, without the time of failed lookups. */
  private alone?: { readonly observedAt: number; readonly milliseconds: number };
  /** The groups that have had a session. */
  private readonly served = new Set<string>();
  /** Since when the router has had the sessions that it needs. */
  private servedSince?: number;

  constructor(private open: boolean) {}

  get isOpen(): boolean {
    return this.open;
  }

  observe({ now, synchronized, groups, source }: ReadinessInput): Readiness {
    if (this.open) return { ready: true, reason: 'has been ready before' };
    const sum = (of: 'expected' | 'established') => groups.reduce((total, group) => total + group[of], 0);
    const [expected, established] = [sum('expected'), sum('established')];
    const { observedAt, milliseconds } = this.alone ?? { observedAt: now, milliseconds: 0 };
    const more = source === undefined ? 0 : now - observedAt;
    this.alone = synchronized && expected === 0 ? { observedAt: now, milliseconds: milliseconds + more } : undefined;
    for (const group of groups) if (group.established > 0) this.served.add(group.name);
    if (!synchronized) return { ready: false, reason: 'not yet synchronized with discovery' };
    if (this.served.size > 0) return this.withSessions(now, groups, established, expected);
    if (!this.alone) return { ready: false, reason: `none of ${expected} sessions is Established` };
    if (source && this.alone.milliseconds >= ALONE_MS[source]) return this.opened('discovery lists no other router');
    return { ready: false, reason: 'discovery lists no other router yet' };
  }

  private withSessions(
    now: number,
    groups: readonly GroupSessions[],
    established: number,
    expected: number,
  ): Readiness {
    const isMissing = ({ kind, expected: wanted, name }: GroupSessions) =>
      kind === 'upstream' && wanted > 0 && !this.served.has(name);
    const missing = groups.find(isMissing);
    if (missing)
      return { ready: false, reason: `none of ${missing.expected} sessions of ${missing.name} is Established` };

    const waited = now - (this.servedSince ??= now);
    const sessions = `${established} of ${expected} sessions are Established`;
    const loading = groups.flatMap((group) => group.loading);
    const tables = loading.length > 0 ? `, without the whole table of ${some(loading)}` : '';
    const isWaiting =
      loading.length > 0 || established === 0 ? waited < WHOLE_TABLES_MS : established < expected && waited < OTHERS_MS;
    if (!isWaiting) return this.opened(`${sessions}${tables}`);
    return { ready: false, reason: `${sessions}${tables}: waits for at most ${seconds(WHOLE_TABLES_MS - waited)} s` };
  }

  private opened(reason: string): Readiness {
    this.open = true;
    return { ready: true, reason };
  }
}

function some([first, ...others]: readonly string[]): string {
  return others.length > 0 ? `${first} and ${others.length} more` : first;
}

const seconds = (milliseconds: number) => Math.ceil(milliseconds / 1000);
