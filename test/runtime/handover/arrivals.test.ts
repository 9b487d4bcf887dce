import { Arrivals } from '../../../crpd-image/runtime/handover/arrivals';
import { Hold } from '../../../crpd-image/runtime/handover/lease';

const SELF = { instance: 'default/east-a@n2', uid: 'self' };
const hold = (uid = 'away', gained: Hold['gained'] = new Map()): Hold => ({
  ...{ instance: 'default/east-a@n1', uid, clients: 3, gained, acquired: 0, expires: 1e9 },
});

/** A pod that had `before` clients each second until its first look. */
function podWith(before: readonly number[], wasReady = true): Arrivals {
  const arrivals = new Arrivals(SELF, wasReady);
  before.forEach((clients, second) => arrivals.record({ now: second * 1000, clients }));
  return arrivals;
}

const at = (second: number, clients: number, ready = true) => ({ now: second * 1000, ready, clients });

test('clients count that have come since the Lease was taken, whenever the pod looks at it', () => {
  const arrivals = podWith([2, 2, 3, 4, 5]);
  // Taken at the second 2, when it had 3 clients.
  expect(arrivals.since(hold(), 3000, at(5, 5))).toBe(2);
  expect(arrivals.since(hold(), 4000, at(6, 7))).toBe(4);
  expect(arrivals.since(hold(), 5000, at(7, 1))).toBe(0);
});

test('each hold counts anew', () => {
  const arrivals = podWith([0, 3]);
  expect(arrivals.since(hold(), 2000, at(2, 3))).toBe(3);
  expect(arrivals.since(hold('next'), 500, at(3, 4))).toBe(1);
});

test('a pod that is not ready has no routes for clients, so none have come', () => {
  const arrivals = podWith([0]);
  expect(arrivals.since(hold(), 1000, at(1, 2, false))).toBe(0);
  expect(arrivals.since(hold(), 2000, at(2, 2))).toBe(2);
});

test('all clients of a pod that started later have come since then', () => {
  expect(podWith([2], false).since(hold(), 60_000, at(1, 2))).toBe(2);
});

test('a daemon that has restarted goes on from what is in the Lease', () => {
  const arrivals = podWith([5]);
  expect(arrivals.since(hold('away', new Map([['self', 2]])), 60_000, at(1, 5))).toBe(2);
  expect(arrivals.since(hold('away', new Map([['self', 2]])), 60_000, at(2, 6))).toBe(3);
  expect(podWith([5]).since(hold(), 60_000, at(1, 5))).toBe(0);
  expect(podWith([1]).since(hold('away', new Map([['self', 9]])), 60_000, at(1, 1))).toBe(1);
});
