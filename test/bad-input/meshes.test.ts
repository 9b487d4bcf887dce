import { Chart } from 'cdk8s';
import { RouteReflectorRegion } from '../../lib';
import { region } from '../../test-support/examples';
import { addMesh, addPair, addRegion, Case, describeRefusals, facing } from './cases';

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

describeRefusals('meshes and their runtime', discovery);
describeRefusals('upstreams', upstreams);
