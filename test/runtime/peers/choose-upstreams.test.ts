import * as fc from 'fast-check';
import { chooseUpstreams, UpstreamChoice } from '../../../crpd-image/runtime/peers/choose-upstreams';

const none: ReadonlySet<string> = new Set();
const address = (i: number) => `10.42.${i >> 8}.${i & 255}`;
const endpoints = (count: number) => Array.from({ length: count }, (_, i) => ({ address: address(i) }));

/** Any choice: candidates in a few redundancy groups, or in none that is known. */
const anyChoice: fc.Arbitrary<UpstreamChoice> = fc
  .record({
    sessions: fc.integer({ min: 1, max: 6 }),
    numbers: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 20 }),
    groups: fc.array(fc.constantFrom(undefined, 'a', 'b', 'c'), { minLength: 41, maxLength: 41 }),
    configured: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 6 }),
    unresponsive: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 6 }),
    self: fc.ipV4(),
  })
  .map(({ sessions, numbers, groups, configured, unresponsive, self }) => ({
    sessions,
    present: numbers.map((i) => ({ address: address(i), redundancyGroup: groups[i] })),
    configured: new Set(configured.map(address)),
    unresponsive: new Set(unresponsive.map(address)),
    self,
  }));

const forAll = (check: (choice: UpstreamChoice, chosen: readonly string[]) => void) =>
  fc.assert(fc.property(anyChoice, (choice) => check(choice, chooseUpstreams(choice))));

describe('chooseUpstreams', () => {
  test('chooses as many as there may be and are, each once', () => {
    forAll(({ sessions, present }, chosen) => {
      expect(chosen).toHaveLength(Math.min(sessions, present.length));
      expect(new Set(chosen).size).toBe(chosen.length);
      expect(present.map((endpoint) => endpoint.address)).toEqual(expect.arrayContaining([...chosen]));
    });
  });

  test('does not depend on the order in which candidates are given', () => {
    forAll((choice, chosen) => {
      const reversed = { ...choice, present: [...choice.present].reverse() };
      expect(chooseUpstreams(reversed)).toEqual(chosen);
    });
  });

  test('keeps a configured router that is present and responsive, if there is room for all of them', () => {
    forAll(({ sessions, present, configured, unresponsive }, chosen) => {
      const kept = present.map((p) => p.address).filter((a) => configured.has(a) && !unresponsive.has(a));
      if (kept.length <= sessions) expect(chosen).toEqual(expect.arrayContaining(kept));
      else expect(kept).toEqual(expect.arrayContaining([...chosen]));
    });
  });

  test('chooses an unresponsive router only if there are not enough others', () => {
    forAll(({ sessions, present, unresponsive }, chosen) => {
      const healthy = present.filter((p) => !unresponsive.has(p.address)).length;
      const unhealthy = chosen.filter((a) => unresponsive.has(a)).length;
      expect(unhealthy).toBe(Math.max(0, Math.min(sessions, present.length) - healthy));
    });
  });

  test('spreads over redundancy groups before it takes a second of one', () => {
    const present = endpoints(12).map((e, i) => ({ ...e, redundancyGroup: ['a', 'b', 'c'][i % 3] }));
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 3 }), (self, sessions) => {
        const chosen = chooseUpstreams({ sessions, present, configured: none, unresponsive: none, self });
        const groups = chosen.map((a) => present.find((p) => p.address === a)?.redundancyGroup);
        expect(new Set(groups).size).toBe(sessions);
      }),
    );
  });

  test('stays put when a candidate that was not chosen goes, or any comes', () => {
    forAll((choice, chosen) => {
      const settled = { ...choice, configured: new Set(chosen), unresponsive: none };
      const gone = choice.present.find((p) => !chosen.includes(p.address));
      const without = settled.present.filter((p) => p !== gone);
      const withMore = [...settled.present, { address: '192.0.2.1', redundancyGroup: 'd' }];
      const sorted = [...chosen].sort();
      expect(chooseUpstreams({ ...settled, present: without }).sort()).toEqual(sorted);
      if (chosen.length === choice.sessions) {
        expect(chooseUpstreams({ ...settled, present: withMore }).sort()).toEqual(sorted);
      }
    });
  });

  test('even with nothing configured, changes only if a chosen router went (rendezvous hashing)', () => {
    const present = endpoints(10);
    for (let i = 0; i < 200; i++) {
      const choice = { sessions: 2, present, configured: none, unresponsive: none, self: address(1000 + i) };
      const before = chooseUpstreams(choice);
      const after = chooseUpstreams({ ...choice, present: present.filter((p) => p.address !== before[0]) });
      expect(after[0]).toBe(before[1]);
    }
  });

  test('spreads the load of many routers evenly', () => {
    const load = new Map<string, number>();
    for (let i = 0; i < 1000; i++) {
      const choice = {
        sessions: 2,
        present: endpoints(10),
        configured: none,
        unresponsive: none,
        self: address(1000 + i),
      };
      for (const chosen of chooseUpstreams(choice)) load.set(chosen, (load.get(chosen) ?? 0) + 1);
    }
    // 200 each in the mean; four standard deviations of a binomial spread are 51.
    for (const count of load.values()) expect(Math.abs(count - 200)).toBeLessThan(52);
    expect(load.size).toBe(10);
  });
});
