import { traitsOf } from '../../../../lib/addressing';
import { MemberNeighbor, PodConfiguration } from '../../../../lib/configuration';
import { Log } from '../../logging/log';
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
} from '../driver';
import { parseAttempts } from './attempts';
import { endOfRibIn } from './end-of-rib';
import { addition, Groups, planChanges, Step } from './change-plan';
import { Batch, linesFor, linesIn, planMembers } from './members';
import { Revalidation } from './revalidation';
import { parseRunningConfig, RunningConfig } from './running-config';
import { parseSessions } from './sessions';
import { SocketTerminal } from './socket-terminal';
import { LineResult, Terminal } from './terminal';
import { VtyConnection } from './vty-connection';
import { VtyProtocolError } from './vty-framing';
import { bothMayDial, isPassiveSide } from './passive-side';

export interface FrrDriverOptions {
  readonly model: Pick<PodConfiguration, 'autonomousSystem' | 'discovered' | 'clients' | 'podIp'> &
    Partial<Pick<PodConfiguration, 'families' | 'rpki'>>;
  /** The folder of `bgpd.vty`: bgpd's option `--vty_socket`. */
  readonly vtyFolder: string;
  /**
   * The timeout of the reply to one line and of a whole vtysh, in milliseconds.
   * @default 5000
   */
  readonly deadlineMs?: number;
  /**
   * The command of FRR's shell, with arguments that go first. It is used if the protocol of bgpd's socket is unknown.
   * @default ['vtysh']
   */
  readonly vtysh?: readonly string[];
  /** Logs the fallback to vtysh and keys of groups that could not be set. */
  readonly log?: Log;
  /** Called when a connection to bgpd's socket has ended. */
  readonly onLost?: () => void;
}

/**
 * The waits between attempts to add a neighbor whose address has a stale session, in milliseconds. bgpd deletes the
 * session after it has run all lines of a batch, so mostly the second attempt succeeds.
 */
const CLEAR_AGAIN_MS = [10, 20, 50, 100, 200];

/**
 * Drives bgpd of FRR 8.4 to 10 over its vty socket. Changes are not atomic: each line succeeds or fails by itself.
 * There is no lock, so operators can edit at the same time; the driver reads the running configuration before each
 * change.
 */
export class FrrDriver implements RouterDriver {
  private readonly context: readonly string[];
  private readonly groups: Groups;
  private readonly keys: ReadonlyMap<string, string>;
  /** The groups of declared neighbors. */
  private readonly memberGroups: ReadonlySet<string>;
  /** Ranges of one address from the settings. They are not discovered clients. */
  private readonly ranges: ReadonlySet<string>;
  /** On a route server that validates origins. */
  private readonly revalidation?: Revalidation;
  private terminal?: Terminal;
  private viaVtysh = false;
  /** Whether both routers of a session of the mesh open the connection: the sooner one need not wait for the other. */
  private bothDial = false;
  private closed = false;
  /** Resolves after the previous call. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: FrrDriverOptions) {
    const { autonomousSystem, discovered, clients, families = [], rpki } = options.model;
    this.context = [`router bgp ${autonomousSystem}`];
    const kinds = new Map(discovered.map(({ name, kind }) => [name, kind]));
    this.groups = {
      has: (name) => kinds.has(name),
      areClients: (name) => kinds.get(name) === 'clients',
      // An upstream router does not connect to its clients.
      isPassive: ({ group, address }) =>
        !this.bothDial && kinds.get(group) === 'mesh' && isPassiveSide(address, options.model.podIp),
    };
    this.memberGroups = new Set(clients.flatMap(({ name, members }) => (members ? [name] : [])));
    if (rpki) {
      const ofIp = families.filter((family) => traitsOf(family).prefixes !== undefined);
      this.revalidation = new Revalidation(
        rpki.servers,
        ofIp.flatMap((family) => traitsOf(family).frr ?? []),
      );
    }
    const single = clients.flatMap(({ ranges }) => ranges.filter(({ first, last }) => first === last));
    this.ranges = new Set(single.map(({ text }) => text.slice(0, text.indexOf('/'))));
    const keyed = [...discovered, ...clients];
    this.keys = new Map(keyed.flatMap(({ name, key }) => (key === undefined ? [] : [[name, key] as const])));
  }

  get connected(): boolean {
    const { terminal } = this;
    // A vtysh runs for one call only, so it cannot notice a restart of bgpd in between.
    return terminal instanceof SocketTerminal ? terminal.alive : terminal !== undefined;
  }

  neighbors(): Promise<readonly Neighbor[]> {
    return this.with(async (terminal) => {
      const { running } = await this.read(terminal);
      return [...running.neighbors, ...running.singleAddressRanges].flatMap(([address, group]) =>
        this.groups.has(group) || this.memberGroups.has(group) ? [{ group, address }] : [],
      );
    });
  }

  sessions(): Promise<readonly Session[]> {
    return this.with(async (terminal) => {
      const text = await terminal.show('show bgp summary json');
      try {
        return parseSessions(text);
      } catch (error) {
        throw new RouterUnavailable(`bgpd: ${(error as Error).message}`);
      }
    });
  }

  attempts(neighbors: readonly Neighbor[]): Promise<readonly Attempts[]> {
    return this.with(async (terminal) => {
      const all: Attempts[] = [];
      for (const neighbor of neighbors) {
        const text = await terminal.show(`show bgp neighbors ${neighbor.address} json`);
        const found = parseAttempts(text, neighbor.address, this.groups.isPassive(neighbor));
        if (found) all.push(found);
      }
      return all;
    });
  }

  endOfRib(addresses: readonly string[]): Promise<ReadonlyMap<string, EndOfRib>> {
    return this.with(async (terminal) => {
      const all = new Map<string, EndOfRib>();
      for (const address of addresses) {
        const found = endOfRibIn(await terminal.show(`show bgp neighbors ${address} json`), address);
        if (found) all.set(address, found);
      }
      return all;
    });
  }

  originData(): Promise<OriginData | undefined> {
    return this.with(async (terminal) => this.revalidation?.observe(terminal));
  }

  apply(changes: readonly Change[]): Promise<readonly Refused[]> {
    return this.with(async (terminal) => {
      if (changes.length === 0) return [];
      const { running, keyless } = await this.read(terminal);
      if (running.autonomousSystem === undefined) {
        // `router bgp` would create an instance without groups and families.
        return changes.map((change) => ({ change, reason: 'BGP is not configured in the router' }));
      }
      const plan = planChanges(running, this.groups, changes);
      // Without the key, the other side could accept this router as a client.
      const unkeyed = ({ change }: Step) => change.action === 'add' && keyless.has(change.group);
      const refused: Refused[] = [
        ...plan.refused,
        ...plan.steps.filter(unkeyed).map(({ change }) => ({ change, reason: keyless.get(change.group) as string })),
      ];
      let steps = plan.steps.filter((step) => !unkeyed(step));
      for (const wait of [...CLEAR_AGAIN_MS, undefined]) {
        const outcome = await this.make(terminal, steps);
        const stale: Refused[] = [];
        for (const failed of outcome) (wait !== undefined && isDynamic(failed.reason) ? stale : refused).push(failed);
        if (stale.length === 0) break;
        steps = stale.map(({ change }) => retryStep(change, this.groups));
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
      return refused;
    });
  }

  applyMembers(neighbors: readonly MemberNeighbor[]): Promise<MembersOutcome> {
    return this.with(async (terminal) => {
      const want = linesFor(neighbors);
      const changed = new Set<string>();
      for (let attempt = 0; ; attempt++) {
        const have = linesIn(await terminal.show('show running-config'), this.memberGroups);
        const refused: string[] = [];
        const stale = new Set<string>();
        for (const batch of planMembers(have, want)) {
          for (const { line, refused: reason } of await this.send(terminal, batch)) {
            const [, address] = /^(?:no )?neighbor (\S+)/.exec(line) ?? [];
            if (address !== undefined) changed.add(address);
            if (reason === undefined) continue;
            refused.push(`${line.replace(/ password .*/, ' password (hidden)')}: ${reason}`);
            if (address !== undefined && isDynamic(reason)) stale.add(address);
          }
        }
        if (stale.size === 0 || attempt === CLEAR_AGAIN_MS.length) return { changed: [...changed], refused };
        // A range has accepted the member before it was declared.
        await terminal.configure(
          this.context,
          [...stale].map((address) => `do clear bgp ${address}`),
        );
        await new Promise((resolve) => setTimeout(resolve, CLEAR_AGAIN_MS[attempt]));
      }
    });
  }

  gracefulShutdown(on: boolean): Promise<void> {
    return this.with(async (terminal) => {
      const line = on ? 'bgp graceful-shutdown' : 'no bgp graceful-shutdown';
      const [{ refused }] = await terminal.configure(this.context, [line]);
      if (refused !== undefined) throw new RouterUnavailable(`bgpd refused "${line}": ${refused}`);
    });
  }

  draining(): Promise<boolean> {
    return this.with(async (terminal) => (await this.read(terminal)).running.draining);
  }

  ping(): Promise<void> {
    return this.with(async (terminal) => {
      await terminal.show('show version');
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.drop();
  }

  private send(terminal: Terminal, { context, lines }: Batch): Promise<readonly LineResult[]> {
    if (context === 'top') return terminal.configureAtOnce(lines);
    const inside = context === 'bgp' ? [] : [`address-family ${context.family}`];
    return terminal.configure([...this.context, ...inside], lines);
  }

  /** Sends the lines of the steps. @returns the refused changes */
  private async make(terminal: Terminal, steps: readonly Step[]): Promise<Refused[]> {
    if (steps.length === 0) return [];
    const results = await terminal.configure(
      this.context,
      steps.flatMap(({ lines, further }) => [...lines, ...further]),
    );
    let at = 0;
    return steps.flatMap(({ change, lines, further }) => {
      // The last line makes the change; the others prepare it.
      const reason = results[at + lines.length - 1].refused;
      at += lines.length + further.length;
      return reason === undefined ? [] : [{ change, reason }];
    });
  }

  /**
   * Reads the configuration and sets the key of each group that lacks it: bgpd started without it, or an operator
   * removed it. A different key resets the sessions of the group.
   */
  private async read(terminal: Terminal): Promise<{ running: RunningConfig; keyless: ReadonlyMap<string, string> }> {
    const running = this.withoutRanges(parseRunningConfig(await terminal.show('show running-config')));
    const missing = [...this.keys].filter(([name, key]) => {
      const group = running.groups.get(name);
      return group !== undefined && group.key !== key;
    });
    if (missing.length === 0) return { running, keyless: new Map() };
    const results = await terminal.configure(
      this.context,
      missing.map(([name, key]) => `neighbor ${name} password ${key}`),
    );
    const keyless = new Map<string, string>();
    missing.forEach(([name], i) => {
      const { refused } = results[i];
      if (refused !== undefined) keyless.set(name, `the group's key could not be set: ${refused}`);
    });
    return { running, keyless };
  }

  private withoutRanges(running: RunningConfig): RunningConfig {
    return {
      ...running,
      singleAddressRanges: new Map([...running.singleAddressRanges].filter(([address]) => !this.ranges.has(address))),
    };
  }

  /** Runs one call at a time: two calls would share one configuration mode. */
  private with<T>(call: (terminal: Terminal) => Promise<T>): Promise<T> {
    const result = this.turn.then(() => this.attempt(call));
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async attempt<T>(call: (terminal: Terminal) => Promise<T>): Promise<T> {
    try {
      try {
        return await call(await this.reached());
      } catch (error) {
        if (!(error instanceof VtyProtocolError)) throw error;
        this.fallBack(error);
        return await call(await this.reached());
      }
    } catch (error) {
      // The next call tries the socket again: bgpd may have been replaced.
      this.drop();
      this.viaVtysh = false;
      throw error;
    }
  }

  private async reached(): Promise<Terminal> {
    if (this.closed) throw new RouterUnavailable('the driver was closed');
    if (this.terminal instanceof SocketTerminal && !this.terminal.alive) this.drop();
    if (this.terminal) return this.terminal;
    const terminal = await this.connect();
    if (this.closed) {
      terminal.close();
      throw new RouterUnavailable('the driver was closed');
    }
    this.terminal = terminal;
    this.revalidation?.forget();
    this.bothDial = bothMayDial(await terminal.show('show version'));
    const { keyless } = await this.read(terminal);
    for (const [group, reason] of keyless) this.options.log?.warn('frr-key-not-set', { group, reason });
    return terminal;
  }

  private async connect(): Promise<Terminal> {
    const { vtyFolder, vtysh = ['vtysh'], deadlineMs = 5000, onLost } = this.options;
    if (this.viaVtysh) {
      // Loaded only if needed, because child_process takes memory.
      const { VtyshTerminal } = await import('./vtysh');
      return new VtyshTerminal(vtysh, vtyFolder, deadlineMs);
    }
    return new SocketTerminal(await VtyConnection.open(`${vtyFolder}/bgpd.vty`, deadlineMs, onLost));
  }

  private fallBack(error: VtyProtocolError): void {
    this.drop();
    this.viaVtysh = true;
    this.options.log?.warn('frr-vtysh-fallback', { reason: error.message });
  }

  private drop(): void {
    this.terminal?.close();
    this.terminal = undefined;
  }
}

/** Whether FRR refuses a neighbor because a session from a range with this address exists. */
function isDynamic(reason: string): boolean {
  return /dynamic neighbor/i.test(reason);
}

/**
 * Adds a neighbor whose address has a stale client session. It clears the session first, and adds the neighbor before
 * the client can connect again.
 */
function retryStep(change: Change, groups: Groups): Step {
  return addition(change, [`do clear bgp ${change.address}`], groups);
}
