import { GainedClients } from '../../../crpd-image/runtime/handover/gained-clients';
import { Hold } from '../../../crpd-image/runtime/handover/lease';

const SELF = { instance: 'default/east-a@n2', uid: 'other' };

const holdBy = (instance: string, gained: readonly [string, number][] = [], uid = 'away'): Hold => ({
  ...{ instance, uid, clients: 3, gained: new Map(gained), expires: 1e9 },
});
const sibling = (gained: readonly [string, number][] = [], uid?: string) => holdBy('default/east-a@n1', gained, uid);
const seen = (clients: number, ready = true) => ({ now: 0, ready, clients });

test('a pod counts the clients that have come since another one of its workload took the Lease', () => {
  const pod = new GainedClients(SELF);
  expect(pod.observe(undefined, seen(1))).toBeUndefined();
  expect(pod.observe(sibling(), seen(2))).toBeUndefined();
  expect(pod.observe(sibling(), seen(4))).toBe(2);
  expect(pod.observe(sibling([['other', 2]]), seen(4))).toBeUndefined();
  expect(pod.observe(sibling([['other', 2]]), seen(5))).toBe(3);
  expect(pod.observe(sibling([['other', 3]]), seen(1))).toBe(0);
});

test('it counts each hold anew', () => {
  const pod = new GainedClients(SELF);
  pod.observe(sibling(), seen(0));
  expect(pod.observe(sibling(), seen(3))).toBe(3);
  expect(pod.observe(sibling([], 'next'), seen(3))).toBeUndefined();
  expect(pod.observe(sibling([], 'next'), seen(4))).toBe(1);
  pod.observe(undefined, seen(4));
  expect(pod.observe(sibling([], 'next'), seen(4))).toBeUndefined();
});

test('a daemon that has restarted goes on from what is in the Lease', () => {
  const pod = new GainedClients(SELF);
  expect(pod.observe(sibling([['other', 2]]), seen(5))).toBeUndefined();
  expect(pod.observe(sibling([['other', 2]]), seen(6))).toBe(3);
});

test('clients of a pod that is not ready do not count: it has no routes for them', () => {
  const pod = new GainedClients(SELF);
  pod.observe(sibling(), seen(0));
  expect(pod.observe(sibling([['other', 2]]), seen(2, false))).toBe(0);
});

test.each([
  ['another workload', SELF, 'default/east-b@n1'],
  ['its own predecessor', SELF, 'default/east-a@n2'],
  ['a workload whose name begins like its own', SELF, 'default/east-ab@n1'],
  ['a pod of a Deployment', { instance: '', uid: 'other' }, ''],
])('a pod counts nothing for %s', (_, self, instance) => {
  const pod = new GainedClients(self);
  expect(pod.concerns(holdBy(instance))).toBe(false);
  pod.observe(holdBy(instance), seen(0));
  expect(pod.observe(holdBy(instance), seen(5))).toBeUndefined();
});
