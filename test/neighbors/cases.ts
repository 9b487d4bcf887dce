import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  BgpTopology,
  ExternalRouteReflectors,
  ExternalRouteReflectorsProps,
  inCluster,
  KubernetesNodes,
  Mesh,
  MetalLBBgpPeering,
  NeighborConfiguration,
  neighborConfiguration,
  OutsideRouter,
  OutsideRouterProps,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { genericRouters } from '../../lib/neighbors/generic-routers';
import { crpd, frr, pair, peering, region } from '../../test-support/examples';
import { topologyBy, topologyIn } from '../../test-support/topology';

/** A router outside, by its name, of a topology. */
export interface NeighborCase {
  readonly name: string;
  /** Makes the topology: in a test, so that what goes wrong there fails that test alone. */
  readonly topology: () => BgpTopology;
  readonly router: string;
}

export const configurationFor = ({ topology: define, router }: NeighborCase): NeighborConfiguration => {
  const topology = define();
  const all = [...topology.outside, ...genericRouters(topology)];
  const found = all.find(({ id }) => id === router);
  if (!found) throw new Error(`no router ${router} among ${all.map(({ id }) => id).join(', ')}`);
  return neighborConfiguration(topology, found);
};

const nodes = {
  n1: { labels: { side: 'a', rack: '1' } },
  n2: { labels: { side: 'b', rack: '2' } },
};

const router = (props: Partial<OutsideRouterProps>, chart: Chart) =>
  new OutsideRouter(chart, 'router', { autonomousSystem: 65001, ...props });

/** A router beside the nodes of a pair of route servers. */
const beside = (props: Parameters<typeof router>[0], peers = peering.peers as object, bfdProfiles = {}) =>
  topologyIn((chart) => {
    new KubernetesNodes(chart, 'nodes', { nodes });
    const metallb = new MetalLBBgpPeering(chart, 'lb', {
      ...peering,
      peers: peers as never,
      bfdProfiles,
      pools: { web: { addresses: ['192.0.2.64/28', '192.0.2.80-192.0.2.82'], aggregationLength: 31 } },
    });
    const mesh = new Mesh(chart, 'mesh', { autonomousSystem: 64496 });
    const pods = { router: frr, podNetworks: ['10.42.0.0/16'], clientRanges: ['198.51.100.0/24'] };
    const sides = { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } };
    new AnycastRouteServerPair(chart, 'rs', { ...pods, mesh, reachability: Reachability.metalLB(metallb), sides });
    router(props, chart);
  });

/** Route reflectors that the network has already, and regions that have sessions with them. */
const besideReflectors = (
  define: (chart: Chart, reflectors: ExternalRouteReflectors) => void,
  props: Partial<ExternalRouteReflectorsProps> = {},
) =>
  topologyIn((chart) => {
    const reflectors = new ExternalRouteReflectors(chart, 'backbone', {
      autonomousSystem: 64496,
      routers: { rr1: { address: '203.0.113.1' }, rr2: { address: '203.0.113.2' } },
      addressFamilies: { inet: true, inet6: true, evpn: true },
      ...props,
    });
    define(chart, reflectors);
  });

/** A client of a pair of route servers. */
const ofPair = (
  props: Parameters<typeof router>[0],
  families: object = { inet: false, evpn: true },
  more: object = {},
) =>
  topologyIn((chart) => {
    const mesh = new Mesh(chart, 'mesh', { autonomousSystem: 64496, addressFamilies: families });
    const servers = new AnycastRouteServerPair(chart, 'rs', { ...pair(chart), mesh, ...more });
    router({ addresses: ['198.51.100.11'], clientOf: [servers], ...props }, chart);
  });

const dualStack = {
  podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'],
  clientRanges: ['198.51.100.0/24', '2001:db8:1::/48'],
  sides: {
    a: { addresses: ['192.0.2.1', '2001:db8::1'] },
    b: { addresses: ['192.0.2.2', '2001:db8::2'] },
  },
};

/** A region that nodes carry the addresses of, with a router that is beside nodes, a client, or both. */
const inRegion = (props: Partial<OutsideRouterProps>, more: object = {}, core: object = {}) =>
  topologyIn((chart) => {
    const labels = { meshrr_region_east: 'true', meshrr_region_core: 'true' };
    new KubernetesNodes(chart, 'nodes', {
      nodes: {
        n1: { labels: { ...labels, side: 'a' } },
        n2: { labels: { ...labels, side: 'b' } },
        n3: { labels: { ...labels, side: 'b' } },
      },
    });
    new RouteReflectorRegion(chart, 'core', { ...region, ...core });
    const east = new RouteReflectorRegion(chart, 'east', {
      ...region,
      upstream: 'core',
      reachability: Reachability.hostPorts(),
      communities: { only: '64496:101', preferred: '64496:102' },
      ...dualStack,
      addressFamilies: { inet: true, inet6: true },
      ...more,
    });
    router({ autonomousSystem: 64496, clientOf: [east], addresses: ['198.51.100.11'], ...props }, chart);
  });

const labeled = { prefix: '203.0.113.0/26', labeled: true, communities: ['64496:1:2', '64496:7'] };

const peers = (changes: object) => ({ routers: { peerAsn: 64498, peerAddress: '192.0.2.254', ...changes } });
const known = { n1: ['203.0.113.129'], n2: ['203.0.113.131'] };
const onLinks = {
  n1: ['203.0.113.129/31', '2001:db8:2::1/127'],
  n2: ['203.0.113.131/31', '2001:db8:2::3/127'],
  n3: ['203.0.113.133/31', '2001:db8:2::5/127'],
};
/** Two routers that all nodes have for peers, each with an address of its own. */
const topOfRack = {
  tor1: { peerAsn: 64498, peerAddress: '192.0.2.254' },
  tor2: { peerAsn: 64498, peerAddress: '192.0.2.253' },
};

export const CASES: readonly NeighborCase[] = [
  // The three examples of the original: a leaf with a local AS, and a VRF of an MPLS network.
  {
    name: 'leaf-with-local-as',
    router: 'router',
    topology: () => beside({ nodes: known }, peers({ peerAsn: 64502 })),
  },
  {
    name: 'vrf-of-an-mpls-network',
    router: 'router',
    topology: () => beside({ autonomousSystem: 64498, nodes: ['n1', 'n2'], vrf: 'DCI' }),
  },
  {
    name: 'rack-with-password-and-bfd',
    router: 'router',
    topology: () =>
      beside(
        { autonomousSystem: 64498, nodes: { n1: ['203.0.113.129', '2001:db8:2::2'] } },
        {
          one: {
            ...{ peerAsn: 64498, peerAddress: '192.0.2.254', nodeSelectors: [{ rack: '1' }], ebgpMultiHop: true },
            ...{ passwordSecret: 'bgp', dualStackAddressFamily: true, bfdProfile: 'fast' },
          },
          six: { peerAsn: 64498, peerAddress: '2001:db8::254', nodeSelectors: [{ rack: '1' }], ebgpMultiHop: true },
          other: { peerAsn: 64499, peerAddress: '192.0.2.253', nodeSelectors: [{ rack: '2' }] },
        },
        { fast: { receiveInterval: 100, transmitInterval: 150, detectMultiplier: 5 } },
      ),
  },
  {
    name: 'rack-over-the-link',
    router: 'router',
    topology: () =>
      beside(
        { autonomousSystem: 64498, nodes: ['n1'] },
        { rack1: { peerAsn: 64498, peerAddress: '203.0.113.128', nodeSelectors: [{ rack: '1' }] } },
      ),
  },
  {
    name: 'rack-in-the-as-of-the-nodes',
    router: 'router',
    topology: () => beside({ autonomousSystem: 64497, nodes: known }, peers({ peerAsn: 64497 })),
  },
  {
    name: 'leaf-beside-nodes-and-client',
    router: 'router',
    topology: () =>
      topologyIn((chart) => {
        new KubernetesNodes(chart, 'nodes', { nodes });
        const servers = new AnycastRouteServerPair(chart, 'rs', pair(chart));
        router({ addresses: ['198.51.100.11'], clientOf: [servers], nodes: known }, chart);
      }),
  },
  { name: 'client-of-route-servers', router: 'router', topology: () => ofPair({}) },
  {
    name: 'client-of-all-families',
    router: 'router',
    topology: () =>
      ofPair(
        { addresses: ['198.51.100.11', '2001:db8:1::11'], interface: 'Loopback5' },
        { inet: true, inet6: true, evpn: true },
        dualStack,
      ),
  },
  {
    name: 'client-with-maximum-prefixes',
    router: 'router',
    topology: () =>
      ofPair(
        { maximumPrefixes: { maximum: { inet: 1_000_000, evpn: 5000 }, threshold: 90 } },
        { inet: true, evpn: true },
      ),
  },
  {
    name: 'client-that-warns',
    router: 'router',
    topology: () => ofPair({ maximumPrefixes: { maximum: { inet: 1000 }, excess: 'warn' } }, { inet: true }),
  },
  {
    name: 'client-that-gets-all-paths',
    router: 'router',
    topology: () => ofPair({}, { inet: true, evpn: true }, { addPath: true }),
  },
  { name: 'client-in-a-vrf', router: 'router', topology: () => ofPair({ vrf: 'DCI' }, { inet: true }) },
  {
    name: 'client-of-route-reflectors',
    router: 'router',
    topology: () =>
      inRegion({
        addresses: ['198.51.100.11', '2001:db8:1::11'],
        announces: [
          '203.0.113.0/26',
          { prefix: '203.0.113.64/26', inRegion: 'only' },
          { prefix: '2001:db8:3::/48', inRegion: 'only' },
          { prefix: '203.0.113.128/26', inRegion: 'preferred', communities: ['64496:7'] },
        ],
      }),
  },
  {
    name: 'client-with-all-families-on-each-session',
    router: 'router',
    topology: () =>
      inRegion(
        { addresses: ['198.51.100.11', '2001:db8:1::11'], announces: ['203.0.113.0/26', '2001:db8:3::/48'] },
        { sessionFamilies: 'all' },
      ),
  },
  {
    name: 'client-of-vpn-route-reflectors',
    router: 'router',
    topology: () => {
      const labels = { inet: false, labeledInet: true, inet6: true };
      const addressFamilies = { ...labels, vpnv4: true, vpnv6: true, routeTarget: true };
      const announces = [{ prefix: '10.0.0.0/8', rd: '64496:1' }, '2001:db8:3::/48', labeled];
      return inRegion(
        { announces, addresses: ['198.51.100.11', '2001:db8:1::11'] },
        { router: crpd, addressFamilies },
        { router: crpd, addressFamilies },
      );
    },
  },
  {
    name: 'host-ports',
    router: 'router',
    topology: () =>
      inRegion({
        nodes: {
          n1: ['203.0.113.129', '2001:db8:2::1'],
          n2: ['203.0.113.131', '2001:db8:2::2'],
          n3: ['203.0.113.133', '2001:db8:2::3'],
        },
        clientOf: undefined,
        addresses: undefined,
      }),
  },
  {
    name: 'host-ports-in-a-vrf',
    router: 'router',
    topology: () => inRegion({ nodes: ['n2', 'n3'], clientOf: undefined, addresses: undefined, vrf: 'DCI' }),
  },
  {
    name: 'host-ports-into-isis',
    router: 'router',
    topology: () => inRegion({ nodes: onLinks, exportsTo: 'isis', clientOf: undefined, addresses: undefined }),
  },
  {
    name: 'host-ports-into-ospf',
    router: 'router',
    topology: () =>
      inRegion({ nodes: onLinks, exportsTo: 'ospf', vrf: 'DCI', clientOf: undefined, addresses: undefined }),
  },
  {
    // A node that is added in the range needs no change of the router.
    name: 'nodes-in-a-range',
    router: 'router',
    topology: () =>
      beside(
        {
          ...{ autonomousSystem: 64498, nodes: ['203.0.113.128/25'], addresses: ['198.51.100.3'] },
          announcesToNodes: 'client-addresses',
        },
        peers({}),
      ),
  },
  {
    name: 'nodes-in-a-range-of-a-vrf',
    router: 'router',
    topology: () =>
      beside(
        { autonomousSystem: 64498, nodes: { n1: ['203.0.113.129'], n2: ['203.0.113.192/26'] }, vrf: 'DCI' },
        peers({ bfdProfile: 'fast' }),
        { fast: {} },
      ),
  },
  {
    name: 'one-of-two-top-of-rack-routers',
    router: 'router',
    topology: () => beside({ autonomousSystem: 64498, nodes: known, addresses: ['192.0.2.253'] }, topOfRack),
  },
  {
    name: 'any-of-two-top-of-rack-routers',
    router: 'rack-tor2',
    topology: () =>
      topologyIn((chart) => {
        const metallb = new MetalLBBgpPeering(chart, 'lb', { ...peering, peers: topOfRack });
        const sides = { a: { addresses: ['192.0.2.1'] } };
        const pods = { router: frr, podNetworks: ['10.42.0.0/16'], clientRanges: ['198.51.100.0/24'] };
        const mesh = new Mesh(chart, 'mesh', { autonomousSystem: 64496 });
        new AnycastRouteServerPair(chart, 'rs', { ...pods, reachability: Reachability.metalLB(metallb), mesh, sides });
      }),
  },
  {
    name: 'any-router-beside-nodes',
    router: 'rack',
    topology: () => topologyIn((chart) => void new AnycastRouteServerPair(chart, 'rs', pair(chart))),
  },
  {
    name: 'any-client',
    router: 'client-routeserver',
    topology: () => topologyIn((chart) => void new AnycastRouteServerPair(chart, 'rs', pair(chart))),
  },
  {
    name: 'any-router-of-a-cluster',
    router: 'rack-west',
    topology: () =>
      topologyBy((app) => {
        const chart = inCluster(new Chart(app, 'west'), 'west');
        const metallb = new MetalLBBgpPeering(chart, 'lb', peering);
        const sides = { b: { addresses: ['192.0.2.2'] } };
        const mesh = new Mesh(chart, 'mesh', { autonomousSystem: 64496 });
        const props = { router: frr, podNetworks: ['10.42.0.0/16'], clientRanges: ['198.51.100.0/24'] };
        new AnycastRouteServerPair(chart, 'rs', { ...props, reachability: Reachability.metalLB(metallb), mesh, sides });
      }),
  },
  {
    name: 'reflector-of-clients-in-pods',
    router: 'rr1',
    topology: () =>
      besideReflectors((chart, upstream) => {
        const both = { ...region, podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'], upstream };
        new RouteReflectorRegion(chart, 'east', { ...both, sides: { a: {}, b: {} } });
        // In the same group of the reflector, which has one group for a range.
        const addressFamilies = { inet: true, inet6: true, evpn: true };
        new RouteReflectorRegion(chart, 'west', { ...both, addressFamilies, sides: { a: {}, b: {} } });
      }),
  },
  {
    name: 'reflector-of-clients-with-a-key',
    router: 'rr1',
    topology: () =>
      besideReflectors(
        (chart, upstream) => void new RouteReflectorRegion(chart, 'east', { ...region, upstream, sides: { a: {} } }),
        { authentication: { secretName: 'reflectors', key: 'password' } },
      ),
  },
  {
    name: 'reflector-in-a-mesh-with-pods',
    router: 'rr1',
    topology: () =>
      besideReflectors(
        (chart, externalMembers) =>
          void new RouteReflectorRegion(chart, 'core', {
            ...{ ...region, externalMembers, replicas: 2 },
            addressFamilies: { inet: false, evpn: true },
          }),
        { routers: { rr1: { address: '203.0.113.1', clusterId: '203.0.113.100' } } },
      ),
  },
  {
    name: 'reflector-that-sees-nodes',
    router: 'rr1',
    topology: () =>
      besideReflectors(
        (chart, upstream) => void new RouteReflectorRegion(chart, 'east', { ...region, upstream, sides: { a: {} } }),
        { podsFrom: ['203.0.113.128/25'] },
      ),
  },
];
