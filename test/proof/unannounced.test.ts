import { Chart } from 'cdk8s';
import {
  KubernetesNodes,
  MetalLBBgpPeering,
  OutsideRouter,
  OutsideRouterProps,
  Proof,
  ProofProps,
  proofOf,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { region } from '../../test-support/examples';
import { topologyBy } from '../../test-support/topology';

const tor = { peerAsn: 64498, peerAddress: '192.0.2.254' };
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

interface Shape {
  readonly peers?: any;
  readonly advertisement?: any;
  /** Labels of n1 and n2, which have the pods of sides a and b; without them the nodes are assumed. */
  readonly labels?: readonly [n1: Record<string, string>, n2: Record<string, string>];
  readonly ipv6?: boolean;
  readonly hostPorts?: boolean;
  readonly routers?: Readonly<Record<string, OutsideRouterProps>>;
  readonly proof?: ProofProps;
}

/** What the proof finds in a region behind MetalLB with two clients. */
function resultOf({ peers = { tor }, advertisement, labels, ipv6, hostPorts, routers = {}, proof }: Shape) {
  let chart!: Chart;
  topologyBy((app) => {
    chart = new Chart(app, 'test');
    const metallb = new MetalLBBgpPeering(chart, 'metallb', { myAsn: 64497, peers });
    const side = (i: number) => ({ addresses: [`192.0.2.${i}`, ...(ipv6 ? [`2001:db8::${i}`] : [])] });
    const east = new RouteReflectorRegion(chart, 'east', {
      ...{ ...region, podNetworks: ['10.42.0.0/16', 'fd00:42::/48'] },
      ...(ipv6 && { addressFamilies: { inet: true, inet6: true } }),
      clientRanges: ['198.51.100.0/24', '2001:db8:1::/48'],
      reachability: hostPorts ? Reachability.hostPorts() : Reachability.metalLB(metallb, advertisement),
      sides: { a: side(1), b: side(2) },
    });
    const all = { meshrr_region_east: 'true' };
    if (labels) {
      const nodes = labels.map((own, i) => [`n${i + 1}`, { labels: { ...all, side: 'ab'[i], ...own } }]);
      new KubernetesNodes(chart, 'nodes', { nodes: Object.fromEntries(nodes) });
    }
    for (const i of [1, 2]) {
      new OutsideRouter(chart, `pe${i}`, {
        ...{ autonomousSystem: 64496, clientOf: [east], announces: [`203.0.113.${i}/32`] },
        addresses: [`198.51.100.${i}`, ...(ipv6 ? [`2001:db8:1::${i}`] : [])],
      });
    }
    for (const [id, router] of Object.entries(routers)) new OutsideRouter(chart, id, router);
    if (proof) new Proof(chart, 'proof', proof);
  });
  return proofOf(chart);
}

const about = (shape: Shape) =>
  resultOf(shape).findings.flatMap(({ kind, severity, message }) =>
    kind === 'unannounced' ? [`${severity}: ${message}`] : [],
  );

test('nothing is found where a node announces each address', () => {
  expect(about({ labels: [{}, {}] })).toEqual([]);
  expect(about({})).toEqual([]);
});

test('an address that no declared node announces is an error, with the cause and what to change', () => {
  expect(about({ labels: [{}, { [EXCLUDED]: '' }] })).toEqual([
    `error: no node announces 192.0.2.2 of meshrr-east-b: n2 has the label ${EXCLUDED}, with which MetalLB announces nothing: remove it, or place the pods elsewhere`,
  ]);
  expect(about({ labels: [{ rack: '1' }, {}], peers: { tor: { ...tor, nodeSelectors: [{ rack: '1' }] } } })).toEqual([
    'error: no node announces 192.0.2.2 of meshrr-east-b: peer tor of MetalLB is not for n2: change nodeSelectors, or label the nodes',
  ]);
  expect(about({ labels: [{}, {}], advertisement: { nodeSelectors: [{ side: 'b' }] } })).toEqual([
    'error: no node announces 192.0.2.1 of meshrr-east-a: the nodeSelectors of its advertisement do not match n1: change them, or label the nodes',
  ]);
  expect(about({ labels: [{}, {}], ipv6: true })).toEqual(
    ['a', 'b'].map(
      (side, i) =>
        `error: no node announces 2001:db8::${i + 1} of meshrr-east-${side}: peer tor of MetalLB on n${i + 1} carries the other IP family: add a peer of this family, or set dualStackAddressFamily`,
    ),
  );
  const two = { one: { ...tor, peerAddress: '192.0.2.241' }, two: { ...tor, peerAddress: '192.0.2.242' } };
  const leaf = { autonomousSystem: 64498, nodes: ['n2'], addresses: ['192.0.2.242'] };
  expect(about({ labels: [{}, {}], peers: two, advertisement: { peers: ['one'] }, routers: { leaf } })).toEqual([
    'error: no node announces 192.0.2.2 of meshrr-east-b: no router next to n2 is peer one of MetalLB: declare the router next to the nodes, or correct its addresses',
  ]);
});

test('with host ports it is a warning where routers are declared next to other nodes only', () => {
  const leaf = { autonomousSystem: 64498, nodes: ['n1'] };
  expect(about({ labels: [{}, {}], hostPorts: true, routers: { leaf } })).toEqual([
    'warning: no router has a route to 192.0.2.2 of meshrr-east-b: no router is declared next to n2, which carries it: declare one with these nodes, so that it has the static route',
  ]);
  expect(about({ labels: [{}, {}], hostPorts: true })).toEqual([]);
  const everywhere = { ...leaf, nodes: ['n1', 'n2'] };
  expect(about({ labels: [{}, {}], hostPorts: true, routers: { leaf: everywhere } })).toEqual([]);
});

test('clients have no session with such an address, and lose the routes that come over no other', () => {
  const one = resultOf({ labels: [{}, { [EXCLUDED]: '' }] });
  expect(one.clients.map(({ id, learned, paths }) => [id, learned, paths])).toEqual(
    ['pe1', 'pe2'].map((id) => [id, 1, { least: 1, most: 1, leastOnFailure: 0 }]),
  );
  const both = resultOf({ labels: [{ [EXCLUDED]: '' }, { [EXCLUDED]: '' }] });
  expect(both.findings.map(({ kind, severity }) => [kind, severity])).toEqual([
    ['unannounced', 'error'],
    ['unannounced', 'error'],
    ['loss', 'error'],
  ]);
});

test('on assumed nodes it is a warning, and sessions are lost only where no label would help', () => {
  const rack = { tor: { ...tor, nodeSelectors: [{ rack: '1' }] } };
  expect(about({ peers: rack })).toEqual(
    ['a', 'b'].map(
      (side, i) =>
        `warning: no node announces 192.0.2.${i + 1} of meshrr-east-${side}: peer tor of MetalLB is not for n${i + 1}: change nodeSelectors, or label the nodes (nodes are assumed)`,
    ),
  );
  expect(resultOf({ peers: rack }).clients.map(({ paths }) => paths?.most)).toEqual([2, 2]);
  const only = { advertisement: { nodeSelectors: [{ side: 'a' }] } };
  expect(resultOf(only).clients.map(({ paths }) => paths?.most)).toEqual([1, 1]);
});

test('MetalLB without peers announces nothing, unless objects outside of the app are its peers', () => {
  const cause = 'MetalLB has no peers: declare them, or accept this where objects outside of the app are its peers';
  const lines = (severity: string, more = '') =>
    ['a', 'b'].map(
      (side, i) => `${severity}: no node announces 192.0.2.${i + 1} of meshrr-east-${side}: ${cause}${more}`,
    );
  expect(about({ peers: {}, labels: [{}, {}] })).toEqual(lines('error'));
  expect(about({ peers: {} })).toEqual(lines('warning', ' (nodes are assumed)'));
  const accepted = resultOf({
    peers: {},
    labels: [{}, {}],
    proof: { findings: { unannounced: { accept: 'peers of site' } } },
  });
  const severities = accepted.findings.map(({ kind, severity }) => `${kind}: ${severity}`);
  expect(severities.filter((one) => !one.startsWith('lossOnRollout'))).toEqual([
    'unannounced: accepted',
    'unannounced: accepted',
  ]);
});

test('the router next to nodes takes the announcements that only it has with it', () => {
  const peers = { one: { ...tor, peerAddress: '192.0.2.241' }, two: { ...tor, peerAddress: '192.0.2.242' } };
  const leaf = (i: number) => ({ autonomousSystem: 64498, nodes: ['n1', 'n2'], addresses: [`192.0.2.24${i}`] });
  const routers = { leaf1: leaf(1), leaf2: leaf(2) };
  const costs = (advertisement?: any) =>
    resultOf({ labels: [{}, {}], peers, routers, advertisement }).failures.flatMap(({ failure, lost, cutOff }) =>
      failure.kind === 'router' ? [[failure.name, lost, cutOff]] : [],
    );
  expect(costs()).toEqual([
    ['leaf1', 0, []],
    ['leaf2', 0, []],
  ]);
  expect(costs({ peers: ['one'] })).toEqual([
    ['leaf1', 2, ['pe1', 'pe2']],
    ['leaf2', 0, []],
  ]);
});

test('conditions for labels of nodes count, as MetalLB and Kubernetes write them', () => {
  const rack = (operator: string, values?: string[]) => [{ matchExpressions: [{ key: 'rack', operator, values }] }];
  const of = (nodeSelectors: object[]) =>
    about({ peers: { tor: { ...tor, ebgpMultiHop: true, nodeSelectors } }, labels: [{ rack: 'r1' }, {}] }).join();
  expect(of(rack('Exists'))).toMatch(/192\.0\.2\.2 .*peer tor of MetalLB is not for n2/);
  expect(of(rack('DoesNotExist'))).toMatch(/192\.0\.2\.1 .*peer tor of MetalLB is not for n1/);
  expect(of(rack('NotIn', ['r2']))).toBe('');
});
