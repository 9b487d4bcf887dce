import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { FullyMeshedRouteServers, HierarchicalRouteReflectors, Mesh, RouteReflectorRegion } from '../../lib';
import { pair, region } from '../../test-support/examples';
import { refusalOf } from '../../test-support/synth';
import { addMesh, addPair, addPeer, addPeering, addRegion, Case, describeRefusals, facing } from './cases';

const asNumbers: Case[] = [
  [
    'an AS range of a further group with the AS of the route servers',
    addPair({ groups: [{ name: 'G', kind: 'clients', ranges: ['203.0.113.0/24'], asRanges: ['64496-64500'] }] }),
    'test/rs: groups[0].asRanges[0]: got "64496-64500", want AS numbers other than 64496',
  ],
  ...[0, 23456, 65535, 65552, 4294967295, 4294967296, -1, 64496.5].map((as): Case => [
    `AS ${as}`,
    addRegion({ autonomousSystem: as }),
    `test/east: autonomousSystem: got ${as}, want an AS number from 1 to 4294967295`,
  ]),
  ['AS "abc"', addRegion({ autonomousSystem: 'abc' }), 'autonomousSystem: got "abc", want an AS number'],
  ['an asdot half too large', addRegion({ autonomousSystem: '1.65536' }), 'got "1.65536", want an AS number'],
  ['no AS number', addRegion({ autonomousSystem: undefined }), 'autonomousSystem: got nothing, want an AS number'],
  ['a mesh with AS 0', addMesh({ autonomousSystem: '0.0' }), 'test/mesh: autonomousSystem: got "0.0"'],
  ['a peer with a reserved AS', addPeer({ peerAsn: 65535 }), 'test/lb: peers.p.peerAsn: got 65535'],
  [
    'an AS range the wrong way round',
    addPair({ asRanges: ['65500-65001'] }),
    'test/rs: asRanges[0]: got "65500-65001", want a range',
  ],
  ['no AS ranges at all', addPair({ asRanges: [] }), 'asRanges: got [], want a list of at least one item'],
  [
    'an AS range with the AS of the route servers',
    addPair({ asRanges: ['64000-64999'] }),
    'asRanges[0]: got "64000-64999", want AS numbers other than 64496',
  ],
];

const addresses: Case[] = [
  [
    'a side address of an IP family that the pods do not have',
    addPair({ sides: { a: { addresses: ['2001:db8::1'] } } }),
    'test/rs: sides.a.addresses[0]: got "2001:db8::1", want an address of an IP family that the pods have',
  ],
  [
    'a side address among those of the pods',
    addRegion({ ...facing, sides: { a: { addresses: ['10.42.0.5'] } } }),
    'test/east: sides.a.addresses[0]: got "10.42.0.5", want an address apart from the pod network 10.42.0.0/16',
  ],
  ['every address as the pod network', addRegion({ podNetworks: ['0.0.0.0/0'] }), 'podNetworks[0]: got "0.0.0.0/0"'],
  [
    'a pod network given twice',
    addRegion({ podNetworks: ['10.42.0.0/16', '10.42.0.0/16'] }),
    'podNetworks[1]: got "10.42.0.0/16", want a network apart from 10.42.0.0/16',
  ],
  [
    'a range of clients that is a part of the pods that are clients',
    addRegion({ clientRanges: ['10.42.7.0/24'], podClients: true }),
    'clientRanges[0]: got "10.42.7.0/24", want a range that covers the pod network 10.42.0.0/16, or is apart from it',
  ],
  [
    'an address with leading zeros',
    addPeer({ peerAddress: '192.0.2.010' }),
    'test/lb: peers.p.peerAddress: got "192.0.2.010", want an IPv4 or IPv6 address',
  ],
  [
    'a peer on the loopback network',
    addPeer({ peerAddress: '127.0.0.1' }),
    'got "127.0.0.1", want the unicast address of a host',
  ],
  [
    'a multicast side address',
    addPair({ sides: { a: { addresses: ['ff02::1'] } } }),
    'test/rs: sides.a.addresses[0]: got "ff02::1", want the unicast',
  ],
  [
    'a side address with a mask',
    addPair({ sides: { a: { addresses: ['192.0.2.1/32'] } } }),
    'sides.a.addresses[0]: got "192.0.2.1/32", want an IPv4',
  ],
  [
    'a side without addresses',
    addPair({ sides: { a: {} } }),
    'sides.a.addresses: got nothing, want a list of at least one item',
  ],
  [
    'two IPv4 addresses of one side',
    addPair({ sides: { a: { addresses: ['192.0.2.1', '192.0.2.2'] } } }),
    'sides.a.addresses[1]: got "192.0.2.2", want one address of each IP family',
  ],
  [
    'an abbreviated prefix',
    addRegion({ clientRanges: ['10.0/16'] }),
    'test/east: clientRanges[0]: got "10.0/16", want a prefix in CIDR notation',
  ],
  [
    'a prefix with host bits',
    addRegion({ clientRanges: ['10.0.0.1/8'] }),
    'got "10.0.0.1/8", want a prefix without host bits, here 10.0.0.0/8',
  ],
  ['a prefix length of 33', addRegion({ podNetworks: ['10.42.0.0/33'] }), 'podNetworks[0]: got "10.42.0.0/33"'],
  ['an IPv4 address within IPv6', addRegion({ podNetworks: ['::ffff:10.42.0.0/112'] }), 'got "::ffff:10.42.0.0/112"'],
  ['a prefix that is not text', addRegion({ podNetworks: [10] }), 'podNetworks[0]: got 10, want a prefix'],
  [
    'one prefix in place of a list',
    addRegion({ podNetworks: '10.42.0.0/16' }),
    'podNetworks: got "10.42.0.0/16", want a list',
  ],
  ['no pod networks', addRegion({ podNetworks: [] }), 'podNetworks: got [], want a list of at least one item'],
  [
    'client ranges that overlap',
    addRegion({ clientRanges: ['198.51.100.0/24', '198.51.100.128/25'] }),
    'clientRanges[1]: got "198.51.100.128/25", want a range that does not overlap 198.51.100.0/24',
  ],
  [
    'a client range that swallows the pod network',
    addRegion({ clientRanges: ['0.0.0.0/0'] }),
    'clientRanges[0]: got "0.0.0.0/0", want a range apart from the pod network 10.42.0.0/16, or podClients: true',
  ],
  [
    'a client range within the pod network',
    addPair({ clientRanges: ['10.42.7.0/24'] }),
    'clientRanges[0]: got "10.42.7.0/24", want a range apart from',
  ],
  [
    'a range of a further group that takes in pods',
    addRegion({ ...facing, groups: [{ name: 'G', kind: 'clients', ranges: ['10.0.0.0/8'] }] }),
    'groups[0].ranges[0]: got "10.0.0.0/8"',
  ],
  [
    'clients of a route server that a Service lists',
    addPair({ groups: [{ name: 'G', kind: 'clients', service: 'my-frr' }] }),
    'groups[0].service: got "my-frr", want nothing: clients of a route server peer from ranges',
  ],
  [
    'a further group of clients without any',
    addRegion({ groups: [{ name: 'G', kind: 'clients' }] }),
    'groups[0].ranges: got nothing, want the ranges that the clients peer from, or a service',
  ],
];

const names: Case[] = [
  [
    'a chart in a namespace that is none',
    (chart) =>
      new Mesh(new Chart(chart.node.root, 'other', { namespace: 'Not Valid' }), 'm', { autonomousSystem: 64496 }),
    'other/m: namespace: got "Not Valid", want a DNS label',
  ],
  [
    'a region that is no DNS label',
    addRegion({ region: 'Middle_Earth' }),
    'test/east: region: got "Middle_Earth", want a DNS label',
  ],
  [
    'an id that cannot name a region',
    (chart) => new RouteReflectorRegion(chart, 'Mordor!', region),
    'test/Mordor!: id: got "Mordor!", want a DNS label',
  ],
  ['a name of 64 characters', addRegion({ name: 'a'.repeat(64) }), 'name: got "aaaa', 'at most 63 characters'],
  [
    'a region whose Service would have too long a name',
    addRegion({ region: 'a'.repeat(60) }),
    'region: got "meshrr-aaa',
  ],
  [
    'a pair whose StatefulSets would have too long a name',
    addPair({ name: 'a'.repeat(51) }),
    'test/rs: name: got "aaaa',
    'at most 52 characters',
  ],
  [
    'a Service that starts with a digit',
    addMesh({ serviceName: '1mesh' }),
    'test/mesh: serviceName: got "1mesh", want a DNS label',
  ],
  [
    'a domain of a cluster in place of that of its Services',
    addMesh({ serviceRootDomain: 'k8s.corp.example' }),
    'serviceRootDomain: got "k8s.corp.example", want the domain of Services, which begins with "svc.", here svc.k8s.corp.example',
  ],
  [
    'a domain with a space',
    addMesh({ serviceRootDomain: 'svc cluster' }),
    'serviceRootDomain: got "svc cluster", want a DNS name',
  ],
  [
    'a namespace in upper case',
    addPeering({ namespace: 'MetalLB' }),
    'test/lb: namespace: got "MetalLB", want a DNS label',
  ],
  [
    'a peer that is no DNS name',
    addPeering({ peers: { 'Lo 0': { peerAsn: 1, peerAddress: '192.0.2.1' } } }),
    'peers.Lo 0: got "Lo 0", want a DNS name',
  ],
  [
    'a label of nodes that is none',
    addRegion({ nodeLabels: { 'a b': 'c' } }),
    'nodeLabels.a b: got "a b", want the key of a Kubernetes label',
  ],
  [
    'a region with the name of what every object has',
    (chart) => new HierarchicalRouteReflectors(chart, 'hrr', { ...region, regions: { constructor: {} } } as never),
    'test/hrr: regions.constructor: got "constructor", want another name',
  ],
  [
    'a pair with the name of what every object has',
    (chart) => {
      const { mesh: _, name: __, sides: ___, ...shared } = pair(chart, {});
      const props = { ...shared, autonomousSystem: 64496, pairs: { constructor: {} } };
      return new FullyMeshedRouteServers(chart, 'rs', props as never);
    },
    'test/rs: pairs.constructor: got "constructor", want another name',
  ],
  [
    'marks that turn text around, in a value and in a name',
    addPeering({ peers: { 'p\u202e': { peerAsn: 1, peerAddress: '192.0.2.1' } } }),
    'test/lb: peers.p\\u202e: got "p\\u202e", want a DNS name',
  ],
  ['a letter without width', addRegion({ region: 'ea\u200bst' }), 'region: got "ea\\u200bst", want a DNS label'],
  ['a line break in a name', addRegion({ region: 'a\nb' }), 'region: got "a\\nb", want a DNS label'],
];

describeRefusals('AS numbers', asNumbers);
describeRefusals('addresses', addresses);
describeRefusals('names', names);

const mine = () => {
  throw new Error('mine');
};

describeRefusals(
  'objects of one’s own making',
  ['autonomousSystem', 'clientRanges', 'sides', 'router', 'reachability'].flatMap((name): Case[] => [
    [
      `a getter for ${name} that throws`,
      (chart) => {
        const props = Object.defineProperty({ ...region, ...facing }, name, { enumerable: true, get: mine });
        return new RouteReflectorRegion(chart, 'east', props);
      },
      `test/east: ${name}: got a value that cannot be read (mine), want one that can`,
    ],
    [
      `a Proxy for ${name} that throws`,
      addRegion({ ...facing, [name]: new Proxy({}, { get: mine, getPrototypeOf: mine, ownKeys: mine }) }),
      `test/east: ${name}: got a value that cannot be `,
    ],
  ]),
);

test('a path of invisible or very long ids is shown on one short line', () => {
  const refusal = refusalOf((chart) => {
    const scope = new Construct(chart, `a\u202e${'b'.repeat(100_000)}`);
    return void new Mesh(scope, 'mesh', { autonomousSystem: 0 });
  });
  expect(refusal).toMatch(/^test\/a\\u202eb{280,300}…: autonomousSystem: got 0, want an AS number/);
});
