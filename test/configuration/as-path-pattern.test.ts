import * as fc from 'fast-check';
import { AsRange } from '../../lib/addressing';
import { firstAsPatterns } from '../../lib/configuration/as-path-pattern';

const LARGEST = 0xffffffff;

/** The patterns as bgpd compiles them: `_` is any boundary. */
function compiled(ranges: readonly AsRange[]): (asPath: string) => boolean {
  const patterns = firstAsPatterns(ranges).map((pattern) => new RegExp(pattern.replaceAll('_', '(^|[,{}() ]|$)')));
  return (asPath) => patterns.some((pattern) => pattern.test(asPath));
}

/** Any AS number, often one near a power of ten, where the number of digits changes. */
const as = fc.oneof(
  fc.integer({ min: 1, max: LARGEST }),
  fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -12, max: 12 }))
    .map(([power, offset]) => Math.min(LARGEST, Math.max(1, 10 ** power + offset))),
);
const range = fc.tuple(as, as).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
const ranges = fc.array(range, { minLength: 1, maxLength: 4 });
const within = (all: readonly AsRange[], number: number) =>
  all.some(({ first, last }) => first <= number && number <= last);

test.each([
  [[{ first: 65001, last: 65500 }], ['^65(0(0[1-9]|[1-9][0-9])|[1-4][0-9]{2}|500)_']],
  [[{ first: 64496, last: 64496 }], ['^64496_']],
  [[{ first: 100, last: 599 }], ['^[1-5][0-9]{2}_']],
  [[{ first: 19, last: 31 }], ['^(19|2[0-9]|3[0-1])_']],
  [[{ first: 3, last: 5 }], ['^[3-5]_']],
  [[{ first: 1, last: LARGEST }], [expect.stringMatching(/^\^\(\[1-9\]\|\[1-9\]\[0-9\]\|/)]],
  [
    [
      { first: 20, last: 29 },
      { first: 5, last: 9 },
      { first: 10, last: 19 },
    ],
    ['^([5-9]|[1-2][0-9])_'],
  ],
])('%p is written short', (all, patterns) => {
  expect(firstAsPatterns(all)).toEqual(patterns);
});

test('exactly the paths whose first AS number is in a range match', () => {
  fc.assert(
    fc.property(ranges, as, fc.array(as, { maxLength: 3 }), fc.nat(3), (all, near, rest, step) => {
      const matches = compiled(all);
      const ends = all.flatMap(({ first, last }) => [first - step, first + step, last - step, last + step]);
      const numbers = [near, ...ends].filter((one) => one >= 1 && one <= LARGEST);
      expect(numbers.filter((one) => matches([one, ...rest].join(' ')))).toEqual(
        numbers.filter((one) => within(all, one)),
      );
    }),
    { numRuns: 3_000 },
  );
});

test('an AS set or a confederation in the first place does not match, nor does an empty path', () => {
  fc.assert(
    fc.property(ranges, as, (all, number) => {
      expect([`{${number}}`, `(${number})`, ''].filter(compiled(all))).toEqual([]);
    }),
  );
});

test('a pattern has room on a line of the configuration', () => {
  fc.assert(
    fc.property(range, (one) => {
      const [pattern, ...others] = firstAsPatterns([one]);
      expect(others).toEqual([]);
      expect(pattern).toMatch(/^[0-9^_()[\]|{}-]{1,700}$/);
    }),
    { numRuns: 1_000 },
  );
});
