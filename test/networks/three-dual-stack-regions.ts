import { App, Chart } from 'cdk8s';
import { Frr, HierarchicalRouteReflectors, MetalLBBgpPeering, OutsideRouter, Reachability } from '../../lib';

const autonomousSystem = 64496;
const REGIONS = ['east', 'north', 'west'];

/** Three regions with so many routers each, all with IPv4 and IPv6, below a core of three route reflectors. */
export const threeDualStackRegionsOf = (routers: number) => (app: App) => {
  const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
    myAsn: 64497,
    peers: {
      leaf: { peerAsn: 64498, peerAddress: '192.0.2.254' },
      'leaf-v6': { peerAsn: 64498, peerAddress: '2001:db8:ffff::254' },
    },
  });
  const chart = new Chart(app, 'bgp');
  const side = (region: number, number: number) => ({
    addresses: [`192.0.2.${2 * region + number}`, `2001:db8:ffff::${2 * region + number}`],
  });
  const { regions } = new HierarchicalRouteReflectors(chart, 'reflectors', {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0', resources: { memory: '1Gi' } }),
    autonomousSystem,
    addressFamilies: { inet: true, inet6: true },
    podNetworks: ['10.42.0.0/16', 'fd00:42::/56'],
    core: { replicas: 3 },
    regions: Object.fromEntries(
      REGIONS.map((name, i) => [
        name,
        {
          clientRanges: [`10.${i + 1}.0.0/24`, `2001:db8:${i + 1}::/64`],
          reachability: Reachability.metalLB(metallb),
          sides: { a: side(i, 1), b: side(i, 2) },
        },
      ]),
    ),
  });
  for (const [i, name] of REGIONS.entries()) {
    for (let pe = 1; pe <= routers; pe++) {
      new OutsideRouter(chart, `${name}-pe${pe}`, {
        platform: 'frr',
        autonomousSystem,
        addresses: [`10.${i + 1}.0.${pe}`, `2001:db8:${i + 1}::${pe}`],
        announces: [`10.${i + 101}.${pe}.0/24`, `2001:db8:${i + 101}:${pe}::/64`],
        clientOf: [regions.get(name)!],
      });
    }
  }
};
