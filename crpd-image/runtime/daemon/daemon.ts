import { PodConfiguration } from '../../../lib/configuration';
import { clientSessions } from '../handover/client-sessions';
import type { Release } from '../handover/release';
import { Handover } from '../handover/handover-file';
import { ReadinessGate, Readiness } from './readiness';
import { Neighbor } from '../router/driver';
import { Members } from './members';
import { RouterView } from './router-view';
import { Status, statusOf } from './status';
import { MissingSessions } from './missing-sessions';
import { REPORT_MS } from './status-file';
import { Synchronizer } from './synchronizer';
import { Conditions } from '../logging/conditions';

/**
 * The poll period is shortened by a random share of up to this, so that the routers of a mesh do not poll at the same
 * time. It is never longer: FRR waits a second before it connects, and its neighbor must be configured by then.
 */
const JITTER = 0.2;

/**
 * The time between two looks at the sessions, in milliseconds, independent of the poll period. It is also the least time
 * between two turns while EndpointSlices are watched: their changes begin a turn at once.
 */
const LOOK_MS = 1_000;

/** The same at rest: all sessions are Established, and nothing has happened for {@link REST_AFTER_MS}. */
const REST_MS = 2_000;
const REST_AFTER_MS = 10_000;

const drained = ({ ready }: Readiness): Readiness => ({
  ready: false,
  reason: 'drained; "meshrr undrain" ends this',
  otherwise: ready,
});

export interface DaemonOptions {
  readonly model: PodConfiguration;
  readonly synchronizer: Synchronizer;
  readonly router: RouterView;
  /** Declared clients. @default there are none */
  readonly members?: Pick<Members, 'turn'>;
  readonly missing: MissingSessions;
  /** Called with the neighbors of the router. */
  readonly checkAssumptions: (configured: readonly Neighbor[]) => void;
  /** Gives back the Lease of the pod before this one. @default there is no Lease */
  readonly release?: Pick<Release, 'observe' | 'recentClients'>;
  readonly conditions: Conditions;
  readonly pollMilliseconds: number;
  readonly now: () => number;
  /** Whether the pod was ready before the daemon restarted. */
  readonly wasReady: boolean;
  readonly onReady: (readiness: Readiness) => void;
  /** How far the hand-over of the pod is; undefined if it is not handed over. */
  readonly handover: () => Handover | undefined;
  /** Called when the state changes. */
  readonly onHandover: (handover: Handover | undefined) => void;
  /** Called after each turn and each look at the sessions. */
  readonly onStep: () => void;
  /**
   * Called with the status after each turn that changed something, and at least every {@link REPORT_MS}, even if the
   * poll period is longer. It is not called while a turn hangs, so that readers of the reports notice.
   */
  readonly onReport: (status: Status) => void;
}

/** Runs one turn per poll period until it is stopped. In between, it looks at the sessions. */
export class Daemon {
  private readonly startedAt = new Date();
  private readonly gate: ReadinessGate;
  private handover?: Handover;
  private readiness: Readiness = { ready: false, reason: 'starting' };
  private stopping = false;
  private sleeper?: { readonly timer: NodeJS.Timeout; readonly wake: () => void };
  private wokenUp = false;
  private reported = -Infinity;
  /** When something happened last. */
  private newsAt = -Infinity;

  constructor(private readonly options: DaemonOptions) {
    this.gate = new ReadinessGate(options.wasReady);
    if (options.wasReady) this.readiness = { ready: true, reason: 'has been ready before' };
  }

  /** The last decision. */
  get readinessNow(): Readiness {
    return this.readiness;
  }

  async run(): Promise<void> {
    const { now, pollMilliseconds, synchronizer } = this.options;
    while (!this.stopping) {
      const start = now();
      await this.step('', async () => {
        await synchronizer.turn();
        await this.options.members?.turn();
      });
      const least = synchronizer.source === 'endpointslice' ? this.lookMs : 0;
      const period = Math.max(pollMilliseconds, least) * (1 - JITTER * Math.random());
      await this.waitUntil(Math.min(start + period, this.options.router.nextAttempt ?? Infinity));
    }
  }

  /** Starts the next turn now: discovery has changes, or the router has closed its connection. */
  wake(): void {
    this.wokenUp = true;
    this.sleeper?.wake();
  }

  /** Ends {@link run} after the current turn. */
  stop(): void {
    this.stopping = true;
    this.wake();
  }

  /** @param subject that of an error */
  private async step(subject: '' | 'sessions', work: () => Promise<unknown>): Promise<void> {
    const { synchronizer, router, missing, checkAssumptions, conditions, now, onStep } = this.options;
    const before = this.observed;
    try {
      await work();
      missing.observe(synchronizer.peers);
      checkAssumptions(router.configured);
      await this.observeReadiness();
      this.observeSuccession();
      onStep();
      conditions.end('internal-error', subject);
    } catch (error) {
      // A bug of ours. The sessions stay up, and the next turn may succeed; a restart would lose the state.
      conditions.begin('internal-error', subject, (error as Error).stack ?? String(error));
    }
    conditions.logPending();
    const news = this.observed.some((value, i) => value !== before[i]);
    if (news) this.newsAt = now();
    if (news || now() >= this.reported + REPORT_MS) this.report();
  }

  /** What is reported at once if it changes. */
  private get observed(): readonly unknown[] {
    const { router, synchronizer } = this.options;
    return [this.readiness.ready, this.handover?.state, router.transitions, synchronizer.lastChange];
  }

  private get lookMs(): number {
    const { now, synchronizer } = this.options;
    const isQuiet = now() - this.newsAt >= REST_AFTER_MS && this.readiness.ready && this.handover === undefined;
    return isQuiet && synchronizer.isSettled ? REST_MS : LOOK_MS;
  }

  /** Waits until `next` or until {@link wake}, and looks at the sessions in the meantime. */
  private async waitUntil(next: number): Promise<void> {
    const { now, router } = this.options;
    do {
      const woken = await this.sleep(Math.max(Math.min(next - now(), this.lookMs), 1));
      if (woken) return;
      if (next - now() >= 1) await this.step('sessions', () => router.refresh(false));
    } while (now() < next);
  }

  private async observeReadiness(): Promise<void> {
    const { synchronizer, router, now, onReady } = this.options;
    const { peers, synchronized, source } = synchronizer;
    const wasReady = this.readiness.ready;
    const loading = this.gate.isOpen ? [] : await router.loading(peers);
    const groups = this.options.model.discovered.flatMap(({ name, kind }) => {
      if (kind === 'clients') return [];
      const members = peers.filter(({ group }) => group === name);
      const established = members.filter(({ address }) => router.isEstablished(address)).length;
      const own = members.flatMap(({ address }) => (loading.includes(address) ? [address] : []));
      return [{ name, kind, expected: members.length, established, loading: own }];
    });
    const readiness = this.gate.observe({ now: now(), synchronized, groups, source });
    this.observeHandover();
    this.readiness = this.handover?.state === 'drained' ? drained(readiness) : readiness;
    if (this.readiness.ready && !wasReady) onReady(this.readiness);
  }

  private observeSuccession(): void {
    const { model, router, release, now } = this.options;
    const clients = clientSessions(model, router.configured, router.sessions);
    const { state } = this.handover ?? {};
    // The clients of a pod that drains are about to go, so it is not the one that they have come back to.
    const ready = this.readiness.ready && (state === undefined || state === 'handover-waiting');
    release?.observe({ now: now(), ready, leaving: state !== undefined, clients });
  }

  private observeHandover(): void {
    const before = this.handover;
    this.handover = this.options.handover();
    if (this.handover?.state !== before?.state) this.options.onHandover(this.handover);
  }

  private report(): void {
    const { model, synchronizer, router, release, conditions, now, onReport } = this.options;
    const { startedAt, readiness } = this;
    const recentClients = release?.recentClients(now());
    this.reported = now();
    try {
      onReport(
        statusOf({ model, synchronizer, router, startedAt, readiness, problems: conditions.current, recentClients }),
      );
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
