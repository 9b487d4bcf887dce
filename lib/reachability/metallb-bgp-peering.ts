import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { BfdProfile, BgpPeerV1Beta2, BgpPeerV1Beta2SpecDynamicAsn, Community } from '../../imports/metallb.io';
import { AsNumberLike, parseAsNumber, parseDnsSubdomain, parseRfc1123Label } from '../addressing';
import { addObject, clusterOf, declareName, MadeObjects, readProp, readProps, registryOf, reject } from '../registry';
import { checkAtSynth } from '../validation';
import {
  duration,
  flag,
  inside,
  integer,
  mapOf,
  objectOf,
  oneOf,
  optional,
  withDefault,
  shapeOf,
  text,
} from '../input';
import { BfdTimers, MetalLBBackend, MetalLBNeighbor } from '../model';
import { MetalLBAddressPool, MetalLBAddressPoolProps } from './metallb-address-pool';
import { MetalLBPeer, MetalLBPeerProps, parsePeer } from './metallb-peer';
import { selectorsOf } from './node-selector';

/** Timers and modes of BFD (RFC 5880), a `BFDProfile`. */
export interface BfdProfileProps {
  /**
   * The time between control packets received: a Duration, or milliseconds, 10 to 60000.
   * @default 300
   * @example Duration.millis(100), or 100
   */
  readonly receiveInterval?: Duration | number;
  /**
   * The time between control packets sent: a Duration, or milliseconds, 10 to 60000.
   * @default 300
   * @example Duration.millis(100), or 100
   */
  readonly transmitInterval?: Duration | number;
  /**
   * Packets that may be lost before the session is down, 2 to 255.
   * @default 3
   */
  readonly detectMultiplier?: number;
  /**
   * The time between echo packets: a Duration, or milliseconds, 10 to 60000.
   * @default 50
   * @example Duration.millis(50), or 50
   */
  readonly echoInterval?: Duration | number;
  /**
   * Send echo packets; a pool of IPv6 addresses cannot be advertised to such a peer.
   * @default false
   */
  readonly echoMode?: boolean;
  /**
   * Wait for the neighbor to begin.
   * @default false
   */
  readonly passiveMode?: boolean;
  /**
   * Least TTL of packets received over several hops, 1 to 254.
   * @default 254
   */
  readonly minimumTtl?: number;
}

/** What {@link MetalLBBgpPeering} takes. */
export interface MetalLBBgpPeeringProps {
  /**
   * AS number of the nodes toward their routers.
   * @default - none; needed with `peers`
   */
  readonly myAsn?: AsNumberLike;
  /**
   * The neighbors, by the name of their `BGPPeer`: one anycast loopback that all routers share, or one for each rack
   * or router, with node selectors.
   * @default - none: pools are on layer 2, or objects that are not of the app are the peers
   * @example { routers: { peerAsn: 64498, peerAddress: '192.0.2.254' } }
   */
  readonly peers?: Readonly<Record<string, MetalLBPeerProps>>;
  /**
   * The namespace that MetalLB runs in.
   * @default 'metallb-system'
   */
  readonly namespace?: string;
  /**
   * The implementation of BGP that MetalLB was installed with; what it would refuse is refused here.
   * @default 'frr-k8s', as in MetalLB 0.16
   */
  readonly backend?: MetalLBBackend;
  /**
   * Pools of addresses, by name. The side addresses of regions and route servers make their own.
   * @default - none
   * @example { services: { addresses: ['198.51.100.0/28'] } }
   */
  readonly pools?: Readonly<Record<string, Omit<MetalLBAddressPoolProps, 'metallb' | 'name'>>>;
  /**
   * BFD profiles for the peers, by name.
   * @default - none
   * @example { fast: { receiveInterval: Duration.millis(100) } }
   */
  readonly bfdProfiles?: Readonly<Record<string, BfdProfileProps>>;
  /**
   * Names for communities: `{ 'no-transit': '64496:100' }`.
   * @default - none
   * @example { backup: '64496:20' }
   */
  readonly communities?: Readonly<Record<string, string>>;
}

const checkBfdProfile = shapeOf<BfdProfileProps>()({
  receiveInterval: optional(duration('milliseconds', 10, 60000)),
  transmitInterval: optional(duration('milliseconds', 10, 60000)),
  detectMultiplier: optional(integer(2, 255)),
  echoInterval: optional(duration('milliseconds', 10, 60000)),
  echoMode: optional(flag),
  passiveMode: optional(flag),
  minimumTtl: optional(integer(1, 254)),
});

const checkProps = shapeOf<MetalLBBgpPeeringProps>()({
  myAsn: optional(parseAsNumber),
  // Peers, pools and communities are read further on, once the AS number and the back end are known.
  peers: withDefault(mapOf(parseDnsSubdomain, objectOf<MetalLBPeerProps>()), new Map()),
  namespace: withDefault(parseRfc1123Label, 'metallb-system'),
  backend: withDefault(oneOf('native', 'frr', 'frr-k8s'), 'frr-k8s'),
  pools: withDefault(mapOf(parseDnsSubdomain, objectOf<MetalLBAddressPoolProps>()), new Map()),
  bfdProfiles: withDefault(mapOf(parseDnsSubdomain, checkBfdProfile), new Map()),
  communities: withDefault(mapOf(text(/^\S+$/, 'a name without spaces'), text(/./, 'a community')), new Map()),
});

/**
 * The BGP sessions between MetalLB on the nodes and their adjacent routers, and what those sessions need. There is one
 * for each MetalLB, that is for each cluster.
 *
 * Two designs are common. One anycast address on a loopback of every router serves as the only peer of all nodes; the
 * routers keep it out of their routing protocol. Or each rack's routers are peers of that rack's nodes alone.
 *
 * @throws InvalidPropError; what MetalLB would refuse of several peers or pools is checked when the app is written
 */
export class MetalLBBgpPeering extends Construct {
  /** The namespace that MetalLB runs in. */
  readonly namespace: string;
  /** The objects that it has made, by ids such as `peer-NAME`, `bfd-NAME` and `communities`. Pools have their own. */
  readonly objects = new MadeObjects(this);

  constructor(scope: Construct, id: string, props: MetalLBBgpPeeringProps) {
    super(scope, id);
    const { myAsn, peers, namespace, backend, bfdProfiles, communities, pools } = readProps(this, props, checkProps);
    this.namespace = namespace;
    checkAtSynth(this);
    // The name keeps other constructs from making peers, profiles or communities in the namespace.
    declareName(this, 'namespace', 'MetalLBBgpPeering', namespace);

    const ownAsn = () => myAsn ?? reject(this, 'myAsn', undefined, 'the AS number of the nodes, as peers are given');
    const read = [...peers].map(([name, peer]) =>
      readProp(this, 'peers', peer, (value) => inside(name, () => parsePeer(value, name, ownAsn(), backend))),
    );
    registryOf(this).add('metallb', {
      ...{ path: this.node.path, cluster: clusterOf(this), namespace, backend, bfdProfiles, communities },
      peers: read.map((peer) => ({
        ...peer,
        neighbor: neighborOf(peer, namespace, timersOf(bfdProfiles.get(peer.bfdProfile ?? ''))),
      })),
    });

    read.forEach((peer) => this.addPeer(peer));
    bfdProfiles.forEach((profile, name) => {
      addObject(BfdProfile, this, `bfd-${name}`, { metadata: { name, namespace }, spec: profile }, ['spec']);
    });
    this.addCommunities(communities);
    pools.forEach((pool, name) => {
      new MetalLBAddressPool(this, `pool-${name}`, { ...pool, name, metallb: this });
    });
  }

  private addPeer({ name, ...peer }: MetalLBPeer): void {
    const { namespace } = this;
    const { dynamicAsn, passwordSecret } = peer;
    const seconds = (time?: Duration) => (time ? `${time.toSeconds()}s` : undefined);
    const props = {
      metadata: { name, namespace },
      spec: {
        ...peer,
        dynamicAsn: dynamicAsn && BgpPeerV1Beta2SpecDynamicAsn[dynamicAsn === 'internal' ? 'INTERNAL' : 'EXTERNAL'],
        peerAddress: peer.peerAddress?.text,
        sourceAddress: peer.sourceAddress?.text,
        routerId: peer.routerId?.text,
        ebgpMultiHop: peer.ebgpMultiHop || undefined,
        holdTime: seconds(peer.holdTime),
        keepaliveTime: seconds(peer.keepaliveTime),
        connectTime: seconds(peer.connectTime),
        nodeSelectors: selectorsOf(peer),
        passwordSecret: passwordSecret ? { name: passwordSecret, namespace } : undefined,
        enableGracefulRestart: peer.enableGracefulRestart || undefined,
        dualStackAddressFamily: peer.dualStackAddressFamily || undefined,
      },
    };
    addObject(BgpPeerV1Beta2, this, `peer-${name}`, props, ['spec']);
  }

  private addCommunities(communities: ReadonlyMap<string, string>): void {
    if (communities.size === 0) return;
    const name = readProp(this, 'id', this.node.id, parseDnsSubdomain);
    const spec = { communities: [...communities].map(([alias, value]) => ({ name: alias, value })) };
    addObject(Community, this, 'communities', { metadata: { name, namespace: this.namespace }, spec }, ['spec']);
  }
}

/** The timers that a profile makes, with the defaults of MetalLB. */
const timersOf = (profile: ReturnType<typeof checkBfdProfile> | undefined): BfdTimers | undefined =>
  profile && {
    receiveInterval: profile.receiveInterval ?? 300,
    transmitInterval: profile.transmitInterval ?? 300,
    multiplier: profile.detectMultiplier ?? 3,
  };

/** A neighbor, as the model of the topology has it. */
function neighborOf(peer: MetalLBPeer, namespace: string, bfd: BfdTimers | undefined): MetalLBNeighbor {
  const { name, nodeSelectors, passwordSecret } = peer;
  return {
    name,
    address: peer.peerAddress,
    interface: peer.interface,
    autonomousSystem: peer.peerAsn ?? (peer.dynamicAsn as 'internal' | 'external'),
    nodesAutonomousSystem: peer.localAsn ?? peer.myAsn,
    port: peer.peerPort,
    multihop: peer.ebgpMultiHop,
    nodeSelectors,
    bfd,
    dualStack: peer.dualStackAddressFamily,
    passwordSecret: passwordSecret
      ? { name: passwordSecret, namespace, key: 'password', purpose: 'password of a BGP peer' }
      : undefined,
  };
}
