import { App, Chart } from 'cdk8s';
import { AnycastRouteServerPair, KubernetesNodes, Mesh, MetalLBBgpPeering, OutsideRouter } from '../../lib';
import { Reachability, RouteReflectorRegion } from '../../lib';
import { frr, pair, peering, region } from '../../test-support/examples';
import { Case, describeRefusals } from './cases';

const labels = { side: 'a', rack: '1' };

/** A router beside nodes of which MetalLB has these peers, after changes that are wrong on purpose. */
const addBeside =
  (changes: any, peer: any = {}) =>
  (chart: Chart) => {
    new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels }, n2: { labels: { ...labels, side: 'b' } } } });
    const peers = { routers: { peerAsn: 64498, peerAddress: '192.0.2.254', ...peer } };
    const metallb = new MetalLBBgpPeering(chart, 'lb', { ...peering, peers });
    new AnycastRouteServerPair(chart, 'rs', {
      ...{
        router: frr,
        reachability: Reachability.metalLB(metallb),
        mesh: new Mesh(chart, 'mesh', { autonomousSystem: 64496 }),
      },
      ...{ podNetworks: ['10.42.0.0/16'], clientRanges: ['198.51.100.0/24'] },
      sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
    });
    new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['n1'], ...changes });
  };

/** A router beside nodes that carry the addresses of a region. */
const addBesideHostPorts = (changes: any) => (chart: Chart) => {
  const nodes = { n1: { labels: { meshrr_region_east: 'true', side: 'a' } } };
  new KubernetesNodes(chart, 'nodes', { nodes });
  new RouteReflectorRegion(chart, 'east', {
    ...region,
    ...{ clientRanges: ['198.51.100.0/24'], reachability: Reachability.hostPorts() },
    sides: { a: { addresses: ['192.0.2.1'] } },
  });
  new OutsideRouter(chart, 'leaf', { autonomousSystem: 64496, ...changes });
};

const client = (changes: any, families: any = { inet: true }) => {
  return (chart: Chart) => {
    const mesh = new Mesh(chart, 'mesh', { autonomousSystem: 64496, addressFamilies: families });
    const servers = new AnycastRouteServerPair(chart, 'rs', { ...pair(chart), mesh });
    const router = { autonomousSystem: 65001, addresses: ['198.51.100.7'], clientOf: [servers] };
    new OutsideRouter(chart, 'leaf', { ...router, ...changes });
  };
};

const beside: Case[] = [
  [
    'a router beside a node that has no address for the anycast loopback',
    addBeside({ nodes: { n1: ['2001:db8::7'] } }),
    'test/leaf: nodes.n1: got ["2001:db8::7"], want an address of IPv4, from where the node dials 192.0.2.254, peer routers',
  ],
  [
    'a node that no static route can reach',
    addBesideHostPorts({ nodes: { n1: ['2001:db8::7'] } }),
    'test/leaf: nodes.n1: got ["2001:db8::7"], want an address of IPv4, for the static route to 192.0.2.1 of meshrr-east-a',
  ],
  [
    'a router beside a node that MetalLB has no peer for',
    addBeside({}, { nodeSelectors: [{ rack: '2' }] }),
    'test/leaf: nodes: got ["n1"], want a node that a peer of test/lb is for',
  ],
  [
    'a router in another AS than iBGP with the nodes needs',
    addBeside({}, { peerAsn: 64497 }),
    'test/leaf: autonomousSystem: got 64498, want 64497, that of the nodes: peer routers of MetalLB is iBGP',
  ],
  [
    'a router in the AS of nodes that take it for another',
    addBeside({ autonomousSystem: 64497 }, { peerAsn: undefined, dynamicAsn: 'external' }),
    'test/leaf: autonomousSystem: got 64497, want another AS number than the nodes have: peer routers is external',
  ],
  [
    'one address for two nodes',
    addBeside({ nodes: { n1: ['203.0.113.1'], n2: ['203.0.113.1'] } }),
    'test/leaf: nodes.n2[0]: got "203.0.113.1", want an address of its own: n1 has it already',
  ],
  [
    'a node at the address of the router',
    addBeside({ addresses: ['203.0.113.1'], nodes: { n1: ['203.0.113.1'] } }),
    'test/leaf: nodes.n1[0]: got "203.0.113.1", want an address of its own: the router has it already',
  ],
  [
    'two addresses of one family for a node',
    addBeside({ nodes: { n1: ['203.0.113.1', '203.0.113.2'] } }),
    'test/leaf: nodes.n1[1]: got "203.0.113.2", want one address of each IP family',
  ],
  [
    'a node without an address in the place of one',
    addBeside({ nodes: { n1: [] } }),
    'test/leaf: nodes.n1: got [], want a list of at least one item',
  ],
  ['no nodes', addBeside({ nodes: {} }), 'test/leaf: nodes: got {}, want at least one entry'],
];

const names: Case[] = [
  [
    'a VRF with a blank in its name',
    client({ vrf: 'D C I' }),
    'test/leaf: vrf: got "D C I", want the name of a VRF: a letter, then letters, digits, "-" and "_"',
  ],
  [
    'a VRF of a name that Linux has no room for, on FRR',
    client({ vrf: 'DATA-CENTER-INTERCONNECT', platform: 'frr' }),
    'test/leaf: vrf: got "DATA-CENTER-INTERCONNECT", want a name of at most 15 characters',
  ],
  [
    'the same where the platform is not said',
    client({ vrf: 'DATA-CENTER-INTERCONNECT' }),
    'test/leaf: vrf: got "DATA-CENTER-INTERCONNECT", want a name of at most 15 characters',
  ],
  [
    'a VRF of a name that Junos keeps for itself',
    client({ vrf: 'master', platform: 'junos' }),
    'test/leaf: vrf: got "master", want a name that junos does not keep for itself',
  ],
  [
    'EVPN in a VRF',
    client({ vrf: 'DCI' }, { inet: false, evpn: true }),
    'test/leaf: vrf: got "DCI", want the default VRF: test/rs carries EVPN, which no router has in another',
  ],
  [
    'an interface with a line break',
    client({ interface: 'lo0\nshutdown' }),
    'test/leaf: interface: got "lo0\\nshutdown", want the name of an interface such as Loopback5 or lo0.5',
  ],
  [
    'an interface of no addresses',
    addBeside({ interface: 'Loopback5' }),
    'test/leaf: interface: got "Loopback5", want nothing without addresses',
  ],
];

describeRefusals('routers beside nodes', beside);
describeRefusals('names of VRFs and interfaces', names);

test('a long name of a VRF is fine on the platforms that have room for it', () => {
  for (const platform of ['junos', 'iosxr', 'eos'] as const) {
    const chart = new Chart(new App(), 'test');
    expect(() => client({ vrf: 'DATA-CENTER-INTERCONNECT', platform })(chart)).not.toThrow();
  }
});
