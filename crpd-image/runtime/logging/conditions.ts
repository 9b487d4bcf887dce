import type { EventName } from './events';
import { Fields, Log } from './log';

/** How many conditions are remembered; one more and the oldest is forgotten, so that memory stays bounded. */
const MOST = 1000;

/**
 * Faults that last: each is told when it begins, when its reason changes, and when it ends, not at each turn of the
 * daemon.
 */
export class Conditions {
  private readonly open = new Map<string, { reason: string; since: number }>();

  constructor(
    private readonly log: Log,
    /** Milliseconds of a clock that never jumps. */
    private readonly now: () => number,
  ) {}

  /** The fault `event` of `subject` is there. */
  begin(event: EventName, subject: string, reason: string, fields: Fields = {}): void {
    const key = `${event} ${subject}`;
    const known = this.open.get(key);
    if (known?.reason === reason) return;
    this.open.delete(key);
    this.open.set(key, { reason, since: known?.since ?? this.now() });
    const [oldest] = this.open.keys();
    if (this.open.size > MOST) this.open.delete(oldest);
    this.log.warn(event, { ...fields, reason });
  }

  /** The fault `event` of `subject` is not there, or not any more. */
  end(event: EventName, subject: string, fields: Fields = {}): void {
    const key = `${event} ${subject}`;
    const known = this.open.get(key);
    if (!known) return;
    this.open.delete(key);
    this.log.info(`${event}-ended`, { ...fields, seconds: Math.round((this.now() - known.since) / 1000) });
  }

  /** What is wrong now, on a line each. */
  get current(): readonly string[] {
    return [...this.open].map(([key, { reason }]) => `${key}: ${reason}`);
  }
}
