import * as fc from 'fast-check';
import { formatAsRange, parseAsNumber, parseAsRange, usableAsNumber } from '../../lib/addressing';
import { ValidationError } from '../../lib/input';

const LARGEST = 4294967295;

/** Any 32-bit number, with more weight on the ends of what IANA has reserved than chance would give them. */
const anyAs = fc.oneof(
  fc.integer({ min: 0, max: LARGEST }),
  fc.constantFrom(0, 1, 23455, 23456, 23457, 65534, 65535, 65536, 65551, 65552, 131071, 131072, LARGEST - 1, LARGEST),
);

const asdot = (as: number) => `${Math.floor(as / 65536)}.${as % 65536}`;

function outcome(value: unknown): number | 'refused' {
  try {
    return parseAsNumber(value);
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return 'refused';
  }
}

describe('parseAsNumber', () => {
  test.each<[unknown, number]>([
    [1, 1],
    [64496, 64496],
    ['64496', 64496],
    [23455, 23455],
    [23457, 23457],
    [65534, 65534],
    [65536, 65536],
    [65551, 65551],
    [131072, 131072],
    [4294967294, 4294967294],
    ['4294967294', 4294967294],
    ['0.1', 1],
    ['0.64496', 64496],
    ['1.0', 65536],
    ['1.10', 65546],
    ['2.0', 131072],
    ['2.65535', 196607],
    ['65535.65534', 4294967294],
  ])('reads %p as %d', (value, as) => {
    expect(parseAsNumber(value)).toBe(as);
  });

  test.each([0, 23456, 65535, 65552, 100000, 131071, 4294967295])('refuses %d, which is reserved', (as) => {
    expect(() => parseAsNumber(as)).toThrow(/want an AS number/);
  });

  test.each(['0', '0.0', '0.23456', '0.65535', '1.16', '1.65535', '65535.65535'])(
    'refuses %p, which is reserved, as text too',
    (text) => {
      expect(() => parseAsNumber(text)).toThrow(/want an AS number/);
    },
  );

  test.each([-1, 4294967296, 1e15, 64496.5, NaN, Infinity, -Infinity])('refuses the number %p', (value) => {
    expect(() => parseAsNumber(value)).toThrow(/want an AS number/);
  });

  test.each([
    '',
    ' ',
    '00',
    '01',
    '064496',
    '1e3',
    '0x10',
    '+1',
    '-1',
    '64496.5.1',
    '4294967296',
    '99999999999',
    '1.65536',
    '65536.1',
    '1.',
    '.1',
    '1.01',
    '01.1',
    ' 64496',
    '64496 ',
    '64496\n',
    'AS64496',
    '64,496',
    '６４４９６',
  ])('refuses the text %p', (text) => {
    expect(() => parseAsNumber(text)).toThrow(/want an AS number/);
  });

  test.each([[undefined], [null], [true], [[64496]], [{ as: 64496 }], [64496n]])(
    'refuses %p, which is neither a number nor text',
    (value) => {
      expect(() => parseAsNumber(value)).toThrow(/want an AS number/);
    },
  );

  test('shows the refused number and says what is reserved', () => {
    expect(() => parseAsNumber(23456)).toThrow(/^got 23456, want an AS number .*65552-131071/);
  });

  test('reads a number, its decimal text and its asdot text alike', () => {
    fc.assert(
      fc.property(anyAs, (as) => {
        const read = outcome(as);
        expect([outcome(String(as)), outcome(asdot(as))]).toEqual([read, read]);
      }),
    );
  });

  test('reads a number as itself unless it is reserved', () => {
    const reserved = (as: number) => [0, 23456, 65535, LARGEST].includes(as) || (as > 65551 && as < 131072);
    fc.assert(fc.property(anyAs, (as) => expect(outcome(as)).toBe(reserved(as) ? 'refused' : as)));
  });
});

describe('parseAsRange', () => {
  test.each<[unknown, number, number]>([
    ['65001-65500', 65001, 65500],
    ['64496', 64496, 64496],
    [64496, 64496, 64496],
    [LARGEST, LARGEST, LARGEST],
    ['64496-64496', 64496, 64496],
    ['1.0-1.10', 65536, 65546],
    ['1-4294967295', 1, LARGEST],
  ])('reads %p as the range from %d to %d', (value, first, last) => {
    expect(parseAsRange(value)).toEqual({ first, last });
  });

  test('accepts a range whose end is reserved, since it only bounds the neighbors', () => {
    expect(parseAsRange('65001-65535')).toEqual({ first: 65001, last: 65535 });
  });

  test.each(['65500-65001', '1.1-1.0'])('refuses %p, whose first number is the larger', (text) => {
    expect(() => parseAsRange(text)).toThrow(/the smaller number first/);
  });

  test.each(['', '-', '1-', '-1', '1-2-3', '1--2', '1 - 2', '0-1', '1-4294967296', '65001..65500', '1,2'])(
    'refuses %p',
    (text) => {
      expect(() => parseAsRange(text)).toThrow(/want a range of AS numbers/);
    },
  );

  test.each([[undefined], [null], [-1], [64496.5], [NaN], [[1, 2]], [{ first: 1, last: 2 }]])('refuses %p', (value) => {
    expect(() => parseAsRange(value)).toThrow(/want a range of AS numbers/);
  });

  test('reads back every range that formatAsRange writes', () => {
    const end = fc.integer({ min: 1, max: LARGEST });
    fc.assert(
      fc.property(end, end, (a, b) => {
        const range = { first: Math.min(a, b), last: Math.max(a, b) };
        expect(parseAsRange(formatAsRange(range))).toEqual(range);
      }),
    );
  });
});

describe('formatAsRange', () => {
  test('writes both ends', () => {
    expect(formatAsRange({ first: 65001, last: 65500 })).toBe('65001-65500');
  });

  test('writes a single AS number without a dash', () => {
    expect(formatAsRange({ first: 64496, last: 64496 })).toBe('64496');
  });
});

test.each([0, 1, 23456, 64496, 65535, 65536, 65552, 131071, 131072, 4294967295])(
  '%p may be used just where it is accepted as the AS number of a router',
  (as) => {
    const accepted = () => parseAsNumber(as);
    if (usableAsNumber(as)) expect(accepted).not.toThrow();
    else expect(accepted).toThrow();
  },
);
