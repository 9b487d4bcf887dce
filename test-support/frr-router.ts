import { ChildProcess, execFileSync } from 'child_process';
import { once } from 'events';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { eventually } from '../lab/eventually';
import { Namespace } from '../lab/network/namespace';

/** How long a daemon may take to answer on a machine that is busy, in milliseconds. */
const PATIENCE_MS = 60_000;

/** How a router is started. */
export interface FrrRouterOptions {
  /**
   * A VRF that is a network namespace (`zebra --vrfwnetns`): unlike the VRF device of Linux it needs no kernel module.
   * It has a device of the name of the VRF, as the other kind has.
   */
  readonly vrf?: { readonly name: string; readonly namespace: Namespace };
  /** Whether bgpd accepts connections; MetalLB's does not. Default: true. */
  readonly listens?: boolean;
}

/** A router in a namespace: the zebra, staticd, bgpd and bfdd of this machine, with one configuration for all of them. */
export class FrrRouter {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'frr-router-'));
  private readonly daemons: ChildProcess[] = [];

  private constructor(
    readonly namespace: Namespace,
    private readonly options: FrrRouterOptions,
  ) {}

  /** Starts all daemons, and loads the configuration as FRR does at boot. @throws Error where a line is rejected */
  static async start(namespace: Namespace, configuration: string, options: FrrRouterOptions = {}): Promise<FrrRouter> {
    const router = new FrrRouter(namespace, options);
    try {
      await router.start(configuration);
      return router;
    } catch (error) {
      await router.close();
      throw error;
    }
  }

  /** Gives commands to FRR's shell, and returns what they show. @throws Error where one fails */
  show(...commands: string[]): Promise<string> {
    return this.vtysh(...commands.flatMap((command) => ['-c', command]));
  }

  /** What a command shows as JSON. */
  // Tests name the fields that they expect; what is missing fails the expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async json(command: string): Promise<any> {
    return JSON.parse(await this.show(command));
  }

  /** Kills all daemons, and removes their files. */
  async close(): Promise<void> {
    await Promise.all(
      this.daemons.map(async (daemon) => {
        if (daemon.exitCode !== null || daemon.signalCode !== null) return;
        const ended = once(daemon, 'exit');
        daemon.kill('SIGKILL');
        await ended;
      }),
    );
    for (const { pid } of this.daemons) {
      // Daemons keep a folder for what they would write in a crash.
      for (const name of ['zebra', 'staticd', 'bgpd', 'bfdd']) {
        fs.rmSync(`/var/tmp/frr/${name}.${pid}`, { recursive: true, force: true });
      }
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private async start(configuration: string): Promise<void> {
    fs.writeFileSync(this.at('frr.conf'), configuration);
    fs.writeFileSync(this.at('vtysh.conf'), '');
    const { vrf, listens = true } = this.options;
    if (vrf) {
      fs.mkdirSync(this.at('netns'));
      fs.writeFileSync(this.at(`netns/${vrf.name}`), '');
    }
    // Daemons run as this user, and make their sockets here.
    execFileSync('chown', ['-R', 'frr:frr', this.folder]);
    this.spawn('zebra', ...(vrf ? ['--vrfwnetns'] : []));
    await eventually(() => this.show('show version'), PATIENCE_MS, 50);
    await eventually(() => fs.statSync(this.at('zserv.api')), PATIENCE_MS, 50);
    // A daemon learns of the VRF when it connects to zebra.
    if (vrf) await eventually(async () => expect(await this.show('show vrf')).toContain(vrf.name), PATIENCE_MS, 50);
    this.spawn('staticd');
    this.spawn('bgpd', ...(listens ? [] : ['-p', '0']));
    this.spawn('bfdd', '--bfdctl', this.at('bfdd.sock'));
    for (const name of ['staticd', 'bgpd', 'bfdd']) {
      await eventually(() => this.vtysh('-d', name, '-c', 'show version'), PATIENCE_MS, 50);
    }
    const said = await this.vtysh('-b');
    if (said.trim() !== '') throw new Error(said);
  }

  private spawn(name: string, ...more: string[]): void {
    const { vrf } = this.options;
    const at = (file: string) => this.at(file);
    const log = fs.openSync(at(`${name}.log`), 'a');
    const command = [
      ...[`/usr/lib/frr/${name}`, '-A', '127.0.0.1', '-P', '0', '-f', '/dev/null'],
      ...['--vty_socket', this.folder, '-z', at('zserv.api'), '-i', at(`${name}.pid`), '--log', 'stdout', ...more],
    ];
    // zebra takes each name in /run/netns for a VRF; `ip netns exec` gives the daemon mounts of its own.
    const mounts = vrf
      ? `mount --bind /run/netns/${vrf.namespace.name} ${at(`netns/${vrf.name}`)} && mount --rbind ${at('netns')} /run/netns && `
      : '';
    const shell = ['-c', `${mounts}exec "$@"`, 'sh', ...command];
    this.daemons.push(this.namespace.spawn('sh', shell, { stdio: ['ignore', log, log] }));
    fs.closeSync(log);
  }

  private vtysh(...args: string[]): Promise<string> {
    return this.namespace.run('vtysh', '--vty_socket', this.folder, '--config_dir', this.folder, ...args);
  }

  private at(name: string): string {
    return path.join(this.folder, name);
  }
}
