import { ClientGroup } from '../configuration';
import { keyFileOf, Member } from '../settings';
import { OutsideSpeaker } from './declarations';

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
