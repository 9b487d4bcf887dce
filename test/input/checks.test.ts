import {
  Check,
  flag,
  redacted,
  instanceOf,
  integer,
  list,
  mapAsWritten,
  mapOf,
  oneOf,
  optional,
  withDefault,
  ValidationError,
  passThroughAll,
  selected,
  shapeOf,
  text,
} from '../../lib/input';

/** The refusal that a value meets. */
function refusalOf(check: Check<unknown>, value: unknown): ValidationError {
  try {
    check(value);
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error('the value was accepted');
}

const word = text(/^[a-z]+$/, 'a word');

describe('optional', () => {
  test('reads an absent value as undefined', () => {
    expect(optional(flag)(undefined)).toBeUndefined();
  });

  test('leaves a value that is present to its check', () => {
    expect(optional(flag)(false)).toBe(false);
  });

  test('refuses null, which is not an absent value', () => {
    expect(refusalOf(optional(flag), null).message).toBe('got nothing, want true or false');
  });
});

describe('otherwise', () => {
  test('reads an absent value as the fallback', () => {
    expect(withDefault(flag, true)(undefined)).toBe(true);
  });

  test('prefers a value that is present, also a false one', () => {
    expect(withDefault(flag, true)(false)).toBe(false);
  });

  test('refuses null, which is not an absent value', () => {
    expect(() => withDefault(flag, true)(null)).toThrow('got nothing, want true or false');
  });
});

describe('flag', () => {
  test.each([true, false])('accepts %p', (value) => {
    expect(flag(value)).toBe(value);
  });

  test.each([['true'], ['false'], [''], [0], [1], [null], [undefined], [[]], [Object(false)]])(
    'refuses %p, which JavaScript would take for a flag',
    (value) => {
      expect(() => flag(value)).toThrow(/want true or false$/);
    },
  );
});

describe('integer', () => {
  test.each([1, 2, 64])('accepts %d from 1 to 64', (value) => {
    expect(integer(1, 64)(value)).toBe(value);
  });

  test.each([[0], [65], [-1], [1.5], [NaN], [Infinity], ['2'], [2n], [true], [null], [undefined]])(
    'refuses %p from 1 to 64',
    (value) => {
      expect(() => integer(1, 64)(value)).toThrow(/want a whole number from 1 to 64$/);
    },
  );
});

describe('text', () => {
  test('accepts text that matches', () => {
    expect(word('abc')).toBe('abc');
  });

  test.each([['ABC'], [''], [1], [null], [undefined], [['abc']]])('refuses %p, which does not', (value) => {
    expect(() => word(value)).toThrow(/want a word$/);
  });
});

describe('oneOf', () => {
  const side = oneOf('left', 'right');

  test('accepts each of its values', () => {
    expect([side('left'), side('right')]).toEqual(['left', 'right']);
  });

  test.each([['Left'], ['lef'], [''], [0], [['left']], [undefined]])('refuses %p', (value) => {
    expect(() => side(value)).toThrow(/want "left" or "right"$/);
  });
});

describe('list', () => {
  test('reads each item by its check', () => {
    expect(list((value) => Number(value))(['1', '2'])).toEqual([1, 2]);
  });

  test('gives a new list, so that a later change to the old one does nothing', () => {
    const given = ['a'];
    expect(list(word)(given)).not.toBe(given);
  });

  test('accepts the empty list', () => {
    expect(list(word)([])).toEqual([]);
  });

  test('refuses the empty list where it must have an item', () => {
    expect(() => list(word, 1)([])).toThrow('got [], want a list of at least one item');
  });

  test('refuses more items than any use has, without a look at them', () => {
    const never = () => {
      throw new Error('looked at');
    };
    expect(() => list(never)(Array(10_001))).toThrow('got "10001 items", want a list of at most 10000');
    expect(() => list(word, 0, 2)(['a', 'b', 'c'])).toThrow('got "3 items", want a list of at most 2');
    expect(list(word, 0, 2)(['a', 'b'])).toEqual(['a', 'b']);
  });

  test.each([['abc'], [{ 0: 'abc', length: 1 }], [new Set(['abc'])], [null], [undefined]])(
    'refuses %p, which is no array',
    (value) => {
      expect(() => list(word)(value)).toThrow(/want a list$/);
    },
  );

  test('reads the holes of a list, too', () => {
    // eslint-disable-next-line no-sparse-arrays
    expect(refusalOf(list(flag), [true, , true])).toMatchObject({ where: ['1'] });
  });

  test('tells which item it refuses', () => {
    expect(refusalOf(list(word), ['a', 'b', '3'])).toMatchObject({ where: ['2'], shown: '"3"' });
  });
});

describe('mapOf', () => {
  test('reads keys and values by their checks', () => {
    expect(mapOf(word, flag)({ a: true, b: false })).toEqual(
      new Map([
        ['a', true],
        ['b', false],
      ]),
    );
  });

  test('refuses a Map, whose entries it would not see', () => {
    expect(refusalOf(mapOf(word, flag), new Map([['a', true]]))).toMatchObject({ shown: 'a Map' });
  });

  test('has the entries in the order of their keys, or as they are written', () => {
    expect([...mapOf(word, flag)({ z: true, a: true }).keys()]).toEqual(['a', 'z']);
    expect([...mapAsWritten(word, flag)({ z: true, a: true }).keys()]).toEqual(['z', 'a']);
  });

  test('tells the entry whose key it refuses', () => {
    expect(refusalOf(mapOf(word, flag), { A: true })).toMatchObject({ where: ['A'], allowed: 'a word' });
  });

  test('tells the entry whose value it refuses', () => {
    expect(refusalOf(mapOf(word, flag), { a: 1 })).toMatchObject({ where: ['a'], allowed: 'true or false' });
  });

  test('refuses no entries where it must have one', () => {
    expect(() => mapOf(word, flag, 1)({})).toThrow('got {}, want at least one entry');
  });

  test.each([[[]], ['a'], [1], [null], [undefined]])('refuses %p, which is no object', (value) => {
    expect(() => mapOf(word, flag)(value)).toThrow(/want an object$/);
  });
});

describe('instanceOf', () => {
  const date = instanceOf(Date, 'a date');

  test('accepts an instance', () => {
    const now = new Date();
    expect(date(now)).toBe(now);
  });

  test('accepts an instance of a subclass', () => {
    class Later extends Date {}
    expect(date(new Later())).toBeInstanceOf(Later);
  });

  test.each([[{}], ['2024-01-01'], [Date], [null], [undefined]])('refuses %p', (value) => {
    expect(() => date(value)).toThrow(/want a date$/);
  });
});

describe('shapeOf', () => {
  interface Props {
    readonly name: string;
    readonly sessions?: number;
    readonly ranges?: readonly string[];
  }
  const shape = shapeOf<Props>()({
    name: word,
    sessions: withDefault(integer(1, 64), 2),
    ranges: optional(list(word)),
  });

  test('reads each property by its check', () => {
    expect(shape({ name: 'core', sessions: 3, ranges: ['a'] })).toEqual({ name: 'core', sessions: 3, ranges: ['a'] });
  });

  test('fills in what is left out', () => {
    expect(shape({ name: 'core' })).toEqual({ name: 'core', sessions: 2, ranges: undefined });
  });

  test('tells which property is missing', () => {
    expect(refusalOf(shape, {})).toMatchObject({ where: ['name'], message: 'got nothing, want a word' });
  });

  test('tells the place of a mistake inside a property', () => {
    expect(refusalOf(shape, { name: 'core', ranges: ['a', 'B'] })).toMatchObject({ where: ['ranges', '1'] });
  });

  test.each([[[]], ['core'], [1], [null], [undefined]])('refuses %p, which is no object', (value) => {
    expect(() => shape(value)).toThrow(/want an object$/);
  });

  test('refuses a name that it does not know, and gives those that it does', () => {
    expect(() => shape({ name: 'core', color: 'red' })).toThrow(
      'got "color: …", want only the names name, sessions, ranges',
    );
  });

  test('does not show the value of a name that it does not know, which may be a secret', () => {
    expect(refusalOf(shape, { name: 'core', password: 'hunter2' }).message).not.toContain('hunter2');
  });

  test('complains of a strange name before a wrong value, as a misspelled name makes both', () => {
    expect(() => shape({ nmae: 'core' })).toThrow(/^got "nmae: …"/);
  });

  test('refuses "__proto__" out of JSON, as any strange name', () => {
    expect(() => shape(JSON.parse('{"name": "core", "__proto__": {"sessions": 3}}'))).toThrow('got "__proto__: …"');
  });

  test.each([
    ['Name', 'name'],
    ['names', 'name'],
    ['nam', 'name'],
    ['nome', 'name'],
    ['session', 'sessions'],
    ['sesions', 'sessions'],
    ['SESSIONS', 'sessions'],
    ['ran_ges', 'ranges'],
    ['range', 'ranges'],
    ['xranges', 'ranges'],
    ['rnages', 'ranges'],
    ['sessionses', 'sessions'],
  ])('answers %p with the name that was meant, %p', (given, meant) => {
    expect(() => shape({ [given]: 1 })).toThrow(`want another name: did you mean ${meant}?`);
  });

  test.each(['color', 'na', 'naming', 'sessionCount', ''])('makes no guess for %p', (given) => {
    expect(refusalOf(shape, { [given]: 1 }).message).not.toContain('did you mean');
  });

  test('needs a check for each property, or does not compile', () => {
    // @ts-expect-error -- the checks of sessions and ranges are missing
    expect(shapeOf<Props>()({ name: word })({ name: 'core' })).toEqual({ name: 'core' });
  });
});

describe('properties that are handed on', () => {
  const inner = { name: word, size: integer(1, 9) };

  test('pass whatever they are, and no others do', () => {
    const outer = shapeOf<{ name: string; size: number }>()(passThroughAll(inner));
    expect(outer({ name: 7, size: 'large' })).toEqual({ name: 7, size: 'large' });
    expect(refusalOf(outer, { color: 'red' }).message).toBe('got "color: …", want only the names name, size');
  });

  test('are those that the shape checks', () => {
    expect(selected({ name: 'core', color: 'red' }, inner)).toEqual({ name: 'core', size: undefined });
  });
});

describe('redacted', () => {
  const secretName = redacted(word, 'the name of a Secret');

  test('reads what its check accepts', () => {
    expect(secretName('mine')).toBe('mine');
  });

  test('shows nothing of what its check refuses, nor where in it', () => {
    const refusal = refusalOf(redacted(shapeOf<{ key: string }>()({ key: word }), 'a key of a Secret'), {
      key: 'S3cret',
    });
    expect(refusal.message).toBe('got (hidden), want a key of a Secret');
    expect(refusal.where).toEqual([]);
  });
});
