import * as fs from 'fs';

/** In which the kernel counts the time of processes (USER_HZ), for each second. */
const TICKS_PER_SECOND = 100;
/** The place of the start time behind the name of the program, in /proc/PID/stat: field 22 of proc(5). */
const START_TIME = 19;

/** How long a process has been there, in seconds, to a hundredth. */
export function processAge(pid: number): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name is in parentheses, and may have spaces and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const uptime = Number(fs.readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return uptime - Number(fields[START_TIME]) / TICKS_PER_SECOND;
}
