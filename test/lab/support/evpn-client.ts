import { ClientPlan, clientPlan } from '../../../lab/plan/clients';
import { BgpTopology, OutsideSpeaker, RouterGroup } from '../../../lib';
import { parseAddress } from '../../../lib/addressing';

/** What a client is by which a route server tells it from others. */
export interface Identity {
  readonly name: string;
  readonly autonomousSystem: number;
  /** One of each IP family that it peers by. */
  readonly addresses: readonly string[];
  /** A number that no other client has. */
  readonly number: number;
}

/** A client of EVPN route servers that peers with the addresses of these groups alone. */
export function evpnClient(identity: Identity, topology: BgpTopology, groups: readonly RouterGroup[]): ClientPlan {
  const { name: id, addresses, autonomousSystem, number } = identity;
  const speaker: OutsideSpeaker = {
    ...{ id, autonomousSystem, addresses: addresses.map(parseAddress), assumed: false, platform: 'generic' },
    ...{ clientOf: groups.map(({ part }) => part.path), nodes: [], routes: 1 },
    announces: [{ family: 'evpn', route: `of ${id}`, communities: [] }],
  };
  return clientPlan(speaker, { ...topology, groups, outside: [speaker] }, 'gobgp', number);
}
