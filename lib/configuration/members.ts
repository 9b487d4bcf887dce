import { Family, IpAddress, traitsOf } from '../addressing';
import { clientGroupNames, listedFamilies, MaximumPrefixes, Member, OWN_GROUPS, PrefixEntry } from '../settings';
import { actionsToward, ActionsToward } from './client-actions';
import { ClientGroup, familiesToward, RouterConfiguration } from './router-configuration';

/** What a router configures for one address of a member. */
export interface MemberNeighbor {
  /** The name of the member. */
  readonly name: string;
  readonly address: IpAddress;
  /** The group of the router's configuration that it is in. */
  readonly group: ClientGroup;
  /** Undefined if it is internal. */
  readonly autonomousSystem?: number;
  /** What other members say about it by communities; undefined where these have no meaning. */
  readonly actions?: ActionsToward;
  /** All families of the session. */
  readonly families: readonly MemberFamily[];
}

/** What is a member's own in one family. */
export interface MemberFamily {
  readonly family: Family;
  /** The limits that hold for it: its own, or else those of the group. */
  readonly limits?: MaximumPrefixes;
  /** Whether the limits are its own. */
  readonly isOwnLimit: boolean;
  /** The prefixes that it may announce; empty: none; undefined: any. */
  readonly entries?: readonly PrefixEntry[];
}

/** The neighbors that follow from a list of members, in its order. */
export function memberNeighbors(
  members: readonly Member[],
  configuration: Pick<RouterConfiguration, 'clients' | 'families' | 'mode' | 'autonomousSystem' | 'clientFilters'>,
): readonly MemberNeighbor[] {
  const groups = configuration.clients.filter((group) => group.members);
  const groupOf = ({ family }: IpAddress) =>
    groups.find(({ name }) => name === OWN_GROUPS.members || name === clientGroupNames(OWN_GROUPS.members)[family]);
  return members.flatMap(({ name, addresses, autonomousSystem, maximumPrefixes, prefixes }) =>
    addresses.flatMap((address): MemberNeighbor[] => {
      const group = groupOf(address);
      if (!group) return [];
      const carried = familiesToward(configuration, group);
      const listed = listedFamilies(carried);
      const families = carried.map((family): MemberFamily => {
        const isOwnLimit = maximumPrefixes?.maximum[family] !== undefined;
        const limits = isOwnLimit ? maximumPrefixes : group.maximumPrefixes;
        return {
          family,
          isOwnLimit,
          ...(limits?.maximum[family] !== undefined && { limits }),
          ...(prefixes &&
            listed.includes(family) && {
              entries: prefixes.filter(({ prefix }) => prefix.family === traitsOf(family).prefixes),
            }),
        };
      });
      const external = configuration.mode === 'route-server' && { autonomousSystem };
      const actions = configuration.clientFilters?.actions && {
        actions: actionsToward(configuration.autonomousSystem, autonomousSystem),
      };
      return [{ name, address, group, ...external, ...actions, families }];
    }),
  );
}
