import {
  KubernetesNodes,
  MetalLBBgpPeering,
  NeighborConfiguration,
  neighborConfiguration,
  OutsideRouter,
} from '../../lib';
import { topologyIn } from '../../test-support/topology';

// What MetalLB may announce to a router: the routes of the pools that are advertised to the peer that the router is.

const rack = (name: string, peerAddress: string) => ({ peerAsn: 64498, peerAddress, nodeSelectors: [{ rack: name }] });

/** What a router beside the nodes of rack 1 accepts, of a MetalLB with these pools and two racks. */
function acceptedWith(pools: Record<string, object>, peers: object = {}): readonly string[] {
  let leaf = '';
  const topology = topologyIn((chart) => {
    new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels: { rack: '1' } }, n2: { labels: { rack: '2' } } } });
    new MetalLBBgpPeering(chart, 'lb', {
      myAsn: 64497,
      peers: { one: rack('1', '203.0.113.1'), two: rack('2', '203.0.113.33'), ...peers } as never,
      pools: pools as never,
    });
    leaf = new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['n1'] }).node.id;
  });
  const router = topology.outside.find(({ id }) => id === leaf);
  if (!router) throw new Error('no router');
  return textsOf(neighborConfiguration(topology, router));
}

const textsOf = ({ accepted }: NeighborConfiguration) =>
  accepted.map(({ prefix, length }) => `${prefix.text} ${length}`);

const [first, second] = ['192.0.2.0/28', '192.0.2.16/28'];

test('a pool that names no peer is accepted from each', () => {
  expect(acceptedWith({ all: { addresses: [first] } })).toEqual([`${first} 32`]);
});

test('a pool that is advertised to other peers alone is not accepted from this one', () => {
  const pools = { mine: { addresses: [first], peers: ['one'] }, other: { addresses: [second], peers: ['two'] } };
  expect(acceptedWith(pools)).toEqual([`${first} 32`]);
});

test('a pool that is advertised to this peer among others is accepted', () => {
  expect(acceptedWith({ both: { addresses: [first], peers: ['two', 'one'] } })).toEqual([`${first} 32`]);
});

test('a pool on layer 2 is not accepted, as BGP does not announce it', () => {
  expect(acceptedWith({ mgt: { addresses: [first], protocol: 'layer2' }, web: { addresses: [second] } })).toEqual([
    `${second} 32`,
  ]);
});

test('two peers at one router give each route once', () => {
  const peers = { also: rack('1', '203.0.113.2') };
  expect(acceptedWith({ all: { addresses: [first] } }, peers)).toEqual([`${first} 32`]);
});

test.each<[string, object, string[]]>([
  ['as long as addresses', { addresses: [first, '2001:db8::/64'] }, [`${first} 32`, '2001:db8::/64 128']],
  [
    'as long as the aggregate of their family',
    { addresses: [first, '2001:db8::/64'], aggregationLength: 30, aggregationLengthV6: 80 },
    [`${first} 30`, '2001:db8::/64 80'],
  ],
  [
    'the aggregates around what is shorter than these, each once',
    { addresses: ['192.0.2.2-192.0.2.3', '192.0.2.0/31'], aggregationLength: 31 },
    ['192.0.2.2/31 31', '192.0.2.0/31 31'],
  ],
  [
    'the aggregate around single addresses',
    { addresses: ['192.0.2.1-192.0.2.2'], aggregationLength: 32 },
    ['192.0.2.1/32 32', '192.0.2.2/32 32'],
  ],
])('routes of a pool are %s', (_, pool, expected) => {
  expect(acceptedWith({ pool })).toEqual(expected);
});

test('a route of aggregates reaches around the ends of a range', () => {
  // .2 to .6: MetalLB announces 192.0.2.2/31, 192.0.2.4/31 and, around .6, 192.0.2.6/31.
  expect(acceptedWith({ pool: { addresses: ['192.0.2.2-192.0.2.6'], aggregationLength: 31 } })).toEqual([
    '192.0.2.2/31 31',
    '192.0.2.4/31 31',
    '192.0.2.6/31 31',
  ]);
});
