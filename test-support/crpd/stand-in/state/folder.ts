import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';

/** A session that the state names: its process, and when that started, as numbers come back. */
export interface Owner {
  readonly session: string;
  readonly pid: number;
  readonly started: string;
  readonly user: string;
  /** ISO 8601 */
  readonly since: string;
}

export interface Commit {
  readonly id: number;
  readonly user: string;
  readonly client: string;
  readonly log?: string;
  /** ISO 8601 */
  readonly time: string;
  /** What was running from then on. */
  readonly text: string;
}

/** What all sessions share. Configurations are Junos text. */
export interface State {
  running: string;
  /** The shared candidate, where it differs from what is running. */
  candidate?: string;
  exclusive?: Owner;
  privates: Owner[];
  /** The newest first. */
  commits: Commit[];
  /** How often each fault of faults.json has met its request, and the file that they are of. */
  struck: { of: string; counts: number[] };
}

/** How many configurations a rollback can reach. */
const KEPT = 50;

/** The folder in which the state of a stand-in lives. Changes are atomic; sessions take turns. */
export class Folder {
  constructor(
    readonly folder: string,
    private readonly initial: () => string,
  ) {
    fs.mkdirSync(folder, { recursive: true });
  }

  at = (name: string): string => path.join(this.folder, name);

  /** Reads the state, changes it and writes it; nobody else does so meanwhile. What throws changes nothing. */
  change<T>(how: (state: State) => T): T {
    const release = this.lock();
    try {
      const before = readIfThere(this.at('state.json'));
      const state = before === undefined ? this.begin() : (JSON.parse(before) as State);
      dropDead(state);
      const result = how(state);
      state.commits.length = Math.min(state.commits.length, KEPT);
      const after = JSON.stringify(state);
      if (after !== before) {
        this.write('state.json', after);
        if (readIfThere(this.at('juniper.conf')) !== state.running) this.write('juniper.conf', state.running);
      }
      return result;
    } finally {
      release();
    }
  }

  private begin(): State {
    return { running: this.initial(), privates: [], commits: [], struck: { of: '', counts: [] } };
  }

  json<T>(name: string): T | undefined {
    const text = readIfThere(this.at(name));
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  append(name: string, line: unknown): void {
    fs.appendFileSync(this.at(name), JSON.stringify(line) + '\n');
  }

  private write(name: string, text: string): void {
    const staged = this.at(`${name}.${process.pid}`);
    fs.writeFileSync(staged, text);
    fs.renameSync(staged, this.at(name));
  }

  /** A file that names its owner. One whose process is gone is taken away. */
  private lock(): () => void {
    const file = this.at('lock');
    const me = `${process.pid} ${startOf(process.pid)}`;
    const staged = this.at(`lock.${process.pid}`);
    fs.writeFileSync(staged, me);
    for (;;) {
      try {
        fs.linkSync(staged, file);
        fs.unlinkSync(staged);
        return () => fs.unlinkSync(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const [pid, started] = (readIfThere(file) ?? '').split(' ');
      if (pid && !alive(Number(pid), started)) this.takeAway(file, `${pid} ${started}`);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }

  private takeAway(file: string, dead: string): void {
    const aside = `${file}.dead.${process.pid}`;
    try {
      fs.renameSync(file, aside);
      // Another session may have been quicker and hold the lock by now.
      if (readIfThere(aside) !== dead) fs.linkSync(aside, file);
    } catch {
      // It is gone already.
    }
    fs.rmSync(aside, { force: true });
  }
}

/** What a session held goes with its process. */
function dropDead(state: State): void {
  if (state.exclusive && !alive(state.exclusive.pid, state.exclusive.started)) {
    state.exclusive = undefined;
    state.candidate = undefined;
  }
  state.privates = state.privates.filter(({ pid, started }) => alive(pid, started));
}

export const newOwner = (user: string): Owner => ({
  session: randomUUID(),
  pid: process.pid,
  started: startOf(process.pid),
  user,
  since: new Date().toISOString(),
});

export const same = (a: Owner | undefined, b: Owner): boolean => a?.session === b.session;

function alive(pid: number, started: string): boolean {
  return startOf(pid) === started && started !== '';
}

/** When a process started, in ticks since boot; empty where there is none, or where it is dead and not yet reaped. */
function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return '';
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : fields[19];
}

export function readIfThere(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
