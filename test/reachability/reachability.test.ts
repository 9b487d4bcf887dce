import { Chart } from 'cdk8s';
import { MetalLBBgpPeering, Reachability, RouteReflectorRegion } from '../../lib';
import { peering, region } from '../../test-support/examples';
import { Manifests, refusalOf, synthChart } from '../../test-support/synth';

const facing = {
  ...region,
  clientRanges: ['198.51.100.0/24'],
  sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
};

const add = (chart: Chart, reachability: Reachability) =>
  new RouteReflectorRegion(chart, 'east', { ...facing, reachability });
const byMetalLB = (advertisement: object | undefined, chart: Chart) =>
  add(chart, Reachability.metalLB(new MetalLBBgpPeering(chart, 'lb', peering), advertisement));
const reachedBy = (reachability: (chart: Chart) => unknown): Manifests =>
  synthChart((chart) => void reachability(chart));

describe('the addresses of a region', () => {
  test('are host ports of its nodes', () => {
    const manifests = reachedBy((chart) => add(chart, Reachability.hostPorts()));
    const [{ ports }] = manifests.get('DaemonSet', 'meshrr-east-a').spec.template.spec.containers;
    expect(ports).toEqual([
      expect.objectContaining({ hostPort: 179, hostIP: '192.0.2.1' }),
      expect.objectContaining({ name: 'http' }),
    ]);
    expect([...manifests.ofKind('IPAddressPool'), ...manifests.ofKind('BGPAdvertisement')]).toEqual([]);
  });

  test('are addresses that MetalLB announces to all its peers', () => {
    const manifests = reachedBy((chart) => byMetalLB(undefined, chart));
    expect(manifests.ofKind('IPAddressPool').flatMap(({ spec }) => spec.addresses)).toEqual([
      '192.0.2.1/32',
      '192.0.2.2/32',
    ]);
    const [{ spec }] = manifests.ofKind('BGPAdvertisement');
    expect(Object.keys(spec)).toEqual(['ipAddressPools']);
    const [{ ports }] = manifests.ofKind('DaemonSet')[0].spec.template.spec.containers;
    expect(ports[0]).not.toHaveProperty('hostPort');
  });

  test('are announced as it is said', () => {
    const advertisement = {
      communities: ['64497:100'],
      localPref: 200,
      peers: ['routers'],
      nodeSelectors: [{ rack: 'r1' }],
    };
    const [{ spec }] = reachedBy((chart) => byMetalLB(advertisement, chart)).ofKind('BGPAdvertisement');
    expect(spec).toMatchObject({
      communities: ['64497:100'],
      localPref: 200,
      peers: ['routers'],
      nodeSelectors: [{ matchLabels: { rack: 'r1' } }],
    });
  });
});

test.each<[string, (chart: Chart) => unknown, string]>([
  [
    'what is no way to reach a region',
    (chart) => add(chart, 'hostPorts' as never),
    'test/east: reachability: got "hostPorts", want Reachability.metalLB(…), hostPorts(), or another form of Reachability',
  ],
  [
    'MetalLB without a peering',
    (chart) => add(chart, Reachability.metalLB(undefined as never)),
    'test/east: reachability: got nothing, want Reachability.metalLB of a MetalLBBgpPeering',
  ],
  [
    'an advertisement of an aggregate',
    (chart) => byMetalLB({ aggregationLength: 24 }, chart),
    'test/east: reachability: got "aggregationLength: …", want only the names protocol, communities, localPref, peers',
  ],
])('refuses %s', (_, define, message) => {
  expect(refusalOf((chart) => void define(chart))).toContain(message);
});
