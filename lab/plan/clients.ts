import { BgpTopology, OutsideSpeaker } from '../../lib/model';
import { neighborConfiguration, neighborText } from '../../lib/neighbors';
import { routesOf } from '../../lib/proof';
import { Announcement } from '../clients/announcement';
import { ClientNeighbor, ClientProps } from '../clients/client';

/** A router outside to start, and the addresses that it has. */
export interface ClientPlan extends ClientProps {
  readonly addresses: readonly string[];
}

/** The software of a router outside. */
type Implementation = ClientProps['implementation'];

/** The one network of EVPN that all clients are in. */
const VNI = 100;

/** The routers outside that peer with pods. */
export function clientsOf(topology: BgpTopology): ClientPlan[] {
  const clients = topology.outside.filter(({ clientOf }) => clientOf.length > 0);
  return clients.map((speaker, i) => clientPlan(speaker, topology, i % 2 === 0 ? 'bird' : 'gobgp', i + 1));
}

/** Whether a router runs the text that is written for it: one on FRR does, where no VRF is needed, which takes zebra. */
const runsText = ({ platform, vrf }: OutsideSpeaker) => platform === 'frr' && vrf === undefined;

/** Which routers do not run the text that is written for them, and what runs in their place; for people. */
export function standInsOf({ topology, clients }: { topology: BgpTopology; clients: readonly ClientPlan[] }): string[] {
  const names = { bird: 'BIRD', gobgp: 'GoBGP', frr: 'FRR' };
  const planned = new Map(clients.map((client) => [client.name, client.implementation]));
  const declared = topology.outside.filter(({ assumed }) => !assumed);
  const standIns = declared.flatMap(({ id, platform }) => {
    const implementation = planned.get(id);
    return implementation && implementation !== 'frr'
      ? [`${id} (${platform}) is a ${names[implementation]} with the same sessions`]
      : [];
  });
  const absent = declared.filter(({ id }) => !planned.has(id)).map(({ id }) => id);
  const racks = absent.length > 0 ? [`not run, as no pod peers with them: ${absent.join(', ')}`] : [];
  return [...(standIns.length > 0 ? [standIns.join('; ')] : []), ...racks];
}

/**
 * A router outside as the lab starts it: it peers with every address of the regions and pairs that it is a client of.
 * One on FRR is configured by the text that is written for its operator, others by what the text says.
 *
 * @param preferred the software, unless platform or families ask for another one
 * @param number one that no other client has
 */
export function clientPlan(
  speaker: OutsideSpeaker,
  topology: BgpTopology,
  preferred: Implementation,
  number: number,
): ClientPlan {
  const { id, autonomousSystem, addresses, clientOf, announces } = speaker;
  const serving = topology.groups.filter(({ part }) => clientOf.includes(part.path));
  const families = [...new Set(serving.flatMap((group) => group.families))];
  const neighbors = serving.flatMap((group) =>
    group.addresses.flatMap(({ family, text }): ClientNeighbor[] => {
      const own = addresses.find((address) => address.family === family);
      return own ? [{ address: text, localAddress: own.text, autonomousSystem: group.autonomousSystem }] : [];
    }),
  );
  const other = families.includes('evpn') ? 'gobgp' : preferred;
  const implementation = runsText(speaker) ? 'frr' : other;
  // Any number that no other router has will do (RFC 6286).
  const routerId = addresses.find(({ family }) => family === 4)?.text ?? `192.0.0.${number}`;
  return {
    ...{
      name: id,
      addresses: addresses.map(({ text }) => text),
      implementation,
      autonomousSystem,
      families,
      neighbors,
    },
    routerId,
    ...(implementation === 'frr' && { configuration: neighborText(neighborConfiguration(topology, speaker), 'frr') }),
    announcements: announces.flatMap((announced) => {
      // The policy in the text for FRR adds communities.
      const marked = implementation === 'frr' ? { ...announced, communities: [] } : announced;
      return announcementsFor(topology, marked, routerId);
    }),
  };
}

/**
 * What stands for a route of the topology. Of a route of EVPN the topology knows the name alone: a MAC address, the
 * multicast of a network that all clients are in, and a prefix stand for it; the prefix alone where FRR announces it.
 *
 * @param vtep an IPv4 address: FRR 8.4 ends the session where the tunnel of a route of type 3 leads to an IPv6 address
 */
export function announcementsFor(
  topology: BgpTopology,
  { family, route, communities }: OutsideSpeaker['announces'][number],
  vtep = '192.0.2.1',
): readonly Announcement[] {
  if (family !== 'evpn') return [{ family, prefix: route, communities }];
  const all = routesOf(topology);
  const index = all.findIndex((one) => one.family === family && one.route === route);
  const origins = topology.outside.filter(({ id }) => all[index]?.origins.has(id));
  const rd = `${origins[0]?.autonomousSystem}:${VNI}`;
  const common = { family, communities, rd, routeTargets: [`${VNI}:${VNI}`], label: VNI };
  const [high, low] = [(index + 1) >> 8, (index + 1) & 255];
  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  const ip = `198.18.${high}.${low}`;
  const prefix = { ...common, type: 5, prefix: `198.19.${high}.${low}/32` } as const;
  // bgpd without zebra originates no other type.
  if (origins.some(runsText)) return [prefix];
  return [
    { ...common, type: 2, mac: `02:00:00:00:${hex(high)}:${hex(low)}`, ip },
    { ...common, type: 3, ip, nextHop: vtep },
    prefix,
  ];
}
