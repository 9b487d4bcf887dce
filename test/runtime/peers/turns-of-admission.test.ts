import { admit, Admission, ADMISSION_RULES, EMPTY_ADMISSION } from '../../../crpd-image/runtime/peers/admission';

const { trial, longTrial, swapPace, trialsLeast } = ADMISSION_RULES;
const addresses = (count: number, network = '10.42') =>
  Array.from({ length: count }, (_, i) => `${network}.${i >> 8}.${i & 255}`).sort();

/** What a group looks like to the rules, with a clock that starts somewhere. */
class Mesh {
  now = 5_000_000;
  state: Admission = EMPTY_ADMISSION;
  readonly established = new Set<string>();
  configured: ReadonlySet<string> = new Set();

  constructor(
    readonly limit = 256,
    readonly self = '10.1.1.1',
  ) {}

  /** Who is admitted so many milliseconds later. */
  after(milliseconds: number, present: readonly string[]): string[] {
    this.now += milliseconds;
    const { now, self, configured, established, limit } = this;
    const endpoints = present.map((address) => ({ address }));
    const { state, admitted } = admit(this.state, { now, self, present: endpoints, configured, established, limit });
    this.state = state;
    this.configured = new Set(admitted.map(({ address }) => address));
    return [...this.configured];
  }
}

const newIn = (now: readonly string[], before: readonly string[]) => now.filter((each) => !before.includes(each));

describe('a trial', () => {
  test('lasts half a minute, to the millisecond, if a router without a trial waits', () => {
    const mesh = new Mesh();
    const first = mesh.after(0, addresses(65));
    expect(mesh.after(trial - 1, addresses(65))).toEqual(first);
    expect(newIn(mesh.after(1, addresses(65)), first)).toHaveLength(1);
  });

  test('lasts ten minutes, to the millisecond, if all that wait have had a trial', () => {
    const mesh = new Mesh();
    const all = addresses(65);
    mesh.after(0, all);
    const second = mesh.after(trial, all);
    // One lost its place now, and 63 have been on trial from the start.
    expect(mesh.after(longTrial - 1, all)).toEqual(second);
    expect(newIn(mesh.after(1, all), second)).toHaveLength(1);
  });

  test('is over for a router whose session was up once', () => {
    const mesh = new Mesh();
    const all = addresses(65);
    const first = mesh.after(0, all);
    for (const address of first) mesh.established.add(address);
    const second = mesh.after(1000, all);
    expect(second).toEqual(all);
    mesh.established.clear();
    expect(mesh.after(longTrial, [...all, ...addresses(300, '10.43')])).toEqual(expect.arrayContaining(first));
  });

  test('ends for four at a time, and for others two seconds later, to the millisecond', () => {
    const mesh = new Mesh();
    const all = addresses(300);
    const first = mesh.after(0, all);
    expect(first).toHaveLength(trialsLeast);
    const second = mesh.after(trial, all);
    expect(newIn(second, first)).toHaveLength(4);
    expect(mesh.after(swapPace - 1, all)).toEqual(second);
    expect(newIn(mesh.after(1, all), second)).toHaveLength(4);
  });

  test('ends for no more than wait', () => {
    const mesh = new Mesh();
    const all = addresses(66);
    const first = mesh.after(0, all);
    expect(newIn(mesh.after(trial, all), first)).toHaveLength(2);
  });

  test('ends for no more than wait, however long it has lasted', () => {
    const mesh = new Mesh();
    const first = mesh.after(0, addresses(64));
    expect(newIn(first, mesh.after(longTrial, addresses(65)))).toHaveLength(1);
  });

  test('continues while there is room for those that wait, or none waits', () => {
    const mesh = new Mesh();
    mesh.after(0, addresses(60));
    expect(mesh.after(longTrial, addresses(62))).toEqual(addresses(62));
    const many = new Mesh();
    many.configured = new Set(addresses(100));
    many.after(0, addresses(100));
    expect(many.after(longTrial, addresses(100))).toEqual(addresses(100));
  });

  test('lasts ten minutes if all that wait have had a trial, even if they have waited as long', () => {
    const mesh = new Mesh(1);
    const [a, b, c] = addresses(3);
    expect(mesh.after(0, [a])).toEqual([a]);
    expect(mesh.after(trial, [a, b])).toEqual([b]);
    expect(mesh.after(trial, [a, b, c])).toEqual([c]);
    expect(mesh.after(longTrial - trial, [a, b, c])).toEqual([c]);
    expect(mesh.after(trial, [a, b, c])).toEqual([a]);
  });

  test('does not end for those that take a place that is free', () => {
    const mesh = new Mesh(2);
    const [a, b, p, q, r, s] = addresses(6);
    mesh.after(0, [a, b]);
    expect(mesh.after(trial, [a, b, p, q])).toEqual([p, q]);
    expect(mesh.after(trial, [a, b, p, q, r, s])).toEqual([r, s]);
    expect(mesh.after(longTrial - trial, [a, b, p, q, r])).toEqual([expect.stringMatching(`^(${a}|${b})$`), r]);
  });

  test('ends first for those that began first', () => {
    const mesh = new Mesh();
    const early = mesh.after(0, addresses(32, '10.44'));
    const late = newIn(mesh.after(1000, [...addresses(32, '10.43'), ...early]), early);
    const all = [...addresses(32, '10.43'), ...early, ...addresses(4, '10.45')];
    expect(late).toHaveLength(32);
    const now = mesh.after(trial, all);
    expect(newIn(late, now)).toEqual([]);
    expect(newIn(early, now)).toHaveLength(4);
  });
});

describe('routers that wait', () => {
  test('come in before those that had a trial, and these in the order in which they lost it', () => {
    const mesh = new Mesh(1);
    const order: string[] = [];
    const all = addresses(4);
    for (let i = 0; i < 4; i++) order.push(...mesh.after(trial, all));
    expect([...order].sort()).toEqual(all);
    // All had their turn. The first has waited the longest.
    expect(mesh.after(longTrial, all)).toEqual([order[0]]);
    expect(mesh.after(longTrial, all)).toEqual([order[1]]);
  });

  test('come in in an order that is that of the pair, not of one of the two', () => {
    const [a, b, ...others] = addresses(20);
    /** Who comes in first at a router. */
    const firstAt = (self: string, present: readonly string[]) => new Mesh(1, self).after(0, present)[0];
    // Of a and b each third router takes the same one or the other, not all of them the same.
    expect(new Set(others.map((self) => firstAt(self, [a, b])))).toEqual(new Set([a, b]));
    // No three can each prefer the next one: the order of the pairs is the same at both of their ends.
    for (const c of others) {
      const turns = [firstAt(a, [b, c].sort()), firstAt(b, [a, c].sort()), firstAt(c, [a, b])];
      expect([
        [b, c, a],
        [c, a, b],
      ]).not.toContainEqual(turns);
    }
  });

  test('do not wait while there is room for them', () => {
    const mesh = new Mesh();
    mesh.after(0, addresses(10));
    expect(mesh.after(1, addresses(trialsLeast))).toEqual(addresses(trialsLeast));
  });
});

describe('more neighbors than there may be', () => {
  test('leave those that are up, then those that were, and the others in the order in which they are found', () => {
    const mesh = new Mesh(3);
    const [a, b, c, d, e] = addresses(5);
    for (const address of [c, d]) mesh.established.add(address);
    mesh.configured = new Set([c, d]);
    mesh.after(0, [c, d]);
    mesh.established.delete(d);
    mesh.established.add(e);
    mesh.configured = new Set([a, b, c, d, e]);
    expect(mesh.after(1000, [a, b, c, d, e])).toEqual([c, d, e]);
    // Those that lost their places now come in by and by.
    expect([...mesh.state.lostAt]).toEqual([
      [a, mesh.now],
      [b, mesh.now],
    ]);
  });

  test('are kept if operators configured them, even above the limit of trials, but none is added', () => {
    const mesh = new Mesh();
    const given = addresses(100);
    mesh.configured = new Set(given);
    expect(mesh.after(0, [...given, ...addresses(50, '10.43')])).toEqual(given);
  });
});

describe('a place', () => {
  test('belongs to a present router: one that was removed and returns is on trial again', () => {
    const mesh = new Mesh();
    const all = addresses(65);
    const first = mesh.after(0, all);
    for (const address of first) mesh.established.add(address);
    mesh.after(1000, all);
    mesh.established.clear();
    mesh.after(1000, all.slice(1));
    expect(mesh.state.places.has(all[0])).toBe(false);
    mesh.after(1000, all);
    expect(mesh.state.places.get(all[0])).toEqual({ since: mesh.now, answered: false });
  });

  test('belongs to a router whose session comes up without one, as after a change by hand', () => {
    const mesh = new Mesh(2);
    const all = addresses(3);
    const [waiting] = newIn(all, mesh.after(0, all));
    mesh.established.add(waiting);
    expect(mesh.after(1000, all)).toContain(waiting);
    expect(mesh.state.places.get(waiting)).toEqual({ since: mesh.now, answered: true });
  });

  test.each(addresses(10, '10.9'))(
    'has no router again that lost it, only because it is still configured, at %s',
    (self) => {
      const mesh = new Mesh(1, self);
      const [a, b] = addresses(2);
      const [first] = mesh.after(0, [a, b]);
      const [second] = mesh.after(trial, [a, b]);
      mesh.configured = new Set([a, b]);
      expect(mesh.after(1000, [a, b])).toEqual([second]);
      expect(second).not.toBe(first);
    },
  );
});
