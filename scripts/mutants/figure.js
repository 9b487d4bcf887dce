'use strict';
// What came out of a run: how many changes died, and which survive without an explanation.

/** The least share of changes that must die, in percent. */
const LEAST = 90;
const DEAD = ['Killed', 'Timeout'];
/** A change that no test runs survives as well. */
const ALIVE = ['Survived', 'NoCoverage'];

/**
 * @param files of a report: {@link https://github.com/stryker-mutator/mutation-testing-elements}
 * @param code the files that count
 * @param explanations by file, each `{ mutator?, line?, change?, why }`: the name of the kind of change, a part of the
 *   line of code, and a part of what it is changed to; what is left out fits all
 */
function figureOf(files, code, explanations) {
  const mutants = code.flatMap((file) => {
    const lines = files[file]?.source.split('\n') ?? [];
    return (files[file]?.mutants ?? []).map((mutant) => ({
      file,
      line: lines[mutant.location.start.line - 1],
      ...mutant,
    }));
  });
  const killed = mutants.filter(({ status }) => DEAD.includes(status)).length;
  const survivors = mutants.filter(({ status }) => ALIVE.includes(status));
  const used = new Map();
  const open = survivors.filter((mutant) => {
    const found = (explanations[mutant.file] ?? []).find((each) => explains(each, mutant));
    if (found) used.set(found, [...(used.get(found) ?? []), mutant]);
    return !found;
  });
  const stale = code.flatMap((file) =>
    (explanations[file] ?? []).filter((each) => !used.has(each)).map((each) => ({ file, ...each })),
  );
  const share = (100 * killed) / Math.max(killed + survivors.length, 1);
  const passes = share >= LEAST && open.length === 0;
  return { killed, all: killed + survivors.length, share, used, open, stale, passes };
}

function explains({ mutator, line, change }, mutant) {
  const fits = (part, whole) => part === undefined || whole.includes(part);
  return (
    (mutator === undefined || mutator === mutant.mutatorName) &&
    fits(line, mutant.line) &&
    fits(change, mutant.replacement ?? '')
  );
}

/** The figure of a group in words, and below it every survivor: explained ones by reason, the others one by one. */
function formatFigure({ name, killed, all, share, used, open, stale }) {
  const oneLine = (text) => text.replace(/\s+/g, ' ').trim().slice(0, 110);
  return [
    `${name}: ${killed} of ${all} changes die (${share.toFixed(1)} %)`,
    ...[...used].map(([{ why }, [first, ...more]]) => {
      return `  explained ${1 + more.length} in ${first.file}, line ${first.location.start.line}: ${why}`;
    }),
    ...stale.map(({ file, why }) => `  explains nothing in ${file}: ${why}`),
    ...open.flatMap(({ file, location, line, mutatorName, replacement }) => [
      `  SURVIVES ${file}:${location.start.line}:${location.start.column} ${mutatorName}`,
      `    ${oneLine(line)}`,
      `    -> ${oneLine(replacement ?? '')}`,
    ]),
  ].join('\n');
}

module.exports = { DEAD, figureOf, formatFigure };
