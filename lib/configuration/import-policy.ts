import { covers, Family, parsePrefix, traitsOf } from '../addressing';
import { entryRefusal, PrefixEntry } from '../settings';
import { clientRefusal, filterRefusal } from './client-filters';
import { RouterConfiguration } from './router-configuration';

/** A route as a client sends it. */
export interface ClientRoute {
  readonly family: Family;
  /** The prefix; of EVPN, whatever the route is called. */
  readonly route: string;
  readonly communities: readonly string[];
}

/** What the policy knows of a client. */
export interface RouteSender {
  readonly autonomousSystem: number;
  /** The prefixes that it may announce as a member; undefined: any. */
  readonly prefixes?: readonly PrefixEntry[];
}

/** Why a router drops a route of a client. */
export interface ImportRefusal {
  /** The prop that has the filter. */
  readonly prop: 'filters' | 'member.prefixes' | 'clientRoutes';
  /** A clause: `its length is not from 8 to 24`. */
  readonly why: string;
}

/**
 * What the import policy of a router does with a route of its client, as the templates configure it: the filters of a route
 * server, the prefix list of a member, and the `clientRoutes` of a route reflector. Origins are not validated (RPKI), as the
 * data of the servers is not known.
 *
 * @returns undefined where the route is accepted
 */
export function importRefusal(
  { clientFilters, clientRoutes }: Pick<RouterConfiguration, 'clientFilters' | 'clientRoutes'>,
  { autonomousSystem, prefixes }: RouteSender,
  { family, route, communities }: ClientRoute,
): ImportRefusal | undefined {
  const refusal = (prop: ImportRefusal['prop'], why: string | undefined) =>
    why === undefined ? undefined : { prop, why };
  return (
    refusal(
      'filters',
      clientFilters &&
        (clientRefusal(clientFilters, autonomousSystem) ?? filterRefusal(clientFilters, family, route, communities)),
    ) ??
    refusal('member.prefixes', prefixes && listRefusal(entryRefusal(prefixes, family, route))) ??
    refusal('clientRoutes', clientRoutes && boundRefusal(clientRoutes, family, route))
  );
}

const listRefusal = (entries: string | undefined) => entries && `it is not in ${entries}`;

function boundRefusal(
  bounds: NonNullable<RouterConfiguration['clientRoutes']>,
  family: Family,
  route: string,
): string | undefined {
  if (traitsOf(family).prefixes === undefined) return undefined;
  const prefix = parsePrefix(route);
  if (bounds.some((bound) => covers(bound, prefix))) return undefined;
  return `it is not in ${bounds.map(({ text }) => text).join(', ')}`;
}
