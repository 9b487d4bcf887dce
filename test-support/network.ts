import { ChildProcess, execFileSync, spawn, SpawnOptions } from 'child_process';

/** A host of a {@link Network}: a network namespace with one interface on the common segment. */
export interface NetworkHost {
  readonly namespace: string;
  readonly addresses: readonly string[];
  /** Starts a program on it, which is killed with the network. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs a program on it and waits for its end. @throws Error if it fails */
  run(command: string, ...args: string[]): string;
  /** Disconnects the host silently, or connects it again. */
  connected(on: boolean): void;
}

let counter = 0;

/**
 * Hosts on one machine: network namespaces on a separate bridge, without a link to anything else. Needs root and `ip`.
 */
export class Network {
  private readonly prefix = `mr${process.pid.toString(36)}${(counter++).toString(36)}`;
  private readonly hosts: NetworkHost[] = [];
  private readonly children: ChildProcess[] = [];

  constructor() {
    ip('netns', 'add', this.prefix);
    inside(this.prefix, 'link', 'add', 'bridge', 'type', 'bridge', 'forward_delay', '0');
    inside(this.prefix, 'link', 'set', 'bridge', 'up');
  }

  /** A host with these addresses, each with its prefix length: `10.42.0.1/16`, `2001:db8::1/64`. */
  host(...addresses: string[]): NetworkHost {
    const number = this.hosts.length + 1;
    const namespace = `${this.prefix}-${number}`;
    const port = `p${number}`;
    ip('netns', 'add', namespace);
    batch(this.prefix, [
      `link add ${port} type veth peer name eth0 netns ${namespace}`,
      `link set ${port} master bridge up`,
    ]);
    // Duplicate address detection would delay an IPv6 address for a second.
    const sysctls = ['net.ipv6.conf.eth0.accept_dad=0', 'net.ipv4.ip_unprivileged_port_start=0'];
    execFileSync('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', ...sysctls]);
    batch(namespace, [
      'link set lo up',
      ...addresses.map((address) => `addr add ${address} dev eth0${address.includes(':') ? ' nodad' : ''}`),
      'link set eth0 up',
    ]);
    const host: NetworkHost = {
      namespace,
      addresses: addresses.map((address) => address.split('/')[0]),
      spawn: (command, args, options = {}) => {
        const child = spawn('ip', ['netns', 'exec', namespace, command, ...args], options);
        this.children.push(child);
        return child;
      },
      run: (command, ...args) =>
        execFileSync('ip', ['netns', 'exec', namespace, command, ...args], { encoding: 'utf8', stdio: 'pipe' }),
      connected: (on) => inside(this.prefix, 'link', 'set', port, on ? 'up' : 'down'),
    };
    this.hosts.push(host);
    return host;
  }

  /** Kills all programs and removes the hosts. */
  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
    for (const namespace of [...this.hosts.map((host) => host.namespace), this.prefix]) {
      // Child processes, too: a namespace exists as long as a process in it.
      const pids = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' }).split('\n').filter(Boolean);
      for (const pid of pids) {
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // It has ended by itself.
        }
      }
      ip('netns', 'del', namespace);
    }
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' });
}

function inside(namespace: string, ...args: string[]): void {
  ip('-n', namespace, ...args);
}

/** Lines as `ip -batch` takes them. */
function batch(namespace: string, lines: readonly string[]): void {
  execFileSync('ip', ['-n', namespace, '-batch', '-'], { input: `${lines.join('\n')}\n`, stdio: 'pipe' });
}
