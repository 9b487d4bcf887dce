import { App, Chart, Yaml } from 'cdk8s';
import * as fc from 'fast-check';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { synthManifests, yamlWriter } from '../../lib/synth/manifest-text';

const reference = (document: unknown) => Yaml.stringify(document);

/** Texts that YAML 1.1 reads as something else, or writes in quotes or on several lines. */
const TEXTS = [
  ...[
    '',
    ' ',
    'a b',
    'a: b',
    'a:',
    '#',
    'a #b',
    '- a',
    '-',
    '?',
    '? a',
    '~',
    'null',
    'yes',
    'Off',
    '0x1f',
    '0775',
    '1e3',
  ],
  ...[
    '64496',
    '1_000',
    '190:20:30',
    '.inf',
    '2001-01-01',
    '<<',
    '=',
    '---',
    '--- a',
    '...',
    '%a',
    '&a',
    '*a',
    '!a',
    '@a',
  ],
  ...['a\nb', 'a\n', '\n', ' a\nb ', 'a\r\nb', 'tab\t', "it's", '"a"', '{a}', '[a]', 'a, b', 'ä', '\u2028', '\u0000'],
  ...['__proto__', 'toString', 'x'.repeat(1025)],
];

const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary' }));
const { document } = fc.letrec((tie) => ({
  document: fc.oneof(
    { depthSize: 'medium' },
    text,
    fc.oneof(fc.boolean(), fc.integer(), fc.double(), fc.constantFrom(null, undefined, new Date(0))),
    fc.array(tie('document'), { maxLength: 3 }),
    fc.dictionary(text, tie('document'), { maxKeys: 3 }),
  ),
}));

test('documents are written as the writer of cdk8s writes them, also those that follow others', () => {
  const write = yamlWriter(reference);
  fc.assert(
    fc.property(document, (each) => expect(write(each)).toBe(reference(each))),
    { numRuns: 2000 },
  );
});

test('every text is written as by cdk8s, as key, as value and in a list', () => {
  const write = yamlWriter(reference);
  for (const each of TEXTS) {
    for (const value of [
      { [each]: each },
      { a: { [each]: each } },
      { a: [each, [each]] },
      [{ [each]: [each] }],
      each,
    ]) {
      expect(write(value)).toBe(reference(value));
    }
  }
});

test('an object that a document has twice becomes an alias', () => {
  const shared = { a: 1 };
  expect(yamlWriter(reference)({ one: shared, two: shared })).toBe('one: &a1\n  a: 1\ntwo: *a1\n');
});

test('a text is given to the writer of cdk8s once', () => {
  const asked: unknown[] = [];
  const write = yamlWriter((value) => (asked.push(value), reference(value)));
  for (let i = 0; i < 3; i++) write({ spec: { name: 'router', ports: [{ name: 'router' }] } });
  expect(asked).toHaveLength(4);
});

test('cdk8s has its own writer again once the manifests are written, also where that fails', () => {
  const { stringify } = Yaml;
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'manifest-text-'));
  const app = new App({ outdir });
  const chart = new Chart(app, 'chart');
  synthManifests(app);
  expect(Yaml.stringify).toBe(stringify);
  chart.node.addValidation({ validate: () => ['a fault'] });
  expect(() => synthManifests(app)).toThrow('a fault');
  expect(Yaml.stringify).toBe(stringify);
  fs.rmSync(outdir, { recursive: true });
});

test('-0 after 0 is written as the writer of cdk8s writes it', () => {
  const write = yamlWriter(reference);
  expect([0, -0].map(write)).toEqual([0, -0].map(reference));
});
