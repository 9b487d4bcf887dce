import { Family, IpPrefix, traitsOf } from '../addressing';
import { RouterConfiguration } from './router-configuration';

/** What routes of one family a route reflector takes from its clients, for the templates. */
export interface ClientPolicy {
  readonly family: Family;
  /** IPv4 or IPv6 where routes have to be within the prefixes; null where all are taken. */
  readonly version: 4 | 6 | null;
  /** The prefixes of the family, each once; none where no route is taken. */
  readonly prefixes: readonly IpPrefix[];
}

/** The policies of the families in which routes of clients are not taken as they are. */
export function clientPolicies({
  families,
  clientRoutes,
  resetsLocalPreference,
}: Pick<RouterConfiguration, 'families' | 'clientRoutes' | 'resetsLocalPreference'>): readonly ClientPolicy[] {
  return families.flatMap((family): ClientPolicy[] => {
    const version = (clientRoutes && traitsOf(family).prefixes) ?? null;
    if (version === null && !resetsLocalPreference) return [];
    return [{ family, version, prefixes: (clientRoutes ?? []).filter((prefix) => prefix.family === version) }];
  });
}
