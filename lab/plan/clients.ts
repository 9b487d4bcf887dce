import { Family, isOverlay, traitsOf } from '../../lib/addressing';
import { familiesToward } from '../../lib/configuration';
import { BgpTopology, clientGroupOf, OutsideSpeaker, sessionTerms } from '../../lib/model';
import { neighborConfiguration, neighborText } from '../../lib/neighbors';
import { routesOf } from '../../lib/proof';
import { Announcement } from '../clients/announcement';
import { ClientNeighbor, ClientProps } from '../clients/client';
import { reflectorPlan } from './reflectors';

/** A router outside to start, and its addresses. */
export interface ClientPlan extends ClientProps {
  readonly addresses: readonly string[];
}

/** The software of a router outside. */
type Implementation = ClientProps['implementation'];

/** The EVPN network of all clients. */
const VNI = 100;

/** The MPLS label of all routes that have one. */
const LABEL = 100;

/** The routers outside that peer with pods. */
export function clientsOf(topology: BgpTopology): ClientPlan[] {
  const clients = topology.outside.filter(({ clientOf }) => clientOf.length > 0);
  const reflectors = topology.outside.filter(({ reflects }) => reflects);
  return [
    ...clients.map((speaker, i) => clientPlan(speaker, topology, i % 2 === 0 ? 'bird' : 'gobgp', i + 1)),
    ...reflectors.map((speaker) => reflectorPlan(speaker, topology)),
  ];
}

/** Whether routes of a family have MPLS labels. */
const isLabeled = (family: Family) => traitsOf(family).vpn !== undefined || traitsOf(family).unlabeled !== undefined;

/**
 * Whether a router runs the configuration that the library writes for it: one on FRR outside of a VRF, which needs zebra,
 * and without labels of its own, which come from zebra, too.
 */
const runsText = ({ platform, vrf, announces }: OutsideSpeaker) =>
  platform === 'frr' && vrf === undefined && announces.every(({ family }) => !isLabeled(family));

/** The routers that do not run their own configuration, and the software that replaces them; for people. */
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
 * The client that stands for a router outside. It peers with every address of its regions and pairs. One on FRR loads
 * the configuration that the library writes for its operator; others have the same sessions.
 *
 * @param preferred the software where platform and families leave the choice
 * @param number unique among clients
 */
export function clientPlan(
  speaker: OutsideSpeaker,
  topology: BgpTopology,
  preferred: Implementation,
  number: number,
): ClientPlan {
  const { id, autonomousSystem, addresses, clientOf, announces } = speaker;
  const serving = topology.groups.filter(({ part }) => clientOf.includes(part.path));
  const above = topology.outside.flatMap((router) =>
    router.reflects && clientOf.includes(router.reflects.part.path) ? [{ ...router, reflects: router.reflects }] : [],
  );
  const families = [...new Set([...serving, ...above.map(({ reflects }) => reflects)].flatMap((one) => one.families))];
  const neighbors = serving.flatMap((group) =>
    group.addresses.flatMap((address): ClientNeighbor[] => {
      const own = addresses.find(({ family }) => family === address.family);
      if (!own) return [];
      const clients = clientGroupOf(group.clients, own);
      const session = { address: address.text, localAddress: own.text, autonomousSystem: group.autonomousSystem };
      const { keyFile = undefined } = clients ? sessionTerms(speaker, clients) : {};
      return [{ ...session, families: familiesToward(group, clients ?? {}), keyFile, addPath: clients?.addPath }];
    }),
  );
  for (const { addresses: theirs, reflects } of above) {
    const own = addresses.find(({ family }) => family === theirs[0].family);
    if (own)
      neighbors.push({
        address: theirs[0].text,
        localAddress: own.text,
        autonomousSystem,
        families: reflects.families,
      });
  }
  const other = families.some(isOverlay) ? 'gobgp' : preferred;
  const implementation = runsText(speaker) ? 'frr' : other;
  // Any unique number is valid (RFC 6286).
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
      // The policy in the configuration for FRR adds communities.
      const marked = implementation === 'frr' ? { ...announced, communities: [] } : announced;
      // A session of one IP family may carry routes of the other: their next hop is the address that the router has.
      const nextHop = addresses.find((address) => announced.family === (address.family === 6 ? 'inet6' : 'inet'))?.text;
      return announcementsFor(topology, marked, routerId).map((one) => (nextHop ? { nextHop, ...one } : one));
    }),
  };
}

/**
 * The announcements that stand for a route of the topology. The topology has only the name of an EVPN route: routes of
 * types 2, 3 and 5 stand for it, and one of type 5 alone where FRR announces it.
 *
 * @param vtep an IPv4 address: FRR 8.4 ends the session on a route of type 3 with an IPv6 tunnel endpoint
 */
export function announcementsFor(
  topology: BgpTopology,
  { family, route, communities }: OutsideSpeaker['announces'][number],
  vtep = '192.0.2.1',
): readonly Announcement[] {
  if (family === 'inet' || family === 'inet6') return [{ family, prefix: route, communities }];
  if (family !== 'evpn') return labeledAnnouncements({ family, route, communities });
  const all = routesOf(topology);
  const index = all.findIndex((one) => one.family === family && one.route === route);
  const origins = topology.outside.filter(({ id }) => all[index]?.origins.has(id));
  const rd = `${origins[0]?.autonomousSystem}:${VNI}`;
  const common = { family, communities, rd, routeTargets: [`${VNI}:${VNI}`], label: VNI };
  const [high, low] = [(index + 1) >> 8, (index + 1) & 255];
  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  const ip = `198.18.${high}.${low}`;
  const prefix = { ...common, type: 5, prefix: `198.19.${high}.${low}/32` } as const;
  // Without zebra, bgpd originates no other type.
  if (origins.some(runsText)) return [prefix];
  return [
    { ...common, type: 2, mac: `02:00:00:00:${hex(high)}:${hex(low)}`, ip },
    { ...common, type: 3, ip, nextHop: vtep },
    prefix,
  ];
}

/** A route with a label. That of a VPN is `RD:PREFIX`. */
function labeledAnnouncements({
  family,
  route,
  communities,
}: OutsideSpeaker['announces'][number]): readonly Announcement[] {
  switch (family) {
    case 'labeledInet':
    case 'labeledInet6':
      return [{ family, prefix: route, label: LABEL, communities }];
    case 'vpnv4':
    case 'vpnv6': {
      const [, rd, prefix] = /^([^:]+:\d+):(.+)$/.exec(route) as RegExpExecArray;
      return [{ family, rd, prefix, label: LABEL, routeTargets: [`${VNI}:${VNI}`], communities }];
    }
    default:
      return [];
  }
}
