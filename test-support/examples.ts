import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPairProps,
  Crpd,
  Frr,
  Mesh,
  MetalLBBgpPeering,
  MetalLBBgpPeeringProps,
  Reachability,
  RouteReflectorRegionProps,
} from '../lib';

/** Props that are right, for tests that change one of them. */

export const frr = new Frr({ image: 'registry.example.com/meshrr/frr:1.0.0' });
export const crpd = new Crpd({ image: 'registry.example.com/meshrr/crpd:1.0.0' });

export const region: RouteReflectorRegionProps = {
  router: frr,
  autonomousSystem: 64496,
  podNetworks: ['10.42.0.0/16'],
};

export const peering: MetalLBBgpPeeringProps = {
  myAsn: 64497,
  peers: { routers: { peerAsn: 64498, peerAddress: '192.0.2.254' } },
};

/** A pair with its mesh and its MetalLB, which are made in the chart. */
export function pair(chart: Chart, changes: Partial<AnycastRouteServerPairProps> = {}): AnycastRouteServerPairProps {
  return {
    router: frr,
    mesh: new Mesh(chart, 'meshrr-core', { autonomousSystem: 64496 }),
    reachability: Reachability.metalLB(new MetalLBBgpPeering(chart, 'metallb', peering)),
    podNetworks: ['10.42.0.0/16'],
    clientRanges: ['198.51.100.0/24'],
    sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
    ...changes,
  };
}

/** The MetalLB of {@link pair}. */
export const metallbOf = (chart: Chart) => chart.node.findChild('metallb') as MetalLBBgpPeering;
