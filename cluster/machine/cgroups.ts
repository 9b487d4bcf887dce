import * as fs from 'fs';
import * as path from 'path';
import { setTimeout as pause } from 'timers/promises';
import { kill } from './processes';

const ROOT = '/sys/fs/cgroup';
/** Under cgroup v1, the hierarchies that a kubelet or containerd writes to. */
const CONTROLLERS =
  'cpu cpuacct cpuset memory devices freezer blkio pids hugetlb net_cls net_prio perf_event systemd unified'.split(' ');
const KILL_ROUNDS = 50;

/** Whether this machine has the unified hierarchy (cgroup v2). */
const isUnified = () => fs.existsSync(path.join(ROOT, 'cgroup.controllers'));

/** The roots of all hierarchies: one under cgroup v2. */
function hierarchies(): readonly string[] {
  if (isUnified()) return [ROOT];
  const all = CONTROLLERS.map((name) => path.join(ROOT, name)).filter((folder) => fs.existsSync(folder));
  return [...new Set(all.map((folder) => fs.realpathSync(folder)))];
}

/** Creates a cgroup for the pods of a node in each hierarchy. */
export function createCgroup(name: string): void {
  for (const root of hierarchies()) {
    const folder = path.join(root, name);
    fs.mkdirSync(folder, { recursive: true });
    // A new cpuset of cgroup v1 has neither processors nor memory.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const from = path.join(root, file);
      if (!isUnified() && fs.existsSync(from)) fs.copyFileSync(from, path.join(folder, file));
    }
  }
  if (!isUnified()) return;
  const controllers = fs.readFileSync(path.join(ROOT, 'cgroup.controllers'), 'utf8').trim().split(' ');
  const all = controllers.map((one) => `+${one}`).join(' ');
  for (const folder of [ROOT, path.join(ROOT, name)])
    fs.writeFileSync(path.join(folder, 'cgroup.subtree_control'), all);
}

/** The folder of a cgroup in the hierarchy that has this controller. */
export function cgroupFolder(controller: string, name: string): string {
  return path.join(isUnified() ? ROOT : path.join(ROOT, controller), name);
}

/** The processes in a folder of a hierarchy and in all folders below it. */
export function processesIn(folder: string): readonly number[] {
  return foldersIn(folder).flatMap((one) => {
    try {
      return fs.readFileSync(path.join(one, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
}

/** The cgroups whose names start with this prefix. */
export function cgroupsLike(prefix: string): readonly string[] {
  const all = hierarchies().flatMap((root) => fs.readdirSync(root).map((name) => ({ root, name })));
  return all.filter(({ name }) => name.startsWith(prefix)).map(({ root, name }) => path.join(root, name));
}

/** Kills all processes in the cgroups whose names start with this prefix, and removes these cgroups. */
export async function removeCgroups(prefix: string): Promise<void> {
  for (let round = 0; round < KILL_ROUNDS && cgroupsLike(prefix).length > 0; round++) {
    for (const folder of cgroupsLike(prefix)) {
      for (const pid of processesIn(folder)) kill(pid, 'SIGKILL');
      for (const one of [...foldersIn(folder)].reverse()) {
        try {
          fs.rmdirSync(one);
        } catch {
          // Its processes have not ended yet.
        }
      }
    }
    await pause(100);
  }
}

/** A folder and all below it, the upper ones first. */
function foldersIn(folder: string): readonly string[] {
  try {
    const entries = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [folder, ...entries.flatMap(({ name }) => foldersIn(path.join(folder, name)))];
  } catch {
    return [];
  }
}

/** CPU seconds that a cgroup has used. @param folder finds the cgroup in the hierarchy of a controller */
export function cpuSecondsOf(folder: (controller: string) => string | undefined): number {
  const cpu = folder('cpuacct');
  if (!cpu) return 0;
  const read = (name: string) => fs.readFileSync(path.join(cpu, name), 'utf8');
  if (!isUnified()) return Number(read('cpuacct.usage')) / 1e9;
  return Number(/^usage_usec (\d+)$/m.exec(read('cpu.stat'))?.[1]) / 1e6;
}

/** Bytes of memory that a cgroup cannot give back: its working set, as the kubelet reports it. */
export function memoryBytesOf(folder: (controller: string) => string | undefined): number {
  const memory = folder('memory');
  if (!memory) return 0;
  const read = (name: string) => fs.readFileSync(path.join(memory, name), 'utf8');
  const inactive = isUnified() ? /^inactive_file (\d+)$/m : /^total_inactive_file (\d+)$/m;
  const used = Number(read(isUnified() ? 'memory.current' : 'memory.usage_in_bytes'));
  return used - Number(inactive.exec(read('memory.stat'))?.[1]);
}
