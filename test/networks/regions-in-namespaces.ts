import { App, Chart } from 'cdk8s';
import { Frr, MetalLBBgpPeering, OutsideRouter, Reachability, RouteReflectorRegion } from '../../lib';

/** Three regions, each in the namespace of the team that runs it, below a core in one more namespace. */
export function regionsInNamespaces(app: App): void {
  const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
    myAsn: 64497,
    peers: { leaf: { peerAsn: 64498, peerAddress: '192.0.2.254' } },
  });
  const common = {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    autonomousSystem: 64496,
    podNetworks: ['10.42.0.0/16'],
  };
  const core = new RouteReflectorRegion(new Chart(app, 'core', { namespace: 'bgp-core' }), 'core', {
    ...common,
    replicas: 2,
  });
  for (const [i, name] of ['east', 'north', 'west'].entries()) {
    const chart = new Chart(app, name, { namespace: `team-${name}` });
    const region = new RouteReflectorRegion(chart, name, {
      ...common,
      upstream: core,
      clientRanges: [`198.51.100.${16 * i}/28`],
      reachability: Reachability.metalLB(metallb),
      sides: { a: { addresses: [`192.0.2.${2 * i + 1}`] }, b: { addresses: [`192.0.2.${2 * i + 2}`] } },
    });
    for (const pe of [1, 2]) {
      new OutsideRouter(chart, `${name}-pe${pe}`, {
        platform: 'frr',
        autonomousSystem: 64496,
        addresses: [`198.51.100.${16 * i + pe}`],
        announces: [`10.${i + 1}.${pe}.0/24`],
        clientOf: [region],
      });
    }
  }
}
