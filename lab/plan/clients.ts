import { assumedClients, OutsideSpeaker } from '../../lib/model';
import { Announcement, EvpnAnnouncement } from '../clients/announcement';
import { ClientNeighbor, ClientProps } from '../clients/client';
import { LabGroup } from './groups';

/** A client to start: a router, and the addresses that it has. */
export interface ClientPlan extends ClientProps {
  readonly addresses: readonly string[];
}

/** Clients for every region and pair that has an address outside: two each, of different software where that can be. */
export function clientsFor(groups: readonly LabGroup[]): ClientPlan[] {
  return assumedClients(groups, []).map((client, i) =>
    clientPlan(client, groups, i % 2 === 0 ? 'bird' : 'gobgp', i + 1),
  );
}

/**
 * A router outside as the lab starts it: it peers with every address of the regions and pairs that it is a client of.
 *
 * @param number one that no other client has
 */
export function clientPlan(
  { id, autonomousSystem, addresses, clientOf, announces }: OutsideSpeaker,
  groups: readonly LabGroup[],
  implementation: ClientProps['implementation'],
  number: number,
): ClientPlan {
  const serving = groups.filter(({ part }) => clientOf.includes(part.path));
  const families = [...new Set(serving.flatMap((group) => group.families))];
  const neighbors = serving.flatMap((group) =>
    group.addresses.flatMap(({ family, text }): ClientNeighbor[] => {
      const own = addresses.find((address) => address.family === family);
      return own ? [{ address: text, localAddress: own.text, autonomousSystem: group.autonomousSystem }] : [];
    }),
  );
  // Any number that no other router has will do (RFC 6286).
  const routerId = addresses.find(({ family }) => family === 4)?.text ?? `192.0.0.${number}`;
  return {
    name: id,
    addresses: addresses.map(({ text }) => text),
    implementation: families.includes('evpn') ? 'gobgp' : implementation,
    autonomousSystem,
    routerId,
    families,
    neighbors,
    announcements: announces.flatMap(({ family, route, communities }): readonly Announcement[] =>
      family === 'evpn' ? evpnRoutes(autonomousSystem, number, routerId) : [{ family, prefix: route, communities }],
    ),
  };
}

/**
 * A MAC address, a prefix, and the multicast of a network that all clients are in.
 *
 * @param vtep an IPv4 address, also of a client that has none of its own: FRR 8.4 ends the session where the tunnel of a
 *   route of type 3 leads to an IPv6 address
 */
function evpnRoutes(autonomousSystem: number, number: number, vtep: string): EvpnAnnouncement[] {
  const vni = 100;
  const common = {
    family: 'evpn',
    rd: `${autonomousSystem}:${vni}`,
    routeTargets: [`${vni}:${vni}`],
    label: vni,
  } as const;
  return [
    { ...common, type: 2, mac: `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`, ip: `198.18.100.${number}` },
    { ...common, type: 3, nextHop: vtep },
    { ...common, type: 5, prefix: `198.18.${100 + number}.0/24` },
  ];
}
