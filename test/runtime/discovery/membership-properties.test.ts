import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'util';
import { Answer, Endpoint } from '../../../crpd-image/runtime/discovery/discovery';
import { Membership, MEMBERSHIP_RULES, newMembership, observe } from '../../../crpd-image/runtime/discovery/membership';
import { Turn as Result, withLeaving } from './group';

const OWN = new Set(['10.42.0.0', '2001:db8::1']);
const ADDRESSES = [...OWN, ...Array.from({ length: 10 }, (_, i) => `10.42.0.${i + 1}`)];

/** One turn of the daemon in a history. */
interface Turn {
  readonly milliseconds: number;
  readonly answer: Answer;
  /** Sessions that come up before it, and that are lost. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** Whether the router takes changes. */
  readonly routerWorks: boolean;
  /** Neighbors that a person adds. */
  readonly byHand: readonly string[];
}

const some = (most: number) => fc.uniqueArray(fc.constantFrom(...ADDRESSES), { maxLength: most });
const endpoints = fc
  .array(fc.constantFrom(...ADDRESSES), { minLength: 1, maxLength: 20 })
  .map((addresses): Endpoint[] => addresses.map((address) => ({ address })));
const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 8, arbitrary: endpoints.map((all): Answer => ({ kind: 'found', endpoints: all, source: 'dns' })) },
  { weight: 1, arbitrary: fc.constant<Answer>({ kind: 'failed', reason: 'timeout' }) },
  { weight: 1, arbitrary: fc.constant<Answer>({ kind: 'empty', reason: 'NODATA' }) },
);
/** Histories in which the same answer often comes several times: removal would be rare otherwise. */
const history: fc.Arbitrary<readonly Turn[]> = fc
  .array(
    fc.tuple(
      fc.record({
        milliseconds: fc.constantFrom(0, 100, 700, 1000, 1000, 3000, 20_000, 61_000),
        answer,
        up: some(3),
        down: some(4),
        routerWorks: fc.boolean(),
        byHand: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, some(1)),
      }),
      fc.integer({ min: 1, max: 6 }),
    ),
    { maxLength: 15 },
  )
  .map((parts) => parts.flatMap(([turn, times]) => Array<Turn>(times).fill(turn)));

interface Step {
  readonly turn: Turn;
  readonly now: number;
  readonly configured: ReadonlySet<string>;
  readonly established: ReadonlySet<string>;
  readonly before: Membership;
  readonly members: Result;
}

/** What a daemon makes of a history, step by step. */
function play(turns: readonly Turn[], start = 0): Step[] {
  const steps: Step[] = [];
  let before = newMembership({ listsSelf: true });
  let now = start;
  let [configured, established] = [new Set<string>(), new Set<string>()];
  for (const turn of turns) {
    now += turn.milliseconds;
    configured = new Set([...configured, ...turn.byHand]);
    established = new Set([...established, ...turn.up].filter((a) => configured.has(a) && !turn.down.includes(a)));
    const observed = observe(before, { now, answer: turn.answer, configured, established, own: OWN });
    const members = withLeaving(observed, configured);
    steps.push({ turn, now, configured, established, before, members });
    before = members.state;
    if (turn.routerWorks) configured = new Set(members.present.map(({ address }) => address));
  }
  return steps;
}

const named = ({ turn: { answer: a } }: Step) =>
  new Set(a.kind === 'found' ? a.endpoints.map(({ address }) => address).filter((address) => !OWN.has(address)) : []);
const present = ({ members }: Step) => new Set(members.present.map(({ address }) => address));
const leaving = ({ members }: Step) => members.leaving.filter((address) => !OWN.has(address));

/** Cheaper than `expect`, of which a property would need a million. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

function always(check: (steps: readonly Step[]) => void): void {
  fc.assert(
    fc.property(history, (turns) => check(play(turns))),
    { numRuns: 500 },
  );
}

test('histories do remove, return and hold: the properties below are about something', () => {
  let [histories, removed, returned, held] = [0, 0, 0, 0];
  always((steps) => {
    histories++;
    for (const step of steps) {
      removed += leaving(step).length;
      for (const address of present(step)) {
        if (step.before.peers.get(address)?.status === 'gone') returned++;
        if (!named(step).has(address)) held++;
      }
    }
  });
  expect(Math.min(removed, returned, held)).toBeGreaterThan(histories / 5);
});

test('a failed or empty answer removes no router', () => {
  always((steps) => {
    for (const step of steps) {
      if (step.turn.answer.kind === 'found') continue;
      must(leaving(step).length === 0, 'somebody leaves');
      const there = present(step);
      for (const address of step.configured) must(OWN.has(address) || there.has(address), `${address} is not there`);
    }
  });
});

test('a router that an answer lists is present at once', () => {
  always((steps) => {
    for (const step of steps) {
      const there = present(step);
      for (const address of named(step)) must(there.has(address), `${address} is not there`);
    }
  });
});

test('a removed router was missing from three answers in a row, for two seconds, or for a minute if Established', () => {
  always((steps) => {
    steps.forEach((step, i) => {
      for (const address of leaving(step)) {
        const row = steps.slice(Math.max(0, i - 2), i + 1);
        must(row.length === 3, 'too few answers');
        for (const each of row) must(each.turn.answer.kind === 'found' && !named(each).has(address), 'not in a row');
        // Missing since the first answer that lacked it after the last one that named it.
        const lastNamed = steps.map((each, at) => at < i && named(each).has(address)).lastIndexOf(true);
        const first = steps.slice(lastNamed + 1).find((each) => each.turn.answer.kind === 'found')!;
        const hold = step.established.has(address) ? 60_000 : 2_000;
        must(step.now - first.now >= hold, `${address} leaves after ${step.now - first.now} ms`);
      }
    });
  });
});

test('a router that is neither listed nor present was removed or never configured', () => {
  always((steps) => {
    for (const step of steps) {
      const there = present(step);
      const gone = [...step.configured].filter((address) => !there.has(address)).sort();
      must(step.members.leaving.join() === gone.join(), `${step.members.leaving.join()} and not ${gone.join()}`);
    }
  });
});

test('no more than a tenth leaves at a time, and one at least half a second after another', () => {
  always((steps) => {
    let [last, before] = [-Infinity, new Set<string>()];
    for (const step of steps) {
      const size = [...step.configured].filter((address) => !OWN.has(address)).length;
      must(leaving(step).length <= Math.max(1, Math.ceil(size / 10)), `${leaving(step).length} of ${size}`);
      const fresh = leaving(step).filter((address) => !before.has(address));
      if (fresh.length > 0) {
        must(step.now - last >= 500, `${step.now - last} ms after another`);
        last = step.now;
      }
      before = new Set(leaving(step));
    }
  });
});

test('this router is never there', () => {
  always((steps) => {
    for (const step of steps) for (const { address } of step.members.present) must(!OWN.has(address), address);
  });
});

test('order and repetition in answers do not matter', () => {
  fc.assert(
    fc.property(history, fc.infiniteStream(fc.nat()), (turns, random) => {
      const shuffled = turns.map((turn): Turn => {
        if (turn.answer.kind !== 'found') return turn;
        const all = [...turn.answer.endpoints, ...turn.answer.endpoints];
        const keyed = all.map((endpoint) => ({ endpoint, key: random.next().value! }));
        keyed.sort((a, b) => a.key - b.key);
        return { ...turn, answer: { ...turn.answer, endpoints: keyed.map(({ endpoint }) => endpoint) } };
      });
      const result = ({ members: { present: there, leaving: goes, notices } }: Step) => ({ there, goes, notices });
      must(isDeepStrictEqual(play(shuffled).map(result), play(turns).map(result)), 'another result');
    }),
    { numRuns: 200 },
  );
});

test('what the clock shows does not matter, and no state is changed in place', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 0, max: 2 ** 50 }), (turns, start) => {
      const result = ({ members: { present: there, leaving: goes } }: Step) => ({ there, goes });
      const steps = play(turns);
      must(isDeepStrictEqual(play(turns, start).map(result), steps.map(result)), 'another result');
      for (const { turn, now, configured, established, before, members } of steps) {
        const again = observe(before, { now, answer: turn.answer, configured, established, own: OWN });
        must(isDeepStrictEqual(withLeaving(again, configured), members), 'another result');
      }
    }),
    { numRuns: 200 },
  );
});

test('alternating answers keep all routers that every second one lists', () => {
  fc.assert(
    fc.property(history, endpoints, endpoints, (turns, a, b) => {
      const turn = { milliseconds: 1000, up: [], down: ADDRESSES, routerWorks: true, byHand: [] };
      const inTurn = Array.from({ length: 200 }, (_, i): Turn => {
        return { ...turn, answer: { kind: 'found', endpoints: i % 2 ? a : b, source: 'dns' } };
      });
      const steps = play([...turns, ...inTurn]).slice(turns.length + 1);
      const both = new Set([...a, ...b].map(({ address }) => address).filter((address) => !OWN.has(address)));
      for (const step of steps) {
        const there = present(step);
        for (const address of both) must(there.has(address), `${address} is not there`);
      }
    }),
    { numRuns: 100 },
  );
});

test('in the end exactly the routers that all answers list are present', () => {
  fc.assert(
    fc.property(history, endpoints, fc.boolean(), (turns, final, allUp) => {
      const sessions = allUp ? { up: ADDRESSES, down: [] } : { up: [], down: ADDRESSES };
      const turn: Turn = {
        ...{ milliseconds: 1000, ...sessions, routerWorks: true, byHand: [] },
        answer: { kind: 'found', endpoints: final, source: 'dns' },
      };
      // The longest hold, and then ten addresses one by one.
      const seconds = (MEMBERSHIP_RULES.establishedHoldMost + 11 * MEMBERSHIP_RULES.establishedPace) / 1000;
      const steps = play([...turns, ...Array<Turn>(seconds + 2).fill(turn)]);
      const last = steps[steps.length - 1];
      expect(present(last)).toEqual(named(last));
      expect(last.members.leaving).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('what is remembered stays small', () => {
  always((steps) => {
    for (const { members } of steps) must(members.state.peers.size <= ADDRESSES.length, 'more than there ever were');
  });
});
