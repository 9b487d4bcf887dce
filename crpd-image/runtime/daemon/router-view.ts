import { Conditions } from '../logging/conditions';
import { Log } from '../logging/log';
import { Change, Neighbor, Refused, RouterDriver, RouterUnavailable, Session } from '../router/driver';

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
/** The maximum age of the known sessions while no decision depends on them, in milliseconds. */
const SESSIONS_AGE_MS = 10_000;

/** The daemon's cache of its router's state, and its only access to the router. */
export class RouterView {
  private neighbors: readonly Neighbor[] = [];
  private current: readonly Session[] = [];
  private byAddress: ReadonlyMap<string, Session> = new Map();
  /** When each was read, on the daemon's clock; undefined if it was not read in this connection. */
  private neighborsRead?: number;
  private sessionsRead?: number;
  /** When to prepare the router, or to try it again. */
  private prepareAt = -Infinity;
  private attempts = 0;
  /** While the router does not answer: when the first failed call began, and the logged reason. */
  private outage?: { readonly since: number; reason?: string };
  private retryAt = 0;
  private readonly refusals = new Map<string, { attempts: number; retryAt: number }>();

  constructor(
    private readonly driver: RouterDriver,
    private readonly log: Log,
    private readonly conditions: Conditions,
    private readonly now: () => number,
  ) {}

  get configured(): readonly Neighbor[] {
    return this.neighbors;
  }

  get sessions(): readonly Session[] {
    return this.current;
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
   * Reads again what is too old.
   *
   * @param urgent whether a decision depends on the current sessions
   * @returns false if the router does not answer
   */
  async refresh(urgent: boolean): Promise<boolean> {
    // The router may have restarted without its neighbors.
    if (this.reachable && !this.driver.connected) this.neighborsRead = this.sessionsRead = undefined;
    else if (!this.reachable && this.now() < this.retryAt) return false;
    return this.guarded(async () => {
      await this.prepare();
      if (this.isOlder(this.neighborsRead, CONFIGURATION_AGE_MS)) {
        this.neighbors = await this.driver.neighbors();
        this.neighborsRead = this.now();
      }
      if (urgent || this.isOlder(this.sessionsRead, SESSIONS_AGE_MS)) await this.readSessions();
    });
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

  private async prepare(): Promise<void> {
    if (this.now() < this.prepareAt) return;
    const [refused] = (await this.driver.prepare?.()) ?? [];
    if (refused === undefined) this.conditions.end('router-not-prepared', '');
    else this.conditions.begin('router-not-prepared', '', refused);
    this.prepareAt = refused === undefined ? Infinity : this.now() + PREPARE_AGAIN_MS;
  }

  private async readSessions(): Promise<void> {
    const before = this.byAddress;
    this.current = await this.driver.sessions();
    this.byAddress = new Map(this.current.map((session) => [session.address, session]));
    this.sessionsRead = this.now();
    for (const { group, address } of this.neighbors) {
      const was = before.get(address)?.state === 'Established';
      const is = this.isEstablished(address);
      if (is && !was) this.log.info('session-established', { group, address });
      if (was && !is) this.log.warn('session-lost', { group, address });
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
      this.neighborsRead = this.sessionsRead = undefined;
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
      if (this.refusals.delete(keyOf(change))) this.conditions.end('change-refused', keyOf(change), { ...change });
    }
    for (const { change, reason } of refused) {
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

const keyOf = ({ action, group, address }: Change) => `${action} ${group} ${address}`;

function withChanges(neighbors: readonly Neighbor[], changes: readonly Change[]): Neighbor[] {
  const removed = new Set(changes.flatMap((c) => (c.action === 'remove' ? [`${c.group} ${c.address}`] : [])));
  const added = changes.flatMap(({ action, group, address }) => (action === 'add' ? [{ group, address }] : []));
  return [...neighbors.filter(({ group, address }) => !removed.has(`${group} ${address}`)), ...added];
}
