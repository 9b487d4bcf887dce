import { Answer } from '../../../crpd-image/runtime/discovery/discovery';
import { hasMissing, newMembership, observe } from '../../../crpd-image/runtime/discovery/membership';
import { EMPTY, FAILED, found, Group, SELF } from './group';

const A = '10.42.0.2';
const B = '10.42.0.3';
const C = '10.42.0.4';

/** So many routers. */
const routers = (count: number) => Array.from({ length: count }, (_, i) => `10.43.${i >> 8}.${i & 255}`);

describe('who is there', () => {
  test('are the routers that the answer lists, at once, without this router', () => {
    const group = new Group();
    expect(group.turn(found(B, SELF, A)).present).toEqual([{ address: A }, { address: B }]);
  });

  test('keeps the redundancy group that was known last', () => {
    const group = new Group();
    group.turn(found({ address: A, redundancyGroup: 'zone-1' }));
    expect(group.turn(found(A)).present).toEqual([{ address: A, redundancyGroup: 'zone-1' }]);
    expect(group.turn(found({ address: A, redundancyGroup: 'zone-2' })).present).toEqual([
      { address: A, redundancyGroup: 'zone-2' },
    ]);
  });

  test('depart while their pod terminates, and after that until they are gone', () => {
    const group = new Group();
    const terminates = { address: A, departing: true } as const;
    const present = [terminates, { address: B }];
    group.established.add(A);
    expect(group.turn(found(SELF, terminates, B)).present).toEqual(present);
    expect(group.turn(found(SELF, B)).present).toEqual(present);
    expect(group.turn(FAILED).present).toEqual(present);
    expect(group.turn(found(SELF, A, B)).present).toEqual([{ address: A }, { address: B }]);
  });

  test('depart if three answers in a row do not list them, even if their session is Established', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.established.add(A);
    for (let i = 0; i < 2; i++) expect(group.turn(found(SELF, B)).present).toEqual([{ address: A }, { address: B }]);
    expect(group.turn(found(SELF, B)).present).toEqual([{ address: A, departing: true }, { address: B }]);
    expect(group.turn(found(SELF, A, B)).present).toEqual([{ address: A }, { address: B }]);
  });

  test('is not this router under an address that it got later', () => {
    const group = new Group();
    const answer = found(SELF, A, B);
    group.turn(answer);
    group.own = new Set([SELF, A]);
    expect(group.turn(answer)).toMatchObject({ present: [{ address: B }], leaving: [A] });
    expect(group.turn(FAILED).present).toEqual([{ address: B }]);
  });

  test('is asked of the sessions only while someone is missing', () => {
    const group = new Group();
    expect(hasMissing(group.turn(found(SELF, A, B)).state)).toBe(false);
    expect(hasMissing(group.turn(found(SELF, A)).state)).toBe(true);
    group.millisecondsUntilGone(B, found(SELF, A));
    // It is still configured, and its session may come up.
    expect(hasMissing(group.last.state)).toBe(true);
    expect(hasMissing(group.turn(found(SELF, A)).state)).toBe(false);
  });
});

describe('a failure of DNS', () => {
  test('does not count as missing time: a partial answer after it removes no router with a session', () => {
    const known = { configured: new Set([A]), established: new Set([A]), own: new Set([SELF]) };
    let state = newMembership({ listsSelf: true });
    const turn = (now: number, answer: Answer) => {
      const seen = observe(state, { ...known, now, answer });
      state = seen.state;
      return seen.present.map(({ address }) => address);
    };
    turn(0, found(SELF, A, B));
    turn(1_000, found(SELF, B));
    for (let now = 2_000; now < 60_000; now += 1_000) turn(now, FAILED);
    for (let now = 60_000; now < 110_000; now += 1_000) expect(turn(now, found(SELF, B))).toContain(A);
    for (let now = 110_000; now < 125_000; now += 1_000) turn(now, found(SELF, B));
    expect(turn(125_000, found(SELF, B))).not.toContain(A);
  });

  test.each([
    ['failed', FAILED],
    ['empty', EMPTY],
  ])('removes nobody: %s', (_, answer) => {
    const group = new Group({ configured: [C] });
    group.turn(found(SELF, A, B));
    for (let i = 0; i < 1000; i++) {
      const { present, leaving } = group.turn(answer);
      expect([present.length, leaving.length]).toEqual([3, 0]);
    }
  });

  test('does not end with an answer from before a restart: it adds routers, and removes none', () => {
    const group = new Group({ configured: [C] });
    const fromFile: Answer = { kind: 'found', source: 'file', endpoints: [{ address: A }] };
    for (let i = 0; i < 1000; i++) group.turn(fromFile);
    expect(group.present).toEqual([A, C]);
    expect(group.notices).toEqual([]);
  });

  test('ends a row of answers, not the time', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    for (let i = 0; i < 100; i++) {
      for (const answer of [found(SELF, A), found(SELF, A), FAILED]) expect(group.turn(answer).present).toHaveLength(2);
    }
    group.turn(found(SELF, A));
    group.turn(found(SELF, A));
    expect(group.turn(found(SELF, A)).leaving).toEqual([B]);
  });

  test('keeps routers that could not be removed yet', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.routerWorks = false;
    group.millisecondsUntilGone(B, found(SELF, A));
    expect(group.last.leaving).toEqual([B]);
    expect(group.turn(FAILED).leaving).toEqual([]);
    expect(group.present).toEqual([A, B]);
  });

  test('that alternates, as from inconsistent servers, removes no router', () => {
    const group = new Group();
    for (let i = 0; i < 1000; i++) group.turn(i % 2 ? found(SELF, A, B) : found(SELF, A, C));
    expect(group.present).toEqual([A, B, C]);
  });

  test('with an answer of 30 s ago costs no session and delays no new router', () => {
    const group = new Group();
    group.turn(found(SELF, A));
    group.turn(found(SELF, A, B));
    group.established.add(A).add(B);
    for (let i = 0; i < 30; i++) expect(group.turn(found(SELF, A)).leaving).toEqual([]);
    expect(group.turn(found(SELF, A, B)).present).toHaveLength(2);
  });

  test('that forgets half of the routers costs no session for a minute, and few after that', () => {
    const all = routers(40);
    const group = new Group({ configured: all });
    all.forEach((address) => group.established.add(address));
    group.turn(found(SELF, ...all));
    const half = found(SELF, ...all.slice(20));
    for (let i = 0; i < 60; i++) expect(group.turn(half).leaving).toEqual([]);
    for (let i = 0; i < 25; i++) group.turn(half);
    // Three times four.
    expect(group.established.size).toBe(28);
  });

  test('that lists this router only removes no router with an Established session', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.established.add(A).add(B);
    for (let i = 0; i < 59; i++) expect(group.turn(found(SELF)).leaving).toEqual([]);
  });
});

describe('a router that is missing', () => {
  test('goes after three answers over two seconds, if its session is down', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    expect(group.turn(found(SELF, A)).leaving).toEqual([]);
    expect(group.turn(found(SELF, A)).leaving).toEqual([]);
    expect(group.turn(found(SELF, A)).leaving).toEqual([B]);
    expect(group.turn(found(SELF, A)).leaving).toEqual([]);
  });

  test('is not removed by many answers in a short time, nor by few in a long time', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    for (let i = 0; i < 20; i++) expect(group.turn(found(SELF, A), 99).leaving).toEqual([]);
    group.turn(found(SELF, A, B));
    expect(group.turn(found(SELF, A), 60_000).leaving).toEqual([]);
    expect(group.turn(found(SELF, A), 60_000).leaving).toEqual([]);
    expect(group.turn(found(SELF, A), 60_000).leaving).toEqual([B]);
  });

  test('stays for a minute while its session is Established', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.established.add(B);
    expect(group.millisecondsUntilGone(B, found(SELF, A))).toBe(61_000);
  });

  test('goes soon after its session is lost', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.established.add(B);
    for (let i = 0; i < 30; i++) group.turn(found(SELF, A));
    group.established.delete(B);
    expect(group.turn(found(SELF, A)).leaving).toEqual([B]);
  });

  test('is kept after all if its session comes up before the router could remove it', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.routerWorks = false;
    group.millisecondsUntilGone(B, found(SELF, A));
    group.established.add(B);
    group.routerWorks = true;
    expect(group.turn(found(SELF, A)).leaving).toEqual([]);
    expect(group.present).toEqual([A, B]);
  });

  test('is asked to leave until the router has removed it', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.routerWorks = false;
    group.millisecondsUntilGone(B, found(SELF, A));
    for (let i = 0; i < 10; i++) expect(group.turn(found(SELF, A)).leaving).toEqual([B]);
  });
});

describe('a router that returns', () => {
  /** Lets B go and return, and says how long it stayed without being named. */
  function flap(group: Group, isUp = false): number | undefined {
    if (isUp) group.established.add(B);
    const held = group.millisecondsUntilGone(B, found(SELF, A));
    expect(group.turn(found(SELF, A, B)).present).toContainEqual({ address: B });
    return held;
  }

  test('is present at once, with a hold-down that doubles each time, up to a minute', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    const holds = Array.from({ length: 8 }, () => flap(group));
    expect(holds.map((hold) => hold! - 1000)).toEqual([2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * 1000));
  });

  test('has a longer hold-down with an Established session, up to five minutes', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    const holds = Array.from({ length: 5 }, () => flap(group, true));
    expect(holds.map((hold) => hold! - 1000)).toEqual([60, 120, 240, 300, 300].map((s) => s * 1000));
  });

  test('has no past after ten quiet minutes', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    flap(group);
    flap(group);
    group.turn(found(SELF, A, B), 600_000);
    expect(flap(group)).toBe(3000);
    group.millisecondsUntilGone(B, found(SELF, A));
    group.turn(found(SELF, A), 600_000);
    expect(group.last.state.peers.has(B)).toBe(false);
  });

  test('is remembered with at most a thousand others, the last removed ones', () => {
    const group = new Group();
    for (let round = 0; round < 12; round++) {
      const names = Array.from({ length: 100 }, (_, i) => `10.44.${round}.${i}`);
      group.turn(found(SELF, A, ...names));
      while (group.present.length > 1) group.turn(found(SELF, A));
    }
    group.turn(found(SELF, A));
    const { peers } = group.last.state;
    expect(peers.size).toBe(1001);
    const rounds = [...peers.keys()].flatMap((address) => (address === A ? [] : [Number(address.split('.')[2])]));
    expect([...new Set(rounds)].sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('is not remembered if it was never configured', () => {
    const group = new Group();
    group.turn(found(SELF, A));
    group.routerWorks = false;
    for (let round = 0; round < 30; round++) {
      const names = Array.from({ length: 100 }, (_, i) => `10.44.${round}.${i}`);
      group.turn(found(SELF, A, ...names), 100);
      expect(group.present).toEqual([A, ...[...names].sort()]);
      expect(group.last.state.peers.size).toBe(101);
    }
    group.turn(found(SELF, A));
    expect([...group.last.state.peers.keys()]).toEqual([A]);
  });
});

describe('removal of many', () => {
  test('is of a tenth of the group at a time', () => {
    const all = routers(40);
    const group = new Group({ configured: all });
    const sizes = [];
    for (let i = 0; i < 15; i++) sizes.push(group.turn(found(SELF)).leaving.length);
    expect(sizes).toEqual([0, 0, 4, 4, 4, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1]);
  });

  test('is of one at a time in a small group', () => {
    const group = new Group({ configured: [A, B, C] });
    const sizes = Array.from({ length: 6 }, () => group.turn(found(SELF)).leaving.length);
    expect(sizes).toEqual([0, 0, 1, 1, 1, 0]);
  });

  test('is not hurried by more answers a second', () => {
    const group = new Group({ configured: routers(5) });
    for (let i = 0; i < 3; i++) group.turn(found(SELF));
    expect(group.last.leaving).toHaveLength(1);
    for (let i = 0; i < 4; i++) expect(group.turn(found(SELF), 100).leaving).toEqual([]);
    expect(group.turn(found(SELF), 100).leaving).toHaveLength(1);
  });

  test('does not pile up while the router does not answer', () => {
    const group = new Group({ configured: routers(40) });
    group.routerWorks = false;
    for (let i = 0; i < 100; i++) expect(group.turn(found(SELF)).leaving.length).toBeLessThanOrEqual(4);
  });

  test('starts with those that have been missing the longest', () => {
    const group = new Group();
    group.turn(found(SELF, A, B, C));
    group.established.add(A).add(C);
    group.turn(found(SELF, A, B));
    for (let i = 0; i < 10; i++) group.turn(found(SELF, B));
    group.established.clear();
    const gone = Array.from({ length: 3 }, () => group.turn(found(SELF, B)).leaving).flat();
    expect(gone).toEqual([C, A]);
  });
});

describe('neighbors that are configured', () => {
  test('at the start are there as of then, and go as others do', () => {
    const group = new Group({ configured: [A, B] });
    group.established.add(A);
    expect(group.turn(FAILED).present).toEqual([{ address: A }, { address: B }]);
    expect(group.millisecondsUntilGone(B, found(SELF, C))).toBe(3000);
    expect(group.present).toEqual([A, C]);
    expect(group.millisecondsUntilGone(A, found(SELF, C))).toBeGreaterThan(57_000);
  });

  test('by an operator later on have their hold-down, too, even one that was removed before', () => {
    const group = new Group();
    group.turn(found(SELF, A, B));
    group.millisecondsUntilGone(B, found(SELF, A));
    group.turn(found(SELF, A));
    group.configured.add(B);
    group.established.add(B);
    expect(group.millisecondsUntilGone(B, found(SELF, A))).toBeGreaterThanOrEqual(61_000);
  });

  test('under an address of this router, as after a move to another one, go at once', () => {
    const group = new Group({ configured: [SELF, A] });
    expect(group.turn(FAILED)).toMatchObject({ leaving: [SELF], present: [{ address: A }] });
  });
});

describe('this router missing from the answer', () => {
  test('is reported once after half a minute, and once when it ends', () => {
    const group = new Group();
    for (let i = 0; i < 30; i++) group.turn(found(A));
    expect(group.notices).toEqual([]);
    for (let i = 0; i < 100; i++) group.turn(found(A));
    expect(group.notices.map(({ event }) => event)).toEqual(['self-missing']);
    for (let i = 0; i < 3; i++) group.turn(found(A, SELF));
    expect(group.notices.map(({ event }) => event)).toEqual(['self-missing', 'self-missing-ended']);
    expect(group.present).toEqual([A]);
  });

  test('reports nothing if DNS fails', () => {
    const group = new Group();
    for (let i = 0; i < 100; i++) group.turn(i % 2 ? FAILED : EMPTY);
    expect(group.notices).toEqual([]);
  });
});
