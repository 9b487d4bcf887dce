import { Announcement } from '../../../../lab/clients/announcement';
import { ClientPlan } from '../../../../lab/plan/clients';
import { LabPlan } from '../../../../lab/plan/plan';

/**
 * The lab of the route servers: of the clients by the plan, EVPN routes for IPv6 hosts and networks beside the IPv4
 * ones; and at each pair a client that speaks IPv6 unicast alone.
 */
export function planWithIPv6Routes(plan: LabPlan): LabPlan {
  const clients = plan.clients.map((client, i) => ({
    ...client,
    announcements: client.announcements.flatMap((one) => withIPv6(one, i + 1)),
  }));
  const pairs = new Map(plan.clients.map((client) => [client.neighbors[0].address, client]));
  return { ...plan, clients: [...clients, ...[...pairs.values()].map(unicastClient)] };
}

function withIPv6(route: Announcement, number: number): Announcement[] {
  if (route.family !== 'evpn') return [{ ...route, med: number, communities: [`64511:${number}`] }];
  if (route.type === 2) return [route, { ...route, ip: `2001:db8:beef::${number}` }];
  return route.type === 5 ? [route, { ...route, prefix: `2001:db8:beef:${number}::/64` }] : [route];
}

function unicastClient(like: ClientPlan, i: number): ClientPlan {
  const address = `2001:db8:100::${i + 1}:1`;
  return {
    ...like,
    name: `bird-${i + 1}`,
    implementation: 'bird',
    families: ['inet6'],
    autonomousSystem: 65536 + i,
    routerId: `192.0.0.${101 + i}`,
    addresses: [address],
    neighbors: like.neighbors.map((neighbor) => ({ ...neighbor, localAddress: address, families: ['inet6'] })),
    announcements: [
      { family: 'inet6', prefix: `2001:db8:b::${i + 1}/128`, med: 100 + i, communities: [`64511:${100 + i}`] },
    ],
  };
}
