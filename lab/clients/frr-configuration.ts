import { Resolved, UnicastAnnouncement } from './announcement';
import { ClientProps } from './client';

const ADDRESS_FAMILY = { inet: 'ipv4 unicast', inet6: 'ipv6 unicast' } as const;

/**
 * The configuration of a router outside on FRR: that which makes it a neighbor, as it was written for its operator, and
 * what an operator adds of their own: who it is, and what it announces. bgpd merges both.
 */
export function frrConfiguration(
  { autonomousSystem, routerId }: ClientProps,
  neighbor: string,
  announcements: readonly Resolved<UnicastAnnouncement>[],
): string {
  return [
    neighbor.trimEnd(),
    `router bgp ${autonomousSystem}`,
    ` bgp router-id ${routerId}`,
    // What is announced stands in no routing table here.
    ' no bgp network import-check',
    'exit',
    ...announcements.flatMap((announcement) => announcementLines(autonomousSystem, announcement)),
    '',
  ].join('\n');
}

/** The lines that announce a prefix, with its communities; those of `no` take it back. */
export function announcementLines(
  autonomousSystem: number,
  { family, prefix, communities = [] }: Resolved<UnicastAnnouncement>,
  no = false,
): string[] {
  const map = `LAB-${prefix}`;
  const isMarked = communities.length > 0 && !no;
  const mark = [`route-map ${map} permit 10`, ` set community ${communities.join(' ')}`, 'exit'];
  return [
    ...(isMarked ? mark : []),
    `router bgp ${autonomousSystem}`,
    ` address-family ${ADDRESS_FAMILY[family]}`,
    `  ${no ? 'no ' : ''}network ${prefix}${isMarked ? ` route-map ${map}` : ''}`,
    ' exit-address-family',
    'exit',
  ];
}
