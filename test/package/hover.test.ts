import * as path from 'path';
import * as ts from 'typescript';
import * as lib from '../../lib';

// What an editor shows beside `new RouteReflectorRegion(…)`, and of each prop.

const ROOT = path.join(__dirname, '..', '..');
const FILE = path.join(ROOT, 'hover.ts');

function optionsOf(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT).options;
}

const host = (text: () => string): ts.LanguageServiceHost => ({
  getScriptFileNames: () => [FILE],
  getScriptVersion: (file) => (file === FILE ? text() : '1'),
  getScriptSnapshot: (file) => {
    const found = file === FILE ? text() : ts.sys.readFile(file);
    return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
  },
  getCurrentDirectory: () => ROOT,
  getCompilationSettings: optionsOf,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (file) => file === FILE || ts.sys.fileExists(file),
  readFile: ts.sys.readFile,
});

let text = "export * from './lib';";
const service = ts.createLanguageService(host(() => text));

/** The exported types of the package, by name. */
function exported(): readonly ts.Symbol[] {
  const program = service.getProgram() as ts.Program;
  const checker = program.getTypeChecker();
  const file = checker.getSymbolAtLocation(program.getSourceFile(FILE) as ts.SourceFile) as ts.Symbol;
  const resolved = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return checker.getExportsOfModule(file).map(resolved);
}

/** A class that the package exports as a value, with a public constructor. */
const isConstructible = ({ name, flags, declarations = [] }: ts.Symbol): boolean =>
  Boolean(flags & ts.SymbolFlags.Class) &&
  name in lib &&
  !declarations.some(
    (one) =>
      ts.isClassDeclaration(one) &&
      [one, ...one.members.filter(ts.isConstructorDeclaration)].some(({ modifiers }) =>
        modifiers?.some(({ kind }) => [ts.SyntaxKind.AbstractKeyword, ts.SyntaxKind.PrivateKeyword].includes(kind)),
      ),
  );

test('an editor shows the text of each class beside its constructor', () => {
  const classes = exported().flatMap((symbol) => (isConstructible(symbol) ? [symbol.name] : []));
  expect(classes).toEqual(
    expect.arrayContaining(['RouteReflectorRegion', 'Mesh', 'Frr', 'MetalLBBgpPeering', 'Proof']),
  );
  text = [
    "import * as lib from './lib';",
    'declare const args: never;',
    ...classes.map((name) => `new lib.${name}(...args);`),
  ].join('\n');
  const silent = classes.filter((name) => {
    const at = text.indexOf(`new lib.${name}(`) + 'new lib.'.length + 1;
    const { documentation } = service.getQuickInfoAtPosition(FILE, at) ?? {};
    return !ts.displayPartsToString(documentation).match(/\w+ \w+/);
  });
  expect(silent).toEqual([]);
});

/** The props that an interface of the package declares, with the tags of their comments. */
function declaredProps() {
  text = "export * from './lib';";
  const checker = (service.getProgram() as ts.Program).getTypeChecker();
  return exported()
    .filter(({ name }) => name.endsWith('Props'))
    .flatMap((symbol) =>
      checker
        .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
        .filter(({ declarations = [] }) =>
          declarations.every((one) => !/node_modules/.test(one.getSourceFile().fileName)),
        )
        .map((prop) => ({
          of: `${symbol.name}.${prop.name}`,
          sentence: ts.displayPartsToString(prop.getDocumentationComment(checker)),
          tags: new Map(prop.getJsDocTags(checker).map(({ name, text: of }) => [name, ts.displayPartsToString(of)])),
          isOptional: prop.declarations?.some((one) => ts.isPropertySignature(one) && one.questionToken !== undefined),
          type: checker.typeToString(checker.getTypeOfSymbol(prop)),
        })),
    );
}

test('each prop has a sentence, each that may be left out its default, and each list or object an example', () => {
  const problems = declaredProps().flatMap(({ of, sentence, tags, isOptional, type }) => [
    ...(sentence === '' ? [`${of}: no sentence`] : []),
    ...(isOptional && !tags.has('default') ? [`${of}: no default`] : []),
    ...(/\[\]|Record<|Props\b/.test(type) && !tags.has('example') ? [`${of}: no example`] : []),
  ]);
  expect(problems).toEqual([]);
});

test('examples are expressions of TypeScript', () => {
  const examples = declaredProps().flatMap(({ of, tags }) =>
    (tags.get('example') ?? '').split(', or ').flatMap((example) => (example === '' ? [] : [{ of, example }])),
  );
  expect(examples.length).toBeGreaterThan(100);
  const wrong = examples.filter(({ example }) => {
    const { diagnostics = [] } = ts.transpileModule(`(${example});`, { reportDiagnostics: true });
    return diagnostics.length > 0;
  });
  expect(wrong).toEqual([]);
});
