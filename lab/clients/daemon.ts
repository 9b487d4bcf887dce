import { ChildProcess } from 'child_process';
import * as fs from 'fs';
import { eventually } from '../eventually';
import { Namespace } from '../network/namespace';

/** How long a daemon may take until it answers, and until it has ended on TERM, in milliseconds. */
const PATIENCE_MS = 30_000;
const POLL_MS = 20;
/** Lines of the log that an error shows. */
const LOG_LINES = 5;

/** A program that runs in a namespace until it is stopped, and writes its log to a file. */
export class Daemon {
  private child?: ChildProcess;

  /** @param logFile the file that the output is appended to, at each start */
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

  /** Returns when `answers` succeeds. @throws Error with the end of the log where the program ends before */
  async start(answers: () => Promise<unknown>): Promise<void> {
    if (this.running) throw new Error(`${this.command} runs already`);
    const log = fs.openSync(this.logFile, 'a');
    this.child = this.namespace.spawn(this.command, this.args, { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    let ended = false;
    const answersOrEnded = async () => {
      ended = !this.running;
      if (!ended) await answers();
    };
    await eventually(answersOrEnded, PATIENCE_MS, POLL_MS).catch(async (error) => {
      await this.stop();
      throw error;
    });
    if (ended) throw new Error(`${this.command} has ended: ${this.lastLines()}`);
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
