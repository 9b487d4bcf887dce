import { App, Chart } from 'cdk8s';
import { Frr, FullyMeshedRouteServers, MetalLBBgpPeering, OutsideRouter, Proof, Reachability } from '../../lib';

/** An exchange: two route servers, and members of an AS each, with IPv4 and IPv6. */
export const exchangeOf = (members: number) => (app: App) => {
  const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
    myAsn: 64497,
    peers: {
      leaf: { peerAsn: 64498, peerAddress: '192.0.2.254' },
      'leaf-v6': { peerAsn: 64498, peerAddress: '2001:db8:ffff::254' },
    },
  });
  const chart = new Chart(app, 'exchange');
  const { pairs } = new FullyMeshedRouteServers(chart, 'servers', {
    router: new Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    reachability: Reachability.metalLB(metallb),
    autonomousSystem: 64500,
    addressFamilies: { inet: true, inet6: true },
    podNetworks: ['10.42.0.0/16', 'fd00:42::/56'],
    clientRanges: ['198.51.100.0/24', '2001:db8:1::/64'],
    asRanges: ['4200000001-4200000100'],
    pairs: {
      servers: {
        sides: {
          a: { addresses: ['192.0.2.1', '2001:db8:ffff::1'] },
          b: { addresses: ['192.0.2.2', '2001:db8:ffff::2'] },
        },
      },
    },
  });
  new Proof(chart, 'proof', { findings: { unfiltered: { accept: 'AS numbers and prefixes of tests are reserved' } } });
  for (let member = 1; member <= members; member++) {
    new OutsideRouter(chart, `member${member}`, {
      platform: 'frr',
      autonomousSystem: 4200000000 + member,
      addresses: [`198.51.100.${member}`, `2001:db8:1::${member}`],
      announces: [`10.${member}.0.0/16`, `2001:db8:${member + 100}::/48`],
      clientOf: [pairs.get('servers')!],
    });
  }
};
