import { PodConfiguration } from '../../../../lib/configuration';
import { Log } from '../../logging/log';
import { Change, Neighbor, Refused, RouterDriver, RouterUnavailable, Session } from '../driver';
import { addition, Groups, planChanges, Step } from './change-plan';
import { parseRunningConfig, RunningConfig } from './running-config';
import { parseSessions } from './sessions';
import { SocketTerminal } from './socket-terminal';
import { Terminal } from './terminal';
import { VtyConnection } from './vty-connection';
import { VtyProtocolError } from './vty-framing';
import { isPassiveSide } from './passive-side';

export interface FrrDriverOptions {
  readonly model: Pick<PodConfiguration, 'autonomousSystem' | 'discovered' | 'clients' | 'podIp'>;
  /** The folder of `bgpd.vty`, as bgpd's option `--vty_socket` names it. */
  readonly vtyFolder: string;
  /**
   * The longest wait for the reply to one line, and for a vtysh as a whole, in milliseconds.
   * @default 5000
   */
  readonly deadlineMs?: number;
  /**
   * FRR's shell, for a bgpd whose socket is not understood, and what goes before its arguments.
   * @default ['vtysh']
   */
  readonly vtysh?: readonly string[];
  /** Is told when the driver falls back to vtysh, and when a group's key could not be set. */
  readonly log?: Log;
}

/**
 * Waits between attempts to take over an address with a stale session, in milliseconds. bgpd deletes the session after
 * it has taken all lines that were sent, so that the second attempt is mostly the one that succeeds.
 */
const CLEAR_AGAIN_MS = [10, 20, 50, 100, 200];

/**
 * FRR 8.4 to 10: bgpd alone, over its vty socket. Nothing is atomic there: each line stands or fails for itself. There
 * is no lock either, so that people can edit at the same time; what counts is read from the running configuration
 * before each change.
 */
export class FrrDriver implements RouterDriver {
  private readonly context: readonly string[];
  private readonly groups: Groups;
  private readonly keys: ReadonlyMap<string, string>;
  /** Ranges of one address that the settings ask for: no clients that were found. */
  private readonly ranges: ReadonlySet<string>;
  private terminal?: Terminal;
  private viaVtysh = false;
  private closed = false;
  /** The end of the call before. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: FrrDriverOptions) {
    const { autonomousSystem, discovered, clients } = options.model;
    this.context = [`router bgp ${autonomousSystem}`];
    const kinds = new Map(discovered.map(({ name, kind }) => [name, kind]));
    this.groups = {
      has: (name) => kinds.has(name),
      areClients: (name) => kinds.get(name) === 'clients',
      // A router upstream does not dial its clients.
      isPassive: ({ group, address }) => kinds.get(group) === 'mesh' && isPassiveSide(address, options.model.podIp),
    };
    const single = clients.flatMap(({ ranges }) => ranges.filter(({ first, last }) => first === last));
    this.ranges = new Set(single.map(({ text }) => text.slice(0, text.indexOf('/'))));
    this.keys = new Map(discovered.flatMap(({ name, key }) => (key === undefined ? [] : [[name, key] as const])));
  }

  get connected(): boolean {
    const { terminal } = this;
    // A vtysh lives for one call; whether bgpd did in between is not known.
    return terminal instanceof SocketTerminal ? terminal.alive : terminal !== undefined;
  }

  neighbors(): Promise<readonly Neighbor[]> {
    return this.with(async (terminal) => {
      const { running } = await this.read(terminal);
      return [...running.neighbors, ...running.singleAddressRanges].flatMap(([address, group]) =>
        this.groups.has(group) ? [{ group, address }] : [],
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

  apply(changes: readonly Change[]): Promise<readonly Refused[]> {
    return this.with(async (terminal) => {
      if (changes.length === 0) return [];
      const { running, keyless } = await this.read(terminal);
      if (running.autonomousSystem === undefined) {
        // `router bgp` would make a router without groups and families.
        return changes.map((change) => ({ change, reason: 'BGP is not configured in the router' }));
      }
      const plan = planChanges(running, this.groups, changes);
      // Without its key, a neighbor could be accepted as a client on the other side.
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

  /** Gives the lines of the steps. @returns the changes that were refused */
  private async make(terminal: Terminal, steps: readonly Step[]): Promise<Refused[]> {
    if (steps.length === 0) return [];
    const results = await terminal.configure(
      this.context,
      steps.flatMap(({ lines, further }) => [...lines, ...further]),
    );
    let at = 0;
    return steps.flatMap(({ change, lines, further }) => {
      // The lines before the last one only prepare it.
      const reason = results[at + lines.length - 1].refused;
      at += lines.length + further.length;
      return reason === undefined ? [] : [{ change, reason }];
    });
  }

  /**
   * Reads the configuration, and sets the key of each group that has not got its own: bgpd started without it, or
   * someone took it away. To set the same key again would reset nothing; another one resets the group's sessions.
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

  /** Runs one call at a time: two at once would be in each other's configuration mode. */
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
      // The next call begins anew, with the socket: bgpd may be another by then.
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
    const { keyless } = await this.read(terminal);
    for (const [group, reason] of keyless) this.options.log?.warn('frr-key-not-set', { group, reason });
    return terminal;
  }

  private async connect(): Promise<Terminal> {
    const { vtyFolder, vtysh = ['vtysh'], deadlineMs = 5000 } = this.options;
    if (this.viaVtysh) {
      // Loaded where it is needed: what starts programs takes memory.
      const { VtyshTerminal } = await import('./vtysh');
      return new VtyshTerminal(vtysh, vtyFolder, deadlineMs);
    }
    return new SocketTerminal(await VtyConnection.open(`${vtyFolder}/bgpd.vty`, deadlineMs));
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

/** FRR's word for a neighbor that it accepted from a range; it cannot be configured while it is there. */
function isDynamic(reason: string): boolean {
  return /dynamic neighbor/i.test(reason);
}

/**
 * An address that a client had before it became a router of the mesh: its old session goes, and the neighbor takes its
 * place before anyone dials again.
 */
function retryStep(change: Change, groups: Groups): Step {
  return addition(change, [`do clear bgp ${change.address}`], groups);
}
