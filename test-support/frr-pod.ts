import { ChildProcess, spawnSync } from 'child_process';
import { once } from 'events';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Status } from '../crpd-image/runtime/daemon/status';
import { RUNTIME } from '../lib/settings';
import { NetworkHost } from './network';
import { probe, ProbeResult } from './probe';

/** The writable folders of the FRR image. Each pod has its own. */
const FOLDERS = ['/etc/frr', '/run/frr', '/var/tmp/frr'];

/** The start options of a pod. */
export interface FrrPodOptions {
  /** The bundled runtime. */
  readonly bundle: string;
  /** Address of the DNS server. */
  readonly nameserver: string;
  /** Beside POD_IP and MESHRR_ROUTER. */
  readonly environment: Readonly<Record<string, string>>;
  /** The `node` that runs the runtime. */
  readonly node?: string;
  /** Arguments of node before the bundle. */
  readonly nodeArguments?: readonly string[];
  /** An operator's own template, mounted where the constructs mount it. */
  readonly template?: string;
  /** A folder of this machine with the token of the pod's ServiceAccount and the certificate of the API. */
  readonly account?: string;
  /** The root of another release of FRR, from which bgpd runs. @default this machine's */
  readonly root?: string;
  /** Whether the folder of bgpd's configuration cannot be written. */
  readonly readOnly?: boolean;
}

/** The result of a command of the runtime. */
export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A pod of the FRR image without the image: bgpd of this machine and the runtime in a network namespace, each with the
 * pod's own folders mounted in place of the machine's.
 */
export class FrrPod {
  readonly address: string;
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-pod-'));
  /** The lines of the runtime's log. */
  readonly log: Record<string, unknown>[] = [];
  /** The standard error of the runtime, normally empty. */
  errors = '';
  bgpd?: ChildProcess;
  runtime?: ChildProcess;

  constructor(
    readonly host: NetworkHost,
    private readonly options: FrrPodOptions,
  ) {
    this.address = host.addresses[0];
    for (const mounted of FOLDERS) fs.mkdirSync(this.outside(mounted), { recursive: true });
    fs.writeFileSync(path.join(this.folder, 'resolv.conf'), `nameserver ${options.nameserver}\n`);
    if (options.template === undefined) return;
    fs.mkdirSync(this.outside('machine'));
    fs.writeFileSync(this.outside('template'), options.template);
  }

  /** Where a path inside the pod is on this machine. */
  outside(inside: string): string {
    return path.join(this.folder, inside);
  }

  /** Runs a command of the runtime and waits for its end. */
  meshrr(...args: string[]): CommandResult {
    const [command, ...rest] = this.inside([...this.nodeCommand, ...args]);
    const all = ['netns', 'exec', this.host.namespace, command, ...rest];
    const { status, stdout, stderr } = spawnSync('ip', all, { encoding: 'utf8', env: this.processEnvironment });
    return { status, stdout, stderr };
  }

  /** Runs `init` asynchronously. @throws Error with its message if it fails */
  async init(): Promise<void> {
    const [command, ...rest] = this.inside([...this.nodeCommand, 'init']);
    const init = this.host.spawn(command, rest, { env: this.processEnvironment, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    init.stderr?.setEncoding('utf8').on('data', (data: string) => (said += data));
    const [status] = await once(init, 'close');
    if (status !== 0) throw new Error(`${this.address}: ${said.trim()}`);
  }

  /** The output of `meshrr status --json`. */
  status(): Status {
    const { status, stdout, stderr } = this.meshrr('status', '--json');
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** @param environment beside that of this process */
  startBgpd(environment: Readonly<Record<string, string>> = {}): void {
    const { root = '' } = this.options;
    const bgpd = ['/usr/lib/frr/bgpd', '-n', '-Z', '-S', '-A', '127.0.0.1', '-P', '0', '--vty_socket', '/run/frr'];
    const started = [...bgpd, '-i', '/run/frr/bgpd.pid', '-f', '/etc/frr/bgpd.conf'];
    // As in the image: 10.3 refuses the IPv6 family over IPv4 sessions without -x.
    const there = root === '' ? started : ['chroot', root, ...started, '-x'];
    const [command, ...rest] = this.inside(there, root);
    const log = fs.openSync(path.join(this.folder, 'bgpd.log'), 'a');
    const env = { ...process.env, ...environment };
    this.bgpd = this.host.spawn(command, rest, { env, stdio: ['ignore', log, log] });
    fs.closeSync(log);
  }

  startRuntime(): void {
    const [command, ...rest] = this.inside([...this.nodeCommand, 'run']);
    this.runtime = this.host.spawn(command, rest, { env: this.processEnvironment, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    this.runtime.stdout?.setEncoding('utf8').on('data', (data: string) => {
      const lines = (text + data).split('\n');
      text = lines.pop() ?? '';
      this.log.push(...lines.map((line) => JSON.parse(line)));
    });
    this.runtime.stderr?.setEncoding('utf8').on('data', (data: string) => (this.errors += data));
  }

  /** What answers the probes while the runtime does not run. */
  startStandIn(): ChildProcess {
    const [command, ...rest] = this.inside([...this.nodeCommand, 'stand-in']);
    return this.host.spawn(command, rest, { env: this.processEnvironment, stdio: 'ignore' });
  }

  probe(path: string): ProbeResult {
    return probe(this.host, path);
  }

  /** `init`, then bgpd and the runtime. */
  start(): this {
    const { status, stderr } = this.meshrr('init');
    if (status !== 0) throw new Error(stderr);
    this.startBgpd();
    this.startRuntime();
    return this;
  }

  /** Runs a command of bgpd's own. */
  vtysh(...commands: string[]): string {
    const args = commands.flatMap((command) => ['-c', command]);
    return this.host.run('vtysh', '--vty_socket', this.outside('/run/frr'), ...args);
  }

  /** The log events with this name. */
  events(name: string): Record<string, unknown>[] {
    return this.log.filter(({ event }) => event === name);
  }

  /** What its settings are. */
  get environment(): Readonly<Record<string, string>> {
    return { POD_IP: this.address, MESHRR_ROUTER: 'frr', ...this.options.environment };
  }

  /** Removes the pod's folders. Its processes end with the network. */
  close(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private get processEnvironment(): NodeJS.ProcessEnv {
    return { PATH: process.env.PATH, ...this.environment };
  }

  private get nodeCommand(): string[] {
    const { node = process.execPath, nodeArguments = [], bundle } = this.options;
    return [node, ...nodeArguments, bundle];
  }

  /** `ip netns exec` gives each command a mount namespace of its own, in which the folders are then mounted. */
  private inside(command: readonly string[], root = ''): string[] {
    const mounts = [...FOLDERS, '/etc/resolv.conf'].map((inside) => {
      const isOwn = !inside.endsWith('.conf');
      const source = isOwn ? this.outside(inside) : path.join(this.folder, 'resolv.conf');
      return `mount --bind ${source} ${isOwn ? root : ''}${inside}`;
    });
    if (this.options.readOnly) mounts.push('mount -o remount,bind,ro /etc/frr');
    const all = [...this.templateMounts(), ...this.accountMounts(), ...mounts];
    return ['sh', '-c', `${all.join(' && ')} && exec "$@"`, 'sh', ...command];
  }

  /** A folder that the machine does not have needs a /run of the pod's own. */
  private accountMounts(): string[] {
    const { account } = this.options;
    if (account === undefined) return [];
    const secrets = '/run/secrets/kubernetes.io';
    return ['mount -t tmpfs none /run', `mkdir -p /run/frr ${secrets}`, `ln -s ${account} ${secrets}/serviceaccount`];
  }

  /** A folder that the machine does not have needs an /etc that can be written, with the machine's own in it. */
  private templateMounts(): string[] {
    if (this.options.template === undefined) return [];
    const machine = this.outside('machine');
    const file = RUNTIME.templatePath.frr;
    return [
      `mount --bind /etc ${machine}`,
      'mount -t tmpfs none /etc',
      `ln -s ${machine}/* /etc/`,
      // A link of the machine's may be there instead.
      `rm -f ${path.dirname(file)}`,
      `mkdir ${path.dirname(file)}`,
      `cp ${this.outside('template')} ${file}`,
    ];
  }
}
