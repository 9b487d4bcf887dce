import { ApiError } from '../../../../crpd-image/runtime/discovery/pod-api';
import { holdOf } from '../../../../crpd-image/runtime/handover/lease';
import { LeaseInterlock } from '../../../../crpd-image/runtime/handover/lease-interlock';
import { Release } from '../../../../crpd-image/runtime/handover/release';
import { Conditions } from '../../../../crpd-image/runtime/logging/conditions';
import { DRAIN_SECONDS, GRACE_SECONDS } from '../../../../lib/settings';
import { LeaseInMemory } from './lease-in-memory';

const GRACE = GRACE_SECONDS.withInterlock;

/** From the turn of a pod to its end, in milliseconds: its drain. */
const DRAINING_MS = 18_000;

/** How long kube-proxy still sends connections to a pod that is to end, in milliseconds. */
const PROXY_MS = 1_000;

const STEP_MS = 500;
const END_MS = 1_800_000;

/** A rollout of both sides. Times are in milliseconds. */
export interface SimulatedRollout {
  readonly at: number;
  /** How long a new pod of side a takes to be ready, and one of side b. */
  readonly readyAfter: readonly [number, number];
}

export interface Plan {
  /** How many nodes each side has, behind one address. */
  readonly nodes: number;
  /** Whether a new pod is ready before its predecessor ends, or starts when that has ended. */
  readonly surges: boolean;
  readonly rollouts: readonly SimulatedRollout[];
  /** How long each client waits before it dials a side again, in milliseconds. */
  readonly dialAfter: readonly number[];
  /** When all sessions end at once, as when the addresses are withdrawn for a moment, in milliseconds. */
  readonly flapAt?: number;
  /** When the API server is away, in milliseconds. */
  readonly apiAway?: { readonly from: number; readonly to: number };
}

export interface Outcome {
  /** Pairs of clients that had no path to each other: `40.5 s: 0 and 1`. */
  readonly cut: readonly string[];
  /** When that was the last time, in milliseconds; 0 if it never was. */
  readonly cutUntil: number;
  /** Whether all pods of the last rollout have got all clients, within half an hour. */
  readonly isOver: boolean;
  /** The longest time for which a pod was away though all clients of its side had sessions again, in seconds. */
  readonly idle: number;
}

interface Pod {
  readonly side: number;
  readonly node: number;
  /** The number of the rollout that started it. */
  readonly revision: number;
  readonly uid: string;
  readonly readyAt: number;
  readonly release: Release;
  endingSince?: number;
  /** Whether it has its turn. */
  draining?: boolean;
}

const instanceOf = ({ side, node }: Pick<Pod, 'side' | 'node'>) => `default/east-${'ab'[side]}@n${node}`;

/**
 * A region with two sides, each a DaemonSet. The hand-over is that of the runtime; pods, clients, the API, controllers and
 * time are simulated.
 */
export class SimulatedRegion {
  private now = 0;
  private readonly api = new LeaseInMemory(
    () => this.now,
    () => (this.isAway() ? new ApiError(undefined, 'connect ECONNREFUSED') : undefined),
  );
  private pods: Pod[] = [];
  private started = 0;
  private sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  /** By client and side, the pod with its session; or when it dials. */
  private readonly sessions: (Pod | number)[][];
  private readonly cut: string[] = [];
  private cutUntil = 0;
  private idleSince?: number;
  private idle = 0;

  constructor(private readonly plan: Plan) {
    for (const side of [0, 1]) for (let node = 0; node < plan.nodes; node++) this.start({ side, node }, 0, 0);
    this.sessions = plan.dialAfter.map(() => [0, 0]);
  }

  async run(): Promise<Outcome> {
    const { rollouts } = this.plan;
    for (; this.now < END_MS; this.now += STEP_MS) {
      const revision = rollouts.filter(({ at }) => at <= this.now).length;
      for (const side of [0, 1]) this.control(side, revision);
      this.flap();
      this.dial();
      await this.look();
      this.check();
      this.measure();
      if (revision === rollouts.length && this.isOver(revision)) return this.outcome(true);
    }
    return this.outcome(false);
  }

  private outcome(isOver: boolean): Outcome {
    return { cut: this.cut, cutUntil: this.cutUntil, isOver, idle: this.idle / 1000 };
  }

  private isAway(): boolean {
    const { from, to } = this.plan.apiAway ?? { from: 0, to: 0 };
    return from <= this.now && this.now < to;
  }

  /** The controller of a DaemonSet with `maxSurge: 1` or `maxUnavailable: 1`: one node at a time. */
  private control(side: number, revision: number): void {
    if (this.isAway()) return;
    const { nodes, surges, rollouts } = this.plan;
    const newest = Array.from({ length: nodes }, (_, node) => this.onNode({ side, node }).at(-1));
    const serves = (pod?: Pod) => pod !== undefined && this.isReady(pod) && pod.endingSince === undefined;
    const after = rollouts[revision - 1]?.readyAfter[side] ?? 0;
    const missing = newest.indexOf(undefined);
    const next = newest.findIndex((pod) => pod !== undefined && pod.revision < revision);
    if (missing >= 0) this.start({ side, node: missing }, revision, after);
    else if (next >= 0 && newest.every(serves)) {
      if (surges) this.start({ side, node: next }, revision, after);
      else this.end(newest[next]!);
    }
    for (let node = 0; node < nodes; node++) {
      const own = this.onNode({ side, node });
      const pod = own.at(-1);
      // What is not ready yet, and is old already, goes at once.
      if (pod && surges && pod.revision < revision && !this.isReady(pod)) {
        this.end(pod);
        this.start({ side, node }, revision, after);
      } else if (serves(pod)) own.slice(0, -1).forEach((older) => this.end(older));
    }
  }

  private start(place: Pick<Pod, 'side' | 'node'>, revision: number, readyAfter: number): void {
    const uid = `${'ab'[place.side]}${place.node}-${this.started++}`;
    const log = { info: () => undefined, warn: () => undefined };
    const release = new Release({
      ...{
        store: this.api.store,
        self: { instance: instanceOf(place), uid },
        graceSeconds: GRACE,
        wasReady: false,
        log,
      },
      conditions: new Conditions(log, () => this.now),
    });
    this.pods.push({ ...place, revision, uid, readyAt: this.now + readyAfter, release });
  }

  private end(pod: Pod): void {
    if (pod.endingSince !== undefined) return;
    pod.endingSince = this.now;
    void this.handOver(pod);
  }

  private async handOver(pod: Pod): Promise<void> {
    const sleep = (milliseconds: number) =>
      new Promise<void>((wake) => this.sleepers.push({ at: this.now + milliseconds, wake }));
    const self = { instance: instanceOf(pod), uid: pod.uid };
    const interlock = new LeaseInterlock({
      store: this.api.store,
      self,
      graceSeconds: GRACE,
      now: () => this.now,
      sleep,
    });
    const recent = pod.release.recentClients(this.now) ?? 0;
    await interlock.acquire(
      () => Promise.resolve(Math.max(recent, this.clientsOf(pod))),
      this.now + (GRACE - DRAIN_SECONDS) * 1000,
    );
    pod.draining = true;
    await sleep(DRAINING_MS);
    this.pods = this.pods.filter((one) => one !== pod);
    this.sessions.forEach((own, client) => {
      if (own[pod.side] === pod) own[pod.side] = this.now + this.plan.dialAfter[client];
    });
  }

  private flap(): void {
    if (this.now !== this.plan.flapAt) return;
    this.sessions.forEach((own, client) => own.fill(this.now + this.plan.dialAfter[client]));
  }

  private dial(): void {
    this.sessions.forEach((own, client) =>
      own.forEach((one, side) => {
        if (typeof one === 'number' && one <= this.now) own[side] = this.answering(side, client) ?? this.now + STEP_MS;
      }),
    );
  }

  /**
   * The pod that a connection reaches: one that kube-proxy does not know to be ending, or else one that serves still. It learns
   * nothing while the API is away.
   */
  private answering(side: number, client: number): Pod | undefined {
    const last = this.isAway() ? this.plan.apiAway!.from : this.now;
    const ready = this.pods.filter((pod) => pod.side === side && pod.readyAt <= last);
    const known = ready.filter(({ endingSince = Infinity }) => last < endingSince + PROXY_MS);
    const all = known.length > 0 ? known : ready;
    return all[(client + this.now / STEP_MS) % all.length];
  }

  /** Daemons look each second. */
  private async look(): Promise<void> {
    const due = this.sleepers.filter(({ at }) => at <= this.now);
    this.sleepers = this.sleepers.filter(({ at }) => at > this.now);
    for (const { wake } of due) wake();
    if (this.now % 1000 === 0) {
      for (const pod of this.pods) {
        const ready = this.isReady(pod) && !pod.draining;
        const leaving = pod.endingSince !== undefined;
        pod.release.observe({ now: this.now, ready, leaving, clients: this.clientsOf(pod) });
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Measures for how long a pod that has ended holds the Lease though all clients of its side have sessions. */
  private measure(): void {
    const hold = holdOf(this.api.lease);
    const isGone = hold !== undefined && !this.pods.some(({ uid }) => uid === hold.uid);
    const side = [0, 1].find((one) => hold?.instance.startsWith(instanceOf({ side: one, node: 0 }).slice(0, -1)));
    const areBack = side !== undefined && this.sessions.every((own) => typeof own[side] !== 'number');
    this.idleSince = isGone && areBack && !this.isAway() ? (this.idleSince ?? this.now) : undefined;
    this.idle = Math.max(this.idle, this.now - (this.idleSince ?? this.now));
  }

  /** Two clients have a path if they are at one pod, or at pods with different cluster ids: those of different instances. */
  private check(): void {
    const isPod = (one: Pod | number): one is Pod => typeof one !== 'number';
    const joins = (p: Pod, q: Pod) => p === q || instanceOf(p) !== instanceOf(q);
    this.sessions.forEach((one, i) =>
      this.sessions.slice(0, i).forEach((other, j) => {
        const reached = one.filter(isPod).some((p) => other.filter(isPod).some((q) => joins(p, q)));
        if (reached) return;
        this.cut.push(`${this.now / 1000} s: ${j} and ${i}`);
        this.cutUntil = this.now;
      }),
    );
  }

  private isOver(revision: number): boolean {
    const isNew = (pod: Pod) => pod.revision === revision && this.isReady(pod);
    const { length } = this.pods;
    const connected = this.pods.reduce((sum, pod) => sum + this.clientsOf(pod), 0);
    return length === 2 * this.plan.nodes && this.pods.every(isNew) && connected === 2 * this.sessions.length;
  }

  private readonly onNode = ({ side, node }: Pick<Pod, 'side' | 'node'>) =>
    this.pods.filter((pod) => pod.side === side && pod.node === node);
  private readonly isReady = ({ readyAt }: Pod) => readyAt <= this.now;
  private readonly clientsOf = (pod: Pod) => this.sessions.filter((own) => own[pod.side] === pod).length;
}
