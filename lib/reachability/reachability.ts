import { Construct } from 'constructs';
import { covers, IpAddress, IpPrefix, parseDnsSubdomain, parseLabelKey, parsePrefix } from '../addressing';
import {
  Check,
  flag,
  instanceOf,
  list,
  mapOf,
  optional,
  passThrough,
  shapeOf,
  ValidationError,
  withDefault,
} from '../input';
import { FORMS, ReachedBy } from '../model';
import { reject } from '../registry';
import { CAPABILITIES } from '../settings';
import { AddressRequest, fromMetalLB } from './load-balanced-address';
import { checkMetalLB, MetalLBAddressPool, MetalLBAddressPoolProps } from './metallb-address-pool';
import { MetalLBBgpPeering } from './metallb-bgp-peering';

/** How MetalLB makes the addresses of the sides known. */
export type AdvertisementProps = Pick<
  MetalLBAddressPoolProps,
  'protocol' | 'communities' | 'localPref' | 'peers' | 'nodeSelectors' | 'interfaces'
>;

const checkAdvertisement = shapeOf<AdvertisementProps>()({
  protocol: passThrough,
  communities: passThrough,
  localPref: passThrough,
  peers: passThrough,
  nodeSelectors: passThrough,
  interfaces: passThrough,
});

/** A load balancer that the app does not describe, and how a Service asks it for addresses. */
export interface LoadBalancerProps {
  /**
   * The class of the load balancer: `io.cilium/bgp-control-plane`, `kube-vip.io/kube-vip-class`. It cannot be changed on a
   * Service that is there.
   * @default - the one that serves Services without a class
   */
  readonly loadBalancerClass?: string;
  /**
   * The annotations of the Service of a side by which it gets the addresses of that side.
   * @example ({ addresses }) => ({ 'lbipam.cilium.io/ips': addresses.join(',') })
   */
  readonly annotations: (side: LoadBalancedSide) => Readonly<Record<string, string>>;
  /**
   * Whether the Service has ports on all nodes, which some load balancers of clouds send connections to.
   * @default false
   */
  readonly nodePorts?: boolean;
}

/** A side, as annotations of its Service need it. */
export interface LoadBalancedSide {
  readonly name: string;
  readonly addresses: readonly string[];
}

const checkFunction: Check<LoadBalancerProps['annotations']> = (value) => {
  if (typeof value === 'function') return value as LoadBalancerProps['annotations'];
  throw ValidationError.of(value, 'a function from a side to annotations');
};

const checkLoadBalancer = shapeOf<LoadBalancerProps>()({
  loadBalancerClass: optional(parseLabelKey),
  annotations: checkFunction,
  nodePorts: withDefault(flag, false),
});

const checkAnnotations = mapOf(parseLabelKey, (value): string => {
  if (typeof value !== 'string') throw ValidationError.of(value, 'a text');
  return value;
});

/** What {@link Reachability.hostNetwork} takes. */
export interface HostNetworkProps {
  /**
   * The networks of the nodes' own addresses, which the pods then have. Other routers of the app connect from and to
   * these, so they are among the `podNetworks` of all regions.
   * @example ['203.0.113.0/24']
   */
  readonly nodeNetworks: readonly string[];
}

const checkHostNetwork = shapeOf<HostNetworkProps>()({ nodeNetworks: list(parsePrefix, 1) });

/** A form of reachability, read. */
export interface ReadReachability {
  readonly reachedBy: Exclude<ReachedBy, 'none'>;
  /** The load balancer in words, where the app does not describe it. */
  readonly announcer?: string;
  /** The MetalLB that gets a pool for each side. */
  readonly metallb?: MetalLBBgpPeering;
  readonly advertisement?: AdvertisementProps;
  /** The pool of the app that the addresses are in. */
  readonly pool?: MetalLBAddressPool;
  /** Where pods in the network of their nodes have their addresses from. */
  readonly nodeNetworks?: readonly IpPrefix[];
  /** What the Service of a side asks for its addresses; without it and without `metallb`, it has no Service. */
  readonly request?: (side: string, addresses: readonly IpAddress[]) => AddressRequest;
}

/** How routers outside the cluster reach the addresses of the sides of a region or pair. */
export class Reachability {
  private constructor(private readonly toRead: () => ReadReachability) {}

  /**
   * By a host port on a loopback address, which each node of the side has. Adjacent routers reach it by a static route,
   * which nothing withdraws when the pod is down; MetalLB is the better way.
   */
  static hostPorts(): Reachability {
    return new Reachability(() => ({ reachedBy: 'host-ports' }));
  }

  /**
   * By the network of the node: FRR in the pod listens on addresses of the node, and nothing is translated. A node has one
   * such pod, which takes port 179 of the addresses of its side and of the node's own. Adjacent routers reach the side's
   * addresses by static routes. The namespace must allow `privileged` pods.
   */
  static hostNetwork(props: HostNetworkProps): Reachability {
    return new Reachability(() => ({ reachedBy: 'host-network', ...checkHostNetwork(props) }));
  }

  /**
   * By MetalLB, with a pool for each side. By BGP, all nodes with a ready pod announce the addresses of its side; on layer
   * 2 (`protocol: 'layer2'`), one of them at a time answers for an address, and all clients of the side come to its pod.
   */
  static metalLB(metallb: MetalLBBgpPeering, advertisement: AdvertisementProps = {}): Reachability {
    return new Reachability(() => {
      const read = checkAdvertisement(advertisement);
      return {
        reachedBy: read.protocol === 'layer2' ? 'layer2' : 'metallb',
        metallb: checkMetalLB('Reachability.metalLB of a MetalLBBgpPeering')(metallb),
        advertisement: read,
      };
    });
  }

  /**
   * By MetalLB, with addresses of a pool that is there: a `MetalLBAddressPool` of the app, or one that others made, by its
   * name. Of the latter the app makes and describes nothing, so the proof assumes that it is advertised.
   */
  static metalLBPool(pool: MetalLBAddressPool | string): Reachability {
    return new Reachability(() => {
      if (typeof pool === 'string') {
        const name = parseDnsSubdomain(pool);
        const announcer = `MetalLB of pool ${name}`;
        return { reachedBy: 'load-balancer', announcer, request: (_, addresses) => fromMetalLB(name, addresses) };
      }
      const own = instanceOf(MetalLBAddressPool, 'a MetalLBAddressPool, or the name of a pool that is there')(pool);
      return {
        reachedBy: own.protocol === 'layer2' ? 'layer2' : 'metallb',
        pool: own,
        request: (_, addresses) => fromMetalLB(own.name, addresses),
      };
    });
  }

  /**
   * By another load balancer: that of Cilium, kube-vip or a cloud. It must announce the addresses from nodes with a ready
   * pod (`externalTrafficPolicy: Local`) and keep the source addresses of clients, by which routers know them.
   */
  static loadBalancer(props: LoadBalancerProps): Reachability {
    return new Reachability(() => {
      const { loadBalancerClass, annotations, nodePorts } = checkLoadBalancer(props);
      const announcer = loadBalancerClass ? `load balancer of class ${loadBalancerClass}` : 'default load balancer';
      const request = (name: string, addresses: readonly IpAddress[]): AddressRequest => {
        const texts = addresses.map(({ text }) => text);
        const written = Object.fromEntries(checkAnnotations(annotations({ name, addresses: texts })));
        return { loadBalancerClass, nodePorts, annotations: written };
      };
      return { reachedBy: 'load-balancer', announcer, request };
    });
  }

  /** @throws ValidationError */
  read(): ReadReachability {
    return this.toRead();
  }
}

/** Reads the `reachability` prop of a construct. */
export const checkReachability: Check<ReadReachability> = (value) =>
  instanceOf(Reachability, 'Reachability.metalLB(…), hostPorts(), or another form of Reachability')(value).read();

/** The construct that a form takes addresses from, where it is one of the app. */
export const referenceOf = ({ metallb, pool }: ReadReachability): Construct | undefined => metallb ?? pool;

/** Refuses addresses that the pool of a form does not have. */
export function rejectOutsidePool(
  construct: Construct,
  prop: string,
  { pool }: ReadReachability,
  addresses: readonly IpAddress[],
): void {
  const stranger = pool && addresses.find((address) => !pool.holds(address));
  if (!stranger) return;
  const texts = pool.addresses.map(({ text }) => text).join(', ');
  reject(construct, prop, stranger.text, `addresses of the pool ${pool.name}: ${texts}`);
}

/** Refuses the network of nodes where the router or the other routers of the app cannot do with it. */
export function rejectHostNetwork(
  construct: Construct,
  { reachedBy, nodeNetworks = [] }: ReadReachability,
  props: { readonly router: { readonly kind: 'crpd' | 'frr' }; readonly podNetworks: readonly IpPrefix[] },
): void {
  const { router, podNetworks } = props;
  if (FORMS[reachedBy].isHostNetwork && !CAPABILITIES[router.kind].hostNetwork) {
    const allowed = `another form: ${router.kind} would take port 179 of all addresses of the node, and its SSH`;
    reject(construct, 'reachability', reachedBy, allowed);
  }
  nodeNetworks.forEach((network, i) => {
    if (podNetworks.some((own) => covers(own, network))) return;
    const allowed = 'a network that is among podNetworks, too: routers take no address outside of these for routers';
    reject(construct, `reachability.nodeNetworks[${i}]`, network.text, allowed);
  });
}
