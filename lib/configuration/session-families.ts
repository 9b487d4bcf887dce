import { Family, IpPrefix, overlaps, traitsOf } from '../addressing';
import { ValidationError } from '../input';
import { clientGroupNames, ConfiguredSettings, SettingError, SETTINGS } from '../settings';

/** A BGP group of clients, as far as the division by IP families is concerned. */
interface Divisible {
  readonly name: string;
  readonly service?: string;
  readonly ranges: readonly IpPrefix[];
  readonly families?: readonly Family[];
  readonly members?: true;
}

type Terms = Pick<ConfiguredSettings, 'families' | 'sessionFamilies' | 'podNetworks'>;

const IP_VERSIONS = [4, 6] as const;

/** Whether there are addresses or prefixes of both IP families. */
export const ofBothIpVersions = (spans: readonly { readonly family: 4 | 6 }[]): boolean =>
  IP_VERSIONS.every((version) => spans.some(({ family }) => family === version));

/**
 * What a session of one IP family carries, if the client has a session of the other one, too: the unicast routes of its
 * own IP family. Each other family is on one of the sessions, as one path from each router is enough.
 */
const ownFamilies = (families: readonly Family[], version: 4 | 6): readonly Family[] =>
  families.filter((family) => traitsOf(family).session === version);

/** The IP family whose sessions would carry nothing if each session carried its own families only. */
export const idleIpVersion = (families: readonly Family[]): 4 | 6 | undefined =>
  IP_VERSIONS.find((version) => ownFamilies(families, version).length === 0);

/** Client ranges without those that contain pods: two pods have one session, which carries all families. */
export const rangesOutside = (
  ranges: readonly IpPrefix[],
  podNetworks: readonly IpPrefix[] = [],
): readonly IpPrefix[] => ranges.filter((range) => !podNetworks.some((network) => overlaps(network, range)));

/**
 * Decides which address families a session with a client carries. Pods, model, proof, lab and the configurations of
 * routers outside all follow from this one function.
 *
 * - `own`, and there are client ranges of both IP families, or declared clients: each group becomes one for each IP family, with
 *   {@link ownFamilies}, and one with all families for clients in pods, if it has any.
 * - Otherwise a session carries all families: no other session of the client could.
 *
 * @returns the BGP groups of the router's configuration
 * @throws SettingError if the sessions of one IP family would carry nothing
 */
export function dividedByIpFamily<G extends Divisible>(groups: readonly G[], terms: Terms): readonly G[] {
  const { families, sessionFamilies, podNetworks } = terms;
  const outside = new Set(
    rangesOutside(
      groups.flatMap(({ ranges }) => ranges),
      podNetworks,
    ),
  );
  // A pod does not know the addresses of declared clients when it divides the groups.
  const ofBoth = groups.some(({ members }) => members) || ofBothIpVersions([...outside]);
  if (sessionFamilies === 'all' || !ofBoth) return groups;
  const idle = idleIpVersion(families);
  if (idle !== undefined) {
    const allowed = `"all": with ${families.join(' and ')}, sessions with clients over IPv${idle} would carry nothing`;
    throw new SettingError(SETTINGS.sessionFamilies.variable, ValidationError.of(sessionFamilies, allowed));
  }
  return groups.flatMap((group) => {
    const pods = group.ranges.filter((range) => !outside.has(range));
    const own = IP_VERSIONS.flatMap((version) => {
      const ranges = group.ranges.filter((range) => range.family === version && outside.has(range));
      const [name, service] = [clientGroupNames(group.name)[version], undefined];
      return ranges.length > 0 || group.members
        ? [{ ...group, name, service, ranges, families: ownFamilies(families, version) }]
        : [];
    });
    if (group.members) return own;
    return group.service !== undefined || pods.length > 0 ? [{ ...group, ranges: pods }, ...own] : own;
  });
}
