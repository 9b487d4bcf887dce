import * as fs from 'fs';

/** Ticks a second of the times in /proc, which Linux shows to programs as 100 on every machine. */
const TICKS = 100;

/** Seconds of CPU that a process has used so far, in user and in system mode. */
export function cpuSeconds(pid: number): number {
  const [, fields] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) / TICKS;
}

/** Resident memory of a process in MB, of 1024 kB as ps and top count them. */
export function rssMb(pid: number): number {
  return statusMb(pid, 'VmRSS');
}

/** The most that {@link rssMb} has been so far. */
export function peakRssMb(pid: number): number {
  return statusMb(pid, 'VmHWM');
}

function statusMb(pid: number, field: string): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)!;
  return Number(kilobytes) / 1024;
}

/** Memory of a process in MB, where a page that several processes share counts for each of them in part (PSS). */
export function pssMb(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))!;
  return Number(kilobytes) / 1024;
}

/** How many descriptors a process has open. */
export function descriptors(pid: number): number {
  return fs.readdirSync(`/proc/${pid}/fd`).length;
}
