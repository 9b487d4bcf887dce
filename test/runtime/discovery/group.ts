import { Answer, Endpoint } from '../../../crpd-image/runtime/discovery/discovery';
import { Membership, Members, newMembership, observe } from '../../../crpd-image/runtime/discovery/membership';
import { Notice } from '../../../crpd-image/runtime/discovery/notice';

/** A result of the membership, and the configured addresses that a daemon removes for it. */
export interface Turn extends Members {
  readonly leaving: readonly string[];
}

export function withLeaving(members: Members, configured: ReadonlySet<string>): Turn {
  const present = new Set(members.present.map(({ address }) => address));
  return { ...members, leaving: [...configured].filter((address) => !present.has(address)).sort() };
}

/** The answer that lists these routers. */
export function found(...named: readonly (string | Endpoint)[]): Answer {
  const endpoints = named.map((each) => (typeof each === 'string' ? { address: each } : each));
  return { kind: 'found', endpoints, source: 'dns' };
}

export const FAILED: Answer = { kind: 'failed', reason: 'timeout' };
export const EMPTY: Answer = { kind: 'empty', reason: 'NODATA' };
export const SELF = '10.42.0.1';

/** A group of a router on a simulated clock, with a daemon that makes every change at once. */
export class Group {
  now = 1_000_000;
  /** Whether the router takes changes. */
  routerWorks = true;
  readonly configured: Set<string>;
  readonly established = new Set<string>();
  readonly notices: Notice[] = [];
  last: Turn = { state: this.state, present: [], leaving: [], notices: [] };
  own: ReadonlySet<string>;

  constructor({ configured = [], own = [SELF] }: { configured?: readonly string[]; own?: readonly string[] } = {}) {
    this.configured = new Set(configured);
    this.own = new Set(own);
  }

  get present(): readonly string[] {
    return this.last.present.map(({ address }) => address);
  }

  private get state(): Membership {
    return this.last?.state ?? newMembership({ listsSelf: true });
  }

  /** One turn of the daemon, this long after the last. */
  turn(answer: Answer, milliseconds = 1000): Turn {
    this.now += milliseconds;
    const { now, configured, established, own } = this;
    this.last = withLeaving(observe(this.state, { now, answer, configured, established, own }), configured);
    this.notices.push(...this.last.notices);
    if (this.routerWorks) {
      for (const address of this.last.leaving) this.configured.delete(address);
      for (const address of this.last.leaving) this.established.delete(address);
      for (const { address } of this.last.present) this.configured.add(address);
    }
    return this.last;
  }

  /** Takes turns until a router is removed. @returns the milliseconds; undefined if it is not removed in time */
  millisecondsUntilGone(address: string, answer: Answer, most = 1_000_000): number | undefined {
    const start = this.now;
    while (this.now - start < most) {
      if (!this.turn(answer).present.some((other) => other.address === address)) return this.now - start;
    }
    return undefined;
  }
}
