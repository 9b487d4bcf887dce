import { NeighborConfiguration } from './configuration';

/** The lines that a file begins with, each a comment: what it is for, and what the reader must change and see to. */
export function headerLines({ router, groups, statics, changes, notes }: NeighborConfiguration): readonly string[] {
  const neighbors = [...new Set(groups.map(({ description }) => description))];
  const routes = statics.length > 0 ? ['static routes to the addresses that nodes carry'] : [];
  return [
    `Router ${router}: ${[...neighbors, ...routes].join('; ') || 'no neighbors'}.`,
    'Written by cdk8s-meshrr. Merge it into the configuration of the router.',
    ...changes.map((change) => `CHANGE ${change}.`),
    ...notes,
  ].map((line) => line.replace(/[^\x20-\x7e]|\*/g, '_'));
}

/** Lines that belong to another one, or to none: indented below it. */
export const below = (lines: readonly string[], spaces: number): readonly string[] =>
  lines.map((line) => `${' '.repeat(spaces)}${line}`);
