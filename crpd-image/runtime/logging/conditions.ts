import type { EventName } from './events';
import { Fault } from './fault';
import { Fields, Log } from './log';

/** How many subjects of a kind of fault are named: in the log within a while, and among what is wrong now. */
const MAX_NAMED = 10;
/** How many subjects of a kind are remembered, so that memory stays bounded. */
const MAX_REMEMBERED = 1000;

/**
 * Faults that last: each is told when it begins and when it ends, not at each turn of the daemon. However many there
 * are, and however often they come and go, the log stays short: see {@link Fault}, and {@link Kind} for many subjects.
 */
export class Conditions {
  private readonly kinds = new Map<string, Kind>();

  constructor(
    private readonly log: Log,
    /** Milliseconds of a clock that never jumps. */
    private readonly now: () => number,
  ) {}

  /** The fault `event` of `subject` is there. */
  begin(event: EventName, subject: string, reason: string, fields: Fields = {}): void {
    let kind = this.kinds.get(event);
    if (!kind) this.kinds.set(event, (kind = new Kind(event, this.log, this.now)));
    kind.begin(subject, reason, fields);
  }

  /** The fault `event` of `subject` is not there, or not any more. */
  end(event: EventName, subject: string, fields: Fields = {}): void {
    this.kinds.get(event)?.end(subject, fields);
  }

  /** Tells what was to wait, at the end of each turn. */
  logPending(): void {
    for (const kind of this.kinds.values()) kind.logPending();
  }

  /** What is wrong now, on a line each: of each kind a few, and how many more there are. */
  get current(): readonly string[] {
    return [...this.kinds.values()].flatMap((kind) => kind.current);
  }
}

/** A kind of fault: the first subjects that have it are named, of the others it is told how many they are. */
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

  /** Of those that are not remembered nobody knows how many they are. */
  private more(count: number): string {
    return `and ${this.faults.size < MAX_REMEMBERED ? '' : 'at least '}${count} more`;
  }

  private logFault(fault: Fault): void {
    if (this.named.size < MAX_NAMED) this.named.add(fault);
    if (this.named.has(fault)) fault.logIfDue();
  }

  /** Undefined where there is no room: then it is one of many, and may have more luck in a later turn. */
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
