import { byKind, traitsOf } from '../../lib/addressing';
import { IpPrefixAnnouncement, Resolved, UnicastAnnouncement } from './announcement';
import { ClientProps } from './client';

/** The routes that bgpd originates without zebra. EVPN routes of type 5 have no route targets then. */
export type FrrAnnouncement = UnicastAnnouncement | IpPrefixAnnouncement;

/** Values without effect: the lab forwards no packets by these routes. */
const EVPN_REST = 'esi 00:00:00:00:00:00:00:00:00:00 gwip 0.0.0.0 routermac 02:00:00:00:00:01';

/**
 * The configuration of a router outside on FRR: the text that the library writes for its operator, followed by what an
 * operator adds: router id, announcements, and a filter against transit. bgpd merges both.
 */
export function frrConfiguration(
  props: ClientProps,
  neighbor: string,
  announcements: readonly Resolved<FrrAnnouncement>[],
): string {
  const { autonomousSystem, routerId } = props;
  return [
    neighbor.trimEnd(),
    `router bgp ${autonomousSystem}`,
    ` bgp router-id ${routerId}`,
    // Announced prefixes are in no routing table here.
    ' no bgp network import-check',
    'exit',
    ...noTransit(props, neighbor),
    ...announcements.flatMap((announcement) => announcementLines(autonomousSystem, announcement)),
    '',
  ].join('\n');
}

/**
 * An entry at the head of each outbound route-map of the text, which permits own routes only. Without it, bgpd sends
 * routes from one eBGP neighbor to the others.
 */
function noTransit({ autonomousSystem, neighbors }: ClientProps, text: string): string[] {
  if (neighbors.every((neighbor) => neighbor.autonomousSystem === autonomousSystem)) return [];
  const maps = new Set([...text.matchAll(/^ *neighbor \S+ route-map (\S+) out$/gm)].map(([, name]) => name));
  const entries = [...maps].flatMap((name) => [`route-map ${name} deny 1`, ' match as-path LAB-LEARNED', 'exit']);
  return ['bgp as-path access-list LAB-LEARNED permit .', ...entries];
}

/** The lines that announce a prefix with its communities, or withdraw it. */
export function announcementLines(
  autonomousSystem: number,
  announcement: Resolved<FrrAnnouncement>,
  no = false,
): string[] {
  const { family, prefix, communities = [] } = announcement;
  const routeTargets = (announcement.family !== 'evpn' && announcement.routeTargets) || [];
  const map = `LAB-${prefix}`;
  const isMarked = communities.length + routeTargets.length > 0 && !no;
  const { standard, large } = byKind(communities);
  const mark = [
    `route-map ${map} permit 10`,
    ...(standard.length > 0 ? [` set community ${standard.join(' ')}`] : []),
    ...(large.length > 0 ? [` set large-community ${large.join(' ')}`] : []),
    ...(routeTargets.length > 0 ? [` set extcommunity rt ${routeTargets.join(' ')}`] : []),
    'exit',
  ];
  const evpn =
    announcement.family === 'evpn' ? ` rd ${announcement.rd} ethtag 0 label ${announcement.label} ${EVPN_REST}` : '';
  return [
    ...(isMarked ? mark : []),
    `router bgp ${autonomousSystem}`,
    ` address-family ${traitsOf(family).frr}`,
    `  ${no ? 'no ' : ''}network ${prefix}${evpn}${isMarked ? ` route-map ${map}` : ''}`,
    ' exit-address-family',
    'exit',
  ];
}
