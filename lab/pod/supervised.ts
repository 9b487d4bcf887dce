import { ChildProcess } from 'child_process';

/** From the end of a process to its next start, in milliseconds, as with runit. */
const RESTART_MS = 1_000;

/** A process that is restarted whenever it ends, until it is stopped. */
export class Supervised {
  private child?: ChildProcess;
  private timer?: NodeJS.Timeout;
  private running = false;
  starts = 0;
  /** Whether it has ended without a request. */
  endedByItself = false;
  private asked = false;

  /** @param launch starts the process and handles its output */
  constructor(private readonly launch: () => ChildProcess) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    this.running = true;
    this.launchNow();
  }

  /** Sends a signal. A process that ends by it starts again. */
  signal(name: NodeJS.Signals): void {
    this.asked = true;
    this.child?.kill(name);
  }

  /** Ends it by TERM, after `patienceMs` by KILL. It stays down until {@link start}. */
  async stop(patienceMs: number): Promise<void> {
    const child = this.child;
    const killer = setTimeout(() => child?.kill('SIGKILL'), patienceMs);
    await this.end('SIGTERM');
    clearTimeout(killer);
  }

  /** Ends it at once, as `sv down` does. It stays down until {@link start}. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    this.running = false;
    clearTimeout(this.timer);
    const child = this.child;
    if (!child) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await ended;
  }

  private launchNow(): void {
    const child = this.launch();
    this.child = child;
    this.asked = false;
    this.starts++;
    child.once('exit', (_, signal) => {
      if (this.child === child) this.child = undefined;
      this.endedByItself ||= this.running && !this.asked && signal !== 'SIGKILL';
      if (this.running) this.timer = setTimeout(() => this.launchNow(), RESTART_MS);
    });
  }
}
