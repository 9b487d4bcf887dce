import { isIPv4 } from 'net';
import { ValidationError } from '../input/validation-error';

/** What an address family of BGP is, and its name in each configuration language. */
interface FamilyTraits {
  /** Its name for people: `IPv4`. */
  readonly label: string;
  /** The IP family of the prefixes that its routes are. Undefined: filters of prefixes do not apply to its routes. */
  readonly prefixes?: 4 | 6;
  /** The IP family of the prefixes after the route distinguishers (RFC 4364) that its routes are. */
  readonly vpn?: 4 | 6;
  /** The family of the same routes without labels. A router has both in one table, so a session carries one of them. */
  readonly unlabeled?: 'inet' | 'inet6';
  /** The IP family of the sessions that carry it, if each session carries its own families only. */
  readonly session: 4 | 6;
  /** Whether it consists of what routers ask for, and not of routes. */
  readonly isRequest?: boolean;
  /** Why route servers do not carry it. Undefined: they do. */
  readonly notExternal?: string;
  /** Whether routers pass its routes on to other AS with the next hop unchanged: the tunnel leads to it. */
  readonly keepsNextHop: boolean;
  /** Whether routers send several paths of a route (RFC 7911). FRR does not for EVPN. */
  readonly addPath: boolean;
  /** What a router needs for it beside the session. */
  readonly beside?: string;
  /** After `address-family` in FRR; undefined: FRR does not have it. */
  readonly frr?: string;
  /** After `family` in Junos, and the statement in its block, if it has one. */
  readonly junos: readonly [family: string, type?: string];
  /** After `address-family` in IOS XR. */
  readonly iosxr: string;
  /** After `address-family` in EOS. */
  readonly eos: string;
  /** After `-a` in the command line of GoBGP, and `afi-safi-name` in its configuration. */
  readonly gobgp: readonly [option: string, name: string];
}

/** Why route servers carry no labels: these mean something to the next hop alone, and lead there within one network. */
const ONE_AS = 'the labels of its routes are for routers of one AS';

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
    addPath: true,
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
    addPath: true,
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
    addPath: false,
    beside: 'VNIs, route targets and the tunnel endpoint of EVPN',
    frr: 'l2vpn evpn',
    junos: ['evpn', 'signaling'],
    iosxr: 'l2vpn evpn',
    eos: 'evpn',
    gobgp: ['evpn', 'l2vpn-evpn'],
  },
  /**
   * VPN routes of IPv4 (RFC 4364).
   * @default false
   */
  vpnv4: {
    label: 'VPNv4',
    vpn: 4,
    session: 4,
    notExternal: ONE_AS,
    keepsNextHop: false,
    addPath: true,
    beside: 'VRFs, route distinguishers and route targets of VPNv4',
    frr: 'ipv4 vpn',
    junos: ['inet-vpn', 'unicast'],
    iosxr: 'vpnv4 unicast',
    eos: 'vpn-ipv4',
    gobgp: ['vpnv4', 'l3vpn-ipv4-unicast'],
  },
  /**
   * VPN routes of IPv6 (RFC 4659).
   * @default false
   */
  vpnv6: {
    label: 'VPNv6',
    vpn: 6,
    session: 4,
    notExternal: ONE_AS,
    keepsNextHop: false,
    addPath: true,
    beside: 'VRFs, route distinguishers and route targets of VPNv6',
    frr: 'ipv6 vpn',
    junos: ['inet6-vpn', 'unicast'],
    iosxr: 'vpnv6 unicast',
    eos: 'vpn-ipv6',
    gobgp: ['vpnv6', 'l3vpn-ipv6-unicast'],
  },
  /**
   * IPv4 unicast with MPLS labels (RFC 8277), in place of `inet`.
   * @default false
   */
  labeledInet: {
    label: 'labeled IPv4',
    prefixes: 4,
    unlabeled: 'inet',
    session: 4,
    notExternal: ONE_AS,
    keepsNextHop: false,
    addPath: true,
    beside: 'MPLS and the allocation of labels for IPv4',
    frr: 'ipv4 labeled-unicast',
    junos: ['inet', 'labeled-unicast'],
    iosxr: 'ipv4 labeled-unicast',
    eos: 'ipv4 labeled-unicast',
    gobgp: ['ipv4-mpls', 'ipv4-labelled-unicast'],
  },
  /**
   * IPv6 unicast with MPLS labels (RFC 8277; RFC 4798, "6PE"), in place of `inet6`.
   * @default false
   */
  labeledInet6: {
    label: 'labeled IPv6',
    prefixes: 6,
    unlabeled: 'inet6',
    session: 4,
    notExternal: ONE_AS,
    keepsNextHop: false,
    addPath: true,
    beside: 'MPLS and the allocation of labels for IPv6',
    frr: 'ipv6 labeled-unicast',
    junos: ['inet6', 'labeled-unicast'],
    iosxr: 'ipv6 labeled-unicast',
    eos: 'ipv6 labeled-unicast',
    gobgp: ['ipv6-mpls', 'ipv6-labelled-unicast'],
  },
  /**
   * Route target constraint (RFC 4684): clients say which VPN routes they want. Not on FRR.
   * @default false
   */
  routeTarget: {
    label: 'route targets',
    isRequest: true,
    session: 4,
    notExternal: 'route servers carry no VPN routes',
    keepsNextHop: false,
    addPath: false,
    junos: ['route-target'],
    iosxr: 'ipv4 rt-filter',
    eos: 'rt-membership',
    gobgp: ['rtc', 'rtc'],
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

/** Why a router cannot carry these families together; undefined: it can. */
export function familyConflict(families: readonly Family[]): string | undefined {
  for (const family of families) {
    const { unlabeled } = traitsOf(family);
    if (unlabeled !== undefined && families.includes(unlabeled)) {
      return `${family} or ${unlabeled}, and not both: a session carries routes with labels or without`;
    }
  }
  return undefined;
}

/** What identifies a route of prefixes: the prefix, and perhaps a route distinguisher or labels. */
export interface PrefixRoute {
  readonly prefix: { readonly family: 4 | 6; readonly text: string };
  /** The route distinguisher of a VPN route. */
  readonly rd?: string;
  readonly labeled: boolean;
}

/** The family of a route of prefixes. */
export function familyOfRoute({ prefix, rd, labeled }: PrefixRoute): Family {
  return FAMILIES.find((family) => {
    const { vpn, prefixes, unlabeled } = traitsOf(family);
    if (rd !== undefined) return vpn === prefix.family;
    return prefixes === prefix.family && labeled === (unlabeled !== undefined);
  }) as Family;
}

/**
 * Reads a route distinguisher (RFC 4364, 4.2): `64496:100`, `192.0.2.1:100` or `4200000000:100`.
 *
 * @throws ValidationError
 */
export function parseRouteDistinguisher(value: unknown): string {
  const [, who, assigned] =
    (typeof value === 'string' && /^(\d{1,10}|\d{1,3}(?:\.\d{1,3}){3}):(\d{1,10})$/.exec(value)) || [];
  const isShort = who !== undefined && !who.includes('.') && Number(who) <= 0xffff;
  const isNumber = who !== undefined && (who.includes('.') ? isIPv4(who) : Number(who) <= 0xffffffff);
  if (!isNumber || Number(assigned) > (isShort ? 0xffffffff : 0xffff)) {
    throw ValidationError.of(value, 'a route distinguisher such as 64496:100, 192.0.2.1:100 or 4200000000:100');
  }
  return `${who.includes('.') ? who : Number(who)}:${Number(assigned)}`;
}
