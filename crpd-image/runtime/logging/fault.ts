import type { EventName } from './events';
import { Fields, Log } from './log';

/** How soon after a fault was told a change of its reason is, in milliseconds: a reason may change at each question. */
const REASON_MS = 60_000;
/** A fault that comes and goes is told so often at once, and then once in so many milliseconds. */
const AT_ONCE = 5;
const AGAIN_MS = 20_000;
/** The longest reason, in characters. That of an `internal-error` has a stack trace. */
const MAX_REASON = 2_000;

/**
 * One fault of one subject, and what the log has said of it. It is told when it begins, when its reason is another one
 * after a while, and when it ends. Where it comes and goes faster than may be told, the log has the first times, and
 * then how often it has come (`times`) since it was told before.
 */
export class Fault {
  /** Why it is there; undefined where it is not. */
  reason?: string;
  private since = 0;
  private fields: Fields = {};
  private times = 0;
  /** What the log has as its reason, and since when; undefined where the log knows of no fault. */
  private logged?: { readonly reason: string; readonly at: number };
  /** When all that was told is forgotten; each time that it is told moves this by {@link AGAIN_MS}. */
  private forgotten = -Infinity;

  constructor(
    private readonly event: EventName,
    private readonly log: Log,
    private readonly now: () => number,
  ) {}

  /** Whether there is nothing to remember of it. */
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

  /** It ends; this is told where its beginning was. */
  end(fields: Fields): void {
    if (this.reason === undefined) return;
    this.reason = undefined;
    if (!this.logged) return;
    this.logged = undefined;
    this.log.info(`${this.event}-ended`, { ...fields, seconds: Math.round((this.now() - this.since) / 1000) });
  }

  /** Tells what is new, where it is time to. */
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
