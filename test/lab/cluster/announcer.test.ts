import { Announcer } from '../../../lab/cluster/announcer';

const ADDRESS = '192.0.2.1';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function announcer(delays?: { announceMs: number; withdrawMs: number }) {
  const seen: (readonly string[])[] = [];
  const own: Announcer = new Announcer(delays, () => seen.push(own.nodesOf(ADDRESS)));
  return { own, seen };
}

test('without delays, an address follows its endpoints at once', () => {
  const { own } = announcer();
  own.want(ADDRESS, ['n1', 'n2']);
  expect(own.nodesOf(ADDRESS)).toEqual(['n1', 'n2']);
  own.want(ADDRESS, ['n2']);
  expect(own.nodesOf(ADDRESS)).toEqual(['n2']);
});

test('with delays, each node announces and withdraws later', () => {
  const { own, seen } = announcer({ announceMs: 1000, withdrawMs: 2000 });
  own.want(ADDRESS, ['n1']);
  jest.advanceTimersByTime(999);
  expect(own.nodesOf(ADDRESS)).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(own.nodesOf(ADDRESS)).toEqual(['n1']);
  own.want(ADDRESS, ['n2']);
  jest.advanceTimersByTime(1000);
  expect(own.nodesOf(ADDRESS)).toEqual(['n1', 'n2']);
  jest.advanceTimersByTime(1000);
  expect(own.nodesOf(ADDRESS)).toEqual(['n2']);
  expect(seen).toEqual([['n1'], ['n1', 'n2'], ['n2']]);
});

test('an endpoint that is back before its address is withdrawn costs no announcement', () => {
  const { own } = announcer({ announceMs: 1000, withdrawMs: 2000 });
  own.want(ADDRESS, ['n1']);
  jest.advanceTimersByTime(1000);
  own.want(ADDRESS, []);
  jest.advanceTimersByTime(1500);
  own.want(ADDRESS, ['n1']);
  jest.advanceTimersByTime(5000);
  expect(own.nodesOf(ADDRESS)).toEqual(['n1']);
});

test('after its end, nothing changes', () => {
  const { own, seen } = announcer({ announceMs: 1000, withdrawMs: 2000 });
  own.want(ADDRESS, ['n1']);
  own.close();
  jest.advanceTimersByTime(5000);
  expect(seen).toEqual([]);
});
