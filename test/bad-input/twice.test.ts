import { Chart } from 'cdk8s';
import { inCluster, Mesh, MetalLBBgpPeering, RouteReflectorRegion } from '../../lib';
import { peering, region } from '../../test-support/examples';
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

describeRefusals('things given twice', twice);
