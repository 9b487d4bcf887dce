import { Conditions } from '../logging/conditions';
import { Log } from '../logging/log';
import { MemberNeighbor } from '../../../lib/configuration';
import {
  Attempts,
  Change,
  MembersOutcome,
  Neighbor,
  OriginData,
  Refused,
  RouterDriver,
  RouterUnavailable,
  Session,
} from '../router/driver';
import { Origins } from './origins';
import { routerFault } from '../router/fault';
import { ChangeCounts } from './change-counts';

/** The longest wait between two attempts to reach the router, in milliseconds. */
const MAX_RETRY_MS = 5_000;
/** The first wait; each further one is twice as long. A new bgpd answers within a tenth of a second. */
const FIRST_RETRY_MS = 50;
/** How long the router must be unreachable before this is logged, in milliseconds: it may just be starting. */
const REPORT_AFTER_MS = 500;
/** The maximum age of the known configuration, in milliseconds: operators edit it, too. */
const CONFIGURATION_AGE_MS = 30_000;
/** The wait before a refused preparation is tried again, in milliseconds: the router may not have been ready. */
const PREPARE_AGAIN_MS = 60_000;
/**
 * Reading the sessions may take this share of the time, while no decision depends on them: a few sessions take bgpd a
 * millisecond, thousands take it a second. So they are read each second, and at least at this age, in milliseconds.
 */
const SESSIONS_SHARE = 0.01;
const SESSIONS_AGE_MS = 10_000;

/** How long an answer of the router shows that it works, in milliseconds: the sessions are read at least this often. */
const ANSWER_AGE_MS = 1.2 * SESSIONS_AGE_MS;

/** The wait before declared neighbors that the router refused are tried again, in milliseconds. */
const MEMBERS_AGAIN_MS = 60_000;

/** The number of neighbors whose End-of-RIB is looked up at a time. */
const MAX_LOADING = 32;

/**
 * How long a neighbor that never sends End-of-RIB must have sent no further prefix, in milliseconds. TCP sends lost data
 * again within a second or two.
 */
const QUIET_MS = 5_000;

/** The number of lost sessions whose reason is read. */
const MAX_EXPLAINED = 10;

/** The daemon's cache of its router's state, and its only access to the router. */
export class RouterView {
  private neighbors: readonly Neighbor[] = [];
  private current: readonly Session[] = [];
  private byAddress: ReadonlyMap<string, Session> = new Map();
  /** When each was read, on the daemon's clock; undefined if it was not read in this connection. */
  private neighborsRead?: number;
  private sessionsRead?: number;
  /** How long that takes, in milliseconds. */
  private sessionsTake = Infinity;
  /** How often a session, of a client too, has appeared, changed its state or gone. */
  transitions = 0;
  /** How many changes took effect, and how many the router refused. */
  readonly counts = { made: new ChangeCounts(), refused: new ChangeCounts() };
  /** When to prepare the router, or to try it again. */
  private prepareAt = -Infinity;
  private attempts = 0;
  /** While the router does not answer: when the first failed call began, and the logged reason. */
  private outage?: { readonly since: number; reason?: string };
  private retryAt = 0;
  /** The neighbors that have sent their whole table in the current session. */
  private readonly loaded = new Set<string>();
  /** The prefixes from neighbors that never send End-of-RIB, and since when they are so many. */
  private readonly counted = new Map<string, { readonly prefixes?: number; readonly since: number }>();
  /** The declared neighbors that the router has had since it was reached, and when to try again what it refused. */
  private members?: { readonly neighbors: readonly MemberNeighbor[]; readonly again: number };
  private readonly origins: Origins;
  private asked?: Promise<string | undefined>;
  private readonly refusals = new Map<string, { attempts: number; retryAt: number }>();

  constructor(
    private readonly driver: RouterDriver,
    private readonly log: Log,
    private readonly conditions: Conditions,
    private readonly now: () => number,
    /** Whether the router has to stay drained: one that has restarted is not. */
    private readonly isDraining: () => boolean = () => false,
  ) {
    this.origins = new Origins(driver, conditions, now);
  }

  get configured(): readonly Neighbor[] {
    return this.neighbors;
  }

  get sessions(): readonly Session[] {
    return this.current;
  }

  get originData(): OriginData | undefined {
    return this.origins.data;
  }

  session(address: string): Session | undefined {
    return this.byAddress.get(address);
  }

  isEstablished(address: string): boolean {
    return this.byAddress.get(address)?.state === 'Established';
  }

  get reachable(): boolean {
    return this.neighborsRead !== undefined;
  }

  /** When to try again, if the router did not answer. */
  get nextAttempt(): number | undefined {
    return this.reachable ? undefined : this.retryAt;
  }

  /**
   * Why the router does not answer; undefined if it does. It is asked only if nothing was read from it for a while: a
   * commit of cRPD may take longer than a probe.
   */
  fault(): Promise<string | undefined> {
    const read = Math.max(this.neighborsRead ?? -Infinity, this.sessionsRead ?? -Infinity);
    if (this.driver.connected && !this.isOlder(read, ANSWER_AGE_MS)) return Promise.resolve(undefined);
    // One question at a time, however many probes there are.
    return (this.asked ??= routerFault(this.driver).finally(() => (this.asked = undefined)));
  }

  /**
   * Reads again what is too old.
   *
   * @param urgent whether a decision depends on the current sessions
   * @returns false if the router does not answer
   */
  async refresh(urgent: boolean): Promise<boolean> {
    // The router may have restarted without its neighbors.
    if (this.reachable && !this.driver.connected) this.forget();
    else if (!this.reachable && this.now() < this.retryAt) return false;
    return this.guarded(async () => {
      await this.prepare();
      if (!this.reachable && this.isDraining()) await this.driver.gracefulShutdown(true);
      if (this.isOlder(this.neighborsRead, CONFIGURATION_AGE_MS)) {
        this.neighbors = await this.driver.neighbors();
        this.neighborsRead = this.now();
      }
      const age = Math.min(this.sessionsTake / SESSIONS_SHARE, SESSIONS_AGE_MS);
      if (urgent || this.isOlder(this.sessionsRead, age)) await this.readSessions();
      await this.origins.observe();
    });
  }

  /** Reads details of sessions that are down. @returns undefined if the router does not answer */
  async explain(neighbors: readonly Neighbor[]): Promise<readonly Attempts[] | undefined> {
    try {
      return await this.driver.attempts(neighbors);
    } catch (error) {
      // The next turn notices, and reports it.
      if (error instanceof RouterUnavailable) return undefined;
      throw error;
    }
  }

  /**
   * Looks up which of these neighbors have an Established session and have not sent their whole table in it: End-of-RIB is
   * missing, or, if they never send it, they have just sent another prefix.
   *
   * @returns them; all that are not known, if the router does not answer
   */
  async loading(neighbors: readonly Neighbor[]): Promise<readonly string[]> {
    const up = neighbors.flatMap(({ address }) => (this.isEstablished(address) ? [address] : []));
    for (const tables of [this.loaded, this.counted])
      for (const address of tables.keys()) if (!up.includes(address)) tables.delete(address);
    const asked = up.filter((address) => !this.loaded.has(address)).slice(0, MAX_LOADING);
    try {
      const found = asked.length > 0 ? await this.driver.endOfRib(asked) : new Map();
      for (const [address, endOfRib] of found) {
        if (endOfRib === 'received' || (endOfRib === 'none' && this.isQuiet(address))) this.loaded.add(address);
      }
    } catch (error) {
      // The next turn notices, and reports it.
      if (!(error instanceof RouterUnavailable)) throw error;
    }
    return up.filter((address) => !this.loaded.has(address));
  }

  /** Whether the number of prefixes from a neighbor has been the same for a while. */
  private isQuiet(address: string): boolean {
    const { sessionsRead: at = this.now() } = this;
    const prefixes = this.session(address)?.prefixesReceived;
    const last = this.counted.get(address);
    if (last && last.prefixes === prefixes) return at - last.since >= QUIET_MS;
    this.counted.set(address, { prefixes, since: at });
    return false;
  }

  /** Makes the changes, except those that were refused recently. @returns the changes that took effect */
  async apply(changes: readonly Change[]): Promise<readonly Change[]> {
    this.forgetRefusalsExcept(changes);
    const due = changes.filter((change) => this.now() >= (this.refusals.get(keyOf(change))?.retryAt ?? 0));
    if (due.length === 0) return [];
    let done: readonly Change[] = [];
    await this.guarded(async () => {
      // From here on, the known configuration may be wrong.
      this.neighborsRead = undefined;
      const refused = await this.driver.apply(due);
      done = due.filter((change) => !refused.some((other) => other.change === change));
      this.recordChanges(done, refused);
      this.neighbors = withChanges(this.neighbors, done);
      if (refused.length > 0) this.neighbors = await this.driver.neighbors();
      this.neighborsRead = this.now();
    });
    return done;
  }

  /**
   * Makes the declared neighbors these, unless the router has them.
   *
   * @returns undefined if nothing was asked of the router, or it does not answer
   */
  async applyMembers(neighbors: readonly MemberNeighbor[]): Promise<MembersOutcome | undefined> {
    if (!this.reachable || (this.members?.neighbors === neighbors && this.now() < this.members.again)) return undefined;
    let outcome: MembersOutcome | undefined;
    await this.guarded(async () => {
      outcome = await this.driver.applyMembers(neighbors);
      if (outcome.changed.length > 0) this.neighbors = await this.driver.neighbors();
      const [refused] = outcome.refused;
      this.members = { neighbors, again: refused === undefined ? Infinity : this.now() + MEMBERS_AGAIN_MS };
      if (refused === undefined) this.conditions.end('member-refused', '');
      else this.conditions.begin('member-refused', '', `${refused}${and(outcome.refused.length - 1)}`);
    });
    return outcome;
  }

  /** What is known of a router that may have restarted. */
  private forget(): void {
    this.neighborsRead = this.sessionsRead = this.members = undefined;
  }

  private async prepare(): Promise<void> {
    if (this.now() < this.prepareAt) return;
    const [refused] = (await this.driver.prepare?.()) ?? [];
    if (refused === undefined) this.conditions.end('router-not-prepared', '');
    else this.conditions.begin('router-not-prepared', '', refused);
    this.prepareAt = refused === undefined ? Infinity : this.now() + PREPARE_AGAIN_MS;
  }

  private async readSessions(): Promise<void> {
    const before = this.byAddress;
    const start = this.now();
    this.current = await this.driver.sessions();
    this.byAddress = new Map(this.current.map((session) => [session.address, session]));
    this.sessionsRead = this.now();
    // A read that is slow because the machine is busy counts little.
    this.sessionsTake = Math.min(this.sessionsRead - start, 1.5 * this.sessionsTake);
    const same = ({ address, state }: Session) => before.get(address)?.state === state;
    if (before.size !== this.byAddress.size || !this.current.every(same)) this.transitions++;
    const changed = (neighbor: Neighbor) =>
      (before.get(neighbor.address)?.state === 'Established') !== this.isEstablished(neighbor.address);
    const [up, lost] = [true, false].map((is) =>
      this.neighbors.filter((neighbor) => changed(neighbor) && this.isEstablished(neighbor.address) === is),
    );
    for (const neighbor of up) {
      this.log.info('session-established', {
        ...neighbor,
        at: ago(this.session(neighbor.address)?.establishedSeconds),
      });
    }
    if (lost.length === 0) return;
    const reasons = new Map(
      (await this.driver.attempts(lost.slice(0, MAX_EXPLAINED))).map((one) => [one.address, one]),
    );
    for (const neighbor of lost) {
      const at = ago(this.session(neighbor.address)?.lostSeconds);
      this.log.warn('session-lost', { ...neighbor, at, reason: reasons.get(neighbor.address)?.lastEnd });
    }
  }

  private isOlder(read: number | undefined, age: number): boolean {
    return read === undefined || this.now() - read >= age;
  }

  private async guarded(work: () => Promise<void>): Promise<boolean> {
    const start = this.now();
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RouterUnavailable)) throw error;
      this.forget();
      this.retryAt = this.now() + Math.min(FIRST_RETRY_MS * 2 ** this.attempts++, MAX_RETRY_MS);
      const outage = (this.outage ??= { since: start });
      if (this.now() - outage.since >= REPORT_AFTER_MS) {
        // All attempts are one fault, even if their reasons differ.
        outage.reason ??= error.message;
        this.conditions.begin('router-unreachable', '', outage.reason);
      }
      return false;
    }
    this.attempts = 0;
    this.outage = undefined;
    this.conditions.end('router-unreachable', '');
    return true;
  }

  private recordChanges(done: readonly Change[], refused: readonly Refused[]): void {
    for (const change of done) {
      this.counts.made.add(change);
      if (this.refusals.delete(keyOf(change))) this.conditions.end('change-refused', keyOf(change), { ...change });
    }
    for (const { change, reason } of refused) {
      this.counts.refused.add(change);
      const attempts = (this.refusals.get(keyOf(change))?.attempts ?? 0) + 1;
      const wait = Math.min(1_000 * 2 ** (attempts - 1), 60_000);
      this.refusals.set(keyOf(change), { attempts, retryAt: this.now() + wait });
      this.conditions.begin('change-refused', keyOf(change), reason, { ...change });
    }
  }

  /** Ends the fault of a refused change that is no longer wanted. */
  private forgetRefusalsExcept(changes: readonly Change[]): void {
    if (this.refusals.size === 0) return;
    const wanted = new Set(changes.map(keyOf));
    for (const key of this.refusals.keys()) {
      if (wanted.has(key)) continue;
      this.refusals.delete(key);
      this.conditions.end('change-refused', key);
    }
  }
}

const and = (more: number) => (more > 0 ? `, and ${more} more` : '');

const keyOf = ({ action, group, address }: Change) => `${action} ${group} ${address}`;

function withChanges(neighbors: readonly Neighbor[], changes: readonly Change[]): Neighbor[] {
  const removed = new Set(changes.flatMap((c) => (c.action === 'remove' ? [`${c.group} ${c.address}`] : [])));
  const added = changes.flatMap(({ action, group, address }) => (action === 'add' ? [{ group, address }] : []));
  return [...neighbors.filter(({ group, address }) => !removed.has(`${group} ${address}`)), ...added];
}

/** The time of the wall clock so many seconds ago. */
function ago(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : new Date(Date.now() - seconds * 1000).toISOString();
}
