import { App, Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  inCluster,
  KubernetesNodes,
  KubernetesNodesProps,
  Mesh,
  MetalLBBgpPeering,
  proofOf,
  Reachability,
} from '../../lib';
import { frr, peering } from '../../test-support/examples';

const PEER = { peerAsn: 64498, peerAddress: '192.0.2.254' };

interface Shape {
  readonly nodes?: KubernetesNodesProps['nodes'];
  /** Node selectors of the MetalLB peers, by their names. */
  readonly peers?: Record<string, readonly Record<string, string>[]>;
  /** Node selectors of the advertisement of the sides' addresses. */
  readonly advertisement?: readonly Record<string, string>[];
  readonly region?: string;
}

/** What the proof says of selectors in an app with a pair on two nodes. */
function saidOf({ nodes, peers = {}, advertisement, region }: Shape, chart = new Chart(new App(), 'c')): string[] {
  if (nodes) new KubernetesNodes(chart, 'nodes', { nodes });
  const metallb = new MetalLBBgpPeering(chart, 'lb', {
    ...peering,
    peers: Object.fromEntries([
      ['all', PEER],
      ...Object.entries(peers).map(([name, nodeSelectors], i) => [
        name,
        { ...PEER, peerAddress: `192.0.2.${250 - i}`, nodeSelectors },
      ]),
    ]),
  });
  new AnycastRouteServerPair(chart, 'rs', {
    ...{ router: frr, podNetworks: ['10.42.0.0/16'], clientRanges: ['198.51.100.0/24'], region },
    mesh: new Mesh(chart, 'mesh', { autonomousSystem: 64496 }),
    reachability: Reachability.metalLB(metallb, { nodeSelectors: advertisement }),
    sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
  });
  return proofOf(chart).findings.flatMap(({ kind, message }) => (kind === 'unmatched' ? [message] : []));
}

const nodes = {
  n1: { labels: { side: 'a', rack: 'r1', region: 'north' } },
  n2: { labels: { side: 'b', rack: 'r2', region: 'north' } },
};
const REMEDY = 'and no declared node has that: correct the selector, or label nodes';

test.each<[string, Shape, string[]]>([
  ['no selector', { nodes }, []],
  [
    'selectors that match',
    { nodes, peers: { tor: [{ rack: 'r1' }] }, advertisement: [{ side: 'a' }, { side: 'b' }], region: 'north' },
    [],
  ],
  ['a peer', { nodes, peers: { tor: [{ rack: 'r3' }] } }, [`the MetalLB peer tor wants nodes with rack=r3, ${REMEDY}`]],
  [
    'one selector of two',
    { nodes, peers: { tor: [{ rack: 'r1' }, { rack: 'r3' }] } },
    [`the MetalLB peer tor wants nodes with rack=r3, ${REMEDY}`],
  ],
  [
    'several peers',
    { nodes, peers: { tor1: [{ rack: 'r3' }], tor2: [{ rack: 'r3' }] } },
    [`the MetalLB peer tor1 and tor2 want nodes with rack=r3, ${REMEDY}`],
  ],
  [
    'labels that no one node has together',
    { nodes, peers: { tor: [{ rack: 'r1', side: 'b' }] } },
    [`the MetalLB peer tor wants nodes with rack=r1,side=b, ${REMEDY}`],
  ],
  [
    'the advertisement of both sides',
    { nodes, advertisement: [{ side: 'a' }, { side: 'b' }, { side: 'c' }] },
    [
      expect.stringMatching(
        /^the advertisement of pool \S*routeserver-a and \S*routeserver-b want nodes with side=c, /,
      ),
    ],
  ],
  [
    'the region that pods prefer',
    { nodes, region: 'south' },
    [`the region of routeserver-south-a and routeserver-south-b want nodes with region=south, ${REMEDY}`],
  ],
  ['nodes that are assumed', { peers: { tor: [{ rack: 'r3' }] }, region: 'south' }, []],
])('%s', (_, shape, messages) => expect(saidOf(shape)).toEqual(messages));

test('nodes of another cluster do not matter', () => {
  const app = new App();
  new KubernetesNodes(inCluster(new Chart(app, 'west'), 'west'), 'nodes', {
    nodes: { w1: { labels: { rack: 'r3' } } },
  });
  const east = inCluster(new Chart(app, 'east'), 'east');
  expect(saidOf({ nodes, peers: { tor: [{ rack: 'r3' }] } }, east)).toHaveLength(1);
});
