import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  FullyMeshedRouteServers,
  HierarchicalRouteReflectors,
  Mesh,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { crpd, pair, region } from '../../test-support/examples';
import { addMesh, addPair, addRegion, Case, describeRefusals, facing } from './cases';

const sides: Case[] = [
  [
    'reachability without clients outside',
    addRegion({ ...facing, clientRanges: undefined }),
    'test/east: clientRanges: got nothing, want the ranges that clients peer from, or members: true, as reachability is given',
  ],
  [
    'reachability through a MetalLB that is not there',
    addRegion({ ...facing, reachability: Reachability.metalLB(undefined as never) }),
    'test/east: reachability: got nothing, want Reachability.metalLB of a MetalLBBgpPeering',
  ],
  [
    'an advertisement of a pair, which is one of its reachability',
    addPair({ advertisement: { localPref: 200 } }),
    'test/rs: props: got "advertisement: …", want only the names router',
  ],
  [
    'AS ranges of a group in a region, where all is iBGP',
    addRegion({ ...facing, groups: [{ name: 'G', kind: 'clients', ranges: ['203.0.113.0/24'], asRanges: [64500] }] }),
    'test/east: groups[0].asRanges: got ["64500"], want none',
  ],
  [
    'all paths for clients of ranges that are not there',
    addRegion({ addPath: true }),
    'test/east: addPath: got true, want false without clientRanges and members',
  ],
  [
    'all paths where pods may be clients',
    addPair({ addPath: true, podClients: true }),
    'test/rs: addPath: got true, want false with podClients: routers in pods may pass routes on',
  ],
  [
    'all paths of a group where pods may be clients',
    addRegion({
      ...{ ...facing, podClients: true },
      groups: [{ name: 'G', kind: 'clients', ranges: ['203.0.113.0/24'], addPath: true }],
    }),
    'test/east: groups[0].addPath: got true, want false with podClients',
  ],
  [
    'all paths for clients that a Service lists',
    addRegion({ groups: [{ name: 'G', kind: 'clients', service: 'pods', addPath: true }] }),
    'test/east: groups[0].addPath: got true, want false with a service: routers in pods may pass routes on',
  ],
  [
    'actions by communities with clients from ranges',
    addPair({ filters: { actions: true }, members: true }),
    'test/rs: filters.actions: got true, want false unless all clients are members: no router compares',
  ],
  [
    'actions by communities with a group of clients',
    addPair({
      ...{ filters: { actions: true }, members: true, clientRanges: undefined },
      groups: [{ name: 'G', kind: 'clients', ranges: ['203.0.113.0/24'] }],
    }),
    'test/rs: filters.actions: got true, want false unless all clients are members',
  ],
  [
    'actions by communities with EVPN',
    (chart: Chart) =>
      new AnycastRouteServerPair(
        chart,
        'rs',
        pair(chart, {
          ...{ filters: { actions: true }, members: true, clientRanges: undefined },
          mesh: new Mesh(chart, 'other', { autonomousSystem: 64496, addressFamilies: { evpn: true } }),
        }),
      ),
    'test/rs: filters.actions: got true, want false with evpn: actions are for routes of IPv4 and IPv6',
  ],
  [
    'validation of origins without filters',
    addPair({ rpki: { servers: ['192.0.2.53:323'] } }),
    'test/rs: rpki: got {"invalid":"drop"}, want nothing with filters "house"',
  ],
  [
    'an RTR server by name on cRPD',
    addPair({ router: crpd, filters: 'exchange', rpki: { servers: ['192.0.2.53:323', 'rtr.example.net:323'] } }),
    'test/rs: rpki.servers[1]: got "rtr.example.net", want the address of an RTR server: crpd takes no names',
  ],
  [
    'an RTR server without a port',
    addPair({ filters: 'exchange', rpki: { servers: ['192.0.2.53'] } }),
    'test/rs: rpki.servers[0]: got "192.0.2.53", want the name or address of an RTR server and its port',
  ],
  [
    'one router id for two pods',
    addPair({ sides: { a: { addresses: ['192.0.2.1'], replicas: 2, routerIds: ['192.0.2.9'] } } }),
    'test/rs: sides.a.routerIds: got ["192.0.2.9"], want one identifier for each of 2 pods',
  ],
  [
    'two nodes with one router id',
    addRegion({ routerIds: { n1: '192.0.2.9', n2: '192.0.2.9' } }),
    'test/east: routerIds.n2: got "192.0.2.9", want an identifier of its own: n1 has it already',
  ],
  [
    'a cluster id that is none',
    addRegion({ clusterId: '0.0.0.0' }),
    'test/east: clusterId: got "0.0.0.0", want an IPv4 address other than 0.0.0.0',
  ],
  [
    'a cluster id of anything else',
    addRegion({ clusterId: 'side' }),
    'test/east: clusterId: got "side", want "pod", "region" or an IPv4 address other than 0.0.0.0',
  ],
  [
    'a mesh in another namespace',
    (chart) => {
      const mesh = new Mesh(new Chart(chart.node.root, 'other', { namespace: 'bgp' }), 'm', {
        autonomousSystem: 64496,
      });
      addPair({ mesh })(chart);
    },
    'test/rs: mesh: got "m", want a mesh in the namespace of the pair',
    'other/m is in bgp',
  ],
  [
    'a side whose name cannot be part of the name of an object',
    addRegion({ sides: { North: {} } }),
    'test/east: sides.North: got "North", want a DNS label',
  ],
  [
    'a label of nodes that is none',
    addRegion({ sides: { a: { labelValue: 'rack 1' } } }),
    'test/east: sides.a.labelValue: got "rack 1", want the value of a Kubernetes label',
  ],
  [
    'two sides on the same nodes',
    addRegion({ sides: { a: { labelValue: 'b' }, b: {} } }),
    'test/east: sides.b.labelValue: got "b", want a value other than that of side a: the sides need nodes of their own',
  ],
  [
    'two sides of a pair on the same nodes',
    addPair({ sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'], labelValue: 'a' } } }),
    'test/rs: sides.b.labelValue: got "a", want a value other than that of side a',
  ],
  ['no sides', addPair({ sides: {} }), 'test/rs: sides: got {}, want at least one entry'],
  ['no replicas', addRegion({ replicas: 0 }), 'replicas: got 0, want a whole number from 1 to 1000'],
  ['replicas as text', addRegion({ replicas: '2' }), 'replicas: got "2", want a whole number'],
  [
    'half a replica',
    addPair({ sides: { a: { addresses: ['192.0.2.1'], replicas: 1.5 } } }),
    'sides.a.replicas: got 1.5',
  ],
  [
    'replicas of a region with sides',
    addRegion({ ...facing, replicas: 2 }),
    'replicas: got 2, want nothing, as sides are given',
  ],
  [
    'reachability of a core region',
    addRegion({ reachability: Reachability.hostPorts() }),
    'reachability: got "host-ports", want nothing without sides',
  ],
  [
    'a side without an address to be reached by',
    addRegion({ ...facing, sides: { a: {}, b: { addresses: ['192.0.2.1'] } } }),
    'sides.a.addresses: got nothing, want an address that clients peer with',
  ],
  [
    'an address without a way to reach it',
    addRegion({ ...facing, reachability: undefined }),
    'sides.a.addresses: got "192.0.2.1", want nothing without reachability',
  ],
  [
    'reachability that is a word',
    addRegion({ reachability: 'hostPorts' }),
    'reachability: got "hostPorts", want Reachability.metalLB(…), hostPorts(), or another form',
  ],
  [
    'a misspelled prop',
    addRegion({ clientRange: ['198.51.100.0/24'] }),
    'east: props: got "clientRange: …"',
    'did you mean clientRanges?',
  ],
  [
    'a misspelled prop of a side',
    addPair({ sides: { a: { address: ['192.0.2.1'] } } }),
    'sides.a: got "address: …"',
    'did you mean addresses?',
  ],
  [
    'all families off',
    addRegion({ addressFamilies: { inet: false } }),
    'addressFamilies: got {"inet":false}, want at least one of inet, inet6, evpn, vpnv4, vpnv6, labeledInet, labeledInet6 and routeTarget to be on',
  ],
  [
    'IPv4 with labels and without',
    addRegion({ addressFamilies: { labeledInet: true } }),
    'addressFamilies: got {"labeledInet":true}, want labeledInet or inet, and not both',
  ],
  [
    'route target constraint on FRR',
    addRegion({ addressFamilies: { vpnv4: true, routeTarget: true } }),
    'addressFamilies: got ["inet","vpnv4","routeTarget"], want nothing of routeTarget (route targets): frr does not have it',
  ],
  [
    'VPN routes of route servers',
    (chart) => {
      const mesh = new Mesh(chart, 'vpn', { autonomousSystem: 64496, addressFamilies: { vpnv4: true } });
      addPair({ mesh })(chart);
    },
    'mesh: got ["inet","vpnv4"], want nothing of vpnv4 at a route server',
  ],
  [
    'a family that is text',
    addMesh({ addressFamilies: { evpn: 'false' } }),
    'addressFamilies.evpn: got "false", want true or false',
  ],
  [
    'a mesh over clusters without a namespace',
    addMesh({ clusterSet: true }),
    'test/mesh: clusterSet: got true, want a chart with a namespace',
  ],
];

const labels: Case[] = [
  [
    'one label of nodes for a region and, with another value, for its sides',
    addRegion({ ...facing, nodeLabels: { rack: 'r1' }, sideLabel: 'rack' }),
    'test/east: sideLabel: got "rack", want a label other than those of the region\'s nodes, where it is "r1"',
  ],
  [
    'the default label of a region for its sides',
    addRegion({ ...facing, sideLabel: 'meshrr_region_east' }),
    'sideLabel: got "meshrr_region_east", want a label other than those',
  ],
  [
    'one label of nodes for the sides of a pair and for its region',
    addPair({ region: 'north', sideLabel: 'place', regionLabel: 'place' }),
    'test/rs: regionLabel: got "place", want a label other than sideLabel: nodes of side a cannot be in region "north"',
  ],
];

const whole: Case[] = [
  [
    'a region that is null',
    (chart) => new HierarchicalRouteReflectors(chart, 'hrr', { ...region, regions: { east: null } } as never),
    'test/hrr: regions.east: got nothing, want an object',
  ],
  [
    'a mesh of one pair among all',
    (chart) => {
      const { mesh, management, sides, ...shared } = pair(chart);
      const pairs = { one: { sides, mesh } };
      new FullyMeshedRouteServers(chart, 'rs', { ...shared, autonomousSystem: 64496, meshName: 'all', pairs } as never);
    },
    'test/rs: pairs.one.mesh: got',
  ],
  [
    'a name with a line break, which is kept on one line',
    (chart) => new HierarchicalRouteReflectors(chart, 'hrr', { ...region, regions: { 'a\nb': {} } }),
    'test/hrr: regions.a\\nb: got "a\\nb", want a DNS label',
  ],
  [
    'a region with the name of the core',
    (chart) => new HierarchicalRouteReflectors(chart, 'hrr', { ...region, regions: { core: {} } }),
    'test/hrr: regions: got "core", want names other than that of the core',
  ],
  [
    'a mistake in one region of a hierarchy',
    (chart) => new HierarchicalRouteReflectors(chart, 'hrr', { ...region, regions: { east: { clientRanges: ['x'] } } }),
    'test/hrr/east: clientRanges[0]: got "x"',
  ],
  [
    'a hierarchy without regions',
    (chart) => new HierarchicalRouteReflectors(chart, 'hrr', { ...region, regions: {} }),
    'test/hrr: regions: got {}, want at least one entry',
  ],
  [
    'a misspelled prop of a hierarchy',
    (chart) => new HierarchicalRouteReflectors(chart, 'hrr', { ...region, region: {} } as any),
    'test/hrr: props: got "region: …"',
    'did you mean regions?',
  ],
  [
    'a mistake in one pair of route servers',
    (chart) =>
      new FullyMeshedRouteServers(chart, 'rs', {
        ...pair(chart),
        autonomousSystem: 64496,
        meshName: 'other',
        mesh: undefined,
        sides: undefined,
        pairs: { one: { sides: { x: {} } } },
      } as any),
    'test/rs: props: got "mesh: …"',
  ],
  [
    'props that are no object',
    (chart) => new RouteReflectorRegion(chart, 'east', undefined as any),
    'test/east: props: got nothing, want an object',
  ],
];

describeRefusals('sides and workloads', sides);
describeRefusals('labels of nodes', labels);
describeRefusals('whole topologies', whole);
