import { Probe } from '../manifests/pod-spec';

/** Runs a probe once. @returns whether it succeeded */
export type Attempt = (probe: Probe) => Promise<boolean>;

/** What follows from the probes of a container. */
export interface ProbeEvents {
  readonly onReady: (ready: boolean) => void;
  /** The startup or the liveness probe has failed `failureThreshold` times in a row: the kubelet restarts the container. */
  readonly onFailed: () => void;
}

/**
 * Probes a container as the kubelet does: first the startup probe until it succeeds, then liveness and readiness side
 * by side. A container is ready from one success on, and not ready after `failureThreshold` failures in a row.
 */
export class Prober {
  private stopped = false;
  private terminating = false;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly probes: { readonly startup: Probe; readonly liveness: Probe; readonly readiness: Probe },
    private readonly attempt: Attempt,
    private readonly events: ProbeEvents,
  ) {}

  start(): void {
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    this.timers.forEach((timer) => clearTimeout(timer));
  }

  /** The pod terminates: only the readiness probe goes on, and no failure restarts the container. */
  terminate(): void {
    this.terminating = true;
  }

  private async run(): Promise<void> {
    const { startup, liveness, readiness } = this.probes;
    const started = await this.repeat(startup, (successes) => successes > 0);
    if (this.stopped) return;
    if (!started) return this.fail();
    void this.repeat(liveness, () => false).then(() => {
      if (!this.stopped) this.fail();
    });
    while (!this.stopped) {
      await this.repeat(readiness, (successes) => {
        if (successes === 1) this.events.onReady(true);
        return false;
      });
      if (this.stopped) return;
      this.events.onReady(false);
      await this.pause(readiness.periodSeconds * 1000);
    }
  }

  private fail(): void {
    if (!this.terminating) this.events.onFailed();
  }

  /** Probes until `done` returns true for the successes in a row, or `failureThreshold` probes in a row have failed. */
  private async repeat(probe: Probe, done: (successes: number) => boolean): Promise<boolean> {
    let successes = 0;
    let failures = 0;
    while (!this.stopped) {
      const begun = performance.now();
      const succeeded = await this.attempt(probe);
      if (this.stopped) break;
      successes = succeeded ? successes + 1 : 0;
      failures = succeeded ? 0 : failures + 1;
      if (succeeded && done(successes)) return true;
      if (failures >= probe.failureThreshold) return false;
      await this.pause(probe.periodSeconds * 1000 - (performance.now() - begun));
    }
    return false;
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => {
          this.timers.delete(timer);
          resolve();
        },
        Math.max(milliseconds, 0),
      );
      this.timers.add(timer);
    });
  }
}
