import * as fc from 'fast-check';
import { Hold } from '../../../crpd-image/runtime/handover/lease';
import { CLIENTS_MS, Succession } from '../../../crpd-image/runtime/handover/succession';

const SELF = { instance: 'east-a@n1', uid: 'new' };
const holdBy = (instance: string, clients: number, gained: Hold['gained'] = new Map()): Hold => ({
  ...{ instance, uid: 'old', clients, gained, acquired: 0, expires: 1e9 },
});
const holdOfPredecessor = (clients: number, gained?: Hold['gained']) => holdBy(SELF.instance, clients, gained);

interface Second {
  readonly ready: boolean;
  readonly arrived: number;
}

/** The seconds after which a pod releases a hold; undefined: not within ten minutes. */
function releasedAfter(hold: Hold | undefined, seen: (second: number) => Second, self = SELF): number | undefined {
  const succession = new Succession(self);
  for (let second = 0; second < 600; second++) {
    const { ready, arrived } = seen(second);
    if (succession.isOver(hold, arrived, { now: second * 1000, ready })) return second;
  }
  return undefined;
}

test('a pod releases the hold of its predecessor when as many clients have been back for a while', () => {
  const back = (second: number) => ({ ready: second >= 8, arrived: second < 20 ? 2 : 6 });
  expect(releasedAfter(holdOfPredecessor(6), back)).toBe(25);
});

test('clients that came to other pods of the workload count, but not what the pod has written itself', () => {
  const elsewhere = new Map([
    ['b', 3],
    ['c', 1],
    [SELF.uid, 9],
  ]);
  const back = (second: number) => ({ ready: second >= 8, arrived: second < 20 ? 1 : 2 });
  expect(releasedAfter(holdOfPredecessor(6, elsewhere), back)).toBe(25);
  expect(releasedAfter(holdOfPredecessor(4, elsewhere), back)).toBe(13);
});

test('clients of a pod that is not ready do not count yet: it has no routes for them', () => {
  expect(releasedAfter(holdOfPredecessor(2), (second) => ({ ready: second >= 30, arrived: 2 }))).toBe(35);
});

test('a client that goes away again starts the time anew', () => {
  const flapping = (second: number) => ({
    ready: true,
    arrived: second < 2 ? 0 : second < 4 ? 3 : second === 4 ? 2 : 3,
  });
  expect(releasedAfter(holdOfPredecessor(3), flapping)).toBe(10);
});

test('clients that never come are waited for only so long, from when the pod is ready', () => {
  const few = (second: number) => ({ ready: second >= 10, arrived: 1 });
  expect(releasedAfter(holdOfPredecessor(6), few)).toBe(10 + CLIENTS_MS / 1000);
});

test('a pod that never gets ready releases nothing', () => {
  expect(releasedAfter(holdOfPredecessor(1), () => ({ ready: false, arrived: 5 }))).toBeUndefined();
});

test.each<[string, Hold | undefined]>([
  ['nobody', undefined],
  ['itself', { ...holdOfPredecessor(0), uid: SELF.uid }],
  ['a pod of another workload', holdBy('east-b@n1', 0)],
  ['a pod of a workload whose name begins like its own', holdBy('east-ab@n1', 0)],
])('a pod does not release the hold of %s', (_, hold) => {
  expect(releasedAfter(hold, () => ({ ready: true, arrived: 9 }))).toBeUndefined();
});

test('in a Deployment, any other pod may release the hold', () => {
  const back = (second: number) => ({ ready: second > 3, arrived: 2 });
  expect(releasedAfter(holdBy('', 2), back, { instance: '', uid: 'new' })).toBe(9);
  expect(releasedAfter(holdBy('', 2), back, { instance: '', uid: 'old' })).toBeUndefined();
});

test('a pod of the workload on another node releases the hold if it and others have all clients, and waits for none', () => {
  const hold = holdBy('east-a@n2', 3, new Map([['other', 1]]));
  expect(releasedAfter(hold, (second) => ({ ready: true, arrived: second < 10 ? 1 : 2 }))).toBe(15);
  expect(releasedAfter(hold, () => ({ ready: true, arrived: 1 }))).toBeUndefined();
  const ofOthers = holdBy('east-a@n2', 3, new Map([['other', 3]]));
  expect(releasedAfter(ofOthers, () => ({ ready: true, arrived: 0 }))).toBeUndefined();
});

test('each predecessor is waited for anew', () => {
  const succession = new Succession(SELF);
  const at = (second: number, uid: string, arrived: number) =>
    succession.isOver({ ...holdOfPredecessor(2), uid }, arrived, { now: second * 1000, ready: true });
  expect([at(0, 'old', 0), at(1, 'old', 2), at(6, 'old', 2)]).toEqual([false, false, true]);
  expect([at(7, 'older', 2), at(11, 'older', 2), at(12, 'older', 2)]).toEqual([false, false, true]);
});

test('whatever happens, no pod releases before it is ready and its clients are back, or the bound has passed', () => {
  const seconds = fc.array(fc.record({ ready: fc.boolean(), arrived: fc.nat(5) }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(seconds, fc.nat(5), (course, wanted) => {
      const succession = new Succession(SELF);
      course.forEach(({ ready, arrived }, second) => {
        const over = succession.isOver(holdOfPredecessor(wanted), arrived, { now: second * 1000, ready });
        if (!over) return;
        const lately = course.slice(Math.max(0, second - 5), second + 1);
        expect(lately.every((one) => one.ready && one.arrived >= wanted)).toBe(true);
      });
    }),
  );
});
