import { Conditions } from '../logging/conditions';
import { Log } from '../logging/log';
import { Change, Neighbor, Refused, RouterDriver, RouterUnavailable, Session } from '../router/driver';

/** The longest between two attempts to reach a router that does not answer, in milliseconds. */
const MAX_RETRY_MS = 5_000;
/** The first wait, doubled each time: a bgpd that has just been started answers within a tenth of a second. */
const FIRST_RETRY_MS = 50;
/** How long a router does not answer before this is told, in milliseconds: one that is about to start is no news. */
const REPORT_AFTER_MS = 500;
/** How old a view of the configuration may get, in milliseconds: people edit routers, too. */
const CONFIGURATION_AGE_MS = 30_000;
/** When a router that refused what it needs is given it again, in milliseconds: it may just not have been ready. */
const PREPARE_AGAIN_MS = 60_000;
/** How old a view of the sessions may get while nothing depends on it, in milliseconds. */
const SESSIONS_AGE_MS = 10_000;

/** What the daemon knows of its router, and the only place where it asks it. */
export class RouterView {
  private neighbors: readonly Neighbor[] = [];
  private current: readonly Session[] = [];
  private byAddress: ReadonlyMap<string, Session> = new Map();
  /** When each was read, on the daemon's clock; undefined: not since the router was reached last. */
  private neighborsRead?: number;
  private sessionsRead?: number;
  /** When the router is to be prepared, or to be prepared again. */
  private prepareAt = -Infinity;
  private attempts = 0;
  /** While it does not answer: when the call began that failed first, and the reason that was told. */
  private outage?: { readonly since: number; reason?: string };
  private retryAt = 0;
  private readonly refusals = new Map<string, { attempts: number; retryAt: number }>();

  constructor(
    private readonly driver: RouterDriver,
    private readonly log: Log,
    private readonly conditions: Conditions,
    private readonly now: () => number,
  ) {}

  /** The neighbors that were configured when this was last known. */
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

  /** When the router is to be asked again, if it did not answer. */
  get nextAttempt(): number | undefined {
    return this.reachable ? undefined : this.retryAt;
  }

  /**
   * Reads what has become too old.
   *
   * @param urgent whether a decision depends on the sessions as they are now
   * @returns false where the router does not answer
   */
  async refresh(urgent: boolean): Promise<boolean> {
    // It may have been started anew, with none of the neighbors that it had.
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

  /** Makes the changes, except for those that were refused a short while ago. @returns what took effect */
  async apply(changes: readonly Change[]): Promise<readonly Change[]> {
    this.forgetRefusalsExcept(changes);
    const due = changes.filter((change) => this.now() >= (this.refusals.get(keyOf(change))?.retryAt ?? 0));
    if (due.length === 0) return [];
    let done: readonly Change[] = [];
    await this.guarded(async () => {
      // Whatever happens from here on, what was known is not certain any more.
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

  /** Runs `work` and takes note of whether the router answered. */
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
        // One fault, whatever the attempts fail at.
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

  /** A change that nobody asks for any more is no fault any more. */
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
