import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  BgpTopology,
  inCluster,
  KubernetesNodes,
  Mesh,
  MetalLBBgpPeering,
  NeighborConfiguration,
  neighborConfiguration,
  neighborText,
  OutsideRouter,
  OutsideRouterProps,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { NEIGHBOR_PLATFORMS } from '../../lib/neighbors';
import { frr, pair, region } from '../../test-support/examples';
import { topologyBy, topologyIn } from '../../test-support/topology';

/** The configuration of router `leaf` of a topology. */
function leafOf(topology: BgpTopology): NeighborConfiguration {
  const router = topology.outside.find(({ id }) => id === 'leaf');
  if (!router) throw new Error('no router leaf');
  return neighborConfiguration(topology, router);
}

const LEAF = { autonomousSystem: 65001, addresses: ['198.51.100.7'] };

/** A pair of route servers; of two in an app, each is in a cluster of its own. */
const servers = (chart: Chart, number: number, addressFamilies: object = { inet: true }) =>
  new AnycastRouteServerPair(chart, 'rs', {
    ...{ router: frr, podNetworks: [`10.4${number}.0.0/16`], clientRanges: ['198.51.100.0/24'] },
    mesh: new Mesh(chart, 'mesh', { autonomousSystem: 64496, addressFamilies }),
    reachability: Reachability.metalLB(
      new MetalLBBgpPeering(chart, 'lb', {
        myAsn: 64497,
        peers: { p: { peerAsn: 64498, peerAddress: '192.0.2.254' } },
      }),
    ),
    sides: { a: { addresses: [`192.0.2.${number}`] } },
  });

/** A client of some of several pairs of these families. */
const clientOfPairs = (
  families: readonly object[],
  chosen: (pairs: AnycastRouteServerPair[]) => AnycastRouteServerPair[],
) =>
  leafOf(
    topologyBy((app) => {
      const pairs = families.map((each, i) => servers(inCluster(new Chart(app, `c${i}`), `c${i}`), i + 1, each));
      new OutsideRouter(new Chart(app, 'outside'), 'leaf', { ...LEAF, clientOf: chosen(pairs) });
    }),
  );

describe('EVPN', () => {
  const NOTE = 'VNIs, route targets and the tunnel endpoint of EVPN are not in here.';
  const [ip, evpn, both] = [{ inet: true }, { inet: false, evpn: true }, { inet: true, evpn: true }];

  test('leaves something to the reader where the pods that it is a client of carry it, and no others', () => {
    expect(clientOfPairs([ip, evpn], (pairs) => [pairs[1]]).notes).toContain(NOTE);
    expect(clientOfPairs([ip, evpn], (pairs) => [pairs[0]]).notes).not.toContain(NOTE);
  });

  test('beside pods that carry IP alone takes no policy from these', () => {
    const text = neighborText(
      clientOfPairs([evpn, ip], (pairs) => pairs),
      'junos',
    );
    expect(text).toContain('policy-statement MESHRR-IN {');
    expect(text.match(/import MESHRR-IN;/g)).toHaveLength(1);
  });

  test('on a session with IP gives those routes the next hop of the router, also where another session has IP alone', () => {
    const text = neighborText(
      clientOfPairs([both, ip], (pairs) => pairs),
      'eos',
    );
    expect(text).toContain('set ip next-hop 198.51.100.7');
    expect(
      neighborText(
        clientOfPairs([ip, ip], (pairs) => pairs),
        'eos',
      ),
    ).not.toContain('next-hop');
  });

  test.each(NEIGHBOR_PLATFORMS)(
    'needs no word on next hops toward route reflectors, which keep them: %s',
    (platform) => {
      const topology = topologyIn((chart) => {
        const east = new RouteReflectorRegion(chart, 'east', {
          ...{ ...region, addressFamilies: both, clientRanges: ['198.51.100.0/24'] },
          ...{ reachability: Reachability.hostPorts(), sides: { a: { addresses: ['192.0.2.1'] } } },
        });
        new OutsideRouter(chart, 'leaf', { ...LEAF, autonomousSystem: 64496, clientOf: [east] });
      });
      const text = neighborText(leafOf(topology), platform);
      expect(text).toMatch(/evpn/);
      expect(text).not.toMatch(/next-?hop/i);
    },
  );
});

describe('a client that could be transit by accident', () => {
  const unfiltered = (topology: BgpTopology) =>
    leafOf(topology).notes.flatMap(
      (note) => /^Routes of (.*) are announced to route servers without/.exec(note)?.[1] ?? [],
    );

  test.each([
    ['of all families where the app lists no routes', [], ['inet, evpn']],
    ['of EVPN alone where it lists prefixes', ['198.18.0.0/24'], ['evpn']],
  ])('of route servers is warned: %s', (_, announces, families) => {
    const topology = topologyIn((chart) => {
      const mesh = new Mesh(chart, 'mesh', { autonomousSystem: 64496, addressFamilies: { inet: true, evpn: true } });
      const clientOf = [new AnycastRouteServerPair(chart, 'rs', { ...pair(chart), mesh })];
      new OutsideRouter(chart, 'leaf', { ...LEAF, clientOf, announces });
    });
    expect(unfiltered(topology)).toEqual(families);
  });

  test('of route reflectors is not: by iBGP it passes on nothing that it has by iBGP', () => {
    const topology = topologyIn((chart) => {
      const east = new RouteReflectorRegion(chart, 'east', {
        ...{ ...region, clientRanges: ['198.51.100.0/24'] },
        ...{ reachability: Reachability.hostPorts(), sides: { a: { addresses: ['192.0.2.1'] } } },
      });
      new OutsideRouter(chart, 'leaf', { ...LEAF, autonomousSystem: 64496, clientOf: [east] });
    });
    expect(unfiltered(topology)).toEqual([]);
  });
});

describe('a client with addresses of both families', () => {
  test('has sessions of those that the pods have', () => {
    const topology = topologyIn((chart) => {
      const clientOf = [new AnycastRouteServerPair(chart, 'rs', pair(chart))];
      new OutsideRouter(chart, 'leaf', { ...LEAF, addresses: [...LEAF.addresses, '2001:db8:1::7'], clientOf });
    });
    expect(leafOf(topology).groups.map(({ name, source }) => [name, source?.text])).toEqual([
      ['MESHRR-routeserver', '198.51.100.7'],
    ]);
  });
});

describe('a client of pairs of one name', () => {
  const ip = { inet: true };

  test('has a group for each, of a name of its own', () => {
    expect(clientOfPairs([ip, ip, ip], (pairs) => pairs).groups).toMatchObject([
      { name: 'MESHRR-routeserver', neighbors: [{ address: { text: '192.0.2.1' } }] },
      { name: 'MESHRR-routeserver-2', neighbors: [{ address: { text: '192.0.2.2' } }] },
      { name: 'MESHRR-routeserver-3', neighbors: [{ address: { text: '192.0.2.3' } }] },
    ]);
  });

  test('exchanges no routes to the addresses of these, and of no others', () => {
    const servicesOf = (chosen: number[]) =>
      clientOfPairs([ip, ip, ip], (pairs) => chosen.map((i) => pairs[i])).services.map(({ text }) => text);
    expect([servicesOf([0, 2]), servicesOf([1])]).toEqual([['192.0.2.1', '192.0.2.3'], ['192.0.2.2']]);
  });
});

describe('routes that are announced with communities', () => {
  const marksOf = (announces: OutsideRouterProps['announces']) =>
    leafOf(
      topologyIn((chart) => {
        const mesh = new Mesh(chart, 'mesh', { autonomousSystem: 64496, addressFamilies: { inet: true, evpn: true } });
        const clientOf = [new AnycastRouteServerPair(chart, 'rs', { ...pair(chart), mesh })];
        new OutsideRouter(chart, 'leaf', { ...LEAF, clientOf, announces });
      }),
    ).marks.map(({ communities: { standard, large }, prefixes }) => [
      [...standard, ...large],
      prefixes.map(({ text }) => text),
    ]);

  test('are together with those of the same ones', () => {
    const [one, two] = [['64496:1'], ['64496:2']];
    const routes = [
      { prefix: '203.0.113.0/28', communities: one },
      { prefix: '203.0.113.16/28', communities: two },
      { prefix: '203.0.113.32/28', communities: one },
      '203.0.113.48/28',
    ];
    expect(marksOf(routes)).toEqual([
      [one, ['203.0.113.0/28', '203.0.113.32/28']],
      [two, ['203.0.113.16/28']],
    ]);
  });

  test('are apart from those of others, however alike these look', () => {
    const [one, two] = [
      ['1:1', '11:1'],
      ['1:11', '1:1'],
    ];
    const routes = [one, two].map((communities, i) => ({ prefix: `203.0.113.${16 * i}/28`, communities }));
    expect(marksOf(routes).map(([communities]) => communities)).toEqual([one, ['1:1', '1:11']]);
  });

  test('have them in the order of their numbers, in which FRR shows them', () => {
    const communities = ['100:5', '99:60000', '100:40', '9:1:1', '9:1', '100:7', '9:0:10'];
    expect(marksOf([{ prefix: '203.0.113.0/28', communities }])).toEqual([
      [['9:1', '99:60000', '100:5', '100:7', '100:40', '9:0:10', '9:1:1'], ['203.0.113.0/28']],
    ]);
  });

  test('are not those of EVPN, which no prefix list holds', () => {
    expect(marksOf([{ evpn: 'MAC 00:00:5e:00:53:01', communities: ['64496:1'] }])).toEqual([]);
  });
});

describe('what a client announces', () => {
  const announcedWith = (changes: Partial<OutsideRouterProps>) => {
    const { announced } = leafOf(
      topologyIn((chart) => {
        const mesh = new Mesh(chart, 'mesh', {
          autonomousSystem: 64496,
          addressFamilies: { inet: true, inet6: true, evpn: true },
        });
        const clientOf = [new AnycastRouteServerPair(chart, 'rs', { ...pair(chart), mesh })];
        new OutsideRouter(chart, 'leaf', { ...LEAF, clientOf, ...changes });
      }),
    );
    return Object.fromEntries(
      Object.entries(announced).map(([family, filters]) => [family, filters.map(({ prefix }) => prefix.text)]),
    );
  };

  test('is what the app lists, in the families that it lists routes of', () => {
    expect(announcedWith({ announces: ['203.0.113.0/28', { evpn: 'one' }] })).toEqual({ inet: ['203.0.113.0/28'] });
    expect(announcedWith({ announces: [{ evpn: 'one' }] })).toEqual({});
    expect(announcedWith({})).toEqual({});
  });

  test('is anything where the list is not all', () => {
    expect(announcedWith({ announces: ['203.0.113.0/28'], routes: 1 })).toEqual({ inet: ['203.0.113.0/28'] });
    expect(announcedWith({ announces: ['203.0.113.0/28'], routes: 2 })).toEqual({});
  });

  test('has the routes to nodes that the router exports to BGP', () => {
    const exported = (exportsTo: 'bgp' | 'ospf') => {
      const { announced } = leafOf(
        topologyIn((chart) => {
          new KubernetesNodes(chart, 'nodes', {
            nodes: { n1: { labels: { side: 'a' } }, n2: { labels: { side: 'b' } } },
          });
          const clientOf = [new AnycastRouteServerPair(chart, 'rs', { ...pair(chart) })];
          const nodes = { n1: ['203.0.113.129/31'] };
          new OutsideRouter(chart, 'leaf', { ...LEAF, clientOf, nodes, announces: ['203.0.113.0/28'], exportsTo });
        }),
      );
      return announced.inet?.map(({ prefix }) => prefix.text);
    };
    expect(exported('bgp')).toEqual(['203.0.113.0/28', `${LEAF.addresses[0]}/32`, '203.0.113.128/31']);
    expect(exported('ospf')).toEqual(['203.0.113.0/28']);
  });
});
