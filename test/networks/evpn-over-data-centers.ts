import { App, Chart } from 'cdk8s';
import * as meshrr from '../../lib';

const SITES = [1, 2, 3, 4];
/** A rack for each side of a site. */
const RACKS = SITES.flatMap((site) =>
  ['a', 'b'].map((side, i) => ({ site, side, name: `dc${site}-${side}`, number: 2 * site + i })),
);

/** EVPN over four data centers: a pair of route servers in each, and a peer of MetalLB for each rack. */
export function evpnOverDataCenters(app: App): void {
  const metallb = new meshrr.MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
    myAsn: 64497,
    bfdProfiles: { fast: {} },
    peers: Object.fromEntries(
      RACKS.map(({ name, number }) => [
        name,
        { peerAsn: 64498, peerAddress: `203.0.113.${number}`, nodeSelectors: [{ rack: name }], bfdProfile: 'fast' },
      ]),
    ),
  });
  const chart = new Chart(app, 'evpn');
  const address = (site: number, side: number) => ({ addresses: [`192.0.2.${2 * site + side}`] });
  const { pairs } = new meshrr.FullyMeshedRouteServers(chart, 'servers', {
    router: new meshrr.Frr({ image: 'registry.example.com/meshrr/frr:0.1.0' }),
    reachability: meshrr.Reachability.metalLB(metallb),
    autonomousSystem: 65000,
    addressFamilies: { inet: false, evpn: true },
    podNetworks: ['10.42.0.0/16'],
    clientRanges: ['198.51.100.0/24'],
    asRanges: ['65001-65100'],
    pairs: Object.fromEntries(
      SITES.map((site) => [`dc${site}`, { region: String(site), sides: { a: address(site, 0), b: address(site, 1) } }]),
    ),
  });
  new meshrr.KubernetesNodes(chart, 'nodes', {
    nodes: Object.fromEntries(
      RACKS.map(({ name, site, side }) => [name, { labels: { rack: name, region: String(site), side } }]),
    ),
  });
  for (const { name, number } of RACKS) {
    new meshrr.OutsideRouter(chart, `leaf-${name}`, {
      platform: 'eos',
      autonomousSystem: 64498,
      addresses: [`203.0.113.${number}`],
      nodes: { [name]: [`203.0.113.${100 + number}`] },
    });
  }
  for (const site of SITES) {
    new meshrr.OutsideRouter(chart, `border-dc${site}`, {
      platform: 'junos',
      autonomousSystem: 65000 + site,
      addresses: [`198.51.100.${site}`],
      announces: [{ evpn: `MAC 00:00:5e:00:53:0${site}` }],
      clientOf: [...pairs.values()],
    });
  }
}
