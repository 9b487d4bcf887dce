import * as fc from 'fast-check';
import { cut, inBrief, oneLine } from '../../lib/input';

describe('text on one line', () => {
  test.each([
    ['a line break', 'a\nb\r\nc', 'a\\nb\\r\\nc'],
    ['the line breaks that JSON keeps', 'a\u0085b\u2028c\u2029d', 'a\\u0085b\\u2028c\\u2029d'],
    ['a terminal escape', '\u001b[31m\u009b31m', '\\u001b[31m\\u009b31m'],
    ['a mark that turns text around', '10.0.0.0\u202e8/', '10.0.0.0\\u202e8/'],
    ['the marks that isolate', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['a letter without width', 'co\u200bre\ufeff', 'co\\u200bre\\ufeff'],
    ['a soft hyphen', 'co\u00adre', 'co\\u00adre'],
    ['a filler, which counts as a letter', 'a\u3164b\u115f', 'a\\u3164b\\u115f'],
    ['a blank that is none', '10.0.0.0/8\u00a0\u2003', '10.0.0.0/8\\u00a0\\u2003'],
    ['a tag of two units', 'a\u{e0061}b', 'a\\udb40\\udc61b'],
    ['half a character', 'a\ud83d', 'a\\ud83d'],
  ])('has %s as an escape', (_, text, shown) => {
    expect(oneLine(text)).toBe(shown);
  });

  test('keeps what can be seen, in any script', () => {
    const text = 'rr-1 "a" \\ é ü ß 東京 नमस्ते שלום ☎ 😀 ½ … „x“ – e\u0301';
    expect(oneLine(text)).toBe(text);
  });

  test('is the same JSON as before, if it was JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json({ stringUnit: 'binary' })), (text) => {
        const json = JSON.stringify(text);
        expect(JSON.parse(oneLine(json))).toBe(text);
      }),
    );
  });

  test('has no control, format or separator but the blank, whatever the text', () => {
    const text = fc.string({
      unit: fc.oneof(fc.nat(0x2fff), fc.nat(0x10ffff)).map((code) => String.fromCodePoint(code)),
    });
    fc.assert(fc.property(text, (value) => !/[^\P{C}\p{Co}\p{Cn}]|[^\P{Z} ]/u.test(oneLine(value))));
  });
});

describe('text that is cut', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc…'],
    ['😀😀😀', 3, '😀😀😀'],
    ['😀😀😀😀', 3, '😀😀😀…'],
    ['a😀😀😀', 3, 'a😀😀…'],
    ['', 3, ''],
  ])('%j after %i', (text, most, shown) => {
    expect(cut(text, most)).toBe(shown);
  });

  test('may be megabytes long', () => {
    expect(cut('x'.repeat(50_000_000), 60)).toHaveLength(61);
    expect(inBrief(`${' '.repeat(50_000_000)}x`)).toBe('…');
  });
});

describe("others' words", () => {
  test('have a blank for white space, escapes for what cannot be seen, and an end', () => {
    expect(inBrief(' a\n\t b\u0000\u001b[2Jc\u202e ')).toBe('a b\\u0000\\u001b[2Jc\\u202e');
    expect(inBrief('x'.repeat(1_000))).toBe(`${'x'.repeat(299)}…`);
    expect(inBrief('x y z', 3)).toBe('x y…');
    expect(inBrief('x'.repeat(299))).toBe('x'.repeat(299));
  });
});
