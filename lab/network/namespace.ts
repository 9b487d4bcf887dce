import { ChildProcess, spawn, SpawnOptions } from 'child_process';
import { attempt, CommandResult, run } from './command';

/** The defaults of a new namespace depend on the machine. */
const SYSCTLS = [
  'net.ipv4.ip_forward=1',
  'net.ipv6.conf.all.disable_ipv6=0',
  'net.ipv6.conf.default.disable_ipv6=0',
  'net.ipv6.conf.all.forwarding=1',
  // Duplicate address detection delays an IPv6 address by a second.
  'net.ipv6.conf.default.accept_dad=0',
  'net.ipv4.conf.all.rp_filter=0',
  'net.ipv4.conf.default.rp_filter=0',
  // Of several nodes with one address, each connection goes to one: routers hash ports, too.
  'net.ipv4.fib_multipath_hash_policy=1',
  'net.ipv6.fib_multipath_hash_policy=1',
];

/** A host of the lab: a network namespace. Needs root and iproute2. */
export class Namespace {
  private readonly children = new Set<ChildProcess>();
  private closed = false;

  private constructor(readonly name: string) {}

  static async create(name: string, sysctls: readonly string[] = []): Promise<Namespace> {
    await run('ip', ['netns', 'add', name]);
    const namespace = new Namespace(name);
    await namespace.ip('link set lo up');
    await namespace.run('sysctl', '-qw', ...SYSCTLS, ...sysctls);
    return namespace;
  }

  /** Lines as `ip -batch` takes them, each without the leading `ip`. @throws Error where one fails */
  async ip(...lines: readonly string[]): Promise<void> {
    await run('ip', ['-n', this.name, '-batch', '-'], { input: `${lines.join('\n')}\n` });
  }

  /** Replaces tables of nftables by these rules, all at once. */
  async nft(rules: string): Promise<void> {
    await run('ip', [...this.enter, 'nft', '-f', '-'], { input: rules });
  }

  /** Runs a program here to its end. @throws Error where it fails */
  run(command: string, ...args: readonly string[]): Promise<string> {
    return run('ip', [...this.enter, command, ...args]);
  }

  /** As {@link run}, but a failure is a result. */
  attempt(command: string, ...args: readonly string[]): Promise<CommandResult> {
    return attempt('ip', [...this.enter, command, ...args]);
  }

  /** Starts a program here. It ends with the namespace. @throws Error once that is closed */
  spawn(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    if (this.closed) throw new Error(`${this.name} is closed`);
    const child = spawn('ip', [...this.enter, command, ...args], options);
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    return child;
  }

  /** Kills all processes here, and deletes the namespace. */
  async close(): Promise<void> {
    this.closed = true;
    // A process that has just been started may not be listed in the namespace yet.
    for (const child of this.children) child.kill('SIGKILL');
    await closeNamespace(this.name);
  }

  private get enter(): readonly string[] {
    return ['netns', 'exec', this.name];
  }
}

/** Kills all processes in a namespace, and deletes it. */
export async function closeNamespace(name: string): Promise<void> {
  const { stdout } = await attempt('ip', ['netns', 'pids', name]);
  for (const pid of stdout.split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  await attempt('ip', ['netns', 'delete', name]);
}
