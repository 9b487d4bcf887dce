import { Convergence } from '../../../crpd-image/runtime/metrics/convergence';
import { ESTABLISHED_BUCKETS } from '../../../lib/settings';

const MESH = { kind: 'mesh', name: 'MESH' } as const;

function setUp() {
  const convergence = new Convergence();
  const up = new Set<string>();
  return {
    up,
    seconds: convergence.seconds,
    at(seconds: number, listed: readonly string[], wanted = listed, isReachable = true) {
      const endpoints = listed.map((address) => ({ address }));
      const found = { kind: 'found', source: 'dns', endpoints } as const;
      const neighbors = wanted.map((address) => ({ group: MESH.name, address }));
      const groups = [{ group: MESH, found, answeredAt: seconds * 1000 }];
      const isEstablished = (address: string) => up.has(address);
      convergence.observe({ groups, wanted: neighbors, isReachable, isEstablished, now: seconds * 1000 });
    },
  };
}

test('counts the time from the answer until the session is Established, once', () => {
  const { at, up, seconds } = setUp();
  at(0, ['a']);
  at(1, ['a', 'b']);
  up.add('a');
  at(4, ['a', 'b']);
  up.add('b');
  at(5, ['a', 'b']);
  at(6, ['a', 'b']);
  expect([seconds.count, seconds.sum]).toEqual([2, 4 + 4]);
  const cumulative = ESTABLISHED_BUCKETS.map((limit) => (limit >= 4 ? 2 : 0));
  expect(seconds.counts).toEqual(cumulative);
});

test('does not count sessions that are up at the first answer: the runtime has restarted', () => {
  const { at, up, seconds } = setUp();
  up.add('a');
  at(0, ['a']);
  expect(seconds.count).toBe(0);
});

test('does not count routers that are not wanted, and those that are gone', () => {
  const { at, up, seconds } = setUp();
  at(0, ['a', 'b'], ['a']);
  at(1, ['b'], ['b']);
  up.add('a').add('b');
  at(2, ['b'], ['b']);
  expect(seconds.count).toBe(0);
});

test('counts from the answer although the router does not answer yet', () => {
  const { at, up, seconds } = setUp();
  at(0, ['a'], [], false);
  at(2, ['a']);
  up.add('a');
  at(3, ['a']);
  expect([seconds.count, seconds.sum]).toEqual([1, 3]);
});

test('does not count a session again that was lost while its router was listed', () => {
  const { at, up, seconds } = setUp();
  at(0, ['a']);
  up.add('a');
  at(1, ['a']);
  up.delete('a');
  at(2, ['a']);
  up.add('a');
  at(9, ['a']);
  expect(seconds.count).toBe(1);
});
