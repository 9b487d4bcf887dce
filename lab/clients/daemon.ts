import { ChildProcess } from 'child_process';
import * as fs from 'fs';
import { setTimeout as pause } from 'timers/promises';
import { Namespace } from '../network/namespace';

/** How long a daemon may take until it answers, and until it has ended on TERM, in milliseconds. */
const PATIENCE_MS = 30_000;
const POLL_MS = 20;
/** Lines of the log that an error shows. */
const LOG_LINES = 5;

/** A program that runs in a namespace until it is stopped, and writes its log to a file. */
export class Daemon {
  private child?: ChildProcess;

  /** @param logFile gets what the program writes, that of all starts one after the other */
  constructor(
    private readonly namespace: Namespace,
    private readonly command: string,
    private readonly args: readonly string[],
    private readonly logFile: string,
  ) {}

  get running(): boolean {
    const { child } = this;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it, and returns when `answers` no longer fails. @throws Error where it ends before, with its log */
  async start(answers: () => Promise<unknown>): Promise<void> {
    if (this.running) throw new Error(`${this.command} runs already`);
    const log = fs.openSync(this.logFile, 'a');
    this.child = this.namespace.spawn(this.command, this.args, { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return void (await answers());
      } catch (error) {
        if (!this.running) throw new Error(`${this.command} has ended: ${this.lastLines()}`);
        if (performance.now() > end) {
          await this.stop();
          throw error;
        }
      }
      await pause(POLL_MS);
    }
  }

  /** Asks it to end, and kills it where it does not. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child || !this.running) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(late);
  }

  log(): string {
    return fs.readFileSync(this.logFile, 'utf8');
  }

  private lastLines(): string {
    return this.log().trim().split('\n').slice(-LOG_LINES).join('; ');
  }
}
