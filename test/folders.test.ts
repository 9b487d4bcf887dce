import * as fs from 'fs';
import { builtinModules } from 'module';
import * as path from 'path';

// Folders import only what docs/architecture.md says, and all of it: the page is right, or the test fails.

const ROOT = path.join(__dirname, '..');
const PAGE = fs.readFileSync(path.join(ROOT, 'docs', 'architecture.md'), 'utf8');

/** Folders of which each has folders with subjects of their own. */
const TREES = ['lib', 'crpd-image/runtime', 'lab', 'cluster'];

/** A row of a table of the page: a folder and what it imports, folders of its tree by their names. */
interface Row {
  readonly folder: string;
  readonly imports: readonly string[];
}

const words = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word);

const ROWS: readonly Row[] = [...PAGE.matchAll(/^\| `([\w/-]+)` \| [^|]+ \| ([^|]*) \|$/gm)].map(
  ([, folder, imports]) => ({ folder, imports: words(imports) }),
);

function sourcesIn(folder: string): string[] {
  const entries = fs.readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => /\.(ts|js)$/.test(name)).map((name) => path.join(ROOT, folder, name));
}

/** What a source imports, also late and by type only: absolute paths of files, and names of packages. */
function importedBy(file: string): string[] {
  const text = fs.readFileSync(file, 'utf8');
  const named = [...text.matchAll(/(?: from |import\(|^import |require\()['"]([^'"]+)['"]/gm)].map(([, name]) => name);
  return named.map((name) => (name.startsWith('.') ? path.resolve(path.dirname(file), name) : name));
}

/** What is imported, as the page names it: a folder or file of the same tree, another top folder, or a package. */
function nameOf(source: string, tree: string): string {
  if (!path.isAbsolute(source)) return source.replace(/^node:/, '').split('/')[0];
  const within = path.relative(path.join(ROOT, tree), source);
  return (within.startsWith('..') ? path.relative(ROOT, source) : within).split(path.sep)[0];
}

function importsOf(folder: string): string[] {
  const tree = TREES.find((one) => path.dirname(folder) === one) ?? folder;
  const own = path.join(ROOT, folder) + path.sep;
  const sources = sourcesIn(folder).flatMap(importedBy);
  const others = sources.filter((source) => !`${source}${path.sep}`.startsWith(own));
  const isShipped = tree === 'lib' || tree === 'crpd-image/runtime';
  // A folder may have the name of a module of Node.
  const isOfNode = (source: string) => !path.isAbsolute(source) && builtinModules.includes(nameOf(source, tree));
  const listed = others.filter((source) => isShipped || !isOfNode(source));
  return [...new Set(listed.map((source) => nameOf(source, tree)))].sort();
}

test('the page has each folder once', () => {
  const inTrees = TREES.flatMap((tree) =>
    fs
      .readdirSync(path.join(ROOT, tree), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${tree}/${name}`),
  );
  expect(ROWS.map(({ folder }) => folder).sort()).toEqual(
    [...inTrees, 'bench', 'command', 'scripts', 'test-support'].sort(),
  );
});

test.each(ROWS.map(({ folder, imports }) => [folder, imports] as const))(
  '%s imports what the page says',
  (folder, imports) => {
    expect(importsOf(folder)).toEqual([...imports].sort());
  },
);

test('a folder of the library imports only from those above it', () => {
  const order = ROWS.flatMap(({ folder }) => (folder.startsWith('lib/') ? [folder.slice('lib/'.length)] : []));
  for (const [i, name] of order.entries()) {
    const folders = importsOf(`lib/${name}`).filter((one) => order.includes(one));
    expect({ name, below: folders.filter((one) => order.indexOf(one) >= i) }).toEqual({ name, below: [] });
  }
});

test('the library imports nothing of what is built on it', () => {
  const others = ['lab', 'bench', 'scripts', 'test', 'test-support', 'apps', 'crpd-image'];
  const imported = fs.readdirSync(path.join(ROOT, 'lib'), { withFileTypes: true });
  const folders = imported.filter((entry) => entry.isDirectory()).map(({ name }) => `lib/${name}`);
  expect(folders.flatMap(importsOf).filter((name) => others.includes(name))).toEqual([]);
});

test('of the library the runtime imports what the page says, which knows no cdk8s', () => {
  const [, listed] = PAGE.match(/The runtime's bundle contains ([^.]*)\./)!;
  const taken = sourcesIn('crpd-image/runtime').flatMap(importedBy);
  const inLibrary = taken.filter((source) => source.startsWith(path.join(ROOT, 'lib') + path.sep));
  const folders = [...new Set(inLibrary.map((source) => nameOf(source, 'lib')))];
  expect(folders.sort()).toEqual(words(listed).sort());
  for (const folder of folders)
    expect(importsOf(`lib/${folder}`).filter((name) => /^(cdk8s|constructs)/.test(name))).toEqual([]);
});
