import { Construct } from 'constructs';
import { BgpAdvertisement, IpAddressPool, L2Advertisement } from '../../imports/metallb.io';
import { covers, IpAddress, IpSpan, parseDnsSubdomain, parsePoolSpan } from '../addressing';
import {
  addObject,
  declareName,
  declareReference,
  declareSpan,
  MadeObjects,
  readProp,
  readProps,
  registryOf,
  reject,
} from '../registry';
import { checkAtSynth } from '../validation';
import {
  Check,
  distinct,
  flag,
  integer,
  list,
  oneOf,
  optional,
  reading,
  withDefault,
  shapeOf,
  text,
  ValidationError,
} from '../input';
import type { MetalLBBgpPeering } from './metallb-bgp-peering';
import { checkNodeSelector, NodeSelectorProps, selectorsOf } from './node-selector';

/** What {@link MetalLBAddressPool} takes. */
export interface MetalLBAddressPoolProps {
  /** The MetalLB that the pool belongs to. */
  readonly metallb: MetalLBBgpPeering;
  /**
   * Prefixes `198.51.100.0/28` and ranges `198.51.100.16-198.51.100.20`, of one or both IP families.
   * @example ['198.51.100.0/28', '203.0.113.1-203.0.113.9']
   */
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
   * @example ['backup', '64496:100']
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
   * @example ['routers']
   */
  readonly peers?: readonly string[];
  /**
   * The nodes that advertise: those that match one of these sets of labels, or selectors of Kubernetes.
   * @default - all nodes that may
   * @example [{ rack: 'r1' }]
   */
  readonly nodeSelectors?: readonly NodeSelectorProps[];
  /**
   * Interfaces of the nodes to answer on. Only for `layer2`.
   * @default - all interfaces
   * @example ['eth1']
   */
  readonly interfaces?: readonly string[];
}

/** A peering, recognized by what it declared: its file imports this one, as a peering makes pools. */
export const checkMetalLB =
  (wanted: string): Check<MetalLBBgpPeering> =>
  (value) => {
    const isPeering = (one: Construct) => registryOf(one).declared.metallb.some(({ path }) => path === one.node.path);
    const isOne = reading(() => Construct.isConstruct(value) && isPeering(value));
    if (!isOne) throw ValidationError.of(value, wanted);
    return value as MetalLBBgpPeering;
  };

const checkProps = shapeOf<MetalLBAddressPoolProps>()({
  metallb: checkMetalLB('a MetalLBBgpPeering'),
  addresses: list(parsePoolSpan, 1),
  name: optional(parseDnsSubdomain),
  autoAssign: withDefault(flag, false),
  protocol: withDefault(oneOf('bgp', 'layer2'), 'bgp'),
  communities: withDefault(distinct(list(text(/./, 'a community'))), []),
  localPref: optional(integer(0, 0xffffffff)),
  aggregationLength: optional(integer(1, 32)),
  aggregationLengthV6: optional(integer(1, 128)),
  peers: withDefault(distinct(list(parseDnsSubdomain, 1)), []),
  nodeSelectors: withDefault(distinct(list(checkNodeSelector, 1)), []),
  interfaces: withDefault(list(text(/^[^\s/]{1,15}$/, 'the name of a network interface'), 1), []),
});

const ONLY_BGP = ['communities', 'localPref', 'aggregationLength', 'aggregationLengthV6', 'peers'] as const;

/**
 * A pool of addresses for Services of type LoadBalancer (`IPAddressPool`), and how they are made known.
 *
 * @throws InvalidPropError; what MetalLB would refuse of it and its peering is checked when the app is written
 */
export class MetalLBAddressPool extends Construct {
  /** Name of the pool, for the annotation of a Service. */
  readonly name: string;
  /** The objects that it has made: the `pool` and its `advertisement`. */
  readonly objects = new MadeObjects(this);
  readonly addresses: readonly IpSpan[];
  /** How the addresses are made known. */
  readonly protocol: 'bgp' | 'layer2';

  constructor(scope: Construct, id: string, props: MetalLBAddressPoolProps) {
    super(scope, id);
    const pool = readProps(this, props, checkProps);
    const { metallb, addresses, protocol } = pool;
    this.name = pool.name ?? readProp(this, 'id', id, parseDnsSubdomain);
    this.addresses = addresses;
    this.protocol = protocol;

    const stranger = protocol === 'layer2' ? ONLY_BGP.find((prop) => props[prop] !== undefined) : undefined;
    if (stranger) reject(this, stranger, props[stranger], 'nothing: it goes with protocol "bgp"');
    if (protocol === 'bgp' && props.interfaces) {
      reject(this, 'interfaces', props.interfaces, 'nothing: it goes with protocol "layer2"');
    }
    checkAtSynth(this);
    declareReference(this, 'metallb', metallb);
    addresses.forEach((span, i) => declareSpan(this, `addresses[${i}]`, 'pool', span));
    declareName(this, 'name', 'IPAddressPool', this.name, metallb.namespace);
    registryOf(this).add('pools', { ...pool, path: this.node.path, name: this.name, metallb: metallb.node.path });

    const metadata = { name: this.name, namespace: metallb.namespace };
    const nodeSelectors = selectorsOf(pool);
    const orAll = (names: readonly string[]) => (names.length > 0 ? [...names] : undefined);
    const spec = { addresses: addresses.map((span) => span.text), autoAssign: pool.autoAssign };
    addObject(IpAddressPool, this, 'pool', { metadata, spec }, ['spec']);
    if (protocol === 'layer2') {
      const layer2 = { ipAddressPools: [this.name], nodeSelectors, interfaces: orAll(pool.interfaces) };
      addObject(L2Advertisement, this, 'advertisement', { metadata, spec: layer2 }, ['spec']);
    } else {
      const bgp = {
        ipAddressPools: [this.name],
        communities: orAll(pool.communities),
        localPref: pool.localPref,
        aggregationLength: pool.aggregationLength,
        aggregationLengthV6: pool.aggregationLengthV6,
        peers: orAll(pool.peers),
        nodeSelectors,
      };
      addObject(BgpAdvertisement, this, 'advertisement', { metadata, spec: bgp }, ['spec']);
    }
  }

  /** Whether MetalLB can give this address to a Service that names the pool. */
  holds(address: IpAddress): boolean {
    return this.addresses.some((span) => covers(span, address));
  }
}
