import { ClientPlan } from '../../../../lab/plan/clients';
import { LabPlan } from '../../../../lab/plan/plan';
import { BgpTopology, RouterGroup } from '../../../../lib';
import { evpnClient } from '../../support/evpn-client';

/** The client range of the apps, as their manifests have it. */
const ADDRESS = '198.51.100.';
/** One that is in none of their ranges. */
export const FOREIGN_AS = 64512;
/** Numbers that no client of an app's own plan has. */
const FIRST_NUMBER = 11;
/** So many for each pod behind an address, so that each of them most likely has some. */
const SINGLES = 2;

/**
 * The lab of an app of route servers with further clients for each address, which peer with no other: what they have
 * from clients of other addresses has come over the mesh. All routes carry what a route server is to leave alone.
 */
export function planWithSingles(plan: LabPlan): LabPlan {
  const { topology } = plan;
  const singles = topology.groups.flatMap((group) =>
    Array<RouterGroup>((group.replicas ?? 1) * SINGLES - 1).fill(group),
  );
  const clients = [...plan.clients, ...singles.map((group, i) => singleHomed(topology, group, FIRST_NUMBER + i))];
  return { ...plan, clients: clients.map(withAttributes) };
}

/** A client of one address alone. */
export function singleHomed(topology: BgpTopology, group: RouterGroup, number: number): ClientPlan {
  // From the last number that the group accepts downward: the app's own clients have the first ones.
  const accepted = group.clients.flatMap(({ asRanges }) =>
    asRanges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i)),
  );
  const autonomousSystem = accepted.at(FIRST_NUMBER - number - 1) as number;
  return evpnClient({ ...identityOf(`single-${group.id}-${number}`, number), autonomousSystem }, topology, [group]);
}

/** A client that route servers are to take no routes from, by its AS number. */
export function foreigner(topology: BgpTopology, number: number): ClientPlan {
  return evpnClient({ ...identityOf('foreigner', number), autonomousSystem: FOREIGN_AS }, topology, topology.groups);
}

function identityOf(name: string, number: number) {
  return { name, number, addresses: [`${ADDRESS}${number}`] };
}

function withAttributes(client: ClientPlan, i: number): ClientPlan {
  const attributes = { med: 10 + i, communities: [`64511:${i}`, '64511:65535'] };
  return { ...client, announcements: client.announcements.map((one) => ({ ...one, ...attributes })) };
}
