import {
  KubernetesNodeProps,
  KubernetesNodes,
  MetalLBBgpPeering,
  MetalLBPeerProps,
  OutsideRouter,
  OutsideRouterProps,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { region } from '../../test-support/examples';
import { topologyIn } from '../../test-support/topology';

// What MetalLB 0.16 does, by its documentation and its source (speaker/bgp_controller.go: ShouldAnnounce; internal/bgp/frr:
// the families of a session): the expectations are written by hand, and one node of each side has a pod.

const tor = { peerAsn: 64498, peerAddress: '192.0.2.254' };
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

interface Shape {
  readonly peers?: Readonly<Record<string, Partial<MetalLBPeerProps>>>;
  readonly advertisement?: Parameters<typeof Reachability.metalLB>[1];
  /** What n1, with the pod of side a, and n2, with that of side b, have besides. */
  readonly nodes?: Readonly<Partial<Record<'n1' | 'n2', KubernetesNodeProps>>>;
  readonly addresses?: readonly [a: readonly string[], b: readonly string[]];
  readonly routers?: Readonly<Record<string, Partial<OutsideRouterProps>>>;
  readonly hostPorts?: boolean;
}

/** A region on n1 and n2, and where connections to its addresses come to: with a cause where they do not. */
function reachIn({ peers = { tor }, advertisement, nodes, addresses, routers = {}, hostPorts }: Shape) {
  const [a, b] = addresses ?? [['192.0.2.1'], ['192.0.2.2']];
  const { addressesAtNodes } = topologyIn((chart) => {
    const all = Object.entries(peers).map(([name, peer]) => [name, { ...tor, ...peer }]);
    const metallb = new MetalLBBgpPeering(chart, 'metallb', { myAsn: 64497, peers: Object.fromEntries(all) });
    new RouteReflectorRegion(chart, 'east', {
      ...{ ...region, podNetworks: ['10.42.0.0/16', 'fd00:42::/48'], addressFamilies: { inet: true, inet6: true } },
      clientRanges: ['198.51.100.0/24', '2001:db8:1::/48'],
      reachability: hostPorts ? Reachability.hostPorts() : Reachability.metalLB(metallb, advertisement),
      sides: { a: { addresses: a }, b: { addresses: b } },
    });
    const labels = (node: 'n1' | 'n2') => ({
      ...{ meshrr_region_east: 'true', side: node === 'n1' ? 'a' : 'b', rack: node },
      ...nodes?.[node]?.labels,
    });
    if (nodes)
      new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels: labels('n1') }, n2: { labels: labels('n2') } } });
    for (const [id, router] of Object.entries(routers)) {
      new OutsideRouter(chart, id, { autonomousSystem: 64498, ...router });
    }
  });
  return addressesAtNodes.map(({ address, node, obstacle, isReached, routers: known }) => {
    const where = `${address} at ${node}:`;
    const by = known === undefined ? 'announced' : `announced to ${known.join(' and ')}`;
    if (!obstacle) return `${where} ${by}`;
    return `${where} ${obstacle.why}${obstacle.peers.map((peer) => ` ${peer}`).join('')}${isReached ? ', may be' : ''}`;
  });
}

const dual = [
  ['192.0.2.1', '2001:db8::1'],
  ['192.0.2.2', '2001:db8::2'],
] as const;

const cases: readonly (readonly [what: string, Shape, readonly string[]])[] = [
  ['a peer of all nodes', { nodes: {} }, ['192.0.2.1 at n1: announced', '192.0.2.2 at n2: announced']],
  [
    'a peer for the node of one side',
    { nodes: {}, peers: { tor: { nodeSelectors: [{ rack: 'n1' }] } } },
    ['192.0.2.1 at n1: announced', '192.0.2.2 at n2: peers tor'],
  ],
  [
    'a peer whose selector one of its sets of labels matches, and all labels of the set',
    {
      nodes: {},
      peers: {
        tor: {
          nodeSelectors: [
            { rack: 'n1', side: 'x' },
            { rack: 'n2', side: 'b' },
          ],
        },
      },
    },
    ['192.0.2.1 at n1: peers tor', '192.0.2.2 at n2: announced'],
  ],
  [
    'a peer for each rack',
    {
      nodes: {},
      peers: {
        tor1: { peerAddress: '203.0.113.1', nodeSelectors: [{ rack: 'n1' }] },
        tor2: { peerAddress: '203.0.113.33', nodeSelectors: [{ rack: 'n2' }] },
      },
    },
    ['192.0.2.1 at n1: announced', '192.0.2.2 at n2: announced'],
  ],
  [
    'an advertisement to the peer of another rack',
    {
      nodes: {},
      peers: {
        tor1: { peerAddress: '203.0.113.1', nodeSelectors: [{ rack: 'n1' }] },
        tor2: { peerAddress: '203.0.113.33', nodeSelectors: [{ rack: 'n2' }] },
      },
      advertisement: { peers: ['tor1'] },
    },
    ['192.0.2.1 at n1: announced', '192.0.2.2 at n2: peers tor1'],
  ],
  [
    'an advertisement of the nodes of one side',
    { nodes: {}, advertisement: { nodeSelectors: [{ side: 'b' }] } },
    ['192.0.2.1 at n1: advertisement tor', '192.0.2.2 at n2: announced'],
  ],
  [
    'a node that is excluded from load balancers, whatever the value of the label',
    { nodes: { n2: { labels: { [EXCLUDED]: 'false' } } } },
    ['192.0.2.1 at n1: announced', '192.0.2.2 at n2: excluded'],
  ],
  ['no peers', { nodes: {}, peers: {} }, ['192.0.2.1 at n1: no peers, may be', '192.0.2.2 at n2: no peers, may be']],
  [
    'a session over IPv4',
    { nodes: {}, addresses: dual },
    [
      ...['192.0.2.1 at n1: announced', '2001:db8::1 at n1: family tor'],
      ...['192.0.2.2 at n2: announced', '2001:db8::2 at n2: family tor'],
    ],
  ],
  [
    'a session over IPv6',
    { nodes: {}, addresses: dual, peers: { tor: { peerAddress: '2001:db8::fe' } } },
    [
      ...['192.0.2.1 at n1: family tor', '2001:db8::1 at n1: announced'],
      ...['192.0.2.2 at n2: family tor', '2001:db8::2 at n2: announced'],
    ],
  ],
  [
    'a session over IPv4 that carries both families, and one over an interface',
    {
      nodes: {},
      addresses: dual,
      peers: {
        dual: { dualStackAddressFamily: true, nodeSelectors: [{ rack: 'n1' }] },
        link: { peerAddress: undefined, interface: 'eth1', nodeSelectors: [{ rack: 'n2' }] },
      },
    },
    [
      ...['192.0.2.1 at n1: announced', '2001:db8::1 at n1: announced'],
      ...['192.0.2.2 at n2: announced', '2001:db8::2 at n2: announced'],
    ],
  ],
  [
    'assumed nodes, which may have the labels of the peer',
    { peers: { tor: { nodeSelectors: [{ rack: 'r1' }] } } },
    ['192.0.2.1 at n1: peers tor, may be', '192.0.2.2 at n2: peers tor, may be'],
  ],
  [
    'assumed nodes, one of which cannot have the labels of the advertisement',
    { advertisement: { nodeSelectors: [{ side: 'a' }] } },
    ['192.0.2.1 at n1: announced', '192.0.2.2 at n2: advertisement tor'],
  ],
  [
    'assumed nodes whose peer carries the other family',
    { addresses: [['2001:db8::1'], ['2001:db8::2']] },
    ['2001:db8::1 at n1: family tor', '2001:db8::2 at n2: family tor'],
  ],
  [
    'routers next to the nodes, which have the anycast address',
    { nodes: {}, routers: { leaf1: { nodes: ['n1', 'n2'] }, leaf2: { nodes: ['n2'] } } },
    ['192.0.2.1 at n1: announced to leaf1', '192.0.2.2 at n2: announced to leaf1 and leaf2'],
  ],
  [
    'routers that are different peers, one of them of no node here',
    {
      nodes: {},
      peers: { one: { peerAddress: '192.0.2.241' }, two: { peerAddress: '192.0.2.242' } },
      routers: {
        leaf1: { nodes: ['n1'], addresses: ['192.0.2.241'] },
        leaf2: { nodes: ['n1', 'n2'], addresses: ['192.0.2.242'] },
      },
      advertisement: { peers: ['one'] },
    },
    ['192.0.2.1 at n1: announced to leaf1', '192.0.2.2 at n2: announced to leaf1'],
  ],
  [
    'a router of which the node is a neighbor over one hop only, and that stands next to another node',
    {
      nodes: {},
      peers: { one: { peerAddress: '192.0.2.241', ebgpMultiHop: false } },
      routers: { leaf1: { nodes: ['n1'], addresses: ['192.0.2.241'] } },
    },
    ['192.0.2.1 at n1: announced to leaf1', '192.0.2.2 at n2: routers one'],
  ],
  [
    'a router in the AS of the nodes, which needs no ebgpMultiHop',
    {
      nodes: {},
      peers: { one: { peerAsn: 64497, peerAddress: '192.0.2.241' } },
      routers: { leaf1: { autonomousSystem: 64497, nodes: ['n1'], addresses: ['192.0.2.241'] } },
    },
    ['192.0.2.1 at n1: announced to leaf1', '192.0.2.2 at n2: announced to leaf1'],
  ],
  [
    'a router next to a node that is none of its peers',
    {
      nodes: {},
      peers: { one: { peerAddress: '192.0.2.241' }, two: { peerAddress: '192.0.2.242' } },
      routers: { leaf2: { nodes: ['n2'], addresses: ['192.0.2.242'] } },
      advertisement: { peers: ['one'] },
    },
    ['192.0.2.1 at n1: announced', '192.0.2.2 at n2: routers one'],
  ],
  [
    'host ports: the routers next to the node have static routes, whatever MetalLB does',
    {
      nodes: { n1: { labels: { [EXCLUDED]: '' } } },
      hostPorts: true,
      peers: {},
      routers: { leaf1: { nodes: ['n1'] } },
    },
    ['192.0.2.1 at n1: announced to leaf1', '192.0.2.2 at n2: static route, may be'],
  ],
  [
    'host ports: without any router next to nodes, the app does not say who has the routes',
    { nodes: {}, hostPorts: true, peers: {} },
    ['192.0.2.1 at n1: announced', '192.0.2.2 at n2: announced'],
  ],
];

test.each(cases)('%s', (_, shape, wanted) => {
  expect(reachIn(shape)).toEqual(wanted);
});
