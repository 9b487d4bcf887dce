import { Chart } from 'cdk8s';
import {
  FullyMeshedRouteServers,
  HierarchicalRouteReflectors,
  inCluster,
  Mesh,
  MetalLBBgpPeering,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { crpd, pair, peering, region } from '../../test-support/examples';
import {
  addMesh,
  addPair,
  addPeering,
  addPool,
  addRegion,
  Case,
  describeRefusals,
  facing,
  withManagement,
} from './cases';

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
    'test/east: addPath: got true, want false without clientRanges',
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

const discovery: Case[] = [
  [
    'a mesh of route reflectors without TCP MD5 of which every pod may be a client',
    addRegion({ podClients: true, md5: false }),
    'test/east: md5: got false, want true, or no podClients: routers below, and pods with the label of a client, are found without it. With both',
  ],
  [
    'the same where clients are outside, too',
    addRegion({ ...facing, podClients: true, md5: false }),
    'test/east: md5: got false, want true, or no podClients: ',
  ],
  [
    'the same where the mesh is a further group',
    (chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      const groups = [{ name: 'OTHER', kind: 'mesh', service: 'other' }];
      addRegion({ ...facing, podClients: true, md5: false, fullMesh: false, upstream: 'core', groups })(chart);
    },
    'test/east: md5: got false, want true, or no podClients: ',
  ],
  ['TCP MD5 that is text', addMesh({ md5: 'false' }), 'test/mesh: md5: got "false", want true or false'],
  [
    'a password in the place of TCP MD5',
    addMesh({ password: 'x' }),
    'test/mesh: props: got "password: …", want only the names',
  ],
  [
    'a discovery that there is not',
    addMesh({ discovery: 'endpointslices' }),
    'test/mesh: discovery: got "endpointslices", want "dns" or "endpointslice"',
  ],
  [
    'EndpointSlices by the ServiceAccount of all other pods',
    addRegion({ name: 'default' }),
    'test/east/mesh: serviceName: got "default", want another name, or discovery "dns"',
  ],
  ...[{ clusterSet: true }, { serviceRootDomain: 'svc.clusterset.local' }].map((changes): Case => {
    const [[prop]] = Object.entries(changes);
    return [
      `EndpointSlices of a mesh over clusters, by ${prop}`,
      (chart) => {
        const cluster = new Chart(chart.node.root, 'cluster', { namespace: 'bgp' });
        addMesh({ ...changes, discovery: 'endpointslice' })(cluster);
      },
      'cluster/mesh: discovery: got "endpointslice", want "dns" in a cluster set',
    ];
  }),
  [
    'a question to DNS every 99 milliseconds',
    addPair({ runtime: { pollInterval: 99 } }),
    'test/rs: runtime.pollInterval: got 99, want a whole number from 100 to 60000',
  ],
  [
    'a level of the log that there is not',
    addRegion({ runtime: { logLevel: 'trace' } }),
    'test/east: runtime.logLevel: got "trace", want "debug" or "info" or "warn" or "error"',
  ],
  [
    'a misspelled prop of the runtime',
    addRegion({ runtime: { pollIntervals: 500 } }),
    'test/east: runtime: got "pollIntervals: …"',
    'did you mean pollInterval?',
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

const upstreams: Case[] = [
  [
    'communities that go nowhere',
    addRegion({ communities: { only: '64496:101' } }),
    'test/east: communities: got {"only":"64496:101"',
    'want nothing without an upstream',
  ],
  [
    'sessions to no upstream',
    addRegion({ upstreamSessions: 2 }),
    'upstreamSessions: got 2, want nothing without an upstream',
  ],
  [
    'an upstream that is found in another domain',
    (chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      addRegion({ upstream: 'core', serviceRootDomain: 'svc.clusterset.local' })(chart);
    },
    'test/east: serviceRootDomain: got "svc.clusterset.local", want svc.cluster.local, where test/core upstream is found',
  ],
  [
    'neither mesh nor upstream',
    addRegion({ fullMesh: false }),
    'test/east: fullMesh: got false, want true, or an upstream',
  ],
  [
    'an upstream that is not there',
    addRegion({ upstream: 'core' }),
    'upstream: got "core", want a region of the chart, which has no other',
  ],
  [
    'an upstream that is no region',
    addRegion({ upstream: 7 }),
    'upstream: got 7, want a RouteReflectorRegion, the name of one, or ExternalRouteReflectors',
  ],
  ['itself upstream', addRegion({ upstream: 'east' }), 'upstream: got "east", want no loop: east -> east'],
  [
    'a loop of three regions',
    (chart) =>
      ['one', 'two', 'three'].forEach(
        (id, i, ids) => new RouteReflectorRegion(chart, id, { ...region, upstream: ids[(i + 1) % 3] }),
      ),
    'test/one: upstream: got "two", want no loop: one -> two -> three -> one',
  ],
  [
    'no sessions upstream',
    addRegion({ upstreamSessions: 0 }),
    'upstreamSessions: got 0, want a whole number from 1 to 64',
  ],
  [
    'an upstream in another AS',
    (chart) => {
      new RouteReflectorRegion(chart, 'core', { ...region, autonomousSystem: 64500 });
      addRegion({ upstream: 'core' })(chart);
    },
    'test/east: autonomousSystem: got 64496, want 64500, that of test/core upstream',
  ],
  [
    'a name that leaves no room for the Service of the clients',
    addRegion({ name: 'a'.repeat(56) }),
    `test/east: name: got "${'a'.repeat(56)}-cl…, want a DNS label: lower-case letters`,
  ],
  [
    'an upstream whose pods are elsewhere',
    (chart) => {
      new RouteReflectorRegion(chart, 'core', { ...region, podNetworks: ['10.42.0.0/16', '10.44.0.0/16'] });
      addRegion({ upstream: 'core' })(chart);
    },
    'test/east: podNetworks: got ["10.42.0.0/16"], want networks with 10.44.0.0/16, where test/core upstream has its pods',
  ],
  [
    'an upstream whose pods are not everywhere where those below are',
    (chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      addRegion({ upstream: 'core', podNetworks: ['10.42.0.0/16', '10.44.0.0/16'] })(chart);
    },
    'test/east: podNetworks: got ["10.42.0.0/16","10.44.0.0/16"], want networks without 10.44.0.0/16, which test/core upstream does not have',
  ],
  [
    'a family that the upstream does not have',
    (chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      addRegion({ upstream: 'core', addressFamilies: { evpn: true } })(chart);
    },
    'test/east: addressFamilies.evpn: got true, want false, as in test/core upstream',
  ],
  [
    'an upstream in another namespace',
    (chart) => {
      const upstream = new RouteReflectorRegion(
        new Chart(chart.node.root, 'other', { namespace: 'bgp' }),
        'core',
        region,
      );
      addRegion({ upstream })(chart);
    },
    'test/east: upstream: got "core", want a region in the same namespace, or charts that name both; other/core is in bgp',
  ],
];

const twice: Case[] = [
  [
    'a Deployment and a DaemonSet of one name, which would select each other',
    (chart) => {
      addRegion(facing)(chart);
      new RouteReflectorRegion(chart, 'east-a', region);
    },
    'test/east-a: name: got "meshrr-east-a", want a name of its own: test/east makes a workload of that name already',
  ],
  [
    'a mesh of another cluster',
    (chart) => {
      const other = inCluster(new Chart(chart.node.root, 'other'), 'west');
      addPair({ mesh: new Mesh(other, 'm', { autonomousSystem: 64496 }) })(chart);
    },
    'test/rs: mesh: got "other/m", want a construct of the same app and cluster',
  ],
  [
    'an upstream of another cluster',
    (chart) => {
      const other = inCluster(new Chart(chart.node.root, 'other'), 'west');
      addRegion({ upstream: new RouteReflectorRegion(other, 'core', region) })(chart);
    },
    'test/east: upstream: got "other/core", want a construct of the same app and cluster',
  ],
  [
    'one name in two charts of a cluster',
    (chart) => {
      addMesh({ serviceName: 'meshrr-core' })(chart);
      new RouteReflectorRegion(new Chart(chart.node.root, 'other'), 'core', region);
    },
    'other/core/mesh: serviceName: got "meshrr-core", want a name of its own: test/mesh makes a Service',
  ],
  [
    'a cluster named too late',
    (chart) => {
      addMesh({})(chart);
      inCluster(chart, 'east');
    },
    'test: cluster: got "east", want a chart that has no constructs yet',
  ],
  [
    'the same address for both sides',
    addPair({ sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.1'] } } }),
    'test/rs: sides.b.addresses: got "192.0.2.1", want addresses of its own: test/rs (sides.a.addresses) has them already',
  ],
  [
    'the same loopback for both sides',
    addRegion({ ...facing, sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.1'] } } }),
    'test/east: sides.b.addresses: got "192.0.2.1", want addresses of its own: test/east (sides.a.addresses) has them',
  ],
  [
    'pools that overlap',
    addPeering({
      pools: { one: { addresses: ['198.51.100.0/24'] }, two: { addresses: ['198.51.100.128-198.51.100.130'] } },
    }),
    'test/lb/pool-two: addresses[0]: got "198.51.100.128-198.51.100.130", want addresses of its own: test/lb/pool-one',
  ],
  [
    'a pool that overlaps itself',
    addPool({ addresses: ['198.51.100.0/28', '198.51.100.1/32'] }),
    'addresses[1]: got "198.51.100.1/32"',
  ],
  [
    'a loopback out of a pool',
    (chart) => {
      addPool({})(chart);
      addRegion({ ...facing, sides: { a: { addresses: ['198.51.100.3'] } }, clientRanges: ['203.0.113.0/24'] })(chart);
    },
    'test/east: sides.a.addresses: got "198.51.100.3", want addresses of its own: test/lb/pool-pool',
  ],
  [
    'the same management address for two pods',
    withManagement({
      a: { addresses: ['192.0.2.1'], replicas: 2, managementAddresses: ['203.0.113.17', '203.0.113.17'] },
    }),
    'sides.a.managementAddresses[1]: got "203.0.113.17", want addresses of its own',
  ],
  [
    'two regions of one name',
    (chart) => {
      addRegion({})(chart);
      new RouteReflectorRegion(chart, 'again', { ...region, region: 'east' });
    },
    'test/again: region: got "east", want a name of its own: test/east has it already',
  ],
  [
    'regions of one name in two charts, which share the names of all objects',
    (chart) => {
      addRegion({})(chart);
      new RouteReflectorRegion(new Chart(chart.node.root, 'other'), 'east', region);
    },
    'other/east: name: got "meshrr-east", want a name of its own: test/east has it already',
  ],
  [
    'an id that is no name of a region',
    (chart) => new RouteReflectorRegion(chart, 'East_1', region),
    'test/East_1: id: got "East_1", want a DNS label: lower-case letters, digits and "-", at most 63 characters; or set the prop region',
  ],
  [
    'two Services of one name',
    (chart) => {
      addMesh({ serviceName: 'meshrr-east' })(chart);
      addRegion({})(chart);
    },
    'test/east/mesh: serviceName: got "meshrr-east", want a name of its own: test/mesh makes a Service of that name already',
  ],
  [
    'two peerings of one MetalLB',
    (chart) => [addPeering({})(chart), new MetalLBBgpPeering(chart, 'again', peering)],
    'test/again: namespace: got "metallb-system", want a name of its own: test/lb',
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
describeRefusals('meshes and their runtime', discovery);
describeRefusals('labels of nodes', labels);
describeRefusals('upstreams', upstreams);
describeRefusals('things given twice', twice);
describeRefusals('whole topologies', whole);
