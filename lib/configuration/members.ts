import { Family, IpAddress, traitsOf } from '../addressing';
import {
  clientGroupNames,
  keyFileOf,
  listedFamilies,
  MaximumPrefixes,
  Member,
  OWN_GROUPS,
  PrefixEntry,
} from '../settings';
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
  /** The TCP MD5 key of its session; undefined: that of the group. Secret. */
  readonly key?: string;
  /** How many hops it is away at most, by GTSM; undefined: any number. */
  readonly gtsmHops?: number;
  /** The hold time that it is offered, in seconds; undefined: that of the group. */
  readonly holdSeconds?: number;
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

/**
 * The neighbors that follow from a list of members, in its order.
 *
 * @param keyOf reads the key in a file
 */
export function memberNeighbors(
  members: readonly Member[],
  configuration: Pick<RouterConfiguration, 'clients' | 'families' | 'mode' | 'autonomousSystem' | 'clientFilters'>,
  keyOf: (file: string) => string,
): readonly MemberNeighbor[] {
  const groups = configuration.clients.filter((group) => group.members);
  const groupOf = ({ family }: IpAddress) =>
    groups.find(({ name }) => name === OWN_GROUPS.members || name === clientGroupNames(OWN_GROUPS.members)[family]);
  return members.flatMap(({ name, addresses, autonomousSystem, maximumPrefixes, prefixes, ...session }) => {
    const { authentication, gtsmHops, holdTime: holdSeconds } = session;
    const file = authentication && keyFileOf(authentication);
    return addresses.flatMap((address): MemberNeighbor[] => {
      const group = groupOf(address);
      if (!group) return [];
      const key = file === undefined || file === group.keyFile ? undefined : keyOf(file);
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
      return [{ name, address, group, ...external, ...actions, key, gtsmHops, holdSeconds, families }];
    });
  });
}
