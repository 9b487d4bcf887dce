import { Duration } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import { AsNumberLike, parseAsNumber, parseDnsSubdomain, parseHostAddress } from '../addressing';
import {
  distinct,
  flag,
  redacted,
  resourceName,
  instanceOf,
  integer,
  list,
  oneOf,
  optional,
  withDefault,
  ValidationError,
  shapeOf,
  text,
} from '../input';
import { MetalLBBackend } from '../model';
import { checkRouterId } from '../settings';
import { checkNodeSelector, NodeSelectorProps } from './node-selector';

/** One BGP neighbor of the nodes, a `BGPPeer` (v1beta2). Its names are those of MetalLB's API. */
export interface MetalLBPeerProps {
  /**
   * AS number of the neighbor.
   * @default - found by `dynamicAsn`; one of the two is given
   */
  readonly peerAsn?: AsNumberLike;
  /**
   * Accept whichever AS number the neighbor has: `internal` (ours) or `external` (any other).
   * @default - none; not with the native back end
   */
  readonly dynamicAsn?: 'internal' | 'external';
  /**
   * Address of the neighbor: the anycast loopback that all routers share, or the address of one router.
   * @default - none; either this or `interface` is given
   * @example '192.0.2.254'
   */
  readonly peerAddress?: string;
  /**
   * Interface of the node to peer over without addresses (unnumbered).
   * @default - none; not with the native back end
   */
  readonly interface?: string;
  /**
   * TCP port of the neighbor, 1 to 16384.
   * @default 179
   */
  readonly peerPort?: number;
  /**
   * Present this AS number to the neighbor in place of `myAsn`.
   * @default - myAsn; not with the native back end
   */
  readonly localAsn?: AsNumberLike;
  /**
   * Address of the node to dial from.
   * @default - chosen by the node
   */
  readonly sourceAddress?: string;
  /**
   * BGP identifier of the node. In the FRR back ends it is the same for all peers of a cluster.
   * @default - the node's address
   */
  readonly routerId?: string;
  /**
   * Whether the neighbor may be more than one hop away. An eBGP session to a loopback needs it.
   * @default - true for an eBGP neighbor of all nodes, which can only be a loopback; else false
   */
  readonly ebgpMultiHop?: boolean;
  /**
   * Hold time to propose (RFC 4271), 0 or at least 3 seconds.
   * @default - three times the keepalive time where that is given, else 90 seconds, MetalLB's
   * @example Duration.seconds(9)
   */
  readonly holdTime?: Duration;
  /**
   * Time between keepalives, at most the hold time.
   * @default - a third of the hold time; not with the native back end
   * @example Duration.seconds(3)
   */
  readonly keepaliveTime?: Duration;
  /**
   * Time between attempts to connect, 1 to 65535 whole seconds.
   * @default - FRR's; not with the native back end
   * @example Duration.seconds(5)
   */
  readonly connectTime?: Duration;
  /**
   * The nodes that have this neighbor: those that match one of these sets of labels, or selectors of Kubernetes.
   * @default - all nodes
   * @example [{ rack: 'r1' }]
   */
  readonly nodeSelectors?: readonly NodeSelectorProps[];
  /**
   * The Secret in MetalLB's namespace, by name or as a construct, of type `kubernetes.io/basic-auth`, whose `password` authenticates the
   * session (TCP MD5, RFC 2385).
   * @default - no authentication
   * @example 'rack-password'
   */
  readonly passwordSecret?: string | kplus.ISecret;
  /**
   * Name of a BFD profile of this peering.
   * @default - no BFD; not with the native back end
   */
  readonly bfdProfile?: string;
  /**
   * VRF of the node in which the neighbor is reached.
   * @default - the default VRF; not with the native back end
   */
  readonly vrf?: string;
  /**
   * Keep forwarding while MetalLB restarts (RFC 4724). It cannot be changed on a BGPPeer that exists.
   * @default false; not with the native back end
   */
  readonly enableGracefulRestart?: boolean;
  /**
   * Exchange both IP families over the one session.
   * @default false; not with the native back end
   */
  readonly dualStackAddressFamily?: boolean;
}

const checkDuration = instanceOf(Duration, 'a Duration such as Duration.seconds(90)');

function secondsOf(time: Duration | undefined): number | undefined {
  return time?.toSeconds({ integral: false });
}

const checkPasswordSecret = redacted(
  resourceName('Secret', parseDnsSubdomain),
  'the name of a Secret of type kubernetes.io/basic-auth, not the password itself',
);

const checkShape = shapeOf<MetalLBPeerProps>()({
  peerAsn: optional(parseAsNumber),
  dynamicAsn: optional(oneOf('internal', 'external')),
  peerAddress: optional(parseHostAddress),
  interface: optional(text(/^[^\s/]{1,15}$/, 'the name of a network interface, at most 15 characters')),
  peerPort: optional(integer(1, 16384)),
  localAsn: optional(parseAsNumber),
  sourceAddress: optional(parseHostAddress),
  routerId: optional(checkRouterId),
  ebgpMultiHop: optional(flag),
  holdTime: optional(checkDuration),
  keepaliveTime: optional(checkDuration),
  connectTime: optional(checkDuration),
  nodeSelectors: withDefault(distinct(list(checkNodeSelector, 1)), []),
  passwordSecret: optional(checkPasswordSecret),
  bfdProfile: optional(parseDnsSubdomain),
  vrf: optional(text(/^[^\s/]{1,15}$/, 'the name of a VRF, at most 15 characters')),
  enableGracefulRestart: withDefault(flag, false),
  dualStackAddressFamily: withDefault(flag, false),
});

/** A neighbor, read, with the defaults that depend on the AS number of the nodes. */
export type MetalLBPeer = ReturnType<typeof checkShape> & {
  readonly name: string;
  readonly myAsn: number;
  readonly ebgpMultiHop: boolean;
};

/** The options that only the FRR back ends have (MetalLB 0.16, `DiscardFRROnly`). */
const FRR_ONLY = [
  'bfdProfile',
  'keepaliveTime',
  'connectTime',
  'vrf',
  'enableGracefulRestart',
  'dynamicAsn',
  'interface',
  'localAsn',
  'dualStackAddressFamily',
] as const;

/** Reads one neighbor and refuses what MetalLB with this back end would refuse of it. */
export function parsePeer(value: unknown, name: string, myAsn: number, backend: MetalLBBackend): MetalLBPeer {
  const read = checkShape(value);
  const wrong = (prop: keyof MetalLBPeerProps, allowed: string): never => {
    throw ValidationError.of((value as Record<string, unknown>)[prop], allowed).within(prop);
  };
  if (read.peerAsn === undefined && !read.dynamicAsn) wrong('peerAsn', 'an AS number, or dynamicAsn instead');
  if (read.peerAsn !== undefined && read.dynamicAsn) wrong('dynamicAsn', 'nothing, as peerAsn is given');
  if (!read.peerAddress && !read.interface) wrong('peerAddress', 'an address, or interface instead');
  if (read.peerAddress && read.interface) wrong('interface', 'nothing, as peerAddress is given');

  const external = read.dynamicAsn ? read.dynamicAsn === 'external' : read.peerAsn !== myAsn;
  if (read.ebgpMultiHop && !external) wrong('ebgpMultiHop', 'false, as the session is iBGP');
  const everyNode = read.nodeSelectors.length === 0;
  const ebgpMultiHop = read.ebgpMultiHop ?? (external && everyNode && read.peerAddress !== undefined);

  rejectTimers(read);
  if (read.localAsn !== undefined) {
    if (!external) wrong('localAsn', 'nothing, as the session is iBGP');
    if (read.localAsn === myAsn) wrong('localAsn', `an AS number other than myAsn, ${myAsn}`);
    // MetalLB takes it, and its FRR then refuses the configuration.
    if (read.localAsn === read.peerAsn) wrong('localAsn', 'an AS number other than peerAsn');
  }
  const { sourceAddress: source, peerAddress: peer } = read;
  if (source && peer && (source.family !== peer.family || source.text === peer.text)) {
    wrong('sourceAddress', `an address of the node, of the IP family of ${peer.text}`);
  }
  const frrOnly = FRR_ONLY.find((prop) => read[prop]);
  if (backend === 'native' && frrOnly) wrong(frrOnly, 'nothing: the native back end of MetalLB does not have it');
  return { ...read, name, myAsn, ebgpMultiHop };
}

/** Without a hold time MetalLB takes three times the keepalive time for it. */
function rejectTimers(read: ReturnType<typeof checkShape>): void {
  const keepalive = secondsOf(read.keepaliveTime);
  const hold = secondsOf(read.holdTime) ?? (keepalive === undefined ? undefined : 3 * keepalive);
  if (hold !== undefined && (!Number.isInteger(hold) || hold > 65535 || (hold !== 0 && hold < 3))) {
    const [prop, what] = read.holdTime
      ? ['holdTime', 'a hold time']
      : ['keepaliveTime', 'a hold time, three times this,'];
    const given = read.holdTime ? hold : keepalive;
    throw ValidationError.of(`${given} s`, `${what} of 0 or from 3 to 65535 whole seconds`).within(prop);
  }
  if (keepalive !== undefined && (!Number.isInteger(keepalive) || (hold !== undefined && keepalive > hold))) {
    throw ValidationError.of(`${keepalive} s`, 'whole seconds, at most the hold time').within('keepaliveTime');
  }
  const connect = secondsOf(read.connectTime);
  if (connect !== undefined && (!Number.isInteger(connect) || connect < 1 || connect > 65535)) {
    throw ValidationError.of(`${connect} s`, 'from 1 to 65535 whole seconds').within('connectTime');
  }
}
