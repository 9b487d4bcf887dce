import * as fc from 'fast-check';
import { chooseUpstreams, UpstreamChoice } from '../../../crpd-image/runtime/peers/choose-upstreams';

const none: ReadonlySet<string> = new Set();
/** The sessions of a router that has none yet. */
const fresh = { configured: none, established: none, lost: none, unresponsive: none };
const address = (i: number) => `10.42.${i >> 8}.${i & 255}`;
const endpoints = (count: number) => Array.from({ length: count }, (_, i) => ({ address: address(i) }));

/** The smallest number of the present routers that can be chosen, all others aside. */
const room = ({ sessions, present }: UpstreamChoice) => Math.min(sessions, present.length);
/** Whether a router has lost its place to others, though it answers. */
const isLeaving = ({ configured, unresponsive, lost, present }: UpstreamChoice, a: string) =>
  configured.has(a) && !unresponsive.has(a) && (lost.has(a) || present.some((p) => p.address === a && p.departing));

/** Any choice: candidates in a few redundancy groups, or in none that is known; some depart or have lost a session. */
const anyChoice: fc.Arbitrary<UpstreamChoice> = fc
  .record({
    sessions: fc.integer({ min: 1, max: 6 }),
    numbers: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 20 }),
    groups: fc.array(fc.constantFrom(undefined, 'a', 'b', 'c'), { minLength: 41, maxLength: 41 }),
    departing: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 10 }),
    sessionOf: fc.dictionary(
      fc.integer({ min: 0, max: 40 }).map(address),
      fc.constantFrom('up', 'lost', 'never', 'silent'),
      { maxKeys: 10 },
    ),
    unresponsive: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 6 }),
    self: fc.ipV4(),
  })
  .map(({ sessions, numbers, groups, departing, sessionOf, unresponsive, self }) => {
    const inState = (...states: string[]) => Object.keys(sessionOf).filter((a) => states.includes(sessionOf[a]));
    const configured = new Set(Object.keys(sessionOf));
    const given = unresponsive.map(address).filter((a) => !configured.has(a));
    return {
      sessions,
      present: numbers.map((i) => ({
        ...{ address: address(i), redundancyGroup: groups[i] },
        ...(departing.includes(i) && { departing: true as const }),
      })),
      configured,
      established: new Set(inState('up')),
      lost: new Set(inState('lost', 'silent')),
      unresponsive: new Set([...inState('silent'), ...given]),
      self,
    };
  });

const forAll = (check: (choice: UpstreamChoice, chosen: readonly string[]) => void) =>
  fc.assert(fc.property(anyChoice, (choice) => check(choice, chooseUpstreams(choice))));

describe('chooseUpstreams', () => {
  test('chooses as many as there may be and are, each once, and at most as many that have lost their place', () => {
    forAll((choice, chosen) => {
      const { sessions, present } = choice;
      const places = room(choice);
      for (const a of chosen.slice(places)) expect(isLeaving(choice, a)).toBe(true);
      expect(chosen.length).toBeGreaterThanOrEqual(places);
      expect(chosen.length).toBeLessThanOrEqual(2 * sessions);
      expect(new Set(chosen).size).toBe(chosen.length);
      expect(present.map((endpoint) => endpoint.address)).toEqual(expect.arrayContaining([...chosen]));
    });
  });

  test('removes a router that is Established and present only if enough others are Established', () => {
    forAll(({ sessions, present, established }, chosen) => {
      const removed = present.filter(({ address: a }) => established.has(a) && !chosen.includes(a));
      if (removed.length > 0) {
        expect(chosen.filter((a) => established.has(a)).length).toBeGreaterThanOrEqual(sessions);
      }
    });
  });

  test('gives no place to a router that departs or has lost its session while there are sound ones', () => {
    forAll((choice, chosen) => {
      const { present, lost, unresponsive } = choice;
      const isSound = (p: UpstreamChoice['present'][number]) =>
        !p.departing && !lost.has(p.address) && !unresponsive.has(p.address);
      const sound = present.filter(isSound).map((p) => p.address);
      const places = chosen.slice(0, room(choice));
      expect(places.filter((a) => sound.includes(a))).toHaveLength(Math.min(choice.sessions, sound.length));
    });
  });

  test('keeps a router that departs or has lost its session, as long as it answers', () => {
    forAll((choice, chosen) => {
      const leaving = choice.present.map((p) => p.address).filter((a) => isLeaving(choice, a));
      if (leaving.length <= choice.sessions) expect(chosen).toEqual(expect.arrayContaining(leaving));
    });
  });

  test('does not depend on the order in which candidates are given', () => {
    forAll((choice, chosen) => {
      const reversed = { ...choice, present: [...choice.present].reverse() };
      expect(chooseUpstreams(reversed)).toEqual(chosen);
    });
  });

  test('keeps a configured router that is present and responsive, if there is room for all of them', () => {
    forAll((choice, chosen) => {
      const { sessions, present, configured, unresponsive } = choice;
      const kept = present.map((p) => p.address).filter((a) => configured.has(a) && !unresponsive.has(a));
      const steady = kept.filter((a) => !isLeaving(choice, a));
      if (kept.length <= sessions) expect(chosen).toEqual(expect.arrayContaining(kept));
      if (steady.length >= sessions) expect(steady).toEqual(expect.arrayContaining(chosen.slice(0, sessions)));
    });
  });

  test('chooses an unresponsive router only if there are not enough others', () => {
    forAll((choice, chosen) => {
      const { present, unresponsive } = choice;
      const healthy = present.filter((p) => !unresponsive.has(p.address)).length;
      const unhealthy = chosen.filter((a) => unresponsive.has(a)).length;
      expect(unhealthy).toBe(Math.max(0, room(choice) - healthy));
    });
  });

  test('spreads over redundancy groups before it takes a second of one', () => {
    const present = endpoints(12).map((e, i) => ({ ...e, redundancyGroup: ['a', 'b', 'c'][i % 3] }));
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 3 }), (self, sessions) => {
        const chosen = chooseUpstreams({ ...fresh, sessions, present, self });
        const groups = chosen.map((a) => present.find((p) => p.address === a)?.redundancyGroup);
        expect(new Set(groups).size).toBe(sessions);
      }),
    );
  });

  test('stays put when a candidate that was not chosen goes, or any comes', () => {
    forAll((any) => {
      const choice = { ...any, ...fresh, present: any.present.map(({ departing: _, ...rest }) => rest) };
      const chosen = chooseUpstreams(choice);
      const settled = { ...choice, configured: new Set(chosen) };
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
      const choice = { ...fresh, sessions: 2, present, self: address(1000 + i) };
      const before = chooseUpstreams(choice);
      const after = chooseUpstreams({ ...choice, present: present.filter((p) => p.address !== before[0]) });
      expect(after[0]).toBe(before[1]);
    }
  });

  test('spreads the load of many routers evenly', () => {
    const load = new Map<string, number>();
    for (let i = 0; i < 1000; i++) {
      const choice = { ...fresh, sessions: 2, present: endpoints(10), self: address(1000 + i) };
      for (const chosen of chooseUpstreams(choice)) load.set(chosen, (load.get(chosen) ?? 0) + 1);
    }
    // 200 each in the mean; four standard deviations of a binomial spread are 51.
    for (const count of load.values()) expect(Math.abs(count - 200)).toBeLessThan(52);
    expect(load.size).toBe(10);
  });
});
