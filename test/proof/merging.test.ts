import { merged } from '../../lib/proof/findings/merging';
import { RatedFinding } from '../../lib/proof/findings/draft-finding';

const finding = (name: string, changes: Partial<RatedFinding> = {}): RatedFinding => ({
  ...{ kind: 'lossOnFailure', severity: 'warning', mergeKey: 'lost', toMessage: () => `of ${name}` },
  ...{ parts: [`p${name}`], failures: [`f${name}`], clients: [`c${name}`], groups: [], assumed: false },
  ...changes,
});
const messages = (...findings: readonly RatedFinding[]) => merged(findings).map(({ message }) => message);

test('two findings that are alike are told each by itself', () => {
  expect(merged([finding('1'), finding('2')])).toEqual(
    ['1', '2'].map((name) => ({
      ...{ kind: 'lossOnFailure', severity: 'warning', message: `of ${name}` },
      ...{ parts: [`p${name}`], failures: [`f${name}`], clients: [`c${name}`], groups: [], assumed: false },
    })),
  );
});

test('more are told in the sentence of the first, with what all are about, in order and each once', () => {
  const more = { parts: ['p0', 'p3'], clients: ['c0', 'c3'], groups: ['g1', 'g0'], assumed: true };
  expect(merged([finding('3'), finding('1', more), finding('2')])).toEqual([
    {
      ...{ kind: 'lossOnFailure', severity: 'warning', message: 'of 3; the same holds for 2 more: f1 and f2' },
      ...{ parts: ['p0', 'p2', 'p3'], failures: ['f3', 'f1', 'f2'], clients: ['c0', 'c2', 'c3'] },
      ...{ groups: ['g0', 'g1'], assumed: true },
    },
  ]);
});

test('those that need no failure are named by their groups', () => {
  const budget = (name: string) => finding(name, { failures: [], groups: [`g${name}`] });
  expect(messages(budget('1'), budget('2'), budget('3'))).toEqual(['of 1; the same holds for 2 more: g2 and g3']);
});

test('those that differ in kind, severity or reason are not alike, nor those that say nothing of it', () => {
  const all = (changes: readonly Partial<RatedFinding>[]) => changes.map((each, i) => finding(`${i}`, each));
  expect(messages(...all([{ kind: 'loss' }, {}, {}]))).toHaveLength(3);
  expect(messages(...all([{ severity: 'error' }, {}, {}]))).toHaveLength(3);
  expect(
    messages(...all([{ severity: 'accepted', reason: 'a' }, { severity: 'accepted', reason: 'b' }, {}])),
  ).toHaveLength(3);
  expect(messages(...all([{ mergeKey: 'other' }, {}, {}]))).toHaveLength(3);
  expect(messages(...all([{ mergeKey: undefined }, { mergeKey: undefined }, { mergeKey: undefined }]))).toHaveLength(3);
});
