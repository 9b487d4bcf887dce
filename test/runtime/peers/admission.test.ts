import * as fc from 'fast-check';
import {
  admit,
  Admission,
  ADMISSION_RULES,
  CLIENT_ADMISSION_RULES,
  EMPTY_ADMISSION,
} from '../../../crpd-image/runtime/peers/admission';

const addresses = (count: number, network = '10.42') =>
  Array.from({ length: count }, (_, i) => `${network}.${i >> 8}.${i & 255}`);

/** A router whose neighbors are exactly those that are admitted. */
class Router {
  now = 0;
  state: Admission = EMPTY_ADMISSION;
  configured = new Set<string>();
  established = new Set<string>();

  constructor(
    readonly limit: number,
    readonly rules = ADMISSION_RULES,
    readonly self = '10.1.1.1',
  ) {}

  /** One turn of the daemon. @param alive whom it has a session with as soon as it is configured */
  turn(present: readonly string[], alive: (address: string) => boolean = () => false, milliseconds = 1000): string[] {
    this.now += milliseconds;
    const { now, self, configured, established, limit } = this;
    const sorted = [...present].sort().map((address) => ({ address }));
    const applicants = { now, self, present: sorted, configured, established, limit };
    const { state, admitted } = admit(this.state, applicants, this.rules);
    this.state = state;
    this.configured = new Set(admitted.map(({ address }) => address));
    this.established = new Set([...this.configured].filter(alive));
    return [...this.configured];
  }
}

describe('routers of a mesh', () => {
  test('are all configured at once if there are 64 or fewer', () => {
    expect(new Router(256).turn(addresses(64))).toEqual([...addresses(64)].sort());
  });

  test('come in by 64 as sessions come up, up to the limit', () => {
    const router = new Router(256);
    const sizes = Array.from({ length: 5 }, () => router.turn(addresses(1000), () => true).length);
    expect(sizes).toEqual([64, 128, 192, 256, 256]);
  });

  test('come in by a quarter of a limit that is high', () => {
    expect(new Router(1000).turn(addresses(1000))).toHaveLength(250);
  });

  test('are at most 64 as long as none answers', () => {
    const router = new Router(256);
    for (let i = 0; i < 400; i++) expect(router.turn(addresses(1000)).length).toBe(64);
  });

  test('are as few as the limit says, if that is lower', () => {
    expect(new Router(2).turn(addresses(10))).toHaveLength(2);
  });

  test('of which none answers are each tried for at least half a minute within ten minutes', () => {
    const router = new Router(256);
    const tried = new Map<string, number>();
    for (let i = 0; i < 600; i++) {
      for (const address of router.turn(addresses(1001))) tried.set(address, (tried.get(address) ?? 0) + 1);
    }
    expect(tried.size).toBe(1001);
    // Of some the trial is not over yet.
    expect([...tried.values()].filter((seconds) => seconds < 30).length).toBeLessThan(64);
  });

  test('that did not answer keep their place if no other waits', () => {
    const router = new Router(256);
    const first = router.turn(addresses(64));
    for (let i = 0; i < 1000; i++) expect(router.turn(addresses(64))).toEqual(first);
  });

  test('that had their trial push each other out after ten minutes only', () => {
    const router = new Router(256);
    const changes: number[] = [];
    let before = router.turn(addresses(65)).join();
    for (let second = 1; second < 1500; second++) {
      const now = router.turn(addresses(65)).join();
      if (now !== before) changes.push(second);
      before = now;
    }
    expect(changes).toEqual([30, 630, 1230]);
  });

  test('that have ever answered stay, up or down, whatever else is named', () => {
    const router = new Router(256);
    const real = addresses(200, '10.99');
    for (let i = 0; i < 5; i++) router.turn(real, () => true);
    const many = [...real, ...addresses(1000)];
    for (let i = 0; i < 400; i++) {
      const now = new Set(router.turn(many));
      expect(real.filter((address) => !now.has(address))).toEqual([]);
      expect(now.size).toBe(256);
    }
  });

  test('are admitted among a thousand addresses without a router', () => {
    const router = new Router(256);
    const real = addresses(20, '10.99');
    const alive = (address: string) => real.includes(address);
    for (let i = 0; i < 600; i++) router.turn([...addresses(1000), ...real], alive);
    expect([...router.established].sort()).toEqual([...real].sort());
  });

  test('that were configured before the daemon was started keep their places', () => {
    const router = new Router(4);
    router.configured = new Set(['10.42.0.8', '10.42.0.9']);
    router.established = new Set(['10.42.0.9']);
    const now = router.turn(addresses(10));
    expect(now).toHaveLength(4);
    expect(now).toEqual(expect.arrayContaining(['10.42.0.8', '10.42.0.9']));
  });

  test('that are configured beyond a limit go, those with a session last', () => {
    const router = new Router(3);
    router.configured = new Set(addresses(10));
    router.established = new Set(['10.42.0.7', '10.42.0.8']);
    expect(router.turn(addresses(10), (address) => address >= '10.42.0.7')).toEqual([
      '10.42.0.0',
      '10.42.0.7',
      '10.42.0.8',
    ]);
  });

  test('are all put back at once when the router has lost its configuration', () => {
    const router = new Router(256);
    const real = addresses(200);
    for (let i = 0; i < 5; i++) router.turn(real, () => true);
    [router.configured, router.established] = [new Set(), new Set()];
    expect(router.turn(real)).toHaveLength(200);
  });

  test('whose names change with each answer are no more at any time, and leave no trace', () => {
    const router = new Router(256);
    for (let i = 0; i < 300; i++) {
      expect(router.turn(addresses(60, `10.${i & 255}`), undefined, 100).length).toBe(60);
      expect(router.state.places.size + router.state.lostAt.size).toBe(60);
    }
  });
});

test('a full mesh comes up if both ends have to admit each other, in spite of dead routers', () => {
  const size = 40;
  const rules = { ...ADMISSION_RULES, trialsLeast: 5, trialShare: 0 };
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(size - 1), { maxLength: 30 }), (deadOnes) => {
      const all = addresses(size);
      const dead = new Set(deadOnes.map((i) => all[i]));
      const routers = new Map(all.filter((a) => !dead.has(a)).map((a) => [a, new Router(size, rules, a)]));
      const meshed = () => [...routers.values()].every(({ established }) => established.size === routers.size - 1);
      for (let second = 0; second < 3600 && !meshed(); second++) {
        // What both had configured before this turn has come up.
        const before = new Map([...routers].map(([address, { configured }]) => [address, new Set(configured)]));
        for (const [address, router] of routers) {
          const present = all.filter((other) => other !== address);
          router.turn(present, (other) => before.get(other)?.has(address) ?? false);
        }
      }
      expect(meshed()).toBe(true);
    }),
    { numRuns: 6 },
  );
});

test('whatever happens: within the limit, on trial within theirs, and no session lost to another address', () => {
  const rules = { ...ADMISSION_RULES, trialsLeast: 3, trialShare: 0.25 };
  const pool = addresses(20);
  const some = fc.uniqueArray(fc.constantFrom(...pool), { maxLength: 20 });
  const turn = fc.record({
    present: some,
    alive: some,
    milliseconds: fc.constantFrom(100, 1000, 31_000, 301_000),
    byHand: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      fc.uniqueArray(fc.constantFrom(...pool), { maxLength: 2 }),
    ),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(turn, { maxLength: 30 }), (limit, turns) => {
      const router = new Router(limit, rules);
      let answered = new Set<string>();
      for (const { present, alive, milliseconds, byHand } of turns) {
        for (const address of byHand) router.configured.add(address);
        const before = new Set(router.configured);
        const up = new Set([...before].filter((a) => router.established.has(a)));
        for (const address of up) answered.add(address);
        answered = new Set([...answered].filter((a) => present.includes(a)));
        const now = router.turn(present, (address) => alive.includes(address), milliseconds);
        for (const address of now) if (!present.includes(address)) throw new Error(`${address} is not there`);
        if (now.length > limit) throw new Error('more than the limit');
        const lost = [...answered].filter((a) => !now.includes(a));
        if (answered.size <= limit && lost.length > 0) throw new Error(`${lost} has answered and lost its place`);
        const added = now.filter((a) => !before.has(a) && !answered.has(a));
        const onTrial = now.filter((a) => !answered.has(a));
        if (added.length > 0 && onTrial.length > Math.max(3, Math.ceil(limit / 4)))
          throw new Error('too many on trial');
        answered = new Set([...answered].filter((a) => now.includes(a)));
      }
    }),
    { numRuns: 2000 },
  );
});

test('clients are all configured at once, up to the limit, though none answers yet', () => {
  expect(new Router(1000, CLIENT_ADMISSION_RULES).turn(addresses(300))).toHaveLength(300);
  const router = new Router(100, CLIENT_ADMISSION_RULES);
  // Whoever waits has a turn as the routers of a mesh have.
  const tried = Array.from({ length: 30 }, () => router.turn(addresses(120), undefined, 10_000)).flat();
  expect(new Set(tried).size).toBe(120);
  expect(router.configured.size).toBe(100);
});
