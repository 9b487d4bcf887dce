import * as fs from 'fs';
import * as path from 'path';
import { LabError } from '../../lab/lab-error';
import { attempt } from '../../lab/network/command';
import { closeNamespace } from '../../lab/network/namespace';
import { removeCgroups } from './cgroups';
import { Processes } from './processes';

/** Clusters with other names ignore this one. */
const NAME = process.env.MESHRR_CLUSTER_NAME ?? 'meshrr-cluster';

/** The folder of the cluster: on a disk, as containerd and etcd need it. */
const HOME = `/var/tmp/${NAME}`;

/** The prefix of the names of all namespaces and cgroups. */
export const PREFIX = `${NAME}-`;

/** Nodes share the limits of one machine. */
const LIMITS = { 'fs/inotify/max_user_instances': 8192, 'fs/inotify/max_user_watches': 524_288 };
/** A kubelet and kube-proxy also change these values of the machine. */
const CHANGED = ['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops'];

/** What a cluster occupies on this machine: one at a time. */
export class Machine {
  readonly processes: Processes;

  private constructor() {
    this.processes = new Processes(this.at('processes'));
  }

  /** Occupies the machine. Removes what a killed cluster has left before. @throws LabError where another cluster is up */
  static async take(): Promise<Machine> {
    const owner = ownerOf();
    if (owner) throw new LabError(`a cluster is up (${owner}): to remove it: npm run cluster -- down`);
    await removeAll();
    fs.mkdirSync(HOME, { recursive: true, mode: 0o755 });
    fs.writeFileSync(path.join(HOME, 'owner'), String(process.pid), { flag: 'wx' });
    const machine = new Machine();
    machine.setLimits();
    return machine;
  }

  /** The cluster that is up, also of another process. @throws LabError where none is up */
  static taken(): Machine {
    if (ownerOf() === undefined) throw new LabError('no cluster is up');
    return new Machine();
  }

  /** Whether a cluster is up, or one that was killed has left something. */
  static get isThere(): boolean {
    return fs.existsSync(HOME);
  }

  /** The path of a file or a folder of the cluster. */
  at(...names: readonly string[]): string {
    return path.join(HOME, ...names);
  }

  /** Creates a folder of the cluster. */
  folder(...names: readonly string[]): string {
    const folder = this.at(...names);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Lets the cluster outlive this process. */
  keep(): void {
    fs.writeFileSync(this.at('owner'), 'kept');
  }

  private setLimits(): void {
    const names = [...Object.keys(LIMITS), ...CHANGED];
    const values = Object.fromEntries(names.map((name) => [name, readSysctl(name)]));
    fs.writeFileSync(this.at('sysctls.json'), JSON.stringify(values));
    for (const [name, least] of Object.entries(LIMITS)) {
      if (Number(values[name]) < least) writeSysctl(name, String(least));
    }
  }
}

/** Removes the cluster of a process, unless it is kept. */
export async function removeOf(pid: number): Promise<void> {
  const file = path.join(HOME, 'owner');
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === String(pid)) await removeAll();
}

/** Who occupies the machine, for people; undefined where nobody does. */
function ownerOf(): string | undefined {
  const file = path.join(HOME, 'owner');
  if (!fs.existsSync(file)) return undefined;
  const owner = fs.readFileSync(file, 'utf8');
  if (owner === 'kept') return 'kept';
  return fs.existsSync(`/proc/${owner}`) ? `process ${owner}` : undefined;
}

/**
 * Removes everything of a cluster, whatever state it is in: processes, namespaces, cgroups, mounts, files. It needs only
 * what is on the machine, so it also removes what a killed process has left.
 */
export async function removeAll(): Promise<void> {
  const processes = fs.existsSync(HOME) ? new Processes(path.join(HOME, 'processes')) : undefined;
  // A kubelet or containerd that runs would start again what is killed here.
  await Promise.all((processes?.names ?? []).map((name) => processes?.stop(name, 'SIGKILL')));
  const names = fs.existsSync('/run/netns') ? fs.readdirSync('/run/netns') : [];
  // Shims of containerd are in the network namespaces of nodes, and pods in cgroups.
  await Promise.all(names.filter((name) => name.startsWith(PREFIX)).map(closeNamespace));
  await removeCgroups(PREFIX);
  for (const mount of mountsIn(HOME)) await attempt('umount', ['--lazy', mount]);
  restoreSysctls();
  fs.rmSync(HOME, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** The mount points in a folder, the innermost first. */
export function mountsIn(folder: string): readonly string[] {
  const points = fs
    .readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  return points
    .filter((point) => point.startsWith(`${folder}/`))
    .sort()
    .reverse();
}

function restoreSysctls(): void {
  const file = path.join(HOME, 'sysctls.json');
  if (!fs.existsSync(file)) return;
  const values = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, string | undefined>;
  for (const [name, value] of Object.entries(values)) if (value !== readSysctl(name)) writeSysctl(name, value ?? '');
}

function readSysctl(name: string): string | undefined {
  const file = path.join('/proc/sys', name);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : undefined;
}

/** A container's machine may not permit it; then programs say what they miss. */
function writeSysctl(name: string, value: string): void {
  try {
    fs.writeFileSync(path.join('/proc/sys', name), value);
  } catch {
    // See above.
  }
}
