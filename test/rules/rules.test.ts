import * as fs from 'fs';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  ExternalRouteReflectors,
  inCluster,
  KubernetesNodes,
  Mesh,
  MetalLBBgpPeering,
  OutsideRouter,
  Monitoring,
  Proof,
  Reachability,
  RouteReflectorRegion,
  topologyOf,
} from '../../lib';
import { registryOf, lineOf } from '../../lib/registry';
import { problemsOf, RULES } from '../../lib/rules';
import { pair, peering, region } from '../../test-support/examples';
import { addPeering, addPool, facing, twoPeers } from '../bad-input/cases';

/** A region `core`, and a region `east` below it; each after changes. */
const hierarchy =
  (ofEast: any, ofCore: any = {}) =>
  (chart: Chart) => {
    new RouteReflectorRegion(chart, 'core', { ...region, ...ofCore });
    new RouteReflectorRegion(chart, 'east', { ...region, upstream: 'core', ...ofEast });
  };

/** Nodes on which a core has its places. */
const nodesOfCore = (chart: Chart) => {
  const labels = { meshrr_region_core: 'true' };
  new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels }, n2: { labels } } });
};

/** A client of a region of route reflectors, after changes. */
const client =
  (changes: any, ofRegion: any = {}) =>
  (chart: Chart) => {
    const east = new RouteReflectorRegion(chart, 'east', { ...region, ...facing, ...ofRegion });
    const router = { autonomousSystem: 64496, addresses: ['198.51.100.7'], clientOf: [east] };
    new OutsideRouter(chart, 'pe1', { ...router, ...changes });
  };

/** A router beside a node on which MetalLB runs, and pods have a place; after changes. */
const beside =
  (changes: any, peer: any = {}, otherPeers: any = {}) =>
  (chart: Chart) => {
    new MetalLBBgpPeering(chart, 'lb', {
      ...peering,
      peers: { routers: { peerAsn: 64498, peerAddress: '192.0.2.254', ...peer }, ...otherPeers },
    });
    new KubernetesNodes(chart, 'nodes', { nodes: { n1: {} } });
    new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['n1'], ...changes });
  };

/** Of each rule an app that breaks it and no other, and where the mistake is. */
const BROKEN: Record<string, readonly [(chart: Chart) => unknown, string]> = {
  'own-name': [
    (chart) => ['one', 'two'].map((id) => new Mesh(chart, id, { autonomousSystem: 64496, serviceName: 'mesh' })),
    'test/two: serviceName',
  ],
  'same-cluster': [
    (chart) => {
      const west = inCluster(new Chart(chart.node.root, 'west'), 'west');
      new AnycastRouteServerPair(chart, 'rs', { ...pair(chart), reachability: pair(west).reachability });
    },
    'test/rs: reachability',
  ],
  'one-pod-on-host-network': [
    (chart) => {
      const reachability = Reachability.hostNetwork({ nodeNetworks: ['203.0.113.0/24'] });
      const labels = { meshrr_region_east: 'true', meshrr_region_west: 'true', side: 'a' };
      new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels } } });
      ['east', 'west'].forEach((name, i) => {
        new RouteReflectorRegion(chart, name, {
          ...{ ...region, podNetworks: ['10.42.0.0/16', '203.0.113.0/24'], reachability },
          ...{ clientRanges: ['198.51.100.0/24'], sides: { a: { addresses: [`192.0.2.${i + 1}`] } } },
        });
      });
    },
    'test/nodes: nodes',
  ],
  'own-pool-addresses': [
    addPool({}, { pools: { one: { addresses: ['198.51.100.0/28'] }, two: { addresses: ['198.51.100.8/29'] } } }),
    'test/lb/pool-two: addresses[0]',
  ],
  'own-service-address': [
    (chart) =>
      new AnycastRouteServerPair(
        chart,
        'rs',
        pair(chart, { sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.1'] } } }),
      ),
    'test/rs: sides.b.addresses',
  ],
  'own-router-address': [
    (chart) => {
      client({})(chart);
      new KubernetesNodes(chart, 'nodes', {
        nodes: { n1: { labels: { meshrr_region_east: 'true', side: 'a' } } },
      });
      new OutsideRouter(chart, 'pe2', { autonomousSystem: 64496, addresses: ['198.51.100.7'], nodes: ['n1'] });
    },
    'test/pe2: addresses[0]',
  ],
  'router-id-for-each-pod': [
    (chart) => {
      nodesOfCore(chart);
      new RouteReflectorRegion(chart, 'core', { ...region, routerIds: { n1: '192.0.2.11' } });
    },
    'test/core: routerIds',
  ],
  'own-router-id': [
    (chart) => {
      nodesOfCore(chart);
      const routerIds = { n1: '192.0.2.11', n2: '192.0.2.12' };
      new RouteReflectorRegion(chart, 'core', { ...region, routerIds });
      const west = { ...region, nodeLabels: { meshrr_region_core: 'true' } };
      new RouteReflectorRegion(chart, 'west', { ...west, routerIds: { ...routerIds, n1: '192.0.2.13' } });
    },
    'test/west: routerIds',
  ],
  'own-cluster-id': [
    hierarchy({ clusterId: '192.0.2.100', fullMesh: false }, { clusterId: '192.0.2.100' }),
    'test/east: clusterId',
  ],
  'upstream-there': [hierarchy({ upstream: 'cor' }), 'test/east: upstream'],
  'upstream-no-loop': [hierarchy({}, { upstream: 'east' }), 'test/core: upstream'],
  'upstream-autonomous-system': [hierarchy({ autonomousSystem: 64497 }), 'test/east: autonomousSystem'],
  'upstream-namespace': [
    (chart) => {
      const core = new RouteReflectorRegion(new Chart(chart.node.root, 'up', { namespace: 'bgp' }), 'core', region);
      new RouteReflectorRegion(chart, 'east', { ...region, upstream: core });
    },
    'test/east: upstream',
  ],
  'upstream-pod-networks': [hierarchy({ podNetworks: ['10.43.0.0/16'] }), 'test/east: podNetworks'],
  'upstream-service-domain': [hierarchy({ serviceRootDomain: 'svc.example.com' }), 'test/east: serviceRootDomain'],
  'upstream-families': [hierarchy({ addressFamilies: { evpn: true } }), 'test/east: addressFamilies.evpn'],
  'client-routes-pass': [
    hierarchy({ clientRoutes: ['203.0.113.0/24'] }, { clientRoutes: ['198.51.100.0/24'] }),
    'test/east: clientRoutes[0]',
  ],
  'metallb-one-router-id': [twoPeers({}, { routerId: '192.0.2.9' }), 'test/lb: peers.two.routerId'],
  'metallb-own-peer-address': [twoPeers({}, { peerAddress: '192.0.2.1' }), 'test/lb: peers.two.peerAddress'],
  'metallb-bfd-profile': [twoPeers({}, { bfdProfile: 'fast' }), 'test/lb: peers.two.bfdProfile'],
  'metallb-native-bfd': [addPeering({ backend: 'native', bfdProfiles: { fast: {} } }), 'test/lb: bfdProfiles'],
  'metallb-community': [addPool({ communities: ['no-transit'] }), 'test/lb/pool-pool: communities[0]'],
  'metallb-pool-peers': [addPool({ peers: ['router'] }), 'test/lb/pool-pool: peers[0]'],
  'metallb-echo-is-ipv4': [
    addPool(
      { addresses: ['2001:db8::/64'] },
      {
        bfdProfiles: { fast: { echoMode: true } },
        peers: { p: { peerAsn: 64498, peerAddress: '192.0.2.254', bfdProfile: 'fast' } },
      },
    ),
    'test/lb/pool-pool: addresses',
  ],
  'metallb-native-is-ipv4': [
    addPool({ addresses: ['2001:db8::/64'] }, { backend: 'native' }),
    'test/lb/pool-pool: addresses',
  ],
  'metallb-aggregation': [addPool({ aggregationLength: 24 }), 'test/lb/pool-pool: aggregationLength'],
  'metallb-peer-outside-pool': [addPool({ addresses: ['192.0.2.240/28'] }), 'test/lb/pool-pool: addresses'],
  'one-proof': [(chart) => ['one', 'two'].map((id) => new Proof(chart, id)), 'test/two: props'],
  'one-monitoring': [
    (chart) => {
      const scrapedFrom = [{ ipBlock: { cidr: '192.0.2.0/24' } }];
      for (const id of ['one', 'two']) new Monitoring(chart, id, { scrapedFrom, name: id });
    },
    'test/two: scrapedFrom',
  ],
  'pods-have-nodes': [
    (chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      new KubernetesNodes(chart, 'nodes', { nodes: { n1: {} } });
    },
    'test/nodes: nodes',
  ],
  'router-nodes-there': [beside({ nodes: ['n2'] }), 'test/leaf: nodes[0]'],
  'router-beside-metallb': [beside({}, { nodeSelectors: [{ rack: '1' }] }), 'test/leaf: nodes'],
  'router-as-toward-metallb': [
    beside({ autonomousSystem: 64497 }, { peerAsn: undefined, dynamicAsn: 'external' }),
    'test/leaf: autonomousSystem',
  ],
  'router-is-one-peer': [
    beside({}, {}, { other: { peerAsn: 64498, peerAddress: '192.0.2.253' } }),
    'test/leaf: addresses',
  ],
  'router-reaches-nodes': [beside({ nodes: { n1: ['2001:db8::1'] } }), 'test/leaf: nodes.n1'],
  'router-own-name': [
    (chart) => {
      client({ name: 'meshrr-core-0' })(chart);
      new RouteReflectorRegion(chart, 'core', region);
    },
    'test/pe1: name',
  ],
  'router-no-side-address': [
    client({ addresses: ['192.0.2.1'] }, { clientRanges: ['192.0.2.0/24'] }),
    'test/pe1: addresses[0]',
  ],
  'client-of-reachable': [
    (chart) => {
      const core = new RouteReflectorRegion(chart, 'core', region);
      new OutsideRouter(chart, 'pe1', {
        autonomousSystem: 64496,
        addresses: ['198.51.100.7'],
        clientOf: [core],
      });
    },
    'test/pe1: clientOf[0]',
  ],
  'client-evpn-vrf': [client({ vrf: 'RED' }, { addressFamilies: { evpn: true } }), 'test/pe1: vrf'],
  'client-address-family': [client({ addresses: ['2001:db8::1'] }), 'test/pe1: addresses'],
  'client-in-ranges': [client({ addresses: ['203.0.113.7'] }), 'test/pe1: addresses[0]'],
  'client-autonomous-system': [client({ autonomousSystem: 64497 }), 'test/pe1: autonomousSystem'],
  'client-announces-carried': [client({ announces: ['2001:db8:1::/48'] }), 'test/pe1: announces[0]'],
  'client-session-families': [
    client(
      { announces: ['2001:db8:3::/48'] },
      {
        ...{ addressFamilies: { inet6: true }, clientRanges: ['198.51.100.0/24', '2001:db8:1::/48'] },
        podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'],
        sides: { a: { addresses: ['192.0.2.1', '2001:db8::1'] }, b: { addresses: ['192.0.2.2', '2001:db8::2'] } },
      },
    ),
    'test/pe1: addresses',
  ],
  'client-announces-allowed': [
    client({ announces: ['203.0.113.0/24'] }, { clientRoutes: ['198.51.100.0/24'] }),
    'test/pe1: announces[0]',
  ],
  'client-announces-to-all': [
    (chart) => {
      const members = { clientRanges: undefined, members: true, filters: { actions: true, bogons: false } };
      const rs = new AnycastRouteServerPair(chart, 'rs', pair(chart, members));
      new OutsideRouter(chart, 'pe1', {
        ...{ autonomousSystem: 3320, addresses: ['198.51.100.7'], clientOf: [rs] },
        announces: ['203.0.113.0/24', { prefix: '198.51.100.0/24', communities: ['64496:101:0', '0:64500'] }],
      });
    },
    'test/pe1: announces[1].communities',
  ],
  'client-routes-within-maximum': [
    client({ announces: ['203.0.113.0/24', '198.51.100.0/24'] }, { maximumPrefixes: { maximum: { inet: 1 } } }),
    'test/pe1: announces',
  ],
  'client-member': [client({ member: { prefixes: ['203.0.113.0/24'] } }), 'test/pe1: member.prefixes'],
  'client-member-carried': [
    client({ member: { gtsmHops: 1 } }, { clientRanges: undefined, members: true }),
    'test/pe1: member.gtsmHops',
  ],
  'client-key-one-address': [
    client(
      { member: { authentication: { secretName: 'members', key: 'pe1' } } },
      {
        ...{ clientRanges: undefined, members: true, podNetworks: ['10.42.0.0/16', '203.0.113.0/24'] },
        reachability: Reachability.hostNetwork({ nodeNetworks: ['203.0.113.0/24'] }),
      },
    ),
    'test/pe1: member.authentication',
  ],
  'members-fit': [
    (chart) => {
      const changes = { runtime: { clientLimit: 1 }, clientRanges: undefined, members: true };
      const east = new RouteReflectorRegion(chart, 'east', { ...region, ...facing, ...changes });
      const items = [7, 8].map((i) => ({ name: `pe${i}`, autonomousSystem: 64496, addresses: [`198.51.100.${i}`] }));
      OutsideRouter.from(chart, items, { clientOf: [east] });
    },
    'test/east: members',
  ],
  'reflector-one-group-for-a-range': [
    (chart) => {
      const routers = { rr1: { address: '203.0.113.1' }, rr2: { address: '203.0.113.2' } };
      const backbone = new ExternalRouteReflectors(chart, 'backbone', { autonomousSystem: 64496, routers });
      new RouteReflectorRegion(chart, 'core', { ...region, externalMembers: backbone });
      new RouteReflectorRegion(chart, 'east', { ...region, upstream: backbone });
    },
    'test/east: upstream',
  ],
  'accepted-parts-there': [
    (chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      new Proof(chart, 'proof', { findings: { loss: { accept: 'it is new', parts: ['cor'] } } });
    },
    'test/proof: findings.loss.parts[0]',
  ],
};

test('every rule has an app that breaks it', () => {
  expect(Object.keys(BROKEN).sort()).toEqual(RULES.map(({ id }) => id).sort());
});

test.each(Object.entries(BROKEN))('%s: an app breaks it, and no other rule', (id, [define, place]) => {
  const chart = new Chart(new App(), 'test');
  define(chart);
  const lines = problemsOf(chart).map(lineOf);
  expect(lines).toEqual([expect.stringMatching(/^\S+: \S+: got .*, want ./)]);
  expect(lines[0].startsWith(`${place}: got `)).toBe(true);
  const rule = RULES.find((one) => one.id === id)!;
  // Of a basic rule the topology would be refused, and it looks at none.
  const topology = rule.isBasic ? undefined : topologyOf(chart);
  expect([...rule.check(registryOf(chart), topology as never)].map(lineOf)).toEqual(expect.arrayContaining(lines));
});

test('docs/rules.md has each rule', () => {
  const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'rules.md'), 'utf8');
  for (const { id, wants, source } of RULES) expect(page).toContain(`| \`${id}\` | ${wants} | ${source ?? ''} |`);
  expect(page.match(/^\| `/gm)).toHaveLength(RULES.length);
});
