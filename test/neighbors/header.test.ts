import { KubernetesNodes, MetalLBBgpPeering, neighborConfiguration, neighborText, OutsideRouter } from '../../lib';
import { NEIGHBOR_PLATFORMS } from '../../lib/neighbors';
import { headerLines } from '../../lib/neighbors/header';
import { topologyIn } from '../../test-support/topology';
import { CASES, configurationFor } from './cases';

const caseOf = (name: string) => {
  const found = CASES.find((each) => each.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return configurationFor(found);
};

test('a file begins with whom the router peers with, each once, and what nodes carry', () => {
  const [first] = headerLines(caseOf('leaf-beside-nodes-and-client'));
  expect(first).toBe('Router router: MetalLB, peer routers; route servers of routeserver.');
  expect(headerLines(caseOf('host-ports'))[0]).toBe('Router router: static routes to the addresses that nodes carry.');
  expect(headerLines(caseOf('client-of-all-families'))[0]).toBe('Router router: route servers of routeserver.');
});

test('then come what the reader must change, and what the reader must see to', () => {
  const configuration = caseOf('vrf-of-an-mpls-network');
  const { changes, notes } = configuration;
  expect(changes.length * notes.length).toBeGreaterThan(0);
  expect(headerLines(configuration).slice(2)).toEqual([...changes.map((change) => `CHANGE ${change}.`), ...notes]);
});

test('nothing in a comment ends it, or is not ASCII', () => {
  const configuration = { ...caseOf('host-ports'), router: 'a*/\nb\té', notes: ['~ and blank'] };
  expect(headerLines(configuration)[0]).toMatch(/^Router a_\/_b__: /);
  expect(headerLines(configuration).at(-1)).toBe('~ and blank');
});

describe.each(NEIGHBOR_PLATFORMS)('%s', (platform) => {
  const router = (vrf?: string) => {
    const topology = topologyIn((chart) => {
      new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels: {} } } });
      new MetalLBBgpPeering(chart, 'lb', { myAsn: 64497, peers: { p: { peerAsn: 64498, interface: 'eth1' } } });
      new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['n1'], vrf });
    });
    return neighborConfiguration(topology, topology.outside.filter(({ id }) => id === 'leaf')[0]);
  };

  test('a router with no neighbor that is written has no BGP either, nor has its VRF', () => {
    const statements = (text: string) => text.replace(/^(!|\/\*) .*\n/gm, '');
    const text = neighborText(router(), platform);
    expect(statements(neighborText(router('DCI'), platform))).not.toMatch(/router bgp|bgp \{|neighbor/i);
    if (platform !== 'junos') expect(text).toMatch(/^(!.*\n)+$/);
    const [begin, end] = platform === 'junos' ? ['/* ', ' */'] : ['! ', ''];
    expect(text.split('\n')[0]).toBe(`${begin}Router leaf: no neighbors.${end}`);
    expect(statements(text)).not.toMatch(/router bgp|bgp \{|neighbor|loopback|interface lo|lo0/i);
  });
});
