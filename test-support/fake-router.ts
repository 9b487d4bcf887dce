import { MemberNeighbor } from '../lib/configuration';
import {
  Attempts,
  Change,
  EndOfRib,
  MembersOutcome,
  Neighbor,
  OriginData,
  Refused,
  RouterDriver,
  RouterUnavailable,
  Session,
} from '../crpd-image/runtime/router/driver';

/** A router in memory, for tests of the code above the driver. Drivers are tested on real routers. */
export class FakeRouter implements RouterDriver {
  configured: Neighbor[] = [];
  /** Addresses whose session is up, if they are configured. */
  up = new Set<string>();
  /** The addresses that have not sent End-of-RIB. */
  loading = new Set<string>();
  /** The addresses that never send it, and how many prefixes they have sent. */
  silent = new Map<string, number>();
  /** The addresses that close each connection. */
  closes = new Set<string>();
  clients: Session[] = [];
  /** Whether the router answers. */
  there = true;
  /** The addresses that it refuses, with the reasons. */
  refuses = new Map<string, string>();
  /** The requested changes, one list per call. */
  readonly applied: (readonly Change[])[] = [];
  /** How often each method was called. */
  readonly calls = { neighbors: 0, sessions: 0, attempts: 0, apply: 0 };
  /** Called during a change, so that a test can fail there. */
  onApply?: () => void;

  /** Called when the sessions are read, so that a test can make that slow. */
  onSessions?: () => void;

  connected = true;
  prepare?: () => Promise<readonly string[]>;

  /** The declared neighbors that it was given, one list per call. */
  readonly members: (readonly MemberNeighbor[])[] = [];
  origins?: OriginData;
  /** What it refuses of declared neighbors. */
  refusesMembers: readonly string[] = [];

  async applyMembers(neighbors: readonly MemberNeighbor[]): Promise<MembersOutcome> {
    this.answer();
    this.members.push(neighbors);
    return { changed: neighbors.map(({ address }) => address.text), refused: this.refusesMembers };
  }

  async neighbors(): Promise<readonly Neighbor[]> {
    this.answer();
    this.calls.neighbors++;
    return [...this.configured];
  }

  async sessions(): Promise<readonly Session[]> {
    this.answer();
    this.calls.sessions++;
    this.onSessions?.();
    const own = this.configured.map(({ address }): Session => {
      const state = this.up.has(address) ? 'Established' : 'Active';
      return { address, state, dynamic: false, prefixesReceived: this.silent.get(address) };
    });
    return [...own, ...this.clients];
  }

  async attempts(neighbors: readonly Neighbor[]): Promise<readonly Attempts[]> {
    this.answer();
    this.calls.attempts++;
    const down = neighbors.filter(({ address }) => !this.up.has(address));
    return down.map(({ address }) => ({ address, state: 'Active', passive: false, closed: this.closes.has(address) }));
  }

  async originData(): Promise<OriginData | undefined> {
    this.answer();
    return this.origins;
  }

  async endOfRib(addresses: readonly string[]): Promise<ReadonlyMap<string, EndOfRib>> {
    this.answer();
    const of = (address: string) =>
      this.silent.has(address) ? 'none' : this.loading.has(address) ? 'missing' : 'received';
    return new Map(addresses.map((address) => [address, of(address)]));
  }

  async apply(changes: readonly Change[]): Promise<readonly Refused[]> {
    this.answer();
    this.calls.apply++;
    this.applied.push(changes);
    const refused: Refused[] = [];
    for (const change of changes) {
      const { action, group, address } = change;
      const reason = this.refuses.get(address);
      if (reason !== undefined) refused.push({ change, reason });
      else if (action === 'add') this.configured.push({ group, address });
      else this.configured = this.configured.filter((n) => n.group !== group || n.address !== address);
      this.onApply?.();
    }
    return refused;
  }

  async gracefulShutdown(): Promise<void> {
    this.answer();
  }

  async draining(): Promise<boolean> {
    this.answer();
    return false;
  }

  async ping(): Promise<void> {
    this.answer();
  }

  async close(): Promise<void> {}

  private answer(): void {
    if (!this.there) throw new RouterUnavailable('not there');
  }
}
