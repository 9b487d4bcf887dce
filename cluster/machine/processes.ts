import { spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { setTimeout as pause } from 'timers/promises';

/** How long a process may take to end on TERM, in milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Processes that outlive this one, each with a file of its id and of the time when it started: an id alone may belong to
 * another process by now.
 */
export class Processes {
  /** @param folder of the files, and of a log for each process */
  constructor(private readonly folder: string) {
    fs.mkdirSync(folder, { recursive: true });
  }

  get names(): readonly string[] {
    return fs.readdirSync(this.folder).flatMap((file) => /^(.+)\.pid$/.exec(file)?.[1] ?? []);
  }

  /** Starts a program in a session of its own: Ctrl-C does not reach it. */
  start(name: string, command: string, args: readonly string[], environment = process.env): void {
    if (this.pidOf(name) !== undefined) throw new Error(`${name} runs already`);
    const log = fs.openSync(this.logFile(name), 'a');
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env: environment });
    fs.closeSync(log);
    child.on('error', (error) => fs.appendFileSync(this.logFile(name), `${error.message}\n`));
    if (child.pid === undefined) return;
    fs.writeFileSync(this.pidFile(name), `${child.pid} ${startOf(child.pid)}`);
    child.unref();
  }

  /** The id of a process that runs. */
  pidOf(name: string): number | undefined {
    if (!fs.existsSync(this.pidFile(name))) return undefined;
    const [pid, start] = fs.readFileSync(this.pidFile(name), 'utf8').split(' ');
    return startOf(Number(pid)) === start ? Number(pid) : undefined;
  }

  /** Ends a process, and kills it where it does not end. Returns when it has ended. */
  async stop(name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const first = this.pidOf(name);
    if (first !== undefined) kill(first, signal);
    const late = performance.now() + PATIENCE_MS;
    for (let pid = first; pid !== undefined; pid = this.pidOf(name)) {
      await pause(50);
      if (performance.now() > late) kill(pid, 'SIGKILL');
    }
    fs.rmSync(this.pidFile(name), { force: true });
  }

  /** The end of its log, for errors. */
  lastLines(name: string, count = 5): string {
    const file = this.logFile(name);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').slice(-count).join('; ') : '';
  }

  logFile(name: string): string {
    return path.join(this.folder, `${name}.log`);
  }

  private pidFile(name: string): string {
    return path.join(this.folder, `${name}.pid`);
  }
}

/** When a process started, in clock ticks since the boot; undefined where it has ended. */
function startOf(pid: number): string | undefined {
  try {
    // The name of the program, in parentheses, may contain spaces.
    const fields = fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Sends a signal to a process that may have ended. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
