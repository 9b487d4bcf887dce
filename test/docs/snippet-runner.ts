import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as ts from 'typescript';

const root = path.join(__dirname, '..', '..');

/** A fenced block of a Markdown page: ```` ```LANGUAGE NOTE ````. */
export interface Block {
  /** `docs/page.md:12`, where the block begins. */
  readonly place: string;
  readonly page: string;
  readonly language: string;
  /**
   * What follows the language: `error` on a snippet that is refused, `warning` on one that is warned of, a file's name on
   * a part of that file.
   */
  readonly note: string;
  readonly text: string;
}

/** A `ts` block: a whole app. */
export interface Snippet extends Block {
  /** The `text` block right after a snippet that is refused or warned of: its message. */
  readonly message?: string;
}

/** README.md, where there is one, and the pages in docs/ and its folders. */
export function pages(): string[] {
  const names = fs.readdirSync(path.join(root, 'docs'), { recursive: true }) as string[];
  const docs = names.filter((name) => name.endsWith('.md')).sort();
  return ['README.md', ...docs.map((name) => `docs/${name}`)].filter((page) => fs.existsSync(path.join(root, page)));
}

export function textOf(file: string): string {
  return fs.readFileSync(path.join(root, file), 'utf8');
}

/** The links of a page that lead to no file, or to no heading of one. */
export function deadLinksOf(page: string): string[] {
  const links = [...textOf(page).matchAll(/\]\((?![a-z]+:)([^)#\s]*)#?([^)\s]*)\)/g)];
  return links
    .filter(([, target, heading]) => {
      const file = target === '' ? page : path.join(path.dirname(page), target);
      return !fs.existsSync(path.join(root, file)) || (heading !== '' && !anchorsOf(file).includes(heading));
    })
    .map(([, target, heading]) => `${page} -> ${target}${heading && `#${heading}`}`);
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/ /g, '-'),
  );
}

/** All blocks of a page, also those that a list indents. */
export function blocksOf(page: string): Block[] {
  const fenced = /^([ \t]*)(`{3,})([^\s`]*)[ \t]*([^\n`]*)\n(.*?)^[ \t]*\2[ \t]*$/gms;
  const markdown = textOf(page);
  return [...markdown.matchAll(fenced)].map((found) => {
    const [, , , language, note, text] = found;
    const line = markdown.slice(0, found.index).split('\n').length;
    return { place: `${page}:${line}`, page, language, note: note.trim(), text: dedent(text.trimEnd()) };
  });
}

export function snippetsOf(page: string): Snippet[] {
  const blocks = blocksOf(page);
  return blocks.flatMap((block, i) => {
    if (!['ts', 'typescript'].includes(block.language)) return [];
    const next = blocks[i + 1];
    return [
      {
        ...block,
        message: ['error', 'warning'].includes(block.note) && next?.language === 'text' ? next.text : undefined,
      },
    ];
  });
}

/** The modules of the package, as `exports` of package.json names them, and the sources that they are built from. */
const ownModules: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(JSON.parse(textOf('package.json')).exports as Record<string, string | { default: string }>).flatMap(
    ([name, target]) =>
      typeof target === 'string'
        ? []
        : [[`cdk8s-meshrr${name.slice(1)}`, target.default.replace(/^\.\/build\//, '').replace(/\.js$/, '.ts')]],
  ),
);

/** What a snippet may import beside the package itself: its peer dependencies. */
const peers = Object.keys(JSON.parse(textOf('package.json')).peerDependencies);

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  return {
    ...ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options,
    types: ['node'],
    baseUrl: root,
    paths: Object.fromEntries(Object.entries(ownModules).map(([name, source]) => [name, [source]])),
  };
}

/** What the compiler has against snippets, which it sees as files of one program. */
export function typeErrorsOf(snippets: readonly Snippet[]): string[] {
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const sources = new Map(snippets.map((snippet, i) => [path.join(root, 'docs', `snippet-${i}.ts`), snippet]));
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.readFile = (name) => sources.get(name)?.text ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const snippet = sources.get(name);
    return snippet ? ts.createSourceFile(name, snippet.text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  const general = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  return [
    ...general.map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')),
    ...[...sources].flatMap(([name, { place }]) => {
      const file = program.getSourceFile(name) as ts.SourceFile;
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        ({ messageText, start = 0 }) =>
          `${place}, line ${file.getLineAndCharacterOfPosition(start).line + 1} of the snippet: ` +
          ts.flattenDiagnosticMessageText(messageText, '\n'),
      );
    }),
  ];
}

/** What became of a snippet. */
export interface Outcome {
  /** What it wrote, by path below the working directory, which is the output folder, too. */
  readonly files: Readonly<Record<string, string>>;
  /** What it printed on standard error, or the error that it threw. */
  readonly message: string;
  /** The exit status that its process would have. */
  readonly status: number;
}

/** Runs a snippet as `cdk8s synth` would, in this process and with a working directory of its own. */
export function run(snippet: Snippet): Outcome {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-snippet-'));
  const cwd = process.cwd();
  const { CDK8S_OUTDIR } = process.env;
  const { exitCode } = process;
  const { write } = process.stderr;
  let printed = '';
  try {
    process.env.CDK8S_OUTDIR = outdir;
    process.chdir(outdir);
    process.exitCode = undefined;
    process.stderr.write = (text: string | Uint8Array) => Boolean((printed += text));
    const thrown = evaluate(snippet);
    const status = thrown === undefined ? Number(process.exitCode ?? 0) : 1;
    return { files: filesIn(outdir), message: `${printed.trimEnd()}${thrown ?? ''}`, status };
  } finally {
    process.stderr.write = write;
    process.exitCode = exitCode;
    process.chdir(cwd);
    if (CDK8S_OUTDIR === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = CDK8S_OUTDIR;
    fs.rmSync(outdir, { recursive: true });
  }
}

/** Evaluates a snippet as a CommonJS module; returns the error that it throws, if it throws one, as Node names it. */
function evaluate({ text, place }: Snippet): string | undefined {
  const { outputText } = ts.transpileModule(text, { compilerOptions: compilerOptions(), fileName: place });
  const load = (name: string): unknown => {
    if (name in ownModules) return require(path.join(root, ownModules[name]));
    if (peers.includes(name)) return require(name);
    throw new Error(`a snippet may import ${[...Object.keys(ownModules), ...peers].join(', ')}, not ${name}`);
  };
  try {
    new Function('require', 'module', 'exports', outputText)(load, { exports: {} }, {});
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function filesIn(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder, { recursive: true }) as string[];
  return Object.fromEntries(
    names
      .filter((name) => fs.statSync(path.join(folder, name)).isFile())
      .map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]),
  );
}

/** What of a block is not in a text, in the order of the block. A line of `…` alone stands for lines left out. */
export function missingIn(text: string, block: string): readonly string[] {
  const parts = block.split(/^\s*…\n/m).map((part) => part.trimEnd());
  return parts.filter((part) => !isPartOf(part, text));
}

/** Whether a block is a run of whole lines of a text, at any depth of indentation. */
export function isPartOf(block: string, text: string): boolean {
  const [wanted, lines] = [dedent(block), text.split('\n')];
  const length = wanted.split('\n').length;
  return lines.some((_, i) => dedent(lines.slice(i, i + length).join('\n')) === wanted);
}

/** The text without the indentation that all its lines share. */
function dedent(text: string): string {
  const lines = text.split('\n');
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const depth = Math.min(...depths, Infinity);
  return lines.map((line) => line.slice(Math.min(depth, line.length)).trimEnd()).join('\n');
}
