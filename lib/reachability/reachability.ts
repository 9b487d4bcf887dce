import { Check, passThrough, instanceOf, shapeOf } from '../input';
import { checkMetalLB, MetalLBAddressPoolProps } from './metallb-address-pool';
import { MetalLBBgpPeering } from './metallb-bgp-peering';

/** How MetalLB advertises the addresses of the sides. */
export type AdvertisementProps = Pick<MetalLBAddressPoolProps, 'communities' | 'localPref' | 'peers' | 'nodeSelectors'>;

export const checkAdvertisement: Check<AdvertisementProps> = shapeOf<AdvertisementProps>()({
  communities: passThrough,
  localPref: passThrough,
  peers: passThrough,
  nodeSelectors: passThrough,
});

/** How routers outside the cluster reach the route reflectors of a region. */
export class Reachability {
  /** @param given undefined for host ports */
  private constructor(
    private readonly given?: { readonly metallb: MetalLBBgpPeering; readonly advertisement: AdvertisementProps },
  ) {}

  /**
   * By a host port on a loopback address, which each node of the side has. Adjacent routers reach it by a static route,
   * which nothing withdraws when the pod is down; MetalLB is the better way.
   */
  static hostPorts(): Reachability {
    return new Reachability();
  }

  /** By an address for each side, which MetalLB announces from the nodes that have a ready pod. */
  static metalLB(metallb: MetalLBBgpPeering, advertisement: AdvertisementProps = {}): Reachability {
    return new Reachability({ metallb, advertisement });
  }

  /** The MetalLB that announces the addresses; none where they are addresses of the nodes. @throws ValidationError */
  read(): { readonly metallb?: MetalLBBgpPeering; readonly advertisement?: AdvertisementProps } {
    if (!this.given) return {};
    return {
      metallb: checkMetalLB('Reachability.metalLB of a MetalLBBgpPeering')(this.given.metallb),
      advertisement: checkAdvertisement(this.given.advertisement),
    };
  }
}

/** Reads the `reachability` prop of a construct. */
export const checkReachability: Check<ReturnType<Reachability['read']>> = (value) =>
  instanceOf(Reachability, 'Reachability.hostPorts() or Reachability.metalLB(…)')(value).read();
