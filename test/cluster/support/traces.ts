import { execFileSync } from 'child_process';
import * as fs from 'fs';

// What a cluster would leave on a machine, found without the code that removes it.

const MARK = process.env.MESHRR_CLUSTER_NAME ?? 'meshrr-cluster';
const SYSCTLS = ['fs/inotify/max_user_instances', 'vm/overcommit_memory', 'kernel/panic', 'kernel/panic_on_oops'];

/** Namespaces, mounts, cgroups, processes and files of clusters on this machine. */
export function traces(): readonly string[] {
  return [...namespaces(), ...mounts(), ...cgroups(), ...processes(), ...files()].sort();
}

/** Values of this machine that programs of a node change. */
export const sysctls = () => SYSCTLS.map((name) => `${name}=${read(`/proc/sys/${name}`).trim()}`);

const matching = (lines: string) =>
  lines.split('\n').filter((line) => line.includes(`${MARK}-`) || line.includes(`${MARK}/`));

const namespaces = () =>
  matching(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).map((one) => `namespace ${one}`);

const mounts = () => matching(read('/proc/mounts')).map((one) => `mount ${one}`);

const cgroups = () =>
  matching(execFileSync('find', ['/sys/fs/cgroup', '-maxdepth', '2', '-name', `${MARK}-*`], { encoding: 'utf8' })).map(
    (one) => `cgroup ${one}`,
  );

/** Network namespaces of the cluster that were seen: a process that is left keeps one of them, without its name. */
const seen = new Set<string>();

/** Those whose command or cgroup names a cluster, and all in its network namespaces, such as shims of containerd. */
function processes(): readonly string[] {
  const named = fs.existsSync('/run/netns') ? fs.readdirSync('/run/netns') : [];
  for (const name of named.filter((one) => one.startsWith(`${MARK}-`))) {
    seen.add(`net:[${fs.statSync(`/run/netns/${name}`).ino}]`);
  }
  const ids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return ids.flatMap((pid) => {
    const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    const isOurs =
      seen.has(link(`/proc/${pid}/ns/net`)) ||
      [command, read(`/proc/${pid}/cgroup`)].some((text) => text.includes(`/${MARK}-`) || text.includes(`/${MARK}/`));
    return isOurs ? [`process ${pid} ${command.slice(0, 100)}`] : [];
  });
}

const files = () =>
  fs
    .readdirSync('/var/tmp')
    .filter((name) => name === MARK)
    .map((name) => `file ${name}`);

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function link(file: string): string {
  try {
    return fs.readlinkSync(file);
  } catch {
    return '';
  }
}
