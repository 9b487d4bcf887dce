'use strict';
// Mutation tests: changes the code on purpose, one place at a time, and counts the changes that no test notices.
//
//   npm run mutants                        every group of groups.js, some hours on two cores; the second run is fast
//   npm run mutants proof peers            these groups
//   npm run mutants lib/proof/selection.ts the code of one file or folder
//
// A change that survives is a missing test, or is explained in survivors.json. Ends with 1 where fewer than 90 % of the
// changes of a group die, or one that survives has no explanation.
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const groups = require('./groups');
const { DEAD, figureOf, formatFigure } = require('./figure');

const root = path.join(__dirname, '..', '..');
const WORK = 'build/mutants';
/** The most examples that a property is tried with, where a group says nothing else. */
const MOST_EXAMPLES = 50;
/** Read by no test of a group. */
const NOT_COPIED = ['/build', '/dist', '/topology', '/bench', '/.ci', '*.log'];

/** The files of a folder, or the file itself, as far as they match. */
function filesOf(place, matches) {
  const full = path.join(root, place);
  if (!fs.statSync(full).isDirectory()) return [place];
  return fs.readdirSync(full, { recursive: true }).flatMap((name) => (matches(name) ? [path.join(place, name)] : []));
}

const isCode = (name) => name.endsWith('.ts') && path.basename(name) !== 'index.ts';
/** Tests of real programs are left out. */
const isTest = (file) => file.endsWith('.test.ts') && !groups.STARTS_PROGRAMS.includes(file);

/** The groups that the arguments name, each with the code that is asked for. */
function wanted(names) {
  const all = Object.entries(groups.GROUPS).map(([name, { code, tests, examples = MOST_EXAMPLES }]) => ({
    name,
    examples,
    code: code.flatMap((place) => filesOf(place, isCode)),
    tests: tests.flatMap((place) => filesOf(place, (file) => file.endsWith('.test.ts'))).filter(isTest),
  }));
  if (names.length === 0) return all;
  return names.flatMap((name) => {
    const group = all.find((each) => each.name === name);
    if (group) return [group];
    const place = path.normalize(name).replace(/\/$/, '');
    const parts = all.flatMap((each) => {
      const code = each.code.filter((file) => file === place || file.startsWith(`${place}/`));
      return code.length > 0 ? [{ ...each, code }] : [];
    });
    if (parts.length > 0) return parts;
    console.error(
      `mutants: got ${name}, want one of ${Object.keys(groups.GROUPS).join(', ')}, or a place in their code`,
    );
    process.exit(2);
  });
}

/**
 * Lets what survived be tried again. Stryker takes over the result of a change to what runs while files are loaded, also
 * where a test is new.
 */
function forgetSurvivors(file) {
  if (!fs.existsSync(file)) return;
  const report = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const each of Object.values(report.files)) {
    each.mutants = each.mutants.filter(({ status }) => DEAD.includes(status));
  }
  fs.writeFileSync(file, JSON.stringify(report));
}

/** Runs the tests of a group against each change of its code, and returns the report. */
function mutate({ name, code, tests, examples }) {
  fs.mkdirSync(path.join(root, WORK), { recursive: true });
  const report = path.join(WORK, `${name}.json`);
  const config = path.join(WORK, `${name}.config.json`);
  const incrementalFile = path.join(WORK, `${name}.incremental.json`);
  forgetSurvivors(path.join(root, incrementalFile));
  const options = {
    mutate: code,
    testRunner: 'mocha',
    plugins: ['@stryker-mutator/mocha-runner'],
    mochaOptions: { require: ['./scripts/mutants/jest-tests.js'], spec: tests },
    coverageAnalysis: 'perTest',
    ignorePatterns: NOT_COPIED,
    concurrency: Number(process.env.MUTANTS_PROCESSES ?? 2),
    // On a machine that is busy, a test that is slow is not one that never ends.
    timeoutMS: 30_000,
    incremental: true,
    incrementalFile,
    tempDirName: path.join(WORK, 'sandbox'),
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
    allowConsoleColors: false,
  };
  fs.writeFileSync(path.join(root, config), JSON.stringify(options, null, 2));
  const stryker = path.join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], {
    ...{ cwd: root, stdio: 'inherit' },
    env: { ...process.env, MUTANTS_EXAMPLES: String(examples) },
  });
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(fs.readFileSync(path.join(root, report), 'utf8'));
}

const explanations = JSON.parse(fs.readFileSync(path.join(__dirname, 'survivors.json'), 'utf8'));
const figures = wanted(process.argv.slice(2)).map((group) => {
  const { files } = mutate(group);
  return { name: group.name, ...figureOf(files, group.code, explanations) };
});
for (const figure of figures) console.log(formatFigure(figure));
if (figures.some(({ passes }) => !passes)) process.exitCode = 1;
