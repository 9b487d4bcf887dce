import { App, Chart, Testing, YamlOutputType } from 'cdk8s';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import {
  FullyMeshedRouteServers,
  Frr,
  HierarchicalRouteReflectors,
  MetalLBBgpPeering,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';

// What does not change the meaning of an app changes no manifest, so that a review shows what was changed.

/** The same props, with the names of each plain object in the reverse order. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([name, item]) => [name, reversed(item)])) as T;
}

/** All manifests of an app whose props pass through `change`. */
function manifestsOf(change: <T>(props: T) => T): string {
  const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_APP });
  const metallb = new MetalLBBgpPeering(
    new Chart(app, 'metallb'),
    'peering',
    change({
      myAsn: 64497,
      peers: {
        leaf1: { peerAsn: 64498, peerAddress: '192.0.2.253', nodeSelectors: [{ rack: 'r1', zone: 'z1' }] },
        leaf2: {
          peerAsn: 64498,
          peerAddress: '192.0.2.254',
          nodeSelectors: [{ rack: 'r2', zone: 'z1' }],
          bfdProfile: 'fast',
        },
      },
      bfdProfiles: { fast: { receiveInterval: 100, transmitInterval: 100 }, slow: { receiveInterval: 900 } },
      pools: {
        one: { addresses: ['203.0.113.0/28'] },
        two: { addresses: ['203.0.113.16/28'], interfaces: ['eth0'], protocol: 'layer2' as const },
      },
      communities: { backup: '64497:1', main: '64497:2' },
    }),
  );
  const common = {
    router: new Frr(change({ image: 'registry.example.com/meshrr/frr:1', resources: { cpu: '1', memory: '512Mi' } })),
    podNetworks: ['10.42.0.0/16'],
    autonomousSystem: 64496,
    addressFamilies: { inet: true, inet6: true },
    runtime: { peerLimit: 100, logLevel: 'debug' as const },
    tolerations: [{ key: 'bgp', operator: 'Exists' as const, effect: 'NoSchedule' as const }],
  };
  const region = (net: number) => ({
    clientRanges: [`198.51.${net}.0/24`],
    reachability: Reachability.metalLB(metallb, change({ communities: ['backup'], localPref: 200 })),
    communities: { only: '64496:101', preferred: '64496:102' },
    nodeLabels: { country: 'de', place: String(net) },
    sides: { a: { addresses: [`192.0.2.${net}`] }, b: { addresses: [`192.0.2.1${net}`] } },
  });
  const chart = new Chart(app, 'bgp');
  new HierarchicalRouteReflectors(
    chart,
    'rr',
    change({ ...common, core: { replicas: 2 }, regions: { east: region(1), north: region(2), west: region(3) } }),
  );
  new FullyMeshedRouteServers(
    new Chart(app, 'servers', { namespace: 'servers' }),
    'rs',
    change({
      ...common,
      reachability: Reachability.metalLB(metallb),
      clientRanges: ['203.0.113.0/24'],
      asRanges: ['65001-65100'],
      pairs: {
        'rs-1': { region: '1', sides: { a: { addresses: ['192.0.2.81'] }, b: { addresses: ['192.0.2.82'] } } },
        'rs-2': { region: '2', sides: { a: { addresses: ['192.0.2.83'] }, b: { addresses: ['192.0.2.84'] } } },
      },
    }),
  );
  return app.charts.map((one) => JSON.stringify(Testing.synth(one), null, 1)).join('\n');
}

test('the order of props', () => {
  const manifests = manifestsOf((props) => props);
  expect(manifests).toContain('meshrr-west-b');
  expect(manifestsOf(reversed)).toBe(manifests);
});

test('a template with the line breaks of Windows', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'template-'));
  const manifests = ['\n', '\r\n'].map((lineBreak) => {
    const file = path.join(folder, 'frr.conf.j2');
    fs.writeFileSync(file, ['router bgp {{ AUTONOMOUS_SYSTEM }}', ' no bgp default ipv4-unicast', ''].join(lineBreak));
    const chart = new Chart(new App(), 'bgp');
    new RouteReflectorRegion(chart, 'core', {
      router: new Frr({ image: 'registry.example.com/meshrr/frr:1' }),
      autonomousSystem: 64496,
      podNetworks: ['10.42.0.0/16'],
      template: { file },
    });
    return Testing.synth(chart);
  });
  fs.rmSync(folder, { recursive: true });
  expect(manifests[1]).toEqual(manifests[0]);
  expect(JSON.stringify(manifests[0])).toContain('router bgp {{');
});
