import { parseAddress } from '../../../lib/addressing';
import { ClientPlan, clientPlan } from '../../../lab/plan/clients';
import { LabGroup } from '../../../lab/plan/groups';

/** What a client is by which a route server tells it from others. */
export interface Identity {
  readonly name: string;
  readonly autonomousSystem: number;
  /** One of each IP family that it peers by. */
  readonly addresses: readonly string[];
  /** A number that no other client has; its routes are made from it. */
  readonly number: number;
}

/** A client of EVPN route servers that peers with the addresses of these groups alone. */
export function evpnClient(identity: Identity, groups: readonly LabGroup[]): ClientPlan {
  const { name: id, addresses, autonomousSystem, number } = identity;
  const speaker = {
    ...{ id, autonomousSystem, addresses: addresses.map(parseAddress), assumed: false, platform: 'generic' as const },
    ...{ clientOf: groups.map(({ part }) => part.path), nodes: [], routes: 3 },
    announces: [{ family: 'evpn' as const, route: `of ${id}`, communities: [] }],
  };
  return clientPlan(speaker, groups, 'gobgp', number);
}
