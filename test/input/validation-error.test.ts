import * as fc from 'fast-check';
import * as addressing from '../../lib/addressing';
import {
  flag,
  inside,
  instanceOf,
  integer,
  list,
  mapOf,
  oneOf,
  withDefault,
  ValidationError,
  shapeOf,
  text,
} from '../../lib/input';
import { parsePeerGroups } from '../../lib/settings';

/** Everything that some program takes for the end of a line. */
const LINE_BREAK = /[\n\r\v\f\u0085\u2028\u2029]/;

const brokenText = fc.string({
  unit: fc.constantFrom('\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029', '"', '\\', 'a', '1', '.', ':', '/', '-'),
});

const anyValue = fc.oneof(
  fc.anything({
    values: [fc.string(), fc.double(), fc.integer(), brokenText, fc.constantFrom(undefined, null, true, false)],
    key: brokenText,
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withTypedArray: true,
  }),
  fc.string(),
  brokenText,
);

const shownOf = (value: unknown) => ValidationError.of(value, 'something else').shown;

describe('ValidationError', () => {
  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'nothing'],
    ['null', null, 'nothing'],
    ['a number', 64496.5, '64496.5'],
    ['NaN', NaN, 'NaN'],
    ['infinity', -Infinity, '-Infinity'],
    ['a bigint', 10n, '10'],
    ['a flag', false, 'false'],
    ['text', 'core', '"core"'],
    ['the empty text', '', '""'],
    ['text with quotes', 'a"b', '"a\\"b"'],
    ['text of two lines', 'a\nb', '"a\\nb"'],
    ['text with line breaks that JSON keeps', 'a\u0085b\u2028c\u2029d', '"a\\u0085b\\u2028c\\u2029d"'],
    ['a terminal escape', '\u001b[31m\u009b31m', '"\\u001b[31m\\u009b31m"'],
    ['a list', ['a', 1], '["a",1]'],
    ['an object', { a: 1 }, '{"a":1}'],
    ['a function', () => 'secret', 'a function'],
    ['a class', ValidationError, 'a function'],
    ['an instance', new Map([['a', 1]]), 'a Map'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    [
      'an instance of a class whose name is no word',
      new (class {
        static get name() {
          return 'a\nb';
        }
      })(),
      'an object of its own class',
    ],
    ['a list that JSON cannot write', [1n], 'a value that cannot be shown'],
    ['a symbol, whose description may have line breaks', Symbol('a\nb'), 'a symbol'],
  ])('shows %s', (_, value, shown) => {
    expect(shownOf(value)).toBe(shown);
  });

  test('shows a list that contains itself as one that cannot be shown', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(shownOf(circle)).toBe('a value that cannot be shown');
  });

  test('shows 60 characters in full', () => {
    expect(shownOf('a'.repeat(58))).toBe(`"${'a'.repeat(58)}"`);
  });

  test('cuts between characters, not within one', () => {
    expect(shownOf('😀'.repeat(60))).toBe(`"${'😀'.repeat(59)}…`);
  });

  test('cuts what is longer after 60 characters', () => {
    expect(shownOf('a'.repeat(59))).toBe(`"${'a'.repeat(59)}…`);
  });

  test('says what it got and what it wants', () => {
    expect(ValidationError.of('x', 'a number').message).toBe('got "x", want a number');
  });

  test('is an Error', () => {
    expect(ValidationError.of('x', 'a number')).toBeInstanceOf(Error);
  });

  test('hides a secret, which it is not even given', () => {
    expect(ValidationError.ofSecret('a hash').message).toBe('got (hidden), want a hash');
  });

  test('has no place of its own', () => {
    expect(ValidationError.of('x', 'a number').where).toEqual([]);
  });

  test('is given its place from the inside out', () => {
    expect(ValidationError.of('x', 'a number').within('0').within('addresses').where).toEqual(['addresses', '0']);
  });

  test('keeps its message when it is given a place', () => {
    expect(ValidationError.ofSecret('a hash').within('password').message).toBe('got (hidden), want a hash');
  });

  test('stays as it was when another is made from it', () => {
    const refusal = ValidationError.of('x', 'a number');
    refusal.within('0');
    expect(refusal.where).toEqual([]);
  });

  test('is one line, whatever the value', () => {
    fc.assert(
      fc.property(anyValue, (value) => expect(ValidationError.of(value, 'x').message).not.toMatch(LINE_BREAK)),
      {
        numRuns: 500,
      },
    );
  });

  test('bounds what it says is allowed, and shows what cannot be seen in it', () => {
    const { message, allowed } = ValidationError.of('1Mi', `at least ${'9'.repeat(100_000)}\u202eMi\n`);
    expect(message.length).toBeLessThan(1_030);
    expect(allowed).toMatch(/^at least 9+…$/);
    expect(ValidationError.of('x', 'one that is not "\u202e"').message).toBe('got "x", want one that is not "\\u202e"');
  });

  test('bounds the names in its place, which are the user’s', () => {
    const refusal = ValidationError.of('x', 'y')
      .within('1')
      .within(`a\u202e${'b'.repeat(1_000_000)}`)
      .within('sides');
    expect(refusal.place).toBe(`sides.a\\u202e${'b'.repeat(53)}…[1]`);
  });

  test('of megabytes is made at once', () => {
    const begun = process.cpuUsage();
    expect(shownOf('\u202e'.repeat(50_000_000)).length).toBeLessThan(62);
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(1_000);
  });

  test('shows at most 60 characters and an ellipsis, whatever the text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (value) => expect(shownOf(value).length).toBeLessThan(62)));
  });
});

describe('inside', () => {
  test('returns what the check returns', () => {
    expect(inside('a', () => 1)).toBe(1);
  });

  test('adds its step to the place of a refusal', () => {
    const refused = () => inside('a', () => inside('0', () => flag('yes')));
    expect(refused).toThrow(expect.objectContaining({ name: 'ValidationError', where: ['a', '0'] }));
  });

  test('lets every other error through untouched', () => {
    const fault = new TypeError('a bug');
    const check = () => {
      throw fault;
    };
    expect(() => inside('a', check)).toThrow(fault);
  });
});

describe('a value that throws when it is looked at', () => {
  const mine = new Error('mine\n\u202e');
  const fails = () => {
    throw mine;
  };
  const proxies = (['get', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const).map(
    (trap) => [trap, new Proxy({ on: true }, { [trap]: fails })] as const,
  );
  const { proxy: revoked, revoke } = Proxy.revocable([], {});
  revoke();
  const check = shapeOf<{ on: boolean; names: string[]; map: object; one: object }>()({
    on: flag,
    names: list(text(/a/, 'a')),
    map: mapOf(text(/a/, 'a'), flag),
    one: instanceOf(Map, 'a Map'),
  });
  const right = { on: true, names: ['a'], map: { a: true }, one: new Map() };
  const refusalOf = (value: unknown): ValidationError => {
    try {
      check(value);
    } catch (error) {
      expect(error).toBeInstanceOf(ValidationError);
      return error as ValidationError;
    }
    throw new Error('it was taken');
  };

  test.each(['on', 'names', 'map', 'one'])('is refused by the name of its prop: %s', (name) => {
    const given = Object.defineProperty({ ...right }, name, { enumerable: true, get: fails });
    const { place, message } = refusalOf(given);
    expect(place).toBe(name);
    expect(message).toBe('got a value that cannot be read (mine\\n\\u202e), want one that can');
  });

  test.each(proxies)('is refused where it is a Proxy with the trap %s', (_, proxy) => {
    refusalOf(proxy);
    for (const name of Object.keys(right)) expect(refusalOf({ ...right, [name]: proxy }).place).toMatch(`${name}`);
  });

  test('is refused where it is a Proxy that was revoked', () => {
    for (const name of Object.keys(right)) expect(refusalOf({ ...right, [name]: revoked }).place).toBe(name);
    expect(ValidationError.of(revoked, 'x').message).toBe('got a value that cannot be shown, want x');
  });

  test('is read once', () => {
    let times = 0;
    check(Object.defineProperty({ ...right }, 'on', { enumerable: true, get: () => ++times === 1 }));
    expect(times).toBe(1);
  });
});

describe('every parser', () => {
  const parsers = {
    parseAsNumber: addressing.parseAsNumber,
    parseAsRange: addressing.parseAsRange,
    parseCommunity: addressing.parseCommunity,
    parseAddress: addressing.parseAddress,
    parseHostAddress: addressing.parseHostAddress,
    parsePrefix: addressing.parsePrefix,
    parseSpan: addressing.parseSpan,
    parseDnsLabel: addressing.parseDnsLabel,
    parseDnsSubdomain: addressing.parseDnsSubdomain,
    parseLabelValue: addressing.parseLabelValue,
    parseLabelKey: addressing.parseLabelKey,
    parseDataKey: addressing.parseDataKey,
    parseGroupName: addressing.parseGroupName,
    parsePeerGroups,
    flag,
    integer: integer(1, 2),
    text: text(/^x$/, 'an x'),
    oneOf: oneOf('x', 'y'),
    list: list(flag, 1),
    mapOf: mapOf(addressing.parseDnsLabel, flag, 1),
    shapeOf: shapeOf<{ on?: boolean }>()({ on: withDefault(flag, true) }),
  };

  test.each(Object.entries<(value: unknown) => unknown>(parsers))(
    '%s throws nothing but a ValidationError of one line, whatever it is given',
    (_, parse) => {
      fc.assert(
        fc.property(anyValue, (value) => {
          try {
            parse(value);
          } catch (error) {
            expect(error).toBeInstanceOf(ValidationError);
            expect((error as ValidationError).message).not.toMatch(LINE_BREAK);
          }
        }),
      );
    },
  );
});
