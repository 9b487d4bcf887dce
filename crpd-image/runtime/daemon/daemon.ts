import { PodConfiguration } from '../../../lib/configuration';
import { ReadinessGate, Readiness } from './readiness';
import { RouterView } from './router-view';
import { Status, statusOf } from './status';
import { REPORT_MS } from './status-file';
import { Synchronizer } from './synchronizer';
import { Conditions } from '../logging/conditions';

/**
 * The poll period is shortened by a random share of up to this, so that the routers of a mesh do not poll at the same
 * time. It is never longer: FRR waits a second before it connects, and its neighbor must be configured by then.
 */
const JITTER = 0.2;

export interface DaemonOptions {
  readonly model: PodConfiguration;
  readonly synchronizer: Synchronizer;
  readonly router: RouterView;
  readonly conditions: Conditions;
  readonly pollMilliseconds: number;
  readonly now: () => number;
  /** Whether the pod was ready before the daemon restarted. */
  readonly wasReady: boolean;
  readonly onReady: (readiness: Readiness) => void;
  /**
   * Called with the status after each turn that changed something, and at least every {@link REPORT_MS}, even if the
   * poll period is longer. It is not called while a turn hangs, so that readers of the reports notice.
   */
  readonly onReport: (status: Status) => void;
}

/** Runs one turn per poll period until it is stopped. */
export class Daemon {
  private readonly startedAt = new Date();
  private readonly gate: ReadinessGate;
  private readiness: Readiness = { ready: false, reason: 'starting' };
  private stopping = false;
  private sleeper?: { readonly timer: NodeJS.Timeout; readonly wake: () => void };
  private wokenUp = false;
  private reported = -Infinity;

  constructor(private readonly options: DaemonOptions) {
    this.gate = new ReadinessGate(options.wasReady);
    if (options.wasReady) this.readiness = { ready: true, reason: 'has been ready before' };
  }

  async run(): Promise<void> {
    const { now, pollMilliseconds } = this.options;
    while (!this.stopping) {
      const start = now();
      await this.turn();
      const period = pollMilliseconds * (1 - JITTER * Math.random());
      await this.waitUntil(Math.min(start + period, this.options.router.nextAttempt ?? Infinity));
    }
  }

  /** Starts the next turn now because discovery has changes. */
  wake(): void {
    this.wokenUp = true;
    this.sleeper?.wake();
  }

  /** Ends {@link run} after the current turn. */
  stop(): void {
    this.stopping = true;
    this.wake();
  }

  private async turn(): Promise<void> {
    const { synchronizer, router, conditions, now } = this.options;
    const before = { ready: this.readiness.ready, sessions: router.sessions, change: synchronizer.lastChange };
    try {
      await synchronizer.turn();
      this.observeReadiness();
      conditions.end('internal-error', '');
    } catch (error) {
      // A bug of ours. The sessions stay up, and the next turn may succeed; a restart would lose the state.
      conditions.begin('internal-error', '', (error as Error).stack ?? String(error));
    }
    conditions.logPending();
    const news =
      this.readiness.ready !== before.ready ||
      router.sessions !== before.sessions ||
      synchronizer.lastChange !== before.change;
    if (news || now() >= this.nextReport) this.report();
  }

  /** Waits until `next` or until {@link wake}, and sends reports in the meantime. */
  private async waitUntil(next: number): Promise<void> {
    const { now } = this.options;
    do {
      const woken = await this.sleep(Math.max(Math.min(next, this.nextReport) - now(), 1));
      if (woken) return;
      if (now() >= this.nextReport) this.report();
    } while (now() < next);
  }

  private get nextReport(): number {
    return this.reported + REPORT_MS;
  }

  private observeReadiness(): void {
    const { synchronizer, router, now, onReady } = this.options;
    const { peers, synchronized, source } = synchronizer;
    const wasReady = this.readiness.ready;
    const established = peers.filter(({ address }) => router.isEstablished(address)).length;
    this.readiness = this.gate.observe({ now: now(), synchronized, expected: peers.length, established, source });
    if (this.readiness.ready && !wasReady) onReady(this.readiness);
  }

  private report(): void {
    const { model, synchronizer, router, conditions, now, onReport } = this.options;
    const { startedAt, readiness } = this;
    this.reported = now();
    try {
      onReport(statusOf({ model, synchronizer, router, startedAt, readiness, problems: conditions.current }));
      conditions.end('status-not-written', '');
    } catch (error) {
      conditions.begin('status-not-written', '', (error as Error).message);
    }
  }

  /** @returns whether {@link wake} ended it early */
  private sleep(milliseconds: number): Promise<boolean> {
    if (this.wokenUp) {
      this.wokenUp = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const end = (woken: boolean) => {
        clearTimeout(this.sleeper?.timer);
        this.sleeper = undefined;
        this.wokenUp = false;
        resolve(woken);
      };
      this.sleeper = { timer: setTimeout(() => end(false), milliseconds), wake: () => end(true) };
    });
  }
}
