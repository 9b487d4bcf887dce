import { Chart } from 'cdk8s';
import {
  AppDefinition,
  Frr,
  FullyMeshedRouteServers,
  HierarchicalRouteReflectors,
  MetalLBBgpPeering,
  Reachability,
} from '../../../../lib';

const router = new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' });
/** A dual-stack cluster. */
const podNetworks = ['10.42.0.0/16', '2001:db8:42::/56'];
const communities = { only: '64496:101', preferred: '64496:102' };

const peering = (chart: Chart) =>
  new MetalLBBgpPeering(chart, 'peering', {
    myAsn: 64497,
    peers: {
      'anycast-loopback': { peerAsn: 64498, peerAddress: '2001:db8:ffff::1', dualStackAddressFamily: true },
    },
  });

/**
 * A region of routers that have addresses of both families, and one whose routers have IPv6 alone: what these announce
 * reaches the other region, too.
 */
function routeReflectors(reachabilityIn: (chart: Chart) => Reachability): AppDefinition {
  return (app) => {
    const reachability = reachabilityIn(new Chart(app, 'metallb'));
    new HierarchicalRouteReflectors(new Chart(app, 'route-reflectors'), 'route-reflectors', {
      router,
      autonomousSystem: 64496,
      podNetworks,
      addressFamilies: { inet: true, inet6: true },
      regions: {
        both: {
          reachability,
          communities,
          clientRanges: ['198.51.100.0/24', '2001:db8:100::/64'],
          sides: {
            a: { addresses: ['192.0.2.1', '2001:db8:53::1'] },
            b: { addresses: ['192.0.2.2', '2001:db8:53::2'] },
          },
        },
        six: {
          reachability,
          communities,
          addressFamilies: { inet: false, inet6: true },
          clientRanges: ['2001:db8:200::/64'],
          sides: { a: { addresses: ['2001:db8:53::3'] }, b: { addresses: ['2001:db8:53::4'] } },
        },
      },
    });
  };
}

/** Clients reach an address for each region and side, which MetalLB announces. */
export const routeReflectorsByMetalLB = routeReflectors((chart) => Reachability.metalLB(peering(chart)));

/** Clients reach loopback addresses of the nodes. */
export const routeReflectorsByHostPorts = routeReflectors(() => Reachability.hostPorts());

/** EVPN and IPv6 unicast over IPv6 sessions. */
export const routeServers: AppDefinition = (app) => {
  new FullyMeshedRouteServers(new Chart(app, 'route-servers'), 'route-servers', {
    router,
    reachability: Reachability.metalLB(peering(new Chart(app, 'metallb'))),
    autonomousSystem: 64496,
    addressFamilies: { inet: false, inet6: true, evpn: true },
    asRanges: ['64500-64511', '65536-65551'],
    clientRanges: ['2001:db8:100::/64'],
    podNetworks,
    pairs: {
      'routeserver-1': {
        region: '1',
        sides: { a: { addresses: ['2001:db8:53::1'] }, b: { addresses: ['2001:db8:53::2'] } },
      },
      'routeserver-2': {
        region: '2',
        sides: { a: { addresses: ['2001:db8:53::3'] }, b: { addresses: ['2001:db8:53::4'] } },
      },
    },
  });
};
