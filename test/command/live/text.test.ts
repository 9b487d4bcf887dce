import * as fc from 'fast-check';
import { COLUMNS, cut, natural, table, wrapped } from '../../../command/live/text';
import { screenOf } from '../../../command/live/status';

const word = fc.stringMatching(/^[a-z0-9./:-]{1,40}$/);

test('names are in the order of people', () => {
  expect(['n10', 'n2', 'n1', 'core'].sort(natural)).toEqual(['core', 'n1', 'n2', 'n10']);
  expect(['10.42.10.1', '10.42.2.3', '10.42.2.20'].sort(natural)).toEqual(['10.42.2.3', '10.42.2.20', '10.42.10.1']);
});

test('a table has at most 100 columns, and all that fits', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word, word, word), { minLength: 1, maxLength: 8 }), (rows) => {
      const lines = table(rows);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(COLUMNS);
      const fits = rows[0].reduce((sum, _, i) => sum + Math.max(...rows.map((row) => row[i].length)), 6) <= COLUMNS;
      if (fits) expect(lines.map((line) => line.split(/ +/))).toEqual(rows.map((row) => [...row]));
    }),
  );
});

test('wrapped lines have all words, and are as long as they may be', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 40, max: 90 }), (words, columns) => {
      const lines = wrapped(words.join(' '), columns);
      expect(lines.join(' ')).toBe(words.join(' '));
      lines.forEach((line, i) => {
        expect(line.length).toBeLessThanOrEqual(columns);
        const next = lines[i + 1]?.split(' ')[0];
        if (next !== undefined) expect(line.length + 1 + next.length).toBeGreaterThan(columns);
      });
    }),
  );
});

test('a long text is cut, and a screen says what it does not show', () => {
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdefg', 6)).toBe('abcde…');
  expect(screenOf('a\nb\n', 3)).toBe('a\nb');
  expect(screenOf('a\nb\nc\nd\n', 4)).toBe('a\nb\n… and 2 more lines');
});
