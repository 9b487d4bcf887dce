import { Answer } from '../../../crpd-image/runtime/discovery/discovery';
import { Membership, MEMBERSHIP_RULES, newMembership, observe } from '../../../crpd-image/runtime/discovery/membership';
import { EMPTY, FAILED, found, Group, SELF } from './group';

const { quiet, establishedHold, selfMissingAfter } = MEMBERSHIP_RULES;
const A = '10.42.0.2';
const B = '10.42.0.3';

const routers = (count: number, network: number) =>
  Array.from({ length: count }, (_, i) => `10.${network}.${i >> 8}.${i & 255}`);

describe('of more than a thousand routers that went', () => {
  const [early, late] = [routers(600, 44), routers(500, 45)];

  /** A group from which the early ones have gone. Discovery named them after those that go last. */
  function withoutEarly(): Group {
    const group = new Group();
    group.turn(found(SELF, A, ...late));
    group.turn(found(SELF, A, ...late, ...early));
    turnUntil(group, 1 + late.length, found(SELF, A, ...late));
    return group;
  }

  /** Turns until so many are configured, as removals have their pace. */
  function turnUntil(group: Group, count: number, answer: Answer): void {
    while (group.configured.size > count) group.turn(answer);
    group.turn(answer);
  }

  const known = ({ last }: Group, addresses: readonly string[]) =>
    addresses.filter((address) => last.state.peers.has(address));

  test('none is forgotten before the limit is reached', () => {
    const group = withoutEarly();
    expect(group.present).toHaveLength(1 + late.length);
    expect(known(group, early)).toHaveLength(early.length);
  });

  test('the first removed ones are forgotten, and no present router', () => {
    const group = withoutEarly();
    turnUntil(group, 1, found(SELF, A));
    expect(group.present).toEqual([A]);
    expect(known(group, late)).toHaveLength(late.length);
    expect(known(group, early)).toHaveLength(500);
  });
});

describe('a router that went', () => {
  test('is forgotten after ten minutes, to the millisecond', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.millisecondsUntilGone(B, found(SELF, A));
    group.turn(found(SELF, A), quiet - 1);
    expect(group.last.state.peers.has(B)).toBe(true);
    group.turn(found(SELF, A), 1);
    expect(group.last.state.peers.has(B)).toBe(false);
  });

  test('and returned has a past for ten minutes, to the millisecond', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.millisecondsUntilGone(B, found(SELF, A));
    group.turn(found(SELF, A, B));
    group.established.add(B);
    group.turn(found(SELF, A), quiet - establishedHold - 1);
    group.turn(found(SELF, A), 1000);
    // It is missing for a minute, and would be held for two.
    expect(group.turn(found(SELF, A), establishedHold - 1000).leaving).toEqual([]);
    expect(group.turn(found(SELF, A), 1).leaving).toEqual([B]);
  });

  test.each([
    ['failed', FAILED],
    ['empty', EMPTY],
  ])('is not brought back by an answer that is %s, nor by one that lacks it', (_, answer) => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.millisecondsUntilGone(B, found(SELF, A));
    group.turn(found(SELF, A));
    for (const next of [answer, found(SELF, A), answer]) expect(group.turn(next).present).toEqual([{ address: A }]);
  });

  test('and returned is remembered if it goes again before it is configured', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.millisecondsUntilGone(B, found(SELF, A));
    group.routerWorks = false;
    group.turn(found(SELF, A, B));
    group.turn(found(SELF, A));
    expect(group.present).toEqual([A]);
    expect(group.last.state.peers.get(B)?.status).toBe('gone');
  });

  test('counts from zero if it returned before it was removed', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.routerWorks = false;
    group.millisecondsUntilGone(B, found(SELF, A));
    group.turn(found(SELF, A, B));
    group.routerWorks = true;
    // It was let go, and came back: held for four seconds.
    expect(group.millisecondsUntilGone(B, found(SELF, A))).toBe(5_000);
  });
});

describe('the same answer again', () => {
  /** The state after the same answer came twice. */
  function repeated(first: Group, answer: Answer): [Membership, Membership] {
    first.turn(answer);
    return [first.turn(answer).state, first.turn(answer).state];
  }

  test('changes nothing if it lists all present routers', () => {
    const [before, after] = repeated(new Group(), found(SELF, A, B));
    expect(after).toBe(before);
    const group = new Group();
    const answer = found(SELF, A, B);
    repeated(group, answer);
    expect(group.turn(answer)).toMatchObject({ leaving: [], notices: [] });
  });

  test('is not skipped if a router is missing', () => {
    const group = new Group({ configured: [A, B] });
    expect(group.millisecondsUntilGone(B, found(SELF, A))).toBe(3_000);
  });

  test('is not skipped if this router is missing', () => {
    const group = new Group();
    const answer = found(A);
    for (let now = 0; now <= selfMissingAfter; now += 1000) group.turn(answer);
    expect(group.notices.map(({ event }) => event)).toEqual(['self-missing']);
  });

  test('finds a neighbor that a person added meanwhile', () => {
    const group = new Group();
    const answer = found(SELF, A);
    repeated(group, answer);
    group.configured.add(B);
    expect(group.turn(answer).present).toEqual([{ address: A }, { address: B }]);
  });

  test('after one that failed is no time of being missing', () => {
    const group = new Group();
    const answer = found(SELF, A);
    repeated(group, answer);
    for (const other of [FAILED, EMPTY, answer]) expect(group.turn(other, 60_000).present).toEqual([{ address: A }]);
  });
});

describe('a Service that does not list this router', () => {
  const known = { configured: new Set<string>(), established: new Set<string>(), own: new Set([SELF]) };

  /** What is told when this router is not named for so long, and then is. */
  function noticesOf({ listsSelf, milliseconds }: { listsSelf: boolean; milliseconds: number }) {
    let state = newMembership({ listsSelf });
    return [
      [1_000, found(A)] as const,
      [1_000 + milliseconds, found(A)] as const,
      [2_000 + milliseconds, found(A, SELF)] as const,
    ].flatMap(([now, answer]) => {
      const members = observe(state, { ...known, now, answer });
      state = members.state;
      return members.notices;
    });
  }

  test('is reported after half a minute, to the millisecond, and when it ends', () => {
    expect(noticesOf({ listsSelf: true, milliseconds: selfMissingAfter })).toEqual([
      { level: 'warn', event: 'self-missing', fields: { reason: expect.stringMatching(/Service .* does not list/) } },
      { level: 'info', event: 'self-missing-ended', fields: {} },
    ]);
    expect(noticesOf({ listsSelf: true, milliseconds: selfMissingAfter - 1 })).toEqual([]);
  });

  test('is correct for a Service of upstream routers', () => {
    expect(noticesOf({ listsSelf: false, milliseconds: 10 * selfMissingAfter })).toEqual([]);
  });
});

test('a router that was removed stays removed when DNS gives no answer', () => {
  const group = new Group();
  group.turn(found(SELF, A));
  expect(group.millisecondsUntilGone(A, found(SELF))).toBeDefined();
  for (const answer of [FAILED, EMPTY]) {
    expect(group.turn(answer).present.map(({ address }) => address)).not.toContain(A);
  }
});
