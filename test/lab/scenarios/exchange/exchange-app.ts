import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  AnycastRouteServerPairProps,
  AppDefinition,
  Mesh,
  MetalLBBgpPeering,
  OutsideRouter,
  OutsideRouterProps,
  Reachability,
} from '../../../../lib';
import { frr } from '../../../../test-support/examples';

/** The AS number of the route servers. */
export const OWN_AS = 2000;

/** The addresses of both sides. */
export const SIDES = [
  ['192.0.2.1', '2001:db8:53::1'],
  ['192.0.2.2', '2001:db8:53::2'],
];

/** A member by its AS number, from 1001 on. */
export interface ExchangeMember extends Pick<OutsideRouterProps, 'platform' | 'member'> {
  readonly number: number;
}

export const nameOf = (member: number) => `as${member}`;

/** Both addresses of a member. */
export const addressesOf = (member: number) => [`198.51.100.${member - 1000}`, `2001:db8:100::${member - 1000}`];

/** An exchange whose route servers know their members, each with both families. */
export function exchangeOf(
  props: Pick<AnycastRouteServerPairProps, 'addPath' | 'filters' | 'rpki'>,
  members: readonly ExchangeMember[],
): AppDefinition {
  return (root) => {
    const chart = new Chart(root, 'ixp');
    const peers = { routers: { peerAsn: 64498, peerAddress: '192.0.2.254', dualStackAddressFamily: true } };
    const exchange = new AnycastRouteServerPair(chart, 'ixp', {
      router: frr,
      mesh: new Mesh(chart, 'core', { autonomousSystem: OWN_AS, addressFamilies: { inet: true, inet6: true } }),
      reachability: Reachability.metalLB(new MetalLBBgpPeering(chart, 'metallb', { myAsn: 64497, peers })),
      podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'],
      sides: { a: { addresses: SIDES[0] }, b: { addresses: SIDES[1] } },
      members: true,
      ...props,
    });
    for (const { number, ...more } of members) {
      const own = { autonomousSystem: number, addresses: addressesOf(number), clientOf: [exchange] };
      new OutsideRouter(chart, nameOf(number), { ...own, ...more });
    }
  };
}
