import { Member } from '../settings';
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
