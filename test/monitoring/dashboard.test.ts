import * as path from 'path';
import * as ts from 'typescript';
import { monitored } from './example';

// What Grafana reads: the types of its Foundation SDK are generated from its schemas.

const ROOT = path.join(__dirname, '..', '..');
const SDK = '@grafana/grafana-foundation-sdk';
const TEXT = monitored({}).get('ConfigMap', 'meshrr-dashboard').data!['meshrr.json'];
const { panels } = JSON.parse(TEXT);

/** A dashboard as JSON has the values of enums as strings, and queries without the methods of the SDK. */
const HEAD = `import type { Dashboard, Panel } from '${SDK}/dashboard';
import type { dataquery as Query } from '${SDK}/prometheus';
type Json<T> = T extends string ? \`\${T}\` : T extends readonly (infer E)[] ? Json<E>[]
  : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
type Written = Omit<Dashboard, 'panels'> & {
  panels: (Omit<Panel, 'targets'> & { targets: Omit<Query, '_implementsDataqueryVariant'>[] })[];
};
export const dashboard: Json<Written> = `;

const OPTIONS: ts.CompilerOptions = {
  ...{ strict: true, noEmit: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022 },
  ...{ module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
};
let last: ts.Program | undefined;

/** What the compiler rejects of a dashboard: unknown fields, too, as it is a literal. */
function rejected(json: string): readonly string[] {
  const file = path.join(ROOT, 'test', 'monitoring', 'written-dashboard.ts');
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, language) =>
    name === file
      ? ts.createSourceFile(name, HEAD + json, language)
      : (last?.getSourceFile(name) ?? getSourceFile(name, language));
  last = ts.createProgram([file], OPTIONS, host, last);
  return ts.getPreEmitDiagnostics(last).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

test('Grafana knows every field of the dashboard', () => expect(rejected(TEXT)).toEqual([]));

test.each([
  ['"editable"', '"edible"', /'"edible"' does not exist/],
  ['"schemaVersion": 39', '"schemaVersion": "39"', /'string' is not assignable to type 'number'/],
  ['"multi"', '"multy"', /'"multy"' does not exist/],
  ['"type": "query"', '"type": "question"', /"question"' is not assignable/],
  ['"gridPos": {', '"gridPos": { "z": 1,', /'"z"' does not exist/],
  ['"unit"', '"units"', /'"units"' does not exist/],
  ['"mode": "absolute"', '"mode": "all"', /"all"' is not assignable/],
  ['"instant"', '"now"', /'"now"' does not exist/],
  ['"format": "heatmap"', '"format": "heat"', /"heat"' is not assignable/],
])('%s is not %s', (from, to, wanted) => {
  expect(TEXT).toContain(from);
  expect(rejected(TEXT.replace(from, to))).toEqual([expect.stringMatching(wanted)]);
});

test('Grafana has every kind of panel', () => {
  const kinds: readonly string[] = panels.map(({ type }: { readonly type: string }) => type);
  const isKnown = (kind: string) => {
    try {
      return require.resolve(`${SDK}/${kind.replaceAll('-', '')}`) !== '';
    } catch {
      return false;
    }
  };
  expect(kinds.length).toBeGreaterThan(10);
  expect(kinds.filter((kind) => !isKnown(kind))).toEqual([]);
  expect(isKnown('graph-of-ours')).toBe(false);
});

test('the panels of the dashboard have places of their own, within the grid of Grafana', () => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }: { gridPos: Record<'x' | 'y' | 'w' | 'h', number> }) => {
    expect(x + w).toBeLessThanOrEqual(24);
    return Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`);
  });
  expect(panels.length).toBeGreaterThan(10);
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length);
});
