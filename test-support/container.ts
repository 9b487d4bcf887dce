import { ChildProcess, execFileSync, spawn, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { buildah, MountedImage } from './images';
import { NetworkHost } from './network';

/** The run-time options of a container, as in the manifests. */
export interface ContainerOptions {
  readonly image: string;
  /** Its network namespace. */
  readonly host: NetworkHost;
  readonly environment: Readonly<Record<string, string>>;
  /** Address of its DNS server. */
  readonly nameserver: string;
  /** Files mounted into it, by their paths there: ConfigMaps of the manifest. */
  readonly files?: Readonly<Record<string, string>>;
  /** All capabilities, and a root file system that can be written, as cRPD has it. Default: what FRR has, neither. */
  readonly privileged?: boolean;
}

/** The result of `runc exec`. */
export interface ExecResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly User?: string;
}

/** The configuration that an image names: its user, environment and entry point. */
export function imageConfig(image: string): ImageConfig & Record<string, unknown> {
  return JSON.parse(buildah('inspect', '--type', 'image', image)).OCIv1.config;
}

let counter = 0;

/** A container under runc, in a network namespace made before it. Needs root, buildah and runc. */
export class Container {
  readonly id = `meshrr-${process.pid}-${counter++}`;
  private readonly bundle = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-container-'));
  private readonly mounted: MountedImage;
  private readonly runcOptions = ['--root', path.join(this.bundle, 'runc')];
  private readonly process: ChildProcess;
  /** The exit status of PID 1, once it has ended. */
  readonly ended: Promise<number | null>;
  /** The standard output and standard error of the container. */
  output = '';

  constructor(private readonly options: ContainerOptions) {
    this.mounted = new MountedImage(options.image);
    execFileSync('runc', ['spec', '--bundle', this.bundle]);
    const file = path.join(this.bundle, 'config.json');
    const spec = JSON.parse(fs.readFileSync(file, 'utf8'));
    fs.writeFileSync(file, JSON.stringify(this.configured(spec)));
    this.process = spawn('runc', [...this.runcOptions, 'run', '--bundle', this.bundle, this.id], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.ended = new Promise((resolve) => this.process.on('close', resolve));
  }

  /** Changes what `runc spec` proposes to what the pod's manifest and the image say. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  private configured(spec: any): unknown {
    const { image, host, environment, nameserver, privileged } = this.options;
    const { Env = [], Entrypoint = [], Cmd = [], User = '' } = imageConfig(image);
    const [uid, gid] = User.split(':').map(Number);
    spec.process.terminal = false;
    spec.process.args = [...Entrypoint, ...Cmd];
    spec.process.user = { uid: uid || 0, gid: gid || 0 };
    // Later ones win, and runtimes give a path where an image has none.
    const given = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    spec.process.env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...Env, ...given];
    spec.process.noNewPrivileges = !privileged;
    const all = privileged ? allCapabilities() : [];
    spec.process.capabilities = { bounding: all, effective: all, inheritable: [], permitted: all, ambient: [] };
    spec.root = { path: this.mounted.root, readonly: !privileged };
    spec.linux.namespaces = spec.linux.namespaces.map((namespace: { type: string }) =>
      namespace.type === 'network' ? { type: 'network', path: `/run/netns/${host.namespace}` } : namespace,
    );
    spec.linux.cgroupsPath = `/${this.id}`;
    const files = { '/etc/resolv.conf': `nameserver ${nameserver}\n`, ...this.options.files };
    for (const [destination, text] of Object.entries(files)) {
      const source = path.join(this.bundle, 'files', destination);
      fs.mkdirSync(path.dirname(source), { recursive: true });
      fs.writeFileSync(source, text);
      spec.mounts.push({ destination, type: 'bind', source, options: ['rbind', 'ro'] });
    }
    if (!privileged) {
      // Empty folders of the pod's group, as emptyDir volumes are; the sysctl is the manifest's.
      for (const destination of ['/etc/frr', '/run/frr', '/var/tmp/frr', '/tmp']) {
        const source = path.join(this.bundle, 'volumes', destination);
        fs.mkdirSync(source, { recursive: true });
        fs.chownSync(source, 0, gid);
        fs.chmodSync(source, 0o2777);
        spec.mounts.push({ destination, type: 'bind', source, options: ['rbind', 'nosuid', 'nodev'] });
      }
      spec.linux.sysctl = { 'net.ipv4.ip_unprivileged_port_start': '0' };
    }
    return spec;
  }

  /** Where its root file system is on this machine, while it is not closed. */
  get root(): string {
    return this.mounted.root;
  }

  /** Runs a command in it like an exec probe, and waits for its end. */
  exec(...command: string[]): ExecResult {
    const args = [...this.runcOptions, 'exec', this.id, ...command];
    const { status, stdout, stderr } = spawnSync('runc', args, { encoding: 'utf8', timeout: 30_000 });
    return { status, stdout, stderr };
  }

  /** Like {@link exec}. @throws Error if the command fails */
  run(...command: string[]): string {
    const { status, stdout, stderr } = this.exec(...command);
    if (status !== 0)
      throw new Error(
        `${command.join(' ')} in the container: status ${status}: ${stdout}${stderr}\nIts output:\n${this.output}`,
      );
    return stdout;
  }

  /** Its processes, by their host PIDs. */
  processes(): number[] {
    return JSON.parse(
      execFileSync('runc', [...this.runcOptions, 'ps', '--format', 'json', this.id], { encoding: 'utf8' }),
    );
  }

  /** Sends PID 1 a signal. */
  signal(name: string): void {
    execFileSync('runc', [...this.runcOptions, 'kill', this.id, name], { stdio: 'pipe' });
  }

  /** The lines that the runtime has logged. */
  get log(): Record<string, unknown>[] {
    return this.output.split('\n').flatMap((line) => (/^\{.*\}$/.test(line) ? [JSON.parse(line)] : []));
  }

  /** Kills its processes and removes it. */
  async close(): Promise<void> {
    spawnSync('runc', [...this.runcOptions, 'delete', '--force', this.id]);
    await this.ended;
    this.mounted.close();
    fs.rmSync(this.bundle, { recursive: true, force: true });
  }
}

/** All capabilities that this process can grant. */
function allCapabilities(): string[] {
  const bounding = BigInt(`0x${/CapBnd:\s*([0-9a-f]+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1]}`);
  return CAPABILITIES.filter((_, bit) => (bounding >> BigInt(bit)) & 1n);
}

/** By their numbers (capabilities(7)). */
const CAPABILITIES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP'
)
  .split(' ')
  .map((name) => `CAP_${name}`);
