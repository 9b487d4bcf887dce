import { bitsOf, covers, Family, FAMILIES, formatAsRange, parsePrefix, traitsOf } from '../addressing';
import { ClientFilters } from '../settings';
import { anyAsPattern } from './as-path-pattern';
import { templateActions } from './client-actions';
import { BOGON_AS_NUMBERS, BOGON_PREFIXES } from './bogons';

/** BLACKHOLE (RFC 7999). */
const BLACKHOLE = '65535:666';

/** Why the filters of a route server drop a route that a client announces; undefined where they do not. */
export function filterRefusal(
  filters: ClientFilters,
  family: Family,
  route: string,
  communities: readonly string[],
): string | undefined {
  const version = traitsOf(family).prefixes;
  if (version === undefined) return undefined;
  const prefix = parsePrefix(route);
  const bogon = filters.bogons ? BOGON_PREFIXES.find((each) => covers(each.prefix, prefix)) : undefined;
  if (bogon) return `it is in ${bogon.prefix.text} (${bogon.source})`;
  const isHost = prefix.length === bitsOf(version);
  if (filters.blackhole !== 'no' && isHost && communities.includes(BLACKHOLE)) return undefined;
  const [least, most] = filters.lengths[version];
  return prefix.length < least || prefix.length > most ? `its length is not from ${least} to ${most}` : undefined;
}

/** Why the filters drop all routes of a client; undefined where they do not. */
export function clientRefusal(filters: ClientFilters, autonomousSystem: number): string | undefined {
  const bogon = filters.bogonAsNumbers
    ? BOGON_AS_NUMBERS.find(({ range: { first, last } }) => first <= autonomousSystem && autonomousSystem <= last)
    : undefined;
  return bogon && `${autonomousSystem} is reserved (${bogon.source})`;
}

/** The filters, for the templates. */
export function templateFilters(filters: ClientFilters, families: readonly Family[], autonomousSystem: number) {
  return {
    actions: filters.actions ? templateActions(autonomousSystem) : null,
    // The community that is added to host routes with BLACKHOLE; null: these are routes like others.
    blackhole: filters.blackhole === 'no' ? null : filters.blackhole,
    own_next_hop: filters.ownNextHop,
    as_path_length: filters.asPathLength,
    // Written out: bgpd repeats no group that has the sign for a boundary in it.
    long_path_pattern: `^${'[0-9]+_'.repeat(filters.asPathLength)}[0-9]+`,
    bogon_as_patterns: filters.bogonAsNumbers ? BOGON_AS_NUMBERS.map(({ range }) => anyAsPattern(range)) : [],
    bogon_as_numbers: filters.bogonAsNumbers
      ? BOGON_AS_NUMBERS.map(({ range }) =>
          range.first === range.last ? `${range.first}` : `[${formatAsRange(range)}]`,
        )
      : [],
    families: FAMILIES.filter((family) => families.includes(family)).map((family) => {
      const version = traitsOf(family).prefixes ?? null;
      const bogons = filters.bogons ? BOGON_PREFIXES.map(({ prefix }) => prefix) : [];
      return {
        family,
        version,
        name: family.toUpperCase(),
        bogons: bogons.filter((prefix) => prefix.family === version).map(({ text }) => text),
        shortest: version && filters.lengths[version][0],
        longest: version && filters.lengths[version][1],
      };
    }),
  };
}
