import { ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Readable } from 'stream';
import { RUNTIME } from '../../lib/settings';
import { Mount } from '../manifests/pod-spec';
import { attempt, CommandResult } from '../network/command';
import { Namespace } from '../network/namespace';
import { ACCOUNT_FOLDER, LabImage, MOUNTED_FILES } from './image';

export interface SandboxOptions {
  readonly namespace: Namespace;
  readonly image: LabImage;
  /** Gets the root and the volumes of the pod. */
  readonly folder: string;
  readonly mounts: readonly Mount[];
  /** The text of a key of a ConfigMap. */
  readonly textOf: (configMap: string, key: string) => string;
  /** The value of a key of a Secret. */
  readonly secretOf: (secret: string, key: string) => string;
  readonly nameserver: string;
  /** Files that the ServiceAccount of the pod has, by name. @default none */
  readonly account?: Readonly<Record<string, string>>;
  readonly user: number;
  readonly group: number;
  /** Without the prefix `CAP_`. */
  readonly capabilities: readonly string[];
}

/**
 * What the processes of a pod share: the network namespace and the root file system. A process that only waits keeps
 * both, as the pause container of Kubernetes does.
 */
export class Sandbox {
  private pause?: ChildProcess;

  constructor(private readonly options: SandboxOptions) {}

  /** @throws Error where a mount fails */
  async open(): Promise<void> {
    const script = `set -e
${this.mountLines().join('\n')}
exec chroot ${this.root} sh -c 'echo open && exec sleep infinity'`;
    const pause = this.options.namespace.spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.pause = pause;
    await new Promise<void>((resolve, reject) => {
      let output = '';
      pause.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
      pause.stdout?.once('data', () => resolve());
      pause.once('exit', () => reject(new Error(`cannot mount the file system of a pod: ${output.trim()}`)));
    });
  }

  /** The path on this machine of a path in an emptyDir of the pod. */
  outside(inside: string): string {
    const mount = this.options.mounts.find(({ path: at, kind }) => kind === 'emptyDir' && inside.startsWith(`${at}/`));
    if (!mount) throw new Error(`${inside} is in no emptyDir`);
    return path.join(this.volume(mount.path), path.relative(mount.path, inside));
  }

  /** Starts a program as the pod's user, with the capabilities of the pod alone. @param input its standard input */
  spawn(command: readonly string[], environment: NodeJS.ProcessEnv, input?: Readable): ChildProcess {
    const stdio = [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] as const;
    const child = spawn('nsenter', this.enter(command), { env: environment, stdio: [...stdio] });
    if (child.stdin) input?.pipe(child.stdin).on('error', () => input.resume());
    return child;
  }

  /** Runs a program as {@link spawn} does, to its end. */
  exec(command: readonly string[], environment: NodeJS.ProcessEnv, timeoutMs: number): Promise<CommandResult> {
    return attempt('nsenter', this.enter(command), { environment, timeoutMs });
  }

  /** The command line that runs a program as the pod's user: the program follows it. */
  get execTarget(): readonly string[] {
    return ['nsenter', ...this.enter([])];
  }

  close(): void {
    this.pause?.removeAllListeners('exit');
    this.pause?.kill('SIGKILL');
    fs.rmSync(this.options.folder, { recursive: true, force: true });
  }

  private accountFolder(account: Readonly<Record<string, string>>): string {
    const folder = path.join(this.options.folder, 'account');
    fs.mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(account)) fs.writeFileSync(path.join(folder, name), text);
    return folder;
  }

  /** A folder with the keys of sessions, as they are now; undefined where the pod mounts none. */
  private keyFolder(): string | undefined {
    const { mounts, secretOf, group, folder } = this.options;
    const at = path.join(folder, 'keys');
    const secrets = mounts.flatMap((mount) => (mount.kind === 'secret' ? [mount] : []));
    for (const { path: inside, secret, key } of secrets) {
      const file = path.join(at, path.relative(RUNTIME.keyFolder, inside));
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, secretOf(secret, key));
      fs.chmodSync(file, 0o440);
      fs.chownSync(file, 0, group);
    }
    return secrets.length > 0 ? at : undefined;
  }

  private get root(): string {
    return path.join(this.options.folder, 'root');
  }

  private volume(mountPath: string): string {
    return path.join(this.options.folder, 'volumes', mountPath.replaceAll('/', '_'));
  }

  private enter(command: readonly string[]): string[] {
    if (this.pause?.pid === undefined) throw new Error('the pod is not open');
    const { user, group, capabilities } = this.options;
    // Capabilities that are added have an effect for root alone.
    const kept = ['-all', ...capabilities.map((name) => `+${name.toLowerCase()}`)].join();
    const rights = ['--reuid', `${user}`, '--regid', `${group}`, '--clear-groups', `--bounding-set=${kept}`];
    const target = ['--target', `${this.pause.pid}`, '--mount', '--net', '--root', '--wdns=/'];
    return [...target, 'setpriv', ...rights, '--inh-caps=-all', '--no-new-privs', '--', ...command];
  }

  /** Creates the folders and files to mount, and returns the shell commands that mount them. */
  private mountLines(): string[] {
    const { image, folder, mounts, textOf, nameserver, account, group } = this.options;
    fs.mkdirSync(this.root, { recursive: true });
    const file = (name: string, text: string) => {
      const at = path.join(folder, name);
      fs.writeFileSync(at, text, { mode: 0o644 });
      return at;
    };
    const resolvConf = file('resolv.conf', `nameserver ${nameserver}\n`);
    const keys = this.keyFolder();
    const own = mounts.flatMap((mount, i) => {
      if (mount.kind === 'secret') return [];
      if (mount.kind === 'file') {
        const source = file(`file-${i}`, textOf(mount.configMap, mount.key));
        const target = path.join(this.root, mount.path);
        // The folder of the file is part of the read-only image: a tmpfs covers it.
        return `mount -t tmpfs none ${path.dirname(target)} && touch ${target} && mount --bind -o ro ${source} ${target}`;
      }
      const source = this.volume(mount.path);
      fs.mkdirSync(source, { recursive: true });
      fs.chownSync(source, 0, group);
      fs.chmodSync(source, 0o2777);
      return `mount --bind ${source} ${this.root}${mount.path}`;
    });
    return [
      `mount -t overlay overlay -o lowerdir=${image.layers.join(':')} ${this.root}`,
      `mount --rbind /dev ${this.root}/dev`,
      `mount --bind /proc ${this.root}/proc`,
      ...MOUNTED_FILES.map(({ inside, outside }) => `mount --bind ${outside} ${this.root}/${inside}`),
      `mount --bind ${resolvConf} ${this.root}/etc/resolv.conf`,
      ...(keys === undefined ? [] : [`mount --bind -o ro ${keys} ${this.root}${RUNTIME.keyFolder}`]),
      ...(account ? [`mount --bind -o ro ${this.accountFolder(account)} ${this.root}/${ACCOUNT_FOLDER}`] : []),
      ...own,
    ];
  }
}
