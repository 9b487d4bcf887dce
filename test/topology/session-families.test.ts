import { Chart } from 'cdk8s';
import { HierarchicalRouteReflectors, Reachability, RouteReflectorRegion } from '../../lib';
import { region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';

const sides = { a: { addresses: ['192.0.2.1', '2001:db8::1'] } };
const dualStack = {
  podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'],
  clientRanges: ['198.51.100.0/24', '2001:db8:1::/48'],
  reachability: Reachability.hostPorts(),
  sides,
};
const both = { ...region, ...dualStack, addressFamilies: { inet6: true } };

/** What the pods of side a are given. */
function settingIn(define: (chart: Chart) => void): string | undefined {
  const manifests = synthChart(define);
  const { env } = manifests.get('DaemonSet', 'meshrr-east-a').spec.template.spec.containers[0];
  return env.find(({ name }: { name: string }) => name === 'MESHRR_SESSION_FAMILIES')?.value;
}
const east = (changes: object) => (chart: Chart) =>
  void new RouteReflectorRegion(chart, 'east', { ...both, ...changes });

test('pods learn that sessions carry their own families where clients have sessions of both IP families', () => {
  expect(settingIn(east({}))).toBe('own');
  expect(settingIn(east({ sessionFamilies: 'own' }))).toBe('own');
});

test.each<[string, object]>([
  ['all is asked for', { sessionFamilies: 'all' }],
  ['the side has one IP family', { sides: { a: { addresses: ['192.0.2.1'] } } }],
  ['clients have one IP family', { clientRanges: ['2001:db8:1::/48'] }],
  [
    'clients have one IP family, and that of pods does not count',
    { clientRanges: ['198.51.100.0/24'], podClients: true },
  ],
])('pods learn nothing where %s', (_, changes) => {
  expect(settingIn(east(changes))).toBeUndefined();
});

test('all regions of a hierarchy may have it in common, and one its own', () => {
  const hierarchy = (changes: object, ofRegion: object) => (chart: Chart) =>
    void new HierarchicalRouteReflectors(chart, 'bgp', {
      ...{ router: region.router, autonomousSystem: 64496, podNetworks: dualStack.podNetworks },
      ...{ addressFamilies: { inet6: true }, regions: { east: { ...dualStack, ...ofRegion } }, ...changes },
    });
  expect(settingIn(hierarchy({}, {}))).toBe('own');
  expect(settingIn(hierarchy({ sessionFamilies: 'all' }, {}))).toBeUndefined();
  expect(settingIn(hierarchy({ sessionFamilies: 'all' }, { sessionFamilies: 'own' }))).toBe('own');
});

test.each<[string, object]>([
  [
    'got "own", want "all", address family inet6, or IPv4 alone: IPv6 sessions would carry nothing of evpn',
    { addressFamilies: { inet: false, evpn: true } },
  ],
  [
    'got "own", want "all", address family inet, or IPv6 alone: IPv4 sessions would carry nothing of inet6',
    { addressFamilies: { inet: false, inet6: true } },
  ],
  ['got "own", want "all", or no podClients: ', { podClients: true, clusterSet: true }],
])('is refused with a reason: %s', (message, changes) => {
  const define = (more: object) => () =>
    synthChart((chart) => new RouteReflectorRegion(chart, 'east', { ...both, ...changes, ...more }), 'bgp');
  expect(define({})).toThrow(`test/east: sessionFamilies: ${message}`);
  expect(define({ sessionFamilies: 'all' })).not.toThrow();
});
