import { Answer, Endpoint } from '../../../crpd-image/runtime/discovery/discovery';
import { Membership, Members, newMembership, observe } from '../../../crpd-image/runtime/discovery/membership';
import { Notice } from '../../../crpd-image/runtime/discovery/notice';

/** The answer that names these routers. */
export function found(...named: readonly (string | Endpoint)[]): Answer {
  const endpoints = named.map((each) => (typeof each === 'string' ? { address: each } : each));
  return { kind: 'found', endpoints, source: 'dns' };
}

export const FAILED: Answer = { kind: 'failed', reason: 'timeout' };
export const EMPTY: Answer = { kind: 'empty', reason: 'NODATA' };
export const SELF = '10.42.0.1';

/** A group of a router on a simulated clock, with a daemon that does at once what it may. */
export class Group {
  now = 1_000_000;
  /** Whether the router takes changes. */
  routerWorks = true;
  readonly configured: Set<string>;
  readonly established = new Set<string>();
  readonly notices: Notice[] = [];
  last: Members = { state: this.state, present: [], leaving: [], notices: [] };
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
  turn(answer: Answer, milliseconds = 1000): Members {
    this.now += milliseconds;
    const { now, configured, established, own } = this;
    this.last = observe(this.state, { now, answer, configured, established, own });
    this.notices.push(...this.last.notices);
    if (this.routerWorks) {
      for (const address of this.last.leaving) this.configured.delete(address);
      for (const address of this.last.leaving) this.established.delete(address);
      for (const { address } of this.last.present) this.configured.add(address);
    }
    return this.last;
  }

  /** Turns until a router is let go, and how long that took; undefined where it does not happen in time. */
  millisecondsUntilGone(address: string, answer: Answer, most = 1_000_000): number | undefined {
    const start = this.now;
    while (this.now - start < most) {
      if (!this.turn(answer).present.some((other) => other.address === address)) return this.now - start;
    }
    return undefined;
  }
}
