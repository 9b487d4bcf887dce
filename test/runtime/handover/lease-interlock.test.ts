import * as fc from 'fast-check';
import { ApiError } from '../../../crpd-image/runtime/discovery/pod-api';
import { heldBy, holdOf, Lease, released, waitingFor, withWaiting } from '../../../crpd-image/runtime/handover/lease';
import { LeaseInterlock, obstacleTo } from '../../../crpd-image/runtime/handover/lease-interlock';
import { LeaseStore } from '../../../crpd-image/runtime/handover/lease-store';
import { LeaseInMemory } from './support/lease-in-memory';

const GRACE = 300;
const NAMES_N2 = 'the Lease names n2/uid-of-n2';
const pod = (instance: string, uid = `uid-of-${instance}`) => ({ instance, uid });

/** A Lease that an API server keeps, and time that passes only while pods sleep. */
class World {
  time = 1_000_000;
  fault?: ApiError;
  private readonly api = new LeaseInMemory(
    () => this.time,
    () => this.fault,
  );
  readonly store = this.api.store;
  /** What happens at a time, at most once. */
  private readonly events: { readonly at: number; readonly run: () => void }[] = [];

  at(milliseconds: number, run: () => void): void {
    this.events.push({ at: this.time + milliseconds, run });
  }

  get lease(): Lease {
    return this.api.lease;
  }

  set(lease: Lease): void {
    this.api.set(lease);
  }

  interlock(self = pod('n1'), sleep?: (milliseconds: number) => Promise<void>): LeaseInterlock {
    const pass = (milliseconds: number) => {
      this.time += milliseconds;
      for (const one of this.events.splice(0)) {
        if (one.at <= this.time) one.run();
        else this.events.push(one);
      }
      return Promise.resolve();
    };
    const { store } = this;
    return new LeaseInterlock({ store, self, graceSeconds: GRACE, now: () => this.time, sleep: sleep ?? pass });
  }

  /** Lets a pod ask for its turn, with clients, for 100 seconds. */
  async ask(self = pod('n1'), seconds = 100, clients = 3) {
    const begun = this.time;
    const turn = await this.interlock(self).acquire(() => Promise.resolve(clients), begun + seconds * 1000);
    return { ...turn, seconds: (this.time - begun) / 1000 };
  }
}

test('a pod goes at once while nobody is away, and the Lease then names it and its clients', async () => {
  const world = new World();
  expect(await world.ask(pod('n1', 'u1'))).toEqual({ turn: 'acquired', seconds: 0 });
  const expires = 1_000_000 + 2 * GRACE * 1000;
  expect(holdOf(world.lease)).toEqual({
    ...{ instance: 'n1', uid: 'u1', clients: 3, gained: new Map(), acquired: 1_000_000, expires },
  });
});

test('a pod without clients goes at once, whoever is away, and takes nothing', async () => {
  const world = new World();
  await world.ask(pod('n2'));
  const { lease } = world;
  expect(await world.ask(pod('n1'), 1, 0)).toEqual({ turn: 'not-needed', reason: 'no clients', seconds: 0 });
  expect(world.lease).toBe(lease);
});

test('a pod waits for the one before it until its clients are back', async () => {
  const world = new World();
  await world.ask(pod('n2'));
  world.at(20_000, () => world.set(released(world.lease)));
  expect(await world.ask()).toEqual({ turn: 'acquired', seconds: 20 });
});

test('clients that come while a pod waits count; of those that go, the pod does not know whether they come back', async () => {
  const world = new World();
  await world.ask(pod('n2'));
  world.at(20_000, () => world.set(released(world.lease)));
  const clients = [2, 4];
  await world.interlock().acquire(() => Promise.resolve(clients.shift()!), world.time + 100_000);
  expect(holdOf(world.lease)).toMatchObject({ instance: 'n1', clients: 4 });
  world.set(released(world.lease));
  const fewer = [2, 1];
  await world.interlock(pod('n3')).acquire(() => Promise.resolve(fewer.shift()!), world.time + 100_000);
  expect(holdOf(world.lease)).toMatchObject({ instance: 'n3', clients: 2 });
});

describe('where several pods wait', () => {
  const A1 = pod('east-a@n1');
  const A2 = pod('east-a@n2');
  const B = pod('east-b@n3');

  /** The Lease after a pod of side a, while another one of side a waits for it until a time. */
  const after = (last: { readonly instance: string; readonly uid: string }, until: number, waiting = A2): Lease =>
    released(withWaiting(heldBy({ metadata: {} }, last, 2, 600, 0), waiting, until));

  test('those of the workload that had it last go first', () => {
    const reason = 'east-a@n2/uid-of-east-a@n2 goes first, after another pod of its workload';
    expect(obstacleTo(after(A1, 100), B, 99)).toBe(reason);
    expect(obstacleTo(after(A1, 100), A1, 99)).toBeUndefined();
    expect(obstacleTo(after(B, 100), B, 99)).toBeUndefined();
    expect(obstacleTo(after(B, 100), A1, 99)).toBeUndefined();
  });

  test('a pod that waits no longer keeps nobody from it', () => {
    expect(obstacleTo(after(A1, 100), B, 100)).toBeUndefined();
    expect(obstacleTo(released(heldBy(after(A1, 100), A2, 2, 600, 50)), B, 99)).toBeUndefined();
    expect(heldBy(after(A1, 100), B, 2, 600, 100).metadata.annotations).toEqual({
      ...{ 'meshrr/clients': '2', 'meshrr/last': 'east-a@n1' },
    });
  });

  test('each says so in the Lease, once, and of the same workload all go one after the other', async () => {
    const world = new World();
    await world.ask(pod('east-a@n0'));
    const begun = world.time;
    const order: string[] = [];
    const leave = async (self: typeof B) => {
      const { turn } = await world.interlock(self).acquire(() => Promise.resolve(1), begun + 300_000);
      expect(turn).toBe('acquired');
      order.push(self.instance);
      world.at(10_000, () => world.set(released(world.lease)));
    };
    world.at(30_000, () => {
      expect(waitingFor(world.lease, world.time).map(({ instance }) => instance)).toEqual(
        expect.arrayContaining(['east-b@n3', 'east-a@n1', 'east-a@n2']),
      );
      world.set(released(world.lease));
    });
    await Promise.all([leave(B), leave(A1), leave(A2)]);
    expect(order.at(-1)).toBe('east-b@n3');
    expect(waitingFor(world.lease, world.time)).toEqual([]);
  });
});

test('a pod that waits in vain goes at its deadline', async () => {
  const world = new World();
  await world.ask(pod('n2'));
  expect(await world.ask(pod('n1'), 100)).toEqual({ turn: 'gave-up', reason: NAMES_N2, seconds: 100 });
});

test('a pod whose predecessor has a dead successor waits for the whole of its time: an image that does not start', async () => {
  const world = new World();
  await world.ask(pod('n2'));
  world.time += (GRACE - 1) * 1000;
  expect(await world.ask(pod('n1'), GRACE)).toEqual({ turn: 'gave-up', reason: NAMES_N2, seconds: GRACE });
});

test('a hold that nobody releases expires', async () => {
  const world = new World();
  await world.ask(pod('n2'));
  world.time += (2 * GRACE - 10) * 1000;
  expect(await world.ask()).toEqual({ turn: 'acquired', seconds: 10 });
});

test('a pod whose request was answered by nobody recognizes its own hold', async () => {
  const world = new World();
  await world.ask();
  expect(await world.ask()).toEqual({ turn: 'acquired', seconds: 0 });
});

test('a pod waits for an API that does not answer, and goes at its deadline', async () => {
  const world = new World();
  world.fault = new ApiError(undefined, 'connect ECONNREFUSED');
  world.at(7_000, () => (world.fault = undefined));
  expect(await world.ask()).toEqual({ turn: 'acquired', seconds: 7 });
  world.fault = new ApiError(503, 'etcd has no leader');
  expect(await world.ask(pod('n2'), 30)).toEqual({ turn: 'gave-up', reason: 'etcd has no leader', seconds: 30 });
});

describe.each([401, 403, 404])('where the API answers %i', (status) => {
  const refusal = new ApiError(status, 'refused');

  test('a pod waits for 15 seconds only: the app is being deleted', async () => {
    const world = new World();
    world.fault = refusal;
    expect(await world.ask()).toEqual({ turn: 'not-needed', reason: 'refused', seconds: 15 });
    expect(await world.ask(pod('n1'), 5)).toEqual({ turn: 'not-needed', reason: 'refused', seconds: 5 });
  });

  test('for some seconds, as an API server that has just started does, a pod waits for its turn', async () => {
    const world = new World();
    await world.ask(pod('n2'));
    world.fault = refusal;
    world.at(14_000, () => (world.fault = undefined));
    world.at(20_000, () => (world.fault = refusal));
    world.at(30_000, () => (world.fault = undefined));
    world.at(40_000, () => world.set(released(world.lease)));
    expect(await world.ask()).toEqual({ turn: 'acquired', seconds: 40 });
  });
});

test('of any pods that ask at once, one goes at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 5 }), async (scheduler, count) => {
      const world = new World();
      const { read, write } = world.store;
      const slow: LeaseStore = {
        read: () => scheduler.schedule(Promise.resolve(), 'read').then(read),
        write: (lease) => scheduler.schedule(Promise.resolve(), 'write').then(() => write(lease)),
      };
      let away = 0;
      let gone = 0;
      const leave = async (i: number) => {
        const sleep = () => scheduler.schedule(Promise.resolve(), 'sleep');
        const terms = { store: slow, self: pod(`n${i}`), graceSeconds: GRACE, now: () => 0, sleep };
        expect(await new LeaseInterlock(terms).acquire(() => Promise.resolve(1), 1e9)).toEqual({ turn: 'acquired' });
        expect(++away).toBe(1);
        await scheduler.schedule(Promise.resolve(), 'successor');
        away--;
        gone++;
        world.set(released(world.lease));
      };
      const all = Promise.all(Array.from({ length: count }, (_, i) => leave(i)));
      await scheduler.waitFor(all);
      expect(gone).toBe(count);
    }),
    { numRuns: 50 },
  );
});

test('a Lease keeps what this program does not know, whoever takes and releases it', () => {
  const lease: Lease = {
    metadata: { name: 'east', resourceVersion: '7', annotations: { owner: 'me' } },
    spec: { preferredHolder: 'x', leaseTransitions: 4 },
  };
  const taken = heldBy(lease, pod('n1'), 5, 600, 0);
  expect(taken).toMatchObject({
    metadata: { resourceVersion: '7', annotations: { owner: 'me' } },
    spec: { preferredHolder: 'x', leaseTransitions: 5, acquireTime: '1970-01-01T00:00:00.000000Z' },
  });
  expect(holdOf(released(taken))).toBeUndefined();
  expect(released(taken).spec).toMatchObject({ preferredHolder: 'x', leaseTransitions: 5 });
});

test.each<[Lease['spec'], object]>([
  [{ holderIdentity: 'rr/east-a@n1/u-1' }, { instance: 'rr/east-a@n1', uid: 'u-1' }],
  [{ holderIdentity: 'somebody' }, { instance: '', uid: 'somebody', clients: 0, expires: 0 }],
  [
    { holderIdentity: 'a/b', acquireTime: 'noon', leaseDurationSeconds: 5 },
    { instance: 'a', uid: 'b', expires: 5000 },
  ],
])('the holder %j, written by others, expires', (spec, hold) => {
  expect(holdOf({ metadata: { annotations: { 'meshrr/clients': 'many' } }, spec })).toMatchObject({
    ...hold,
    clients: 0,
  });
});
