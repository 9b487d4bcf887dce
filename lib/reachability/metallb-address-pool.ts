import { Construct } from 'constructs';
import { BgpAdvertisement, IpAddressPool, L2Advertisement } from '../../imports/metallb.io';
import { bitsOf, covers, IpAddress, IpSpan, parseDnsSubdomain, parsePoolSpan } from '../addressing';
import { declareName, declarePool, rejectOtherCluster } from '../registry/declared';
import { readProps, reject } from '../registry/invalid-prop';
import { declareAnnouncedPool } from '../registry/topology';
import {
  distinct,
  flag,
  inside,
  instanceOf,
  integer,
  list,
  oneOf,
  optional,
  withDefault,
  shapeOf,
  text,
} from '../input';
import { MetalLB } from './metallb';
import { checkNodeLabels } from './metallb-peer';
import { rejectAdvertisement, rejectNeighborInPool } from './metallb-rules';

/** What {@link MetalLBAddressPool} takes. */
export interface MetalLBAddressPoolProps {
  /** The MetalLB that the pool belongs to. */
  readonly metallb: MetalLB;
  /** Prefixes `198.51.100.0/28` and ranges `198.51.100.16-198.51.100.20`, of one or both IP families. */
  readonly addresses: readonly string[];
  /**
   * Name of the pool and of its advertisement.
   * @default - the id of the construct
   */
  readonly name?: string;
  /**
   * Whether MetalLB may give the addresses to any Service; if not, only to those that name the pool.
   * @default false
   */
  readonly autoAssign?: boolean;
  /**
   * How the addresses are made known: to the BGP peers, or on the layer 2 network of the nodes (ARP, NDP).
   * @default 'bgp'
   */
  readonly protocol?: 'bgp' | 'layer2';
  /**
   * Communities to attach, by value or by a name declared in the peering. Only for `bgp`.
   * @default - none
   */
  readonly communities?: readonly string[];
  /**
   * LOCAL_PREF to attach toward iBGP peers, 0 to 4294967295. Only for `bgp`.
   * @default - none
   */
  readonly localPref?: number;
  /**
   * Prefix length to aggregate IPv4 addresses to, 1 to 32. Only for `bgp`.
   * @default 32
   */
  readonly aggregationLength?: number;
  /**
   * Prefix length to aggregate IPv6 addresses to, 1 to 128. Only for `bgp`.
   * @default 128
   */
  readonly aggregationLengthV6?: number;
  /**
   * Names of the BGP peers to advertise to. Only for `bgp`.
   * @default - all peers
   */
  readonly peers?: readonly string[];
  /**
   * The nodes that advertise: those that match one of these sets of labels.
   * @default - all nodes that may
   */
  readonly nodeSelectors?: readonly Readonly<Record<string, string>>[];
  /**
   * Interfaces of the nodes to answer on. Only for `layer2`.
   * @default - all interfaces
   */
  readonly interfaces?: readonly string[];
}

const checkProps = shapeOf<MetalLBAddressPoolProps>()({
  metallb: instanceOf(MetalLB, 'a MetalLBBgpPeering'),
  addresses: list(parsePoolSpan, 1),
  name: optional(parseDnsSubdomain),
  autoAssign: withDefault(flag, false),
  protocol: withDefault(oneOf('bgp', 'layer2'), 'bgp'),
  communities: withDefault(distinct(list(text(/./, 'a community'))), []),
  localPref: optional(integer(0, 0xffffffff)),
  aggregationLength: optional(integer(1, 32)),
  aggregationLengthV6: optional(integer(1, 128)),
  peers: withDefault(distinct(list(parseDnsSubdomain, 1)), []),
  nodeSelectors: withDefault(distinct(list(checkNodeLabels, 1)), []),
  interfaces: withDefault(list(text(/^[^\s/]{1,15}$/, 'the name of a network interface'), 1), []),
});

const ONLY_BGP = ['communities', 'localPref', 'aggregationLength', 'aggregationLengthV6', 'peers'] as const;

/** A pool of addresses for Services of type LoadBalancer (`IPAddressPool`), and how they are made known. */
export class MetalLBAddressPool extends Construct {
  /** Name of the pool, for the annotation of a Service. */
  readonly name: string;
  readonly addresses: readonly IpSpan[];

  /** @throws InvalidPropError also for what MetalLB would refuse */
  constructor(scope: Construct, id: string, props: MetalLBAddressPoolProps) {
    super(scope, id);
    const pool = readProps(this, props, checkProps);
    const { metallb, addresses, protocol, communities, aggregationLength, aggregationLengthV6 } = pool;
    this.name = pool.name ?? readProps(this, id, (value) => inside('id', () => parseDnsSubdomain(value)));
    this.addresses = addresses;

    const stranger = protocol === 'layer2' ? ONLY_BGP.find((prop) => props[prop] !== undefined) : undefined;
    if (stranger) reject(this, stranger, props[stranger], 'nothing: it goes with protocol "bgp"');
    if (protocol === 'bgp' && props.interfaces) {
      reject(this, 'interfaces', props.interfaces, 'nothing: it goes with protocol "layer2"');
    }
    rejectOtherCluster(this, 'metallb', metallb);
    this.rejectPeers(metallb, pool.peers);
    readProps(this, undefined, () => {
      rejectNeighborInPool(addresses, metallb.peers);
      const advertisement = { protocol, addresses, communities, aggregationLength, aggregationLengthV6 };
      rejectAdvertisement(metallb.backend, advertisement, metallb.communityNames);
    });
    addresses.forEach((span, i) => declarePool(this, `addresses[${i}]`, span));
    declareName(this, 'name', 'IPAddressPool', this.name, metallb.namespace);

    const metadata = { name: this.name, namespace: metallb.namespace };
    const nodeSelectors = pool.nodeSelectors.length
      ? pool.nodeSelectors.map((matchLabels) => ({ matchLabels }))
      : undefined;
    new IpAddressPool(this, 'pool', {
      metadata,
      spec: { addresses: addresses.map((span) => span.text), autoAssign: pool.autoAssign },
    });
    if (protocol === 'layer2') {
      const interfaces = pool.interfaces.length ? [...pool.interfaces] : undefined;
      new L2Advertisement(this, 'advertisement', {
        metadata,
        spec: { ipAddressPools: [this.name], nodeSelectors, interfaces },
      });
    } else {
      declareAnnouncedPool(metallb, {
        name: this.name,
        addresses,
        routeLength: { 4: aggregationLength ?? bitsOf(4), 6: aggregationLengthV6 ?? bitsOf(6) },
        neighbors: pool.peers,
      });
      new BgpAdvertisement(this, 'advertisement', {
        metadata,
        spec: {
          ipAddressPools: [this.name],
          communities: communities.length ? [...communities] : undefined,
          localPref: pool.localPref,
          aggregationLength,
          aggregationLengthV6,
          peers: pool.peers.length ? [...pool.peers] : undefined,
          nodeSelectors,
        },
      });
    }
  }

  /** Whether MetalLB can give this address to a Service that names the pool. */
  holds(address: IpAddress): boolean {
    return this.addresses.some((span) => covers(span, address));
  }

  private rejectPeers(metallb: MetalLB, peers: readonly string[]): void {
    const known = metallb.peers.map((peer) => peer.name);
    const index = peers.findIndex((peer) => !known.includes(peer));
    if (index >= 0) {
      const allowed = known.length ? `one of ${known.join(', ')}` : `a peer of ${metallb.node.path}, which has none`;
      reject(this, `peers[${index}]`, peers[index], allowed);
    }
    const ipv6 = this.addresses.find((span) => span.family === 6);
    if (ipv6 && metallb.hasEchoToward(peers)) {
      reject(
        this,
        'addresses',
        ipv6.text,
        'IPv4 only: a peer that is advertised to has BFD echo, which MetalLB refuses with IPv6',
      );
    }
  }
}
