import * as fc from 'fast-check';
import {
  addressAt,
  bitsOf,
  covers,
  IpSpan,
  largestBlockIn,
  overlaps,
  parseAddress,
  parsePoolSpan,
  parsePrefix,
  parseSpan,
  prefixAround,
  prefixesOf,
} from '../../lib/addressing';

/** Spans short and close enough to be written out address by address. */
const shortSpan: fc.Arbitrary<IpSpan> = fc
  .record({ family: fc.constantFrom<4 | 6>(4, 6), start: fc.nat(30), more: fc.nat(12) })
  .map(({ family, start, more }) => ({ family, first: BigInt(start), last: BigInt(start + more), text: '' }));

const addressesOf = ({ family, first, last }: IpSpan) =>
  new Set(Array.from({ length: Number(last - first) + 1 }, (_, i) => `${family}/${first + BigInt(i)}`));

describe('parseSpan', () => {
  test.each<[string, string, bigint]>([
    ['192.0.2.0/24', '192.0.2.0/24', 256n],
    ['192.0.2.10-192.0.2.20', '192.0.2.10-192.0.2.20', 11n],
    ['192.0.2.10 - 192.0.2.20', '192.0.2.10-192.0.2.20', 11n],
    ['192.0.2.10-192.0.2.10', '192.0.2.10-192.0.2.10', 1n],
    ['2001:DB8::-2001:db8::f', '2001:db8::-2001:db8::f', 16n],
  ])('reads %p as %p', (text, canonical, size) => {
    const span = parseSpan(text);
    expect([span.text, span.last - span.first + 1n]).toEqual([canonical, size]);
  });

  test.each([
    '192.0.2.20-192.0.2.10',
    '192.0.2.1-2001:db8::1',
    '192.0.2.1-',
    '-192.0.2.1',
    '-',
    '192.0.2.1-20',
    '192.0.2.1-192.0.2.2-192.0.2.3',
    '192.0.2.0/25-192.0.2.128/25',
  ])('refuses %p', (text) => {
    expect(() => parseSpan(text)).toThrow(/want a range such as 192.0.2.10-192.0.2.20/);
  });

  test.each([['192.0.2.1'], ['192.0.2.1/24'], [undefined], [24]])('refuses %p as parsePrefix does', (value) => {
    expect(() => parseSpan(value)).toThrow(/want a prefix/);
  });
});

describe('overlaps and covers', () => {
  test('spans that share one address overlap, whichever comes first', () => {
    const [lower, upper] = [parseSpan('192.0.2.1-192.0.2.5'), parseSpan('192.0.2.5-192.0.2.9')];
    expect([overlaps(lower, upper), overlaps(upper, lower)]).toEqual([true, true]);
    expect([covers(lower, upper), covers(upper, lower)]).toEqual([false, false]);
  });

  test('agree with sets of single addresses', () => {
    fc.assert(
      fc.property(shortSpan, shortSpan, (a, b) => {
        const [inA, inB] = [addressesOf(a), [...addressesOf(b)]];
        expect([overlaps(a, b), covers(a, b)]).toEqual([
          inB.some((address) => inA.has(address)),
          inB.every((address) => inA.has(address)),
        ]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('largestBlockIn', () => {
  /** Tries every aligned block at every address of the span. */
  function byTrial({ family, first, last }: IpSpan): number {
    for (let length = 0; length < bitsOf(family); length++) {
      const size = 1n << BigInt(bitsOf(family) - length);
      if (size > last - first + 1n) continue;
      for (let at = first; at + size - 1n <= last; at++) if (at % size === 0n) return length;
    }
    return bitsOf(family);
  }

  test.each<[string, number]>([
    ['192.0.2.0/24', 24],
    ['192.0.2.10-192.0.2.20', 30],
    ['192.0.2.1-192.0.2.2', 32],
    ['0.0.0.0/0', 0],
    ['::/0', 0],
    ['255.255.255.255/32', 32],
    ['2001:db8::1-2001:db8::ffff', 113],
  ])('gives for %p the length %d', (text, length) => {
    expect(largestBlockIn(parseSpan(text))).toBe(length);
  });

  test('agrees with trying every block, also at either end of the address space', () => {
    const [distance, more] = [fc.bigInt(0n, 0xffffff00n), fc.bigInt(0n, 70n)];
    fc.assert(
      fc.property(fc.constantFrom<4 | 6>(4, 6), fc.boolean(), distance, more, (family, fromEnd, away, length) => {
        const start = fromEnd ? (1n << BigInt(bitsOf(family))) - 1n - length - away : away;
        const span = { family, first: start, last: start + length, text: '' };
        expect(largestBlockIn(span)).toBe(byTrial(span));
      }),
      { numRuns: 300 },
    );
  });
});

describe('parsePoolSpan', () => {
  test.each(['224.0.0.0/28', '127.0.0.0-127.0.0.9', '0.0.0.0/0', 'ff02::/64'])(
    'refuses %p, which no Service can have',
    (span) => {
      expect(() => parsePoolSpan(span)).toThrow(/^got ".*", want unicast addresses of hosts$/);
    },
  );

  test('reads what parseSpan reads', () => {
    expect(parsePoolSpan('192.0.2.10-192.0.2.20')).toEqual(parseSpan('192.0.2.10-192.0.2.20'));
  });
});

test.each([
  ['198.51.100.0/24', 1, '198.51.100.1'],
  ['198.51.100.0/23', 256, '198.51.101.0'],
  ['2001:db8::/32', 0x10000, '2001:db8::1:0'],
])('the address in %s at %p is %s', (prefix, offset, text) => {
  expect(addressAt(parsePrefix(prefix), offset)).toEqual(parseAddress(text));
});

describe('the prefixes of a span', () => {
  const span = fc
    .tuple(fc.constantFrom(4 as const, 6 as const), fc.nat(2000), fc.nat(2000))
    .map(([family, first, size]) => {
      const base = parsePrefix(family === 4 ? '192.0.0.0/16' : '2001:db8::/64');
      const [from, to] = [addressAt(base, first), addressAt(base, first + size)];
      return parseSpan(`${from.text}-${to.text}`);
    });

  test('hold all of its addresses, each once and no others, and cannot be fewer', () => {
    fc.assert(
      fc.property(span, (given) => {
        const prefixes = prefixesOf(given);
        expect(prefixes[0].first).toBe(given.first);
        expect(prefixes[prefixes.length - 1].last).toBe(given.last);
        prefixes.forEach((prefix, i) => {
          expect(parsePrefix(prefix.text)).toEqual(prefix);
          if (i > 0) expect(prefix.first).toBe(prefixes[i - 1].last + 1n);
          const wider = prefixAround(prefix, prefix.length - 1);
          expect(wider.first < given.first || wider.last > given.last).toBe(true);
        });
      }),
    );
  });

  test('are one for a prefix, the whole address space among them', () => {
    for (const text of ['0.0.0.0/0', '::/0', '192.0.2.0/24', '192.0.2.1/32']) {
      expect(prefixesOf(parsePrefix(text))).toEqual([parsePrefix(text)]);
    }
  });
});
