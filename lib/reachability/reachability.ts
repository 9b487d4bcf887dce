import { MetalLB } from './metallb';
import { MetalLBAddressPoolProps } from './metallb-address-pool';

/** How MetalLB advertises the addresses of the sides of a region. */
export type AdvertisementProps = Pick<MetalLBAddressPoolProps, 'communities' | 'localPref' | 'peers' | 'nodeSelectors'>;

/** How routers outside the cluster reach the route reflectors of a region. */
export class Reachability {
  private constructor(
    /** The MetalLB that announces the addresses; without it they are addresses of the nodes. */
    readonly metallb?: MetalLB,
    readonly advertisement: AdvertisementProps = {},
  ) {}

  /**
   * By a host port on a loopback address, which each node of the side carries and the routers beside it reach by a
   * static route. Nothing withdraws that route when the pod is down; MetalLB is the better way.
   */
  static hostPorts(): Reachability {
    return new Reachability();
  }

  /** By an address for each side, which MetalLB announces from the nodes that have a ready pod. */
  static metalLB(metallb: MetalLB, advertisement: AdvertisementProps = {}): Reachability {
    return new Reachability(metallb, advertisement);
  }
}
