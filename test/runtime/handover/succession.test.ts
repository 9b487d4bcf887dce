import * as fc from 'fast-check';
import { Hold } from '../../../crpd-image/runtime/handover/lease';
import { CLIENTS_MS, Succession } from '../../../crpd-image/runtime/handover/succession';

const SELF = { instance: 'n1', uid: 'new' };
const NONE: Hold['gained'] = new Map();
const holdOfPredecessor = (clients: number, gained = NONE): Hold => ({
  ...{ instance: 'n1', uid: 'old', clients, gained, expires: 1e9 },
});

/** The seconds after which a pod releases a hold; undefined: not within ten minutes. */
function releasedAfter(
  hold: Hold | undefined,
  seen: (second: number) => { readonly ready: boolean; readonly clients: number },
  { self = SELF, wasReady = false } = {},
): number | undefined {
  const succession = new Succession(self, wasReady);
  for (let second = 0; second < 600; second++) {
    if (succession.isOver(hold, { now: second * 1000, ...seen(second) })) return second;
  }
  return undefined;
}

test('a pod releases the hold of its predecessor when as many clients have been back for a while', () => {
  const back = (second: number) => ({ ready: second >= 8, clients: second < 20 ? 2 : 6 });
  expect(releasedAfter(holdOfPredecessor(6), back)).toBe(25);
});

test('clients that came to other pods of the side count, once the pod itself is ready', () => {
  const elsewhere = new Map([
    ...([
      ['b', 3],
      ['c', 1],
    ] as const),
  ]);
  const back = (second: number) => ({ ready: second >= 8, clients: second < 20 ? 1 : 2 });
  expect(releasedAfter(holdOfPredecessor(6, elsewhere), back)).toBe(25);
  expect(releasedAfter(holdOfPredecessor(4, elsewhere), back)).toBe(13);
});

test('clients of a pod that is not ready do not count yet: it has no routes for them', () => {
  expect(releasedAfter(holdOfPredecessor(2), (second) => ({ ready: second >= 30, clients: 2 }))).toBe(35);
});

test('a client that goes away again starts the time anew', () => {
  const flapping = (second: number) => ({
    ready: true,
    clients: second < 2 ? 0 : second < 4 ? 3 : second === 4 ? 2 : 3,
  });
  expect(releasedAfter(holdOfPredecessor(3), flapping)).toBe(10);
});

test('a pod that was ready before counts the clients that come: those that it had are its own', () => {
  expect(
    releasedAfter(holdOfPredecessor(4), (second) => ({ ready: true, clients: second < 10 ? 5 : 9 }), {
      wasReady: true,
    }),
  ).toBe(15);
  expect(releasedAfter(holdOfPredecessor(4), () => ({ ready: true, clients: 5 }), { wasReady: true })).toBe(
    CLIENTS_MS / 1000,
  );
});

test('clients that never come are waited for only so long, from when the pod is ready', () => {
  const few = (second: number) => ({ ready: second >= 10, clients: 1 });
  expect(releasedAfter(holdOfPredecessor(6), few)).toBe(10 + CLIENTS_MS / 1000);
});

test('a pod that never gets ready releases nothing', () => {
  expect(releasedAfter(holdOfPredecessor(1), () => ({ ready: false, clients: 5 }))).toBeUndefined();
});

test.each<[string, Hold | undefined]>([
  ['nobody', undefined],
  ['itself', { ...SELF, clients: 0, gained: NONE, expires: 0 }],
  ['a pod of another node', { instance: 'n2', uid: 'old', clients: 0, gained: NONE, expires: 0 }],
])('a pod does not release the hold of %s', (_, hold) => {
  expect(releasedAfter(hold, () => ({ ready: true, clients: 9 }))).toBeUndefined();
});

test('in a Deployment, any other pod may release the hold', () => {
  const hold = { instance: '', uid: 'old', clients: 2, gained: NONE, expires: 0 };
  const back = (second: number) => ({ ready: second > 3, clients: 2 });
  expect(releasedAfter(hold, back, { self: { instance: '', uid: 'new' } })).toBe(9);
  expect(releasedAfter(hold, back, { self: { instance: '', uid: 'old' } })).toBeUndefined();
});

test('each predecessor is waited for anew', () => {
  const succession = new Succession(SELF, false);
  const at = (second: number, uid: string, clients: number) =>
    succession.isOver({ ...holdOfPredecessor(2), uid }, { now: second * 1000, ready: true, clients });
  expect([at(0, 'old', 0), at(1, 'old', 2), at(6, 'old', 2)]).toEqual([false, false, true]);
  expect([at(7, 'older', 2), at(60, 'older', 2), at(61, 'older', 4), at(66, 'older', 4)]).toEqual([
    ...[false, false, false, true],
  ]);
});

test('whatever happens, no pod releases before it is ready and its clients are back, or the bound has passed', () => {
  const seconds = fc.array(fc.record({ ready: fc.boolean(), clients: fc.nat(5) }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(seconds, fc.nat(5), (course, wanted) => {
      const succession = new Succession(SELF, course[0].ready);
      const before = course[0].ready ? course[0].clients : 0;
      course.forEach(({ ready, clients }, second) => {
        const over = succession.isOver(holdOfPredecessor(wanted), { now: second * 1000, ready, clients });
        if (!over) return;
        expect(ready).toBe(true);
        expect(clients - before).toBeGreaterThanOrEqual(wanted);
        const lately = course.slice(Math.max(0, second - 5), second + 1);
        expect(lately.every((one) => one.ready && one.clients - before >= wanted)).toBe(true);
      });
    }),
  );
});
