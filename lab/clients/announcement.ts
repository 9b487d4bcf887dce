import { isIPv6 } from 'net';
import { bitsOf, isOverlay, parseAddress, parsePrefix } from '../../lib/addressing';

/** Attributes of any route. */
interface Attributes {
  /** Standard and large communities: `64496:101`, `64496:1:2`. @default none */
  readonly communities?: readonly string[];
  /** @default none */
  readonly med?: number;
  /** Sent to iBGP neighbors only. @default 100 */
  readonly localPreference?: number;
}

/** A prefix of IPv4 or IPv6 unicast that a client announces. */
export interface UnicastAnnouncement extends Attributes {
  readonly family: 'inet' | 'inet6';
  /** `198.51.100.0/24` */
  readonly prefix: string;
  /** @default the client's own address of that family */
  readonly nextHop?: string;
  /**
   * The AS path as eBGP neighbors receive it. GoBGP puts the client's own AS number first, BIRD sends any path, and FRR
   * has no other than the default.
   * @default the client's own AS number alone
   */
  readonly asPath?: readonly number[];
  /** Extended communities: `64496:100`. @default none */
  readonly routeTargets?: readonly string[];
}

/** A prefix with an MPLS label, which a VPN route has after its route distinguisher. */
export interface LabeledAnnouncement extends Attributes {
  readonly family: 'labeledInet' | 'labeledInet6' | 'vpnv4' | 'vpnv6';
  readonly prefix: string;
  readonly label: number;
  /** Of VPN routes: `64496:100`. */
  readonly rd?: string;
  /** Of VPN routes. @default none */
  readonly routeTargets?: readonly string[];
  /** @default the client's own address, IPv4 where it has one */
  readonly nextHop?: string;
}

/** Fields of all EVPN route types (RFC 7432, RFC 8365, RFC 9136). */
interface EvpnRoute extends Attributes {
  readonly family: 'evpn';
  /** Route distinguisher: `192.0.2.1:100` or `64496:100`. */
  readonly rd: string;
  /** `64496:100`; the first part is an AS number in asplain or an IPv4 address. */
  readonly routeTargets: readonly string[];
  /** The VNI of VXLAN. */
  readonly label: number;
  /** @default 0 */
  readonly ethernetTag?: number;
  /** Address of the VTEP. @default the client's own address, IPv4 where it has one */
  readonly nextHop?: string;
}

/** Type 2, MAC/IP advertisement. */
export interface MacIpAnnouncement extends EvpnRoute {
  readonly type: 2;
  readonly mac: string;
  /** @default none */
  readonly ip?: string;
}

/** Type 3, inclusive multicast with ingress replication. */
export interface InclusiveMulticastAnnouncement extends EvpnRoute {
  readonly type: 3;
  /** The originating router. @default the next hop */
  readonly ip?: string;
}

/** Type 5, IP prefix. */
export interface IpPrefixAnnouncement extends EvpnRoute {
  readonly type: 5;
  readonly prefix: string;
}

export type EvpnAnnouncement = MacIpAnnouncement | InclusiveMulticastAnnouncement | IpPrefixAnnouncement;
export type Announcement = UnicastAnnouncement | LabeledAnnouncement | EvpnAnnouncement;

/** What distinguishes an EVPN route from others. */
export type EvpnDestination = { readonly rd: string; readonly ethernetTag: number } & (
  | { readonly type: 2; readonly mac: string; readonly ip?: string }
  | { readonly type: 3; readonly ip: string }
  | { readonly type: 5; readonly prefix: string }
);

/** An announcement with its next hop. */
export type Resolved<A extends Announcement = Announcement> = A & { readonly nextHop: string };

/**
 * Gives an announcement its next hop.
 *
 * @param addresses the client's own
 * @throws Error where it has none, and the client has no address of its family
 */
export function resolve<A extends Announcement>(announcement: A, addresses: readonly string[]): Resolved<A> {
  const of = (six: boolean) => addresses.find((address) => isIPv6(address) === six);
  const own = isOverlay(announcement.family) ? (of(false) ?? of(true)) : of(announcement.family === 'inet6');
  const nextHop = announcement.nextHop ?? own;
  if (nextHop === undefined) {
    const { family } = announcement;
    const subject = 'prefix' in announcement ? announcement.prefix : `EVPN type ${announcement.type}`;
    throw new Error(`${subject}: got no nextHop, and the client has no ${family} address of its own`);
  }
  return { ...announcement, nextHop };
}

/** The destination of this announcement at a neighbor, as in {@link LearnedRoute.destination}. */
export function destinationOf(announcement: Resolved): string {
  if (announcement.family !== 'evpn') {
    const { text } = parsePrefix(announcement.prefix);
    return 'rd' in announcement && announcement.rd !== undefined ? `${announcement.rd}:${text}` : text;
  }
  const { ethernetTag = 0 } = announcement;
  if (announcement.type !== 3) return evpnDestination({ ...announcement, ethernetTag });
  return evpnDestination({ ...announcement, ethernetTag, ip: announcement.ip ?? announcement.nextHop });
}

/** The route distinguisher and the route as FRR shows it: `RD [5]:[0]:[24]:[192.0.2.0]`. */
export function evpnDestination(destination: EvpnDestination): string {
  const { rd, type, ethernetTag } = destination;
  const fields = (values: readonly (string | number)[]) => values.map((value) => `:[${value}]`).join('');
  return `${rd} [${type}]${fields([ethernetTag, ...specificFields(destination)])}`;
}

function specificFields(destination: EvpnDestination): (string | number)[] {
  if (destination.type === 5) {
    const [address] = destination.prefix.split('/');
    return [parsePrefix(destination.prefix).length, parseAddress(address).text];
  }
  const ip = destination.ip === undefined ? [] : lengthAndAddress(destination.ip);
  return destination.type === 3 ? ip : [MAC_BITS, destination.mac.toLowerCase(), ...ip];
}

const MAC_BITS = 48;

function lengthAndAddress(ip: string): (string | number)[] {
  const { family, text } = parseAddress(ip);
  return [bitsOf(family), text];
}
