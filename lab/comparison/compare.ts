import { grouped } from '../../lib/model';
import { PathOf } from './paths';

/** The paths of a lab's routers, compared with those that the proof expects. */
export interface Comparison {
  /** The number of expected paths. */
  readonly paths: number;
  /** One text for each, the worst first. */
  readonly differences: readonly string[];
}

/**
 * Compares paths. Lists destinations that a router cannot reach first, then missing paths, then unexpected paths, then
 * other attributes. Next hops are not compared: the simulation has none.
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

/** Paths by router, destination and neighbor. The attributes of several paths from one neighbor are one text. */
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

/** The most differences that the text lists. */
const MOST = 20;

/** A comparison as text. Without differences it is one line. */
export function comparisonText({ paths, differences }: Comparison): string {
  if (differences.length === 0) return `every router has what the proof expects: ${paths} paths`;
  const more = differences.length > MOST ? [`and ${differences.length - MOST} more`] : [];
  const count = `${differences.length} differences from what the proof expects (${paths} paths):`;
  return [count, ...differences.slice(0, MOST).map((one) => `  ${one}`), ...more.map((one) => `  ${one}`)].join('\n');
}
