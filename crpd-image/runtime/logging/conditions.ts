import type { EventName } from './events';
import { Fault } from './fault';
import { Fields, Log } from './log';

/** How many subjects of one kind of fault are named in the log and in the status. */
const MAX_NAMED = 10;
/** How many subjects of a kind are remembered, to bound memory. */
const MAX_REMEMBERED = 1000;

/**
 * Lasting faults. Each is logged when it begins and when it ends, not at each turn of the daemon. {@link Fault} limits
 * the lines of a fault that flaps, {@link Kind} those of many subjects.
 */
export class Conditions {
  private readonly kinds = new Map<EventName, Kind>();

  constructor(
    private readonly log: Log,
    /** Milliseconds of a monotonic clock. */
    private readonly now: () => number,
  ) {}

  begin(event: EventName, subject: string, reason: string, fields: Fields = {}): void {
    let kind = this.kinds.get(event);
    if (!kind) this.kinds.set(event, (kind = new Kind(event, this.log, this.now)));
    kind.begin(subject, reason, fields);
  }

  end(event: EventName, subject: string, fields: Fields = {}): void {
    this.kinds.get(event)?.end(subject, fields);
  }

  /** Logs the faults that are due. Called at the end of each turn. */
  logPending(): void {
    for (const kind of this.kinds.values()) kind.logPending();
  }

  /** The number of current faults of each kind that has had one. */
  get counts(): ReadonlyMap<EventName, number> {
    return new Map([...this.kinds].map(([event, kind]) => [event, kind.count]));
  }

  /** The current faults, one line each: a few of each kind, and the number of others. */
  get current(): readonly string[] {
    return [...this.kinds.values()].flatMap((kind) => kind.current);
  }
}

/** A kind of fault. The log names the first subjects that have it and counts the others. */
class Kind {
  private readonly faults = new Map<string, Fault>();
  private readonly named = new Set<Fault>();
  private readonly others: Fault;

  constructor(
    private readonly event: EventName,
    private readonly log: Log,
    private readonly now: () => number,
  ) {
    this.others = new Fault(event, log, now);
  }

  begin(subject: string, reason: string, fields: Fields): void {
    const fault = this.faults.get(subject) ?? this.remember(subject);
    fault?.begin(reason, fields);
    if (fault) this.logFault(fault);
  }

  end(subject: string, fields: Fields): void {
    const fault = this.faults.get(subject);
    fault?.end(fields);
    if (fault?.isPast) this.forget(subject, fault);
  }

  logPending(): void {
    this.forgetPast();
    const open = this.open;
    for (const [, fault] of open) this.logFault(fault);
    const others = open.filter(([, fault]) => !this.named.has(fault)).length;
    if (others === 0) return this.others.end({});
    this.others.begin(this.more(others), { others });
    this.others.logIfDue();
  }

  get count(): number {
    return this.open.length;
  }

  get current(): readonly string[] {
    const open = this.open;
    const [few, more] = [open.slice(0, MAX_NAMED), open.length - MAX_NAMED];
    const lines = few.map(([subject, { reason = '' }]) => {
      const [line] = reason.split('\n', 1);
      return `${this.event}${subject && ` ${subject}`}: ${line}`;
    });
    return more > 0 ? [...lines, `${this.event}: ${this.more(more)}`] : lines;
  }

  private get open(): readonly (readonly [string, Fault])[] {
    return [...this.faults].filter(([, { reason }]) => reason !== undefined);
  }

  /** Once the memory is full, the count is a lower bound. */
  private more(count: number): string {
    return `and ${this.faults.size < MAX_REMEMBERED ? '' : 'at least '}${count} more`;
  }

  private logFault(fault: Fault): void {
    if (this.named.size < MAX_NAMED) this.named.add(fault);
    if (this.named.has(fault)) fault.logIfDue();
  }

  /** Undefined if the memory is full; a later turn may have room. */
  private remember(subject: string): Fault | undefined {
    if (this.faults.size >= MAX_REMEMBERED) return undefined;
    const fault = new Fault(this.event, this.log, this.now);
    this.faults.set(subject, fault);
    return fault;
  }

  private forgetPast(): void {
    for (const [subject, fault] of this.faults) if (fault.isPast) this.forget(subject, fault);
  }

  private forget(subject: string, fault: Fault): void {
    this.faults.delete(subject);
    this.named.delete(fault);
  }
}
