import type { EventName } from './events';
import { Fields, Log } from './log';

/** The minimum time between two log lines with different reasons, in milliseconds: a reason may change at each turn. */
const REASON_MS = 60_000;
/** A fault that flaps is logged this often without delay, then once in so many milliseconds. */
const AT_ONCE = 5;
const AGAIN_MS = 20_000;
/** The maximum length of a reason, in characters. The reason of an `internal-error` has a stack trace. */
const MAX_REASON = 2_000;

/**
 * One fault of one subject, and what the log has about it. It is logged when it begins, when its reason changes (after
 * a while), and when it ends. If it flaps, the log has the first times, and then how often it has begun (`times`) since
 * the previous line.
 */
export class Fault {
  /** The current reason; undefined if there is no fault. */
  reason?: string;
  private since = 0;
  private fields: Fields = {};
  private times = 0;
  /** The logged reason, and when it was logged; undefined if the log has no open fault. */
  private logged?: { readonly reason: string; readonly at: number };
  /** When the earlier log lines are forgotten; each line adds {@link AGAIN_MS}. */
  private forgotten = -Infinity;

  constructor(
    private readonly event: EventName,
    private readonly log: Log,
    private readonly now: () => number,
  ) {}

  get isPast(): boolean {
    return this.reason === undefined && this.now() >= this.forgotten;
  }

  begin(reason: string, fields: Fields): void {
    if (this.reason === undefined) {
      this.since = this.now();
      this.times++;
    }
    this.reason = reason.slice(0, MAX_REASON);
    this.fields = fields;
  }

  /** Ends it. The log gets a line if it has the beginning. */
  end(fields: Fields): void {
    if (this.reason === undefined) return;
    this.reason = undefined;
    if (!this.logged) return;
    this.logged = undefined;
    this.log.info(`${this.event}-ended`, { ...fields, seconds: Math.round((this.now() - this.since) / 1000) });
  }

  /** Logs what is new, unless it is too soon. */
  logIfDue(): void {
    const { reason, logged, times } = this;
    const now = this.now();
    if (reason === undefined || logged?.reason === reason) return;
    if (logged ? now - logged.at < REASON_MS : this.forgotten - now > (AT_ONCE - 1) * AGAIN_MS) return;
    if (!logged) this.forgotten = Math.max(this.forgotten, now) + AGAIN_MS;
    this.logged = { reason, at: now };
    this.times = 0;
    this.log.warn(this.event, { ...this.fields, reason, ...(times > 1 && { times }) });
  }
}
