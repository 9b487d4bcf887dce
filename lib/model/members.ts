import { ClientGroup, ClientRoute, importRefusal, ImportRefusal } from '../configuration';
import { keyFileOf, Member } from '../settings';
import { OutsideSpeaker, RouterGroup } from './declarations';
import { clientGroupOf } from './sessions';

/** The clients of a region or pair as its pods get them, where it accepts declared clients one by one; by name. */
export const membersAmong = (outside: readonly OutsideSpeaker[], part: string): readonly Member[] =>
  outside
    .filter(({ clientOf }) => clientOf.includes(part))
    .map(({ id: name, autonomousSystem, addresses, member }): Member => ({
      ...{ name, autonomousSystem, addresses },
      ...member,
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));

/** What the session of a client with pods has beside BGP. */
export interface SessionTerms {
  /** The file in the pods with its TCP MD5 key. */
  readonly keyFile?: string;
  /** How many hops both ends are away at most, by GTSM (RFC 5082). */
  readonly gtsmHops?: number;
  /** The hold time that the pods offer, in seconds. */
  readonly holdSeconds?: number;
}

/** The terms of a client in a group: those of its own where the group is of members, and else those of the group. */
export function sessionTerms({ member }: OutsideSpeaker, clients: ClientGroup): SessionTerms {
  const { authentication, gtsmHops, holdTime } = (clients.members && member) || {};
  return {
    keyFile: authentication ? keyFileOf(authentication) : clients.keyFile,
    gtsmHops,
    holdSeconds: holdTime ?? clients.holdSeconds,
  };
}

/** Whether the routers of a group accept a client by its AS number and addresses. */
export const isMemberOf = ({ addresses }: OutsideSpeaker, { clients }: RouterGroup): boolean =>
  addresses.some((address) => clientGroupOf(clients, address)?.members);

/** Why the routers of a group drop a route of a client; undefined where they accept it. */
export const refusalBy = (group: RouterGroup, client: OutsideSpeaker, route: ClientRoute): ImportRefusal | undefined =>
  importRefusal(
    group,
    {
      autonomousSystem: client.autonomousSystem,
      ...(client.member?.prefixes && isMemberOf(client, group) && { prefixes: client.member.prefixes }),
    },
    route,
  );
