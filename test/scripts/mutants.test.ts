const { figureOf, formatFigure } = require('../../scripts/mutants/figure') as {
  figureOf(files: object, code: readonly string[], explanations: object): Figure;
  formatFigure(figure: Figure & { readonly name: string }): string;
};

interface Figure {
  readonly passes: boolean;
  readonly open: readonly object[];
  readonly stale: readonly object[];
}

const FILE = 'lib/one.ts';

/** A change of line 2 of a file, in the form of a report of mutation tests. */
const change = (status: string, more: object = {}) => ({
  status,
  mutatorName: 'ConditionalExpression',
  replacement: 'false',
  location: { start: { line: 2, column: 7 } },
  ...more,
});
const figure = (mutants: readonly object[], explanations = {}, code = [FILE]) =>
  figureOf({ [FILE]: { source: 'first\n  if (ready) go();\nlast', mutants } }, code, explanations);
const times = (count: number, status: string) => Array.from({ length: count }, () => change(status));
const because = (more: object) => ({ [FILE]: [{ ...more, why: 'it is the same' }] });

describe('the figure of mutation tests', () => {
  test('counts changes that tests notice, also by never ending, among those that can be tried', () => {
    const mutants = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'CompileError', 'RuntimeError', 'Ignored'];
    expect(figure(mutants.map((status) => change(status)))).toMatchObject({ killed: 2, all: 4, share: 50 });
  });

  test.each([
    [9, 1, true],
    [8, 1, false],
    [10, 0, true],
    [0, 0, false],
  ])('passes with 90 %% of changes dead and the others explained: %d dead, %d alive', (dead, alive, passes) => {
    expect(figure([...times(dead, 'Killed'), ...times(alive, 'Survived')], because({})).passes).toBe(passes);
  });

  test('does not pass while a survivor has no explanation', () => {
    const mutants = [...times(99, 'Killed'), ...times(1, 'NoCoverage')];
    const { passes, open } = figure(mutants);
    expect([passes, open.length]).toEqual([false, 1]);
  });

  test('is that of the files that are asked for', () => {
    expect(figure(times(3, 'Killed'), {}, ['lib/two.ts'])).toMatchObject({ killed: 0, all: 0 });
  });
});

describe('an explanation', () => {
  const [survivor] = times(1, 'Survived');

  test.each([
    ['a whole file', {}],
    ['a kind of change', { mutator: 'ConditionalExpression' }],
    ['a line of code', { line: 'if (ready)' }],
    ['what is written there', { change: 'fal' }],
    ['all of these', { mutator: 'ConditionalExpression', line: 'ready', change: 'false' }],
  ])('may be for %s', (_, more) => {
    expect(figure([survivor], because(more)).open).toEqual([]);
  });

  test.each([{ mutator: 'Regex' }, { line: 'first' }, { change: 'true' }, { line: 'ready', change: 'true' }])(
    'is for nothing else: %p',
    (more) => {
      expect(figure([survivor], because(more)).open).toHaveLength(1);
    },
  );

  test('is not for another file', () => {
    expect(figure([survivor], { 'lib/two.ts': [{ why: 'it is the same' }] }).open).toHaveLength(1);
  });

  test('that fits nothing any more is reported, so that it is taken away', () => {
    expect(figure([survivor], because({ line: 'gone' })).stale).toEqual([
      { file: FILE, line: 'gone', why: 'it is the same' },
    ]);
    expect(figure([survivor], because({})).stale).toEqual([]);
  });
});

test('the text has the figure, each reason once, and what survives without one', () => {
  const mutants = [...times(8, 'Killed'), ...times(2, 'Survived'), change('Survived', { replacement: 'true' })];
  expect(formatFigure({ name: 'one', ...figure(mutants, because({ change: 'false' })) })).toBe(
    [
      'one: 8 of 11 changes die (72.7 %)',
      '  explained 2 in lib/one.ts, line 2: it is the same',
      '  SURVIVES lib/one.ts:2:7 ConditionalExpression',
      '    if (ready) go();',
      '    -> true',
    ].join('\n'),
  );
});
