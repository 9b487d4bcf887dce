import { ApiError } from '../../../crpd-image/runtime/discovery/pod-api';
import { heldBy, holdOf, Lease } from '../../../crpd-image/runtime/handover/lease';
import { LeaseStore } from '../../../crpd-image/runtime/handover/lease-store';
import { Release } from '../../../crpd-image/runtime/handover/release';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';

const GRACE = 100;
const FREE: Lease = { metadata: { name: 'east', resourceVersion: '1' } };

/** A pod on the node n1, whose daemon looks each second. */
function podWith(lease: Lease, self = { instance: 'n1', uid: 'new' }) {
  let now = 0;
  const state = { lease, reads: 0, fault: undefined as Error | undefined };
  const store: LeaseStore = {
    read: () => {
      state.reads++;
      return state.fault ? Promise.reject(state.fault) : Promise.resolve({ lease: state.lease, now });
    },
    write: (changed) => {
      state.lease = changed;
      return Promise.resolve(true);
    },
  };
  const logged: string[] = [];
  const log = { info: (event: string) => void logged.push(event), warn: (event: string) => void logged.push(event) };
  const conditions = new Conditions(log, () => now);
  const release = new Release({ store, self, graceSeconds: GRACE, wasReady: false, log, conditions });
  const pass = async (seconds: number, clients: number, { ready = true, leaving = false } = {}) => {
    for (let i = 0; i < seconds; i++, now += 1000) {
      release.observe({ now, ready, leaving, clients });
      await release.settled();
    }
  };
  return { state, logged, conditions, release, pass, now: () => now };
}

const heldByPredecessor = heldBy(FREE, { instance: 'n1', uid: 'old' }, 2, 600, 0);

test('the hold of the predecessor is released when its clients are back, and that is logged', async () => {
  const { state, logged, pass } = podWith(heldByPredecessor);
  await pass(10, 0, { ready: false });
  await pass(10, 1);
  expect(holdOf(state.lease)).toMatchObject({ uid: 'old' });
  await pass(10, 2);
  expect(holdOf(state.lease)).toBeUndefined();
  expect(logged).toEqual(['handover-released']);
});

test('a pod that has been ready for long asks the API no more', async () => {
  const { state, pass } = podWith(FREE);
  await pass(GRACE + 60, 2);
  expect(state.reads).toBeGreaterThan(50);
  const { reads } = state;
  await pass(100, 2);
  expect(state.reads).toBe(reads);
});

test('but goes on while it waits for clients of its predecessor', async () => {
  const { state, pass, now } = podWith(FREE);
  await pass(GRACE + 50, 2);
  state.lease = heldBy(FREE, { instance: 'n1', uid: 'old' }, 2, 600, now());
  await pass(60, 2);
  await pass(10, 4);
  expect(holdOf(state.lease)).toBeUndefined();
});

test('an API that does not answer is a problem while the pod needs it', async () => {
  const { state, conditions, pass } = podWith(heldByPredecessor);
  state.fault = new ApiError(undefined, 'connect ECONNREFUSED');
  await pass(4, 0);
  expect(conditions.current.join()).toContain('connect ECONNREFUSED');
  state.fault = undefined;
  await pass(20, 2);
  expect(conditions.current).toEqual([]);
  expect(holdOf(state.lease)).toBeUndefined();
  state.fault = new ApiError(503, 'unavailable');
  await pass(GRACE + 100, 2);
  expect(conditions.current).toEqual([]);
});

test('a mistake of this program is reported, and ends nothing', async () => {
  const { state, conditions, pass } = podWith(heldByPredecessor);
  state.fault = new TypeError('x is not a function');
  await pass(2, 2);
  expect(conditions.current.join()).toContain('x is not a function');
});

test('a pod beside the one that is away says how many clients have come to it, however long it has been ready', async () => {
  const { state, logged, conditions, pass, now } = podWith(FREE, { instance: 'default/east-a@n2', uid: 'beside' });
  await pass(GRACE + 100, 1);
  const { reads } = state;
  await pass(30, 1);
  expect(state.reads - reads).toBe(3);
  state.fault = new ApiError(503, 'unavailable');
  await pass(20, 1);
  expect(conditions.current).toEqual([]);
  state.fault = undefined;
  state.lease = heldBy(FREE, { instance: 'default/east-a@n1', uid: 'away' }, 2, 600, now());
  await pass(15, 1);
  await pass(5, 2);
  expect(holdOf(state.lease)).toMatchObject({ uid: 'away', clients: 2, gained: new Map([['beside', 1]]) });
  expect(logged).toEqual([]);
  // All of them: nobody needs a successor, which never comes if the workload got smaller.
  await pass(10, 3);
  expect(holdOf(state.lease)).toBeUndefined();
  expect(logged).toEqual(['handover-released']);
  expect(state.lease.metadata.annotations).toEqual({ 'meshrr/clients': '2', 'meshrr/last': 'default/east-a@n1' });
});

test('a successor that is about to end counts for the one that stays, and one that stays only for itself', async () => {
  const [leaving, staying] = [podWith(heldByPredecessor), podWith(heldByPredecessor)];
  await leaving.pass(2, 0);
  await leaving.pass(4, 1, { leaving: true });
  expect(holdOf(leaving.state.lease)).toMatchObject({ uid: 'old', gained: new Map([['new', 1]]) });
  await staying.pass(2, 0);
  await staying.pass(4, 1);
  expect(staying.state.lease).toBe(heldByPredecessor);
});

test('clients that have lost their session count for 150 seconds, but not in a Deployment', async () => {
  const { release, pass, now } = podWith(FREE, { instance: 'default/east-a@n1', uid: 'new' });
  await pass(5, 3);
  await pass(150, 1);
  expect(release.recentClients(now() - 1000)).toBe(3);
  await pass(2, 1);
  expect(release.recentClients(now())).toBe(1);
  const core = podWith(FREE, { instance: '', uid: 'new' });
  await core.pass(5, 3);
  expect(core.release.recentClients(core.now())).toBeUndefined();
});
