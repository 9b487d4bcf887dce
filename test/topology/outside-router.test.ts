import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  KubernetesNodes,
  OutsideRouter,
  OutsideRouterProps,
  RouteReflectorRegion,
  topologyOf,
} from '../../lib';
import { facing } from '../bad-input/cases';
import { pair, region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';
import { topologyIn } from '../../test-support/topology';

const communities = { only: '64496:101', preferred: '64496:102' };

/** A region below a core, which is facing clients, and a router that is one of them. */
function client(chart: Chart, changes: Partial<OutsideRouterProps> = {}): OutsideRouter {
  new RouteReflectorRegion(chart, 'core', region);
  const east = new RouteReflectorRegion(chart, 'east', { ...region, ...facing, upstream: 'core', communities });
  const router = { autonomousSystem: 64496, addresses: ['198.51.100.7'], clientOf: [east] };
  return new OutsideRouter(chart, 'pe1', { ...router, ...changes });
}

test('makes no objects, and changes none', () => {
  const without = synthChart((chart) => {
    new RouteReflectorRegion(chart, 'core', region);
    new RouteReflectorRegion(chart, 'east', { ...region, ...facing, upstream: 'core', communities });
  });
  const withRouter = synthChart((chart) => {
    new KubernetesNodes(chart, 'nodes', {
      nodes: {
        n1: { labels: { meshrr_region_core: 'true' } },
        n2: { labels: { meshrr_region_core: 'true', meshrr_region_east: 'true', side: 'a' } },
      },
    });
    client(chart, { nodes: ['n1', 'n2'] });
  });
  expect(withRouter.all).toEqual(without.all);
});

test('takes the place of the clients that are assumed', () => {
  const { outside, choices } = topologyIn((chart) => void client(chart));
  expect(outside.map(({ id, path, assumed }) => ({ id, path, assumed }))).toEqual([
    { id: 'pe1', path: 'test/pe1', assumed: false },
  ]);
  expect(choices.find(({ from }) => from === 'pe1')).toMatchObject({
    kind: 'client',
    candidates: ['meshrr-east-a@n1'],
    address: '192.0.2.1',
    group: 'MESHRR-CLIENTS',
  });
});

test('announces prefixes and routes of EVPN, with the communities of its region', () => {
  const { outside } = topologyIn((chart) => {
    client(chart, {
      platform: 'junos',
      routes: 900_000,
      announces: [
        '203.0.113.0/24',
        { prefix: '2001:db8::/32', inRegion: 'only' },
        { evpn: 'MAC 00:00:5e:00:53:01', inRegion: 'preferred', communities: ['64496:102', '64496:7'] },
      ],
    });
  });
  expect(outside[0]).toMatchObject({
    platform: 'junos',
    routes: 900_000,
    announces: [
      { family: 'inet', route: '203.0.113.0/24', communities: [] },
      { family: 'inet6', route: '2001:db8::/32', communities: ['64496:101'] },
      { family: 'evpn', route: 'MAC 00:00:5e:00:53:01', communities: ['64496:102', '64496:7'] },
    ],
  });
});

test('may be a client of several regions and pairs, in the AS of each session', () => {
  const { choices } = topologyIn((chart) => {
    const servers = pair(chart);
    const one = new AnycastRouteServerPair(chart, 'one', { ...servers, name: 'one' });
    const sides = { a: { addresses: ['192.0.2.3'] } };
    const two = new AnycastRouteServerPair(chart, 'two', { ...servers, name: 'two', sides });
    const addresses = ['198.51.100.7'];
    new OutsideRouter(chart, 'leaf', { autonomousSystem: 65001, addresses, clientOf: [one, two] });
  });
  expect(choices.map(({ kind, address }) => [kind, address])).toEqual([
    ['external', '192.0.2.1'],
    ['external', '192.0.2.2'],
    ['external', '192.0.2.3'],
  ]);
});

test('lands on a pod of a node beside it, where there is one', () => {
  const labels = { meshrr_region_east: 'true', side: 'a', meshrr_region_core: 'true' };
  const { choices, outside } = topologyIn((chart) => {
    client(chart, { nodes: ['n2'] });
    new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels }, n2: { labels } } });
  });
  expect(outside[0].nodes).toEqual(['n2']);
  const [landing] = choices.filter(({ from }) => from === 'pe1');
  expect(landing.candidates).toEqual(['meshrr-east-a@n2', 'meshrr-east-a@n1']);
});

test('may only stand beside nodes', () => {
  const { outside } = topologyIn((chart) => {
    new KubernetesNodes(chart, 'nodes', { nodes: { n1: {} } });
    new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['n1'] });
  });
  expect(outside).toMatchObject([{ id: 'leaf', nodes: ['n1'], clientOf: [], announces: [], routes: 0 }]);
});

test('is in the topology that any construct of the app is asked for, also after another question', () => {
  synthChart((chart) => {
    const router = client(chart);
    expect(topologyOf(router).outside).toHaveLength(1);
    new OutsideRouter(chart, 'pe2', { autonomousSystem: 64496, nodes: ['n1', 'n2'] });
    new KubernetesNodes(chart, 'nodes', {
      nodes: {
        n1: { labels: { meshrr_region_core: 'true' } },
        n2: { labels: { meshrr_region_core: 'true', meshrr_region_east: 'true', side: 'a' } },
      },
    });
    expect(topologyOf(chart.node.root)).toBe(topologyOf(router));
    expect(topologyOf(router).outside).toHaveLength(2);
  });
});

describe('the nodes beside a router', () => {
  const speaker = (nodes: OutsideRouterProps['nodes']) => {
    const topology = topologyIn((chart) => {
      new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels: {} }, n2: { labels: {} } } });
      new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes });
    });
    const { nodes: ids, nodeAddresses = {}, nodeRanges = [], nodeLinks = [] } = topology.outside[0];
    const texts = (items: readonly { readonly text: string }[]) => items.map(({ text }) => text);
    const addresses = Object.fromEntries(Object.entries(nodeAddresses).map(([id, own]) => [id, texts(own)]));
    return { ids, addresses, ranges: texts(nodeRanges), links: texts(nodeLinks) };
  };
  const none = { ids: ['n1'], addresses: {}, ranges: [], links: [] };

  test.each<[string, OutsideRouterProps['nodes'], ReturnType<typeof speaker>]>([
    ['names', ['n1'], none],
    ['ranges alone: every node', ['203.0.113.0/24'], { ...none, ids: ['n1', 'n2'], ranges: ['203.0.113.0/24'] }],
    ['names and ranges', ['n1', '203.0.113.0/24'], { ...none, ranges: ['203.0.113.0/24'] }],
    ['an address', { n1: ['203.0.113.5'] }, { ...none, addresses: { n1: ['203.0.113.5'] } }],
    [
      'addresses with the networks of links',
      { n1: ['203.0.113.5/31', '2001:db8::1/64'] },
      { ...none, addresses: { n1: ['203.0.113.5', '2001:db8::1'] }, links: ['203.0.113.4/31', '2001:db8::/64'] },
    ],
    [
      'a range for several nodes',
      { n1: ['203.0.113.128/25'], n2: ['203.0.113.128/25'] },
      { ...none, ids: ['n1', 'n2'], ranges: ['203.0.113.128/25'] },
    ],
  ])('are given by %s', (_, nodes, expected) => expect(speaker(nodes)).toEqual(expected));
});
