import { App, Chart } from 'cdk8s';
import { Frr, HierarchicalRouteReflectors, MetalLBBgpPeering, OutsideRouter, Reachability } from '../../lib';

const autonomousSystem = 64496;

/** Three tiers: a core, route reflectors of two continents below it, and two countries below each of these. */
export function threeTiers(app: App): void {
  const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
    myAsn: 64497,
    peers: { leaf: { peerAsn: 64498, peerAddress: '192.0.2.254' } },
  });
  const countries = Object.entries({ germany: 'europe', spain: 'europe', japan: 'asia', korea: 'asia' });
  const country = (upstream: string, i: number) => ({
    upstream,
    clientRanges: [`198.51.100.${16 * i}/28`],
    reachability: Reachability.metalLB(metallb),
    sides: { a: { addresses: [`192.0.2.${2 * i + 1}`] }, b: { addresses: [`192.0.2.${2 * i + 2}`] } },
  });
  const chart = new Chart(app, 'bgp');
  const { regions } = new HierarchicalRouteReflectors(chart, 'reflectors', {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    autonomousSystem,
    podNetworks: ['10.42.0.0/16'],
    regions: {
      europe: { replicas: 2 },
      asia: { replicas: 2 },
      ...Object.fromEntries(countries.map(([name, upstream], i) => [name, country(upstream, i)])),
    },
  });
  for (const [i, [name]] of countries.entries()) {
    for (const pe of [1, 2]) {
      new OutsideRouter(chart, `${name}-pe${pe}`, {
        platform: 'frr',
        autonomousSystem,
        addresses: [`198.51.100.${16 * i + pe}`],
        announces: [`10.${i + 1}.${pe}.0/24`],
        clientOf: [regions.get(name)!],
      });
    }
  }
}
