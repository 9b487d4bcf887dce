import { ClientRoute, importRefusal, ImportRefusal } from '../configuration';
import { Member } from '../settings';
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
