import { NeighborConfiguration } from './configuration';

/** Lines that one platform alone needs. */
export interface PlatformLines {
  readonly changes?: readonly string[];
  readonly notes?: readonly string[];
}

/** The lines that a file begins with, each a comment: what it is for, and what the reader must change and see to. */
export function headerLines(configuration: NeighborConfiguration, platform: PlatformLines = {}): readonly string[] {
  const { router, groups, statics } = configuration;
  const neighbors = [...new Set(groups.map(({ description }) => description))];
  const routes = statics.length > 0 ? ['static routes to the addresses that nodes carry'] : [];
  const changes = [...configuration.changes, ...(platform.changes ?? [])];
  return [
    `Router ${router}: ${[...neighbors, ...routes].join('; ') || 'no neighbors'}.`,
    'Written by cdk8s-meshrr. Merge it into the configuration of the router.',
    ...changes.map((change) => `CHANGE ${change}.`),
    ...configuration.notes,
    ...(platform.notes ?? []),
  ].map((line) => line.replace(/[^\x20-\x7e]|\*/g, '_'));
}

/** Lines of a block: indented below its first line. */
export const below = (lines: readonly string[], spaces: number): readonly string[] =>
  lines.map((line) => `${' '.repeat(spaces)}${line}`);

/** Which process of an IGP a text is for, where routes are exported to one: the app does not know its name. */
export const processChange = ({ exportsTo, connected, statics }: NeighborConfiguration): readonly string[] =>
  exportsTo === 'bgp' || connected.length + statics.length === 0
    ? []
    : [`router ${exportsTo} 1: stands for the process of ${exportsTo === 'isis' ? 'IS-IS' : 'OSPF'}`];
