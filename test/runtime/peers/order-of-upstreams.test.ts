import { murmur3 } from '../../../lib/settings';
import { chooseUpstreams, UpstreamChoice } from '../../../crpd-image/runtime/peers/choose-upstreams';

const addresses = (count: number) => Array.from({ length: count }, (_, i) => `10.42.0.${i + 1}`);
/** Many routers that choose, so that no result is due to the hash of one. */
const SELVES = Array.from({ length: 50 }, (_, i) => `10.43.0.${i}`);

type Given = Partial<Omit<UpstreamChoice, 'present'>> & {
  readonly present: Readonly<Record<string, string | undefined>>;
  readonly departing?: readonly string[];
};

const none: ReadonlySet<string> = new Set();

/** @param present redundancy groups by address */
function choose({ present, departing = [], ...given }: Given): string[] {
  return chooseUpstreams({
    ...{ sessions: 2, configured: none, established: none, lost: none, unresponsive: none, self: SELVES[0], ...given },
    present: Object.entries(present).map(([address, redundancyGroup]) => {
      return { address, redundancyGroup, ...(departing.includes(address) && { departing: true }) };
    }),
  });
}

const ungrouped = (all: readonly string[]) => Object.fromEntries(all.map((address) => [address, undefined]));

test('a unhealthy router that is configured is kept before another unhealthy one is tried', () => {
  const all = addresses(6);
  for (const self of SELVES) {
    for (const address of all) {
      const given = { present: ungrouped(all), unresponsive: new Set(all), configured: new Set([address]), self };
      expect(choose({ ...given, sessions: 1 })).toEqual([address]);
    }
  }
});

test('an unresponsive router comes after a responsive one, even if it is configured and in a group of its own', () => {
  const [a, b, c] = addresses(3);
  for (const self of SELVES) {
    const given = {
      present: { [a]: 'x', [b]: 'x', [c]: 'y' },
      configured: new Set([c]),
      unresponsive: new Set([c]),
      self,
    };
    expect(choose(given).sort()).toEqual([a, b]);
  }
});

test('two configured routers of one group stay, though another group has one', () => {
  const [a, b, c] = addresses(3);
  for (const self of SELVES) {
    const given = { present: { [a]: 'x', [b]: 'x', [c]: 'y' }, configured: new Set([a, b]), self };
    expect(choose(given).sort()).toEqual([a, b]);
  }
});

test('of configured routers, more than there may be, those of different groups stay', () => {
  const [a, b, c] = addresses(3);
  for (const self of SELVES) {
    const given = { present: { [a]: 'x', [b]: 'x', [c]: 'y' }, configured: new Set([a, b, c]), self };
    expect(choose(given)).toContain(c);
  }
});

test('routers whose group is not known do not count as being of one group', () => {
  const [a, b, c, d] = addresses(4);
  for (const self of SELVES) {
    const given = { present: { [a]: 'x', [b]: 'x', [c]: undefined, [d]: undefined }, self };
    expect(choose({ ...given, sessions: 3 }).filter((each) => [a, b].includes(each))).toHaveLength(1);
  }
});

describe('a configured router that departs, or whose session has ended', () => {
  const [a, b, c, d] = addresses(4);
  const both = new Set([a, b]);
  const forAllSelves = (given: Omit<Given, 'self'>, wanted: readonly string[]) => {
    for (const self of SELVES) expect(choose({ ...given, self }).sort()).toEqual(wanted);
  };

  test('is joined by another candidate, and stays', () => {
    forAllSelves({ present: ungrouped([a, b, c]), configured: both, established: both, departing: [a] }, [a, b, c]);
    const lost = new Set([a]);
    forAllSelves({ present: ungrouped([a, b, c]), configured: both, established: new Set([b]), lost }, [a, b, c]);
  });

  test('is not joined by one that departs, too, or does not answer', () => {
    forAllSelves({ present: ungrouped([a, b, c]), configured: both, established: both, departing: [a, c] }, [a, b]);
    const unresponsive = new Set([c]);
    forAllSelves({ present: ungrouped([a, b, c]), configured: both, lost: new Set([a]), unresponsive }, [a, b]);
  });

  test('goes once it is unresponsive', () => {
    const silent = new Set([a]);
    forAllSelves({ present: ungrouped([a, b, c]), configured: both, lost: silent, unresponsive: silent }, [b, c]);
  });

  test('takes its place back if its session returns before that of the other one', () => {
    const configured = new Set([a, b, c]);
    forAllSelves({ present: ungrouped([a, b, c]), configured, established: both }, [a, b]);
  });

  test('does not come back to its place before the others if it returns last', () => {
    const configured = new Set([a, b, c, d]);
    forAllSelves({ present: ungrouped([a, b, c, d]), configured, established: new Set([b, c]) }, [b, c]);
  });

  test('stays, Established before not, if there are as many others as there may be sessions', () => {
    const configured = new Set([a, b, c, d]);
    const given = { sessions: 1, configured, established: new Set([b, c]), lost: new Set([a]), departing: [c] };
    forAllSelves({ ...given, present: ungrouped([a, b, c]) }, [b, c]);
  });
});

test('if two routers have the same hash, the address decides, not their order', () => {
  const self = '192.0.2.1';
  const [low, high] = ['10.0.85.97', '10.1.143.30'];
  expect(murmur3(low, murmur3(self, 0))).toBe(murmur3(high, murmur3(self, 0)));
  for (const order of [
    [low, high],
    [high, low],
  ]) {
    expect(choose({ present: ungrouped(order), sessions: 1, self })).toEqual([low]);
  }
});
