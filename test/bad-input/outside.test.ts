import { App, Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  KubernetesNodes,
  MetalLBBgpPeering,
  OutsideRouter,
  RouteReflectorRegion,
} from '../../lib';
import { pair, region } from '../../test-support/examples';
import { Case, describeRefusals, facing } from './cases';

/** A client of a region of route reflectors, after changes that are wrong on purpose. */
const addClient =
  (changes: any, ofRegion: any = {}) =>
  (chart: Chart) => {
    const east = new RouteReflectorRegion(chart, 'east', { ...region, ...facing, ...ofRegion });
    const router = { autonomousSystem: 64496, addresses: ['198.51.100.7'], clientOf: [east] };
    new OutsideRouter(chart, 'pe1', { ...router, ...changes });
  };

/** A client of a pair of route servers. */
const addPeer =
  (changes: any, ofPair: any = {}) =>
  (chart: Chart) => {
    const servers = new AnycastRouteServerPair(chart, 'rs', pair(chart, ofPair));
    const router = { autonomousSystem: 65001, addresses: ['198.51.100.7'], clientOf: [servers] };
    new OutsideRouter(chart, 'leaf', { ...router, ...changes });
  };

const addNodes = (nodes: any) => (chart: Chart) => void new KubernetesNodes(chart, 'nodes', { nodes });

const routers: Case[] = [
  [
    'a router in another AS than its route reflectors',
    addClient({ autonomousSystem: 64497 }),
    'test/pe1: autonomousSystem: got 64497, want 64496, that of test/east: the session is iBGP',
  ],
  [
    'a router in an AS that its route servers refuse',
    addPeer({ autonomousSystem: 64512 }),
    'test/leaf: autonomousSystem: got 64512, want an AS number that test/rs accepts: 65001-65500',
  ],
  [
    'a router in the AS of its route servers',
    addPeer({ autonomousSystem: 64496 }),
    'test/leaf: autonomousSystem: got 64496, want an AS number that test/rs accepts',
  ],
  [
    'an AS number that nobody may have',
    addClient({ autonomousSystem: 0 }),
    'test/pe1: autonomousSystem: got 0, want an AS number',
  ],
  [
    'an address outside the client ranges',
    addClient({ addresses: ['203.0.113.7'] }),
    'test/pe1: addresses[0]: got "203.0.113.7", want an address in the client ranges of test/east: 198.51.100.0/24',
  ],
  [
    'an address of a pod',
    addClient({ addresses: ['10.42.0.7'] }, { podClients: true }),
    'test/pe1: addresses[0]: got "10.42.0.7", want an address apart from the pod network 10.42.0.0/16',
  ],
  [
    'an address of a family that its region has no address of',
    addClient({ addresses: ['2001:db8::1'] }),
    'test/pe1: addresses: got ["2001:db8::1"], want an address of IPv4, as clients of test/east have',
  ],
  [
    'two addresses of one family',
    addClient({ addresses: ['198.51.100.7', '198.51.100.8'] }),
    'test/pe1: addresses[1]: got "198.51.100.8", want one address of each IP family',
  ],
  [
    'the address that clients peer with',
    addClient({ addresses: ['192.0.2.1'] }, { clientRanges: ['192.0.2.0/24'] }),
    'test/pe1: addresses[0]: got "192.0.2.1", want an address of its own: it is what clients of test/east peer with',
  ],
  [
    'a client without an address',
    addClient({ addresses: undefined }),
    'test/pe1: addresses: got nothing, want the addresses that the client peers from',
  ],
  [
    'a router without a place',
    addClient({ clientOf: undefined }),
    'test/pe1: clientOf: got nothing, want regions or pairs to be a client of, or nodes',
  ],
  [
    'a region by its name',
    addClient({ clientOf: ['east'] }),
    'test/pe1: clientOf[0]: got "east", want a RouteReflectorRegion or an AnycastRouteServerPair',
  ],
  ['no region', addClient({ clientOf: [] }), 'test/pe1: clientOf: got [], want a list of at least one item'],
  [
    'a client of a core',
    (chart) => {
      const core = new RouteReflectorRegion(chart, 'core', region);
      new OutsideRouter(chart, 'pe1', { autonomousSystem: 64496, addresses: ['198.51.100.7'], clientOf: [core] });
    },
    'test/pe1: clientOf[0]: got "test/core", want a region or pair with addresses that clients peer with',
  ],
  [
    'a region twice',
    (chart) => {
      const east = new RouteReflectorRegion(chart, 'east', { ...region, ...facing });
      new OutsideRouter(chart, 'pe1', { autonomousSystem: 64496, addresses: ['198.51.100.7'], clientOf: [east, east] });
    },
    'test/pe1: clientOf[1]: got "test/east", want each region and pair once',
  ],
  [
    'a region of another app',
    (chart) => {
      const east = new RouteReflectorRegion(new Chart(new App(), 'other'), 'east', { ...region, ...facing });
      new OutsideRouter(chart, 'pe1', { autonomousSystem: 64496, addresses: ['198.51.100.7'], clientOf: [east] });
    },
    'test/pe1: clientOf[0]: got "other/east", want a construct of the same app',
  ],
  [
    'two routers of one name',
    (chart) => {
      addClient({})(chart);
      new OutsideRouter(chart, 'again', { name: 'pe1', autonomousSystem: 64496, nodes: ['n1'] });
    },
    'test/again: name: got "pe1", want a name of its own: test/pe1 has it already',
  ],
  [
    'two routers of one address',
    (chart) => {
      addClient({})(chart);
      new OutsideRouter(chart, 'again', { autonomousSystem: 64496, addresses: ['198.51.100.7'], nodes: ['n1'] });
    },
    'test/again: addresses[0]: got "198.51.100.7", want an address of its own: test/pe1 has it already',
    'test/again: nodes[0]: got "n1", want a node that KubernetesNodes declares, where there is none',
  ],
  [
    'the name of a pod',
    addPeer({ name: 'routeserver-a-0' }),
    'test/leaf: name: got "routeserver-a-0", want a name of its own: a pod has it already',
  ],
  ['a name that is none', addClient({ name: 'PE 1' }), 'test/pe1: name: got "PE 1", want a DNS name'],
  [
    'a platform that is not known',
    addClient({ platform: 'ios' }),
    'test/pe1: platform: got "ios", want "junos" or "iosxr" or "frr" or "eos"',
  ],
  ['a misspelled prop', addClient({ announce: [] }), 'test/pe1: props: got "announce: …"', 'did you mean announces?'],
];

const announcements: Case[] = [
  [
    'a prefix of a family that the region does not carry',
    addClient({ announces: ['203.0.113.0/24', '2001:db8::/32'] }),
    'test/pe1: announces[1]: got "2001:db8::/32", want a route of inet, what test/east carries',
  ],
  [
    'EVPN where it is off',
    addClient({ announces: [{ evpn: 'MAC' }] }),
    'test/pe1: announces[0]: got "MAC", want a route of inet',
  ],
  [
    'a VPN route that the region does not carry',
    addClient({ announces: [{ prefix: '203.0.113.0/24', rd: '64496:1' }] }),
    'test/pe1: announces[0]: got "64496:1:203.0.113.0/24", want a route of inet',
  ],
  [
    'a route distinguisher of a number that has no type',
    addClient({ announces: [{ prefix: '203.0.113.0/24', rd: '4200000000:65536' }] }),
    'test/pe1: announces[0].rd: got "4200000000:65536", want a route distinguisher such as 64496:100',
  ],
  [
    'a route distinguisher with a label',
    addClient({ announces: [{ prefix: '203.0.113.0/24', rd: '64496:1', labeled: true }] }),
    'test/pe1: announces[0].rd: got "64496:1", want nothing beside evpn and labeled',
  ],
  [
    'a label of EVPN',
    addClient({ announces: [{ evpn: 'MAC', labeled: true }] }),
    'test/pe1: announces[0].labeled: got true, want false beside evpn',
  ],
  [
    'a prefix with host bits',
    addClient({ announces: ['203.0.113.7/24'] }),
    'test/pe1: announces[0].prefix: got "203.0.113.7/24", want a prefix without host bits',
  ],
  [
    'a prefix and a route of EVPN in one',
    addClient({ announces: [{ prefix: '203.0.113.0/24', evpn: 'MAC' }] }),
    'test/pe1: announces[0]: got {"prefix":"203.0.113.0/24","evpn":"MAC"}, want either a prefix or an evpn route',
  ],
  [
    'a route twice',
    addClient({ announces: ['203.0.113.0/24', { prefix: '203.0.113.0/24' }] }),
    'test/pe1: announces[1]: got "203.0.113.0/24", want each route once',
  ],
  [
    'a route of EVPN over two lines',
    addPeer({ announces: [{ evpn: 'a\nb' }] }),
    'test/leaf: announces[0].evpn: got "a\\nb", want a name',
  ],
  [
    'a route that stays in a region without a community for it',
    addClient({ announces: [{ prefix: '203.0.113.0/24', inRegion: 'only' }] }),
    'test/pe1: announces[0].inRegion: got "only", want nothing: test/east has no community for it',
  ],
  [
    'a route that is preferred in a pair',
    addPeer({ announces: [{ prefix: '203.0.113.0/24', inRegion: 'preferred' }] }),
    'test/leaf: announces[0].inRegion: got "preferred", want nothing: test/rs has no community for it',
  ],
  [
    'a community that is none',
    addClient({ announces: [{ prefix: '203.0.113.0/24', communities: ['no-export'] }] }),
    'test/pe1: announces[0].communities[0]: got "no-export", want a community such as 65000:101',
  ],
  [
    'announcements that nobody hears',
    addClient({ clientOf: undefined, nodes: ['n1'], announces: ['203.0.113.0/24'] }),
    'test/pe1: announces: got "203.0.113.0/24", want nothing without clientOf',
  ],
  [
    'fewer routes than are named',
    addClient({ announces: ['203.0.113.0/24', '192.0.2.0/24'], routes: 1 }),
    'test/pe1: routes: got 1, want at least 2, as many as announces has',
  ],
  ['half a route', addClient({ routes: 1.5 }), 'test/pe1: routes: got 1.5, want a whole number from 1 to 100000000'],
];

const nodes: Case[] = [
  ['nodes without a name', addNodes({}), 'test/nodes: nodes: got {}, want at least one entry'],
  ['a node with a name that no node has', addNodes({ N1: {} }), 'test/nodes: nodes.N1: got "N1", want a DNS name'],
  [
    'a label that is none',
    addNodes({ n1: { labels: { side: 'a b' } } }),
    'test/nodes: nodes.n1.labels.side: got "a b", want the value of a Kubernetes label',
  ],
  [
    'labels in the place of a node',
    addNodes({ n1: { side: 'a' } }),
    'test/nodes: nodes.n1: got "side: …", want only the names labels',
  ],
  [
    'a node twice',
    (chart) => {
      addNodes({ n1: {} })(chart);
      new KubernetesNodes(chart, 'more', { nodes: { n1: {} } });
    },
    'test/more: nodes.n1: got "n1", want a name of its own: test/nodes has it already',
  ],
  [
    'nodes of which none may have a pod',
    (chart) => {
      addNodes({ n1: {}, n2: {} })(chart);
      addPeer({})(chart);
    },
    'test/nodes: nodes: got ["n1","n2"], want a node with side=a, for the pods of routeserver-a',
    'test/nodes: nodes: got ["n1","n2"], want a node with side=b, for the pods of routeserver-b',
  ],
  [
    'fewer nodes than a core has pods',
    (chart) => {
      addNodes({ n1: { labels: { meshrr_region_core: 'true' } }, n2: {} })(chart);
      new RouteReflectorRegion(chart, 'core', region);
    },
    'test/nodes: nodes: got ["n1","n2"], want 2 nodes with meshrr_region_core=true, for the pods of meshrr-core',
  ],
  [
    'a taint of a kind that there is not',
    addNodes({ n1: { taints: [{ key: 'dedicated', effect: 'NoEntry' }] } }),
    'test/nodes: nodes.n1.taints[0].effect: got "NoEntry", want "NoSchedule" or "PreferNoSchedule" or "NoExecute"',
  ],
  [
    'a taint that the pods do not tolerate',
    (chart) => {
      const taints = [{ key: 'dedicated', value: 'bgp', effect: 'NoSchedule' }];
      const labels = { meshrr_region_core: 'true' };
      addNodes({ n1: { labels, taints }, n2: { labels }, n3: {} })(chart);
      new RouteReflectorRegion(chart, 'core', region);
    },
    'test/nodes: nodes: got ["n1","n2","n3"], want 2 nodes with meshrr_region_core=true, for the pods of meshrr-core, which do not tolerate the taints of n1',
  ],
  [
    'a router beside a node that is not there',
    (chart) => {
      addNodes({ n1: {}, n2: {} })(chart);
      new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['n1', 'n3'] });
    },
    'test/leaf: nodes[1]: got "n3", want one of n1, n2',
  ],
  [
    'a router beside a node that is only assumed',
    addClient({ nodes: ['n1'] }),
    'test/pe1: nodes[0]: got "n1", want a node that KubernetesNodes declares, where there is none',
  ],
  [
    'a node twice beside a router',
    addClient({ nodes: ['n1', 'n1'] }),
    'test/pe1: nodes[1]: got "n1", want each item once',
  ],
];

describeRefusals('routers outside', routers);
describeRefusals('announcements', announcements);
describeRefusals('nodes', nodes);

const besideNodes =
  (changes: object, peers?: object) =>
  (chart: Chart): void => {
    new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels: {} } } });
    if (peers) new MetalLBBgpPeering(chart, 'lb', { myAsn: 64497, peers: peers as never });
    new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['n1'], ...changes });
  };
const topOfRack = {
  tor1: { peerAsn: 64498, peerAddress: '192.0.2.254' },
  tor2: { peerAsn: 64498, peerAddress: '192.0.2.253' },
};

describeRefusals('a router beside nodes', [
  [
    'one that could be either of two peers of a node',
    besideNodes({}, topOfRack),
    'test/leaf: addresses: got nothing, want the address of one of the peers tor1 (192.0.2.254) and tor2 (192.0.2.253), which share nodes',
  ],
  [
    'one with an address that is none of these',
    besideNodes({ addresses: ['198.51.100.7'] }, topOfRack),
    'test/leaf: addresses: got ["198.51.100.7"], want the address of one of the peers tor1 (192.0.2.254) and tor2 (192.0.2.253), which share nodes',
  ],
  [
    'a network that is too long',
    besideNodes({ nodes: { n1: ['203.0.113.5/33'] } }),
    'test/leaf: nodes.n1[0]: got "203.0.113.5/33", want an address such as 203.0.113.129/31, or a prefix',
  ],
  [
    'a range with host bits',
    besideNodes({ nodes: ['203.0.113.5/24'] }),
    'test/leaf: nodes[0]: got "203.0.113.5/24", want a prefix without host bits, here 203.0.113.0/24',
  ],
  [
    'IS-IS in a VRF',
    besideNodes({ exportsTo: 'isis', vrf: 'DCI' }),
    'test/leaf: exportsTo: got "isis", want bgp or ospf in a VRF',
  ],
  [
    'an export without nodes',
    addClient({ exportsTo: 'ospf' }),
    'test/pe1: exportsTo: got "ospf", want nothing without nodes',
  ],
  [
    'announcements to nodes that are not there',
    addClient({ announcesToNodes: 'client-addresses' }),
    'test/pe1: announcesToNodes: got "client-addresses", want nothing without nodes',
  ],
]);
