import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  BgpTopology,
  ExternalRouteReflectors,
  ExternalRouteReflectorsProps,
  formatTopology,
  Mesh,
  neighborConfiguration,
  neighborText,
  OutsideRouter,
  parseTopology,
  Reachability,
  RouteReflectorRegion,
  RouteReflectorRegionProps,
} from '../../lib';
import { NEIGHBOR_PLATFORMS } from '../../lib/neighbors';
import { prove, simulate } from '../../lib/proof';
import { pair, region } from '../../test-support/examples';
import { refusalOf, synthChart } from '../../test-support/synth';
import { topologyIn } from '../../test-support/topology';

const RR: ExternalRouteReflectorsProps = {
  autonomousSystem: 64496,
  routers: { rr1: { address: '203.0.113.1' }, rr2: { address: '203.0.113.2' } },
};
const reflectors = (chart: Chart, changes: Partial<ExternalRouteReflectorsProps> = {}) =>
  new ExternalRouteReflectors(chart, 'backbone', { ...RR, ...changes });

function addRegion(chart: Chart, name: string, number: number, changes: Partial<RouteReflectorRegionProps>) {
  const part = new RouteReflectorRegion(chart, name, {
    ...{ ...region, clientRanges: [`198.51.100.${number * 16}/28`], reachability: Reachability.hostPorts() },
    sides: { a: { addresses: [`192.0.2.${number}1`] }, b: { addresses: [`192.0.2.${number}2`] } },
    ...changes,
  });
  new OutsideRouter(chart, `pe-${name}`, {
    ...{ autonomousSystem: 64496, addresses: [`198.51.100.${number * 16 + 1}`], clientOf: [part] },
    announces: [`203.0.113.${number * 16}/28`],
  });
  return part;
}

/** Two regions without a core: only the reflectors that the network has already join them. */
const joined = (changes: Partial<ExternalRouteReflectorsProps> = {}): BgpTopology =>
  topologyIn((chart) => {
    const upstream = reflectors(chart, changes);
    addRegion(chart, 'east', 1, { upstream });
    addRegion(chart, 'west', 2, { upstream });
  });

/** A region whose routers are in one mesh with the reflectors. */
const meshed = (): BgpTopology =>
  topologyIn((chart) => void addRegion(chart, 'east', 1, { externalMembers: reflectors(chart) }));

const lossesOf = (topology: BgpTopology) =>
  prove(topology).findings.filter(({ kind }) => !['lossOnRollout', 'unannounced'].includes(kind));

describe('route reflectors upstream', () => {
  test('are neighbors that each pod dials, by a group of its file', () => {
    const manifests = synthChart((chart) => void addRegion(chart, 'east', 1, { upstream: reflectors(chart) }), 'bgp');
    const file = JSON.parse(manifests.get('ConfigMap', 'meshrr-east-groups').data!['groups.json']);
    const neighbors = { addresses: ['203.0.113.1', '203.0.113.2'], sessions: 2 };
    expect(file.groups).toEqual([{ kind: 'upstream', name: 'MESHRR-REFLECTORS-UPSTREAM', ...neighbors }]);
    const [{ from }] = manifests.get('NetworkPolicy', 'meshrr-east').spec.ingress;
    expect(from).toContainEqual({ ipBlock: { cidr: '203.0.113.1/32' } });
  });

  test('join regions, give them what their own clients announce, and may fail one at a time', () => {
    const topology = joined();
    expect(topology.outside.map(({ id, assumed }) => [id, assumed])).toEqual([
      ...[
        ['client-backbone-1', true],
        ['client-backbone-2', true],
        ['pe-east', false],
        ['pe-west', false],
      ],
      ...[
        ['rr1', false],
        ['rr2', false],
      ],
    ]);
    expect(lossesOf(topology)).toEqual([]);
    const result = prove(topology);
    expect(
      result.failures
        .filter(({ failure }) => failure.kind === 'router')
        .map(({ failure, lost }) => [failure.name, lost]),
    ).toEqual([
      ['rr1', 0],
      ['rr2', 0],
    ]);
    // Each client learns the routes of the other region and those of two clients of the reflectors.
    expect(result.clients.map(({ id, expected, learned }) => [id, expected, learned])).toEqual([
      ...[
        ['client-backbone-1', 3, 3],
        ['client-backbone-2', 3, 3],
        ['pe-east', 3, 3],
        ['pe-west', 3, 3],
      ],
    ]);
    const holding = simulate(topology).holdings.filter(({ own }) => !own);
    for (const { id } of topology.outside.filter(({ clientOf }) => clientOf.length > 0)) {
      expect(new Set(holding.filter(({ router }) => router === id).map(({ route }) => route)).size).toBe(3);
    }
  });

  test('lose routes if there is only one, and it fails', () => {
    const [finding] = lossesOf(joined({ routers: { rr1: RR.routers.rr1 } }));
    expect(finding).toMatchObject({ kind: 'lossOnFailure', failures: ['router rr1'] });
  });

  test('do not take each other’s routes of clients if they share a cluster id', () => {
    const shared = { address: '203.0.113.1', clusterId: '203.0.113.9' };
    const topology = joined({ routers: { rr1: shared, rr2: { ...shared, address: '203.0.113.2' } } });
    const paths = (each: BgpTopology) =>
      simulate(each).holdings.filter(({ router, route }) => router === 'rr1' && route === '203.0.113.16/28')[0].paths;
    expect(paths(joined()).some(({ from }) => from === 'rr2')).toBe(true);
    expect(paths(topology).some(({ from }) => from === 'rr2')).toBe(false);
    expect(lossesOf(topology)).toEqual([]);
  });

  test('get no routes that stay in the region', () => {
    const topology = topologyIn((chart) => {
      const communities = { only: '64496:101' };
      const east = addRegion(chart, 'east', 1, { upstream: reflectors(chart), communities });
      new OutsideRouter(chart, 'local', {
        ...{ autonomousSystem: 64496, addresses: ['198.51.100.20'], clientOf: [east] },
        announces: [{ prefix: '203.0.113.128/28', inRegion: 'only' }],
      });
    });
    expect(lossesOf(topology)).toEqual([]);
    const has = (router: string) =>
      simulate(topology).holdings.some((each) => each.router === router && each.route === '203.0.113.128/28');
    expect([has('pe-east'), has('rr1'), has('client-backbone-1')]).toEqual([true, false, false]);
  });

  test('are in the file of the topology', () => {
    const topology = joined({ podsFrom: ['172.16.0.0/24'] });
    expect(parseTopology(formatTopology(topology))).toEqual(topology);
  });
});

describe('route reflectors as members of a mesh', () => {
  test('have a session with each router of it, and with each other', () => {
    const topology = meshed();
    const mesh = topology.sessions.filter(({ to }) => to.startsWith('rr')).map(({ from, to }) => `${from} ${to}`);
    expect(mesh).toEqual([
      ...['meshrr-east-a@n1 rr1', 'meshrr-east-a@n1 rr2', 'meshrr-east-b@n2 rr1', 'meshrr-east-b@n2 rr2', 'rr1 rr2'],
    ]);
    expect(lossesOf(topology)).toEqual([]);
    expect(prove(topology).clients.map(({ expected, learned }) => expected - learned)).toEqual([0, 0, 0]);
  });

  test('are members of a mesh of route servers, too', () => {
    const manifests = synthChart((chart) => {
      const mesh = new Mesh(chart, 'servers', { autonomousSystem: 64496, externalMembers: reflectors(chart) });
      new AnycastRouteServerPair(chart, 'rs', { ...pair(new Chart(chart, 'other'), {}), mesh });
    });
    const file = JSON.parse(manifests.get('ConfigMap', 'routeserver-groups').data!['groups.json']);
    expect(file.groups).toMatchObject([{ kind: 'mesh', addresses: ['203.0.113.1', '203.0.113.2'] }]);
  });
});

describe('the configuration of a route reflector', () => {
  const groupsOf = (topology: BgpTopology, id = 'rr1') =>
    neighborConfiguration(
      topology,
      topology.outside.find((one) => one.id === id)!,
    ).groups;

  test('accepts the pods of all regions from their networks, as clients', () => {
    expect(groupsOf(joined())).toMatchObject([
      {
        ...{ kind: 'client', description: 'pods of east, west', passive: true, neighbors: [] },
        ...{ clusterId: { text: '203.0.113.1' }, ranges: [{ text: '10.42.0.0/16' }], families: ['inet'] },
      },
    ]);
    expect(groupsOf(joined({ podsFrom: ['172.16.0.0/24'] }))).toMatchObject([{ ranges: [{ text: '172.16.0.0/24' }] }]);
  });

  test('has one group for a network that only some of the regions share with others', () => {
    const topology = topologyIn((chart) => {
      const upstream = reflectors(chart);
      addRegion(chart, 'east', 1, { upstream });
      addRegion(chart, 'west', 2, { upstream, podNetworks: ['10.43.0.0/16', '10.42.0.0/16', '10.44.0.0/16'] });
    });
    const groups = groupsOf(topology).map(({ name, description, ranges }) => [
      ...[name, description],
      ranges.map(({ text }) => text),
    ]);
    expect(groups).toEqual([
      ['MESHRR-CLIENTS', 'pods of east, west', ['10.42.0.0/16']],
      ['MESHRR-CLIENTS-2', 'pods of west', ['10.43.0.0/16', '10.44.0.0/16']],
    ]);
  });

  test('makes clients of the pods on every platform, and no clients of members of its mesh', () => {
    const statement = {
      junos: 'cluster 203.0.113.1;',
      iosxr: 'route-reflector-client',
      frr: 'route-reflector-client',
      eos: 'route-reflector-client',
    };
    for (const platform of NEIGHBOR_PLATFORMS) {
      const textOf = (topology: BgpTopology) =>
        neighborText(
          neighborConfiguration(
            topology,
            topology.outside.find(({ id }) => id === 'rr1')!,
          ),
          platform,
        );
      expect(textOf(joined())).toContain(statement[platform]);
      expect(textOf(joined())).toContain('10.42.0.0/16');
      expect(textOf(meshed())).not.toMatch(/cluster|route-reflector-client|route-map|route-policy|import|export/);
    }
  });
});

describe('are refused:', () => {
  test('upstream of the pods that are in a mesh with them', () => {
    const both = (chart: Chart) => {
      const upstream = reflectors(chart);
      addRegion(chart, 'east', 1, { upstream, externalMembers: upstream });
    };
    expect(refusalOf(both)).toBe(
      'test/east: upstream: got "backbone", want nothing, or no externalMembers: a router has one BGP group for pods in 10.42.0.0/16',
    );
  });

  test('upstream of pods of one network with others that are in a mesh with them, but not of another network', () => {
    const regions = (podNetworks: string[]) => (chart: Chart) => {
      const members = reflectors(chart);
      addRegion(chart, 'east', 1, { externalMembers: members });
      addRegion(chart, 'west', 2, { upstream: members, podNetworks });
    };
    expect(refusalOf(regions(['10.42.128.0/17']))).toBe(
      'test/west: upstream: got "backbone", want another upstream, as test/east is in one mesh with the reflectors (externalMembers): a router has one BGP group for pods in 10.42.0.0/16',
    );
    expect(() => synthChart(regions(['10.43.0.0/16']))).not.toThrow();
  });

  test.each<[string, Partial<ExternalRouteReflectorsProps>, string]>([
    [
      'another AS',
      { autonomousSystem: 64497 },
      'upstream: got "test/backbone", want reflectors in AS 64496, not 64497',
    ],
    ['a missing family', { addressFamilies: { inet: false, evpn: true } }, 'want reflectors with inet, too'],
    [
      'an address of a pod',
      { routers: { rr1: { address: '10.42.0.9' } } },
      'want an address apart from the pod network',
    ],
    [
      'an address of no IP family of the pods',
      { routers: { rr1: { address: '2001:db8::1', clusterId: '192.0.2.1' } } },
      'want an address of an IP family that the pods have',
    ],
    [
      'an IPv6 address without a cluster id',
      { routers: { rr1: { address: '2001:db8::1' } } },
      'routers.rr1.clusterId: got nothing, want a cluster id',
    ],
    ['no routers', { routers: {} }, 'routers: got {}, want at least one entry'],
    ['the name of another router', { routers: { 'pe-east': { address: '203.0.113.1' } } }, 'pe-east'],
  ])('%s', (_, changes, message) => {
    expect(refusalOf((chart) => void addRegion(chart, 'east', 1, { upstream: reflectors(chart, changes) }))).toContain(
      message,
    );
  });
});
