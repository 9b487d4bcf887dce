import { ChildProcess, execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { BUILD_MILLISECONDS, frr10Rootfs } from './images';
import { describeWith, has, Part } from './needs';
import { eventually } from './eventually';
import { Network, NetworkHost } from './network';

/** The releases of FRR that are supported: Debian bookworm's, which is installed, and trixie's. */
export type FrrRelease = '8.4' | '10.3';

/** FRR 10.3 runs in the root that the image tests build. */
const PARTS_OF_10: readonly Part[] = ['root', 'ip', 'debootstrap', 'buildah'];

/** Tests that run once with each release of FRR. */
export function describeWithEachFrr(name: string, tests: (release: FrrRelease) => void): void {
  describeWith(['root', 'ip', 'bgpd'], `${name}, FRR 8.4`, () => tests('8.4'));
  describeWith(PARTS_OF_10, `${name}, FRR 10.3`, () => {
    beforeAll(() => void frr10Rootfs(), BUILD_MILLISECONDS);
    tests('10.3');
  });
}

/** The releases that can be run on this machine. */
export function frrReleases(): FrrRelease[] {
  return PARTS_OF_10.every(has) ? ['8.4', '10.3'] : ['8.4'];
}

/**
 * A configuration of FRR 10 in the words of older releases, which name the transport to an RTR server for SSH only, and do not
 * remove some of the extended communities of a route.
 */
export const beforeFrr10 = (configuration: string) =>
  configuration.replace(/^ rpki cache tcp /gm, ' rpki cache ').replace(/^ set extended-comm-list .*\n/gm, '');

const running = new Set<Bgpd>();

/** Ends every started bgpd and removes its files: for `afterEach` and `afterAll`. */
export function stopBgpds(): void {
  for (const bgpd of [...running]) bgpd.close();
}

/** A real bgpd on a host of a network, as the FRR image runs it. */
export class Bgpd {
  /** The folder of `bgpd.vty`. */
  readonly vtyFolder: string;
  /** FRR's shell of the same release with its first arguments; it finds the bgpd by {@link vtyshFolder}. */
  readonly vtysh: readonly string[];
  /** The vty folder as that shell sees it. */
  readonly vtyshFolder: string;
  private process?: ChildProcess;
  private readonly pids: number[] = [];
  private readonly root: string;

  private constructor(
    readonly host: NetworkHost,
    readonly release: FrrRelease,
    /** A descriptor that it writes its log to, as in the image; without it, it writes a file. */
    private readonly output?: number,
    /** The addresses that it listens on; none: all. */
    private readonly listened: readonly string[] = [],
  ) {
    this.root = release === '8.4' ? '/' : frr10Rootfs();
    const temporary = release === '8.4' ? os.tmpdir() : path.join(this.root, 'tmp');
    this.vtyFolder = fs.mkdtempSync(path.join(temporary, 'bgpd-'));
    this.vtyshFolder = path.join('/', path.relative(this.root, this.vtyFolder));
    this.vtysh = [...this.chroot, '/usr/bin/vtysh'];
  }

  /** Starts a bgpd and waits until its vty answers. */
  static async start(
    host: NetworkHost,
    configuration: string,
    release: FrrRelease = '8.4',
    output?: number,
    listened: readonly string[] = [],
  ): Promise<Bgpd> {
    const bgpd = new Bgpd(host, release, output, listened);
    running.add(bgpd);
    const text = release === '8.4' ? beforeFrr10(configuration) : configuration;
    fs.writeFileSync(path.join(bgpd.vtyFolder, 'bgpd.conf'), text);
    await bgpd.start();
    return bgpd;
  }

  /** Starts it again after {@link kill}, with the configuration of its first start. */
  async start(): Promise<void> {
    const at = (name: string) => path.join(this.vtyshFolder, name);
    fs.rmSync(path.join(this.vtyFolder, 'bgpd.vty'), { force: true });
    const [program, ...args] = [
      ...this.chroot,
      '/usr/lib/frr/bgpd',
      ...['-n', '-Z', '-S', '-A', '127.0.0.1', '-P', '0'],
      ...(this.release === '8.4' ? [] : ['-x']),
      ...this.listened.flatMap((address) => ['-l', address]),
      ...(this.validates ? ['-M', 'rpki'] : []),
      ...['--vty_socket', this.vtyshFolder, '-i', at('pid'), '-f', at('bgpd.conf')],
      ...(this.output === undefined
        ? ['--log', `file:${at('log')}`]
        : ['--log', 'stdout', '--log-level', 'informational']),
    ];
    const output = this.output ?? 'ignore';
    this.process = this.host.spawn(program, args, { stdio: ['ignore', output, output] });
    if (this.process.pid !== undefined) this.pids.push(this.process.pid);
    await eventually(() => this.show('show version'), 30_000, 20);
  }

  /** Runs commands in FRR's shell, up to the first one that fails. @throws Error */
  show(...commands: string[]): string {
    const [program, ...before] = this.vtysh;
    const args = [...before, '--vty_socket', this.vtyshFolder, '-d', 'bgpd', ...commands.flatMap((c) => ['-c', c])];
    return execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', timeout: 60_000, maxBuffer: 64 << 20 });
  }

  /** The JSON output of a command. */
  // Tests name the fields that they expect; what is missing fails the expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json(command: string): any {
    return JSON.parse(this.show(command));
  }

  /** Runs configuration lines within `router bgp`. */
  configure(autonomousSystem: number, ...lines: string[]): void {
    this.show('configure terminal', `router bgp ${autonomousSystem}`, ...lines);
  }

  /** A neighbor in `show bgp neighbors ADDRESS json`; undefined if it does not exist. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  neighbor(address: string): any {
    return this.json(`show bgp neighbors ${address} json`)[address];
  }

  /** The text of its log. */
  log(): string {
    return fs.readFileSync(path.join(this.vtyFolder, 'log'), 'utf8');
  }

  /** SIGSTOP: the process exists, but does not answer. */
  pause(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }

  /** SIGKILL. Returns when it has ended. */
  async kill(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  close(): void {
    running.delete(this);
    this.process?.kill('SIGKILL');
    this.process = undefined;
    fs.rmSync(this.vtyFolder, { recursive: true, force: true });
    // bgpd keeps a folder for what it would write in a crash.
    for (const pid of this.pids)
      fs.rmSync(path.join(this.root, `var/tmp/frr/bgpd.${pid}`), { recursive: true, force: true });
  }

  /** As the service of the image decides it. */
  private get validates(): boolean {
    return /^rpki$/m.test(fs.readFileSync(path.join(this.vtyFolder, 'bgpd.conf'), 'utf8'));
  }

  private get chroot(): readonly string[] {
    return this.release === '8.4' ? [] : ['chroot', this.root];
  }
}

/** A network of its own for each test of the block. After the test all bgpds end, and it is removed. */
export function networkForEachTest(): Pick<Network, 'host'> {
  let network: Network;
  beforeEach(() => {
    network = new Network();
  });
  afterEach(() => {
    stopBgpds();
    network.close();
  });
  return { host: (...addresses) => network.host(...addresses) };
}
