/** What an address family of BGP is, and its name in each configuration language. */
interface FamilyTraits {
  /** Its name for people: `IPv4`. */
  readonly label: string;
  /** The IP family of the prefixes that its routes are. Undefined: filters of prefixes do not apply to its routes. */
  readonly prefixes?: 4 | 6;
  /** The IP family of the sessions that carry it, if each session carries its own families only. */
  readonly session: 4 | 6;
  /** Whether routers pass its routes on to other AS with the next hop unchanged: the tunnel leads to it. */
  readonly keepsNextHop: boolean;
  /** What a router needs for it beside the session. */
  readonly beside?: string;
  /** After `address-family` in FRR. */
  readonly frr: string;
  /** After `family` in Junos, and the statement in its block. */
  readonly junos: readonly [family: string, type: string];
  /** After `address-family` in IOS XR. */
  readonly iosxr: string;
  /** After `address-family` in EOS. */
  readonly eos: string;
  /** After `-a` in the command line of GoBGP, and `afi-safi-name` in its configuration. */
  readonly gobgp: readonly [option: string, name: string];
}

/** The table of address families, in the order of configurations and reports. */
export const FAMILY = {
  /**
   * IPv4 unicast.
   * @default true
   */
  inet: {
    label: 'IPv4',
    prefixes: 4,
    session: 4,
    keepsNextHop: false,
    frr: 'ipv4 unicast',
    junos: ['inet', 'unicast'],
    iosxr: 'ipv4 unicast',
    eos: 'ipv4',
    gobgp: ['ipv4', 'ipv4-unicast'],
  },
  /**
   * IPv6 unicast.
   * @default false
   */
  inet6: {
    label: 'IPv6',
    prefixes: 6,
    session: 6,
    keepsNextHop: false,
    frr: 'ipv6 unicast',
    junos: ['inet6', 'unicast'],
    iosxr: 'ipv6 unicast',
    eos: 'ipv6',
    gobgp: ['ipv6', 'ipv6-unicast'],
  },
  /**
   * EVPN (RFC 7432).
   * @default false
   */
  evpn: {
    label: 'EVPN',
    session: 4,
    keepsNextHop: true,
    beside: 'VNIs, route targets and the tunnel endpoint of EVPN',
    frr: 'l2vpn evpn',
    junos: ['evpn', 'signaling'],
    iosxr: 'l2vpn evpn',
    eos: 'evpn',
    gobgp: ['evpn', 'l2vpn-evpn'],
  },
} as const satisfies Readonly<Record<string, FamilyTraits>>;

/** An address family of BGP, by the name of its row. */
export type Family = keyof typeof FAMILY;

/** All address families. */
export const FAMILIES = Object.keys(FAMILY) as readonly Family[];

/** The row of a family. */
export const traitsOf = (family: Family): FamilyTraits => FAMILY[family];

/** IPv4 and IPv6 unicast: the families of IP routing, which a router has in every VRF. */
export type IpFamily = 'inet' | 'inet6';

/** All of these. */
export const IP_FAMILIES: readonly IpFamily[] = ['inet', 'inet6'];

/** The unicast family of an address or a prefix. */
export const ipFamilyOf = ({ family }: { readonly family: 4 | 6 }): IpFamily => (family === 4 ? 'inet' : 'inet6');

/** Whether a family is other than the unicast families of IP. */
export const isOverlay = (family: Family): boolean => family !== 'inet' && family !== 'inet6';
