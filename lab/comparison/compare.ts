import { grouped } from '../../lib/model';
import { PathOf } from './paths';

/** What the routers of a lab have, beside what the proof expects. */
export interface Comparison {
  /** The paths that are expected. */
  readonly paths: number;
  /** In words, the worst first; none where every router has what is expected. */
  readonly differences: readonly string[];
}

/**
 * Compares paths: first come destinations that a router cannot reach, then those with fewer paths than expected, then
 * paths that nobody expects, then attributes.
 */
export function compare(expected: readonly PathOf[], actual: readonly PathOf[]): Comparison {
  const have = bySender(actual);
  const wanted = bySender(expected);
  const reached = new Set(actual.map(({ router, destination }) => `${router} ${destination}`));
  const missing = expected.filter((path) => !have.has(keyOf(path)));
  const isLost = ({ router, destination }: PathOf) => !reached.has(`${router} ${destination}`);
  const other = [...wanted.values()].flatMap((path) => {
    const found = have.get(keyOf(path));
    return found && found.attributes !== path.attributes ? [{ path, found }] : [];
  });
  const lost = new Set(missing.filter(isLost).map(({ router, destination }) => `${router} has no ${destination}`));
  return {
    paths: expected.length,
    differences: [
      ...[...lost].sort(),
      ...missing.filter((path) => !isLost(path)).map((path) => `${place(path)} is missing`),
      ...actual.filter((path) => !wanted.has(keyOf(path))).map((path) => `${place(path)} is not expected`),
      ...other.map(({ path, found }) => `${place(path)} has ${found.attributes}, want ${path.attributes}`),
    ],
  };
}

/** Paths by router, destination and neighbor. Over sessions of both IP families a neighbor sends several: one text then. */
function bySender(paths: readonly PathOf[]): ReadonlyMap<string, PathOf> {
  return new Map(
    [...grouped(paths, keyOf)].map(([key, same]) => {
      const attributes = same.map((path) => path.attributes).sort();
      return [key, { ...same[0], attributes: attributes.join(' and ') }];
    }),
  );
}

const keyOf = ({ router, destination, from }: PathOf) => `${router} ${destination} ${from}`;

const place = ({ router, destination, from }: PathOf) => `${router}: ${destination} from ${from}`;

/** The most differences that are listed. */
const MOST = 20;

/** A comparison in words: one line where all is as expected. */
export function comparisonText({ paths, differences }: Comparison): string {
  if (differences.length === 0) return `every router has what the proof expects: ${paths} paths`;
  const more = differences.length > MOST ? [`and ${differences.length - MOST} more`] : [];
  const count = `${differences.length} differences from what the proof expects (${paths} paths):`;
  return [count, ...differences.slice(0, MOST).map((one) => `  ${one}`), ...more.map((one) => `  ${one}`)].join('\n');
}
