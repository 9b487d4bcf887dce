import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  BgpTopology,
  inCluster,
  KubernetesNodes,
  MetalLBBgpPeering,
  MetalLBNeighbor,
  NeighborConfiguration,
  neighborConfiguration,
  OutsideRouter,
  OutsideRouterProps,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { pair, region } from '../../test-support/examples';
import { asNumberToward } from '../../lib/model';
import { topologyBy, topologyIn } from '../../test-support/topology';

const PEER = { peerAsn: 64498, peerAddress: '192.0.2.254' };
const labels = { rack: '1' };

/** The configuration of router `leaf` of a topology. */
function leafOf(topology: BgpTopology): NeighborConfiguration {
  const router = topology.outside.find(({ id }) => id === 'leaf');
  if (!router) throw new Error('no router leaf');
  return neighborConfiguration(topology, router);
}

const texts = (items: readonly { readonly text: string }[]) => items.map(({ text }) => text);
const filters = (items: NeighborConfiguration['connected']) =>
  items.map(({ prefix, length, upTo = length }) => `${prefix.text} ${length}-${upTo}`);

/** A chart with two nodes, a MetalLB of these peers, and a router beside the first of the nodes. */
function besideNodes(peers: object, changes: Partial<OutsideRouterProps> = {}) {
  return (chart: Chart) => {
    new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels }, n2: { labels: { rack: '2' } } } });
    new MetalLBBgpPeering(chart, 'lb', { myAsn: 64497, peers: peers as never });
    new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['n1'], ...changes });
  };
}
const beside = (peers: object, changes: Partial<OutsideRouterProps> = {}) =>
  leafOf(topologyIn(besideNodes(peers, changes)));

/** A router beside nodes whose own address is not known has an identifier to replace. */
const IDENTIFIER = '198.18.255.255: stands for the BGP identifier of the router, an address that no other router has';

describe('the sessions with MetalLB', () => {
  test('have hops over eBGP to a loopback, and over nothing else', () => {
    const hopsOf = (peer: object, changes: Partial<OutsideRouterProps> = {}) =>
      beside({ p: { ...PEER, ...peer } }, changes).groups.map(({ hops }) => hops);
    expect(hopsOf({})).toEqual([2]);
    expect(hopsOf({ ebgpMultiHop: false })).toEqual([undefined]);
    expect(hopsOf({ peerAsn: 64497 }, { autonomousSystem: 64497 })).toEqual([undefined]);
  });

  test('have no hops over iBGP, whatever a model says of the peer: platforms refuse it', () => {
    const topology = topologyIn(besideNodes({ p: { ...PEER, peerAsn: 64497 } }, { autonomousSystem: 64497 }));
    const metallb = topology.metallb.map((each) => ({
      ...each,
      neighbors: each.neighbors.map((neighbor) => ({ ...neighbor, multihop: true })),
    }));
    expect(leafOf({ ...topology, metallb }).groups).toMatchObject([{ kind: 'metallb', hops: undefined }]);
  });

  test('are those with peers of the nodes beside the router', () => {
    const peers = {
      mine: { ...PEER, nodeSelectors: [{ rack: '9' }, { rack: '1' }] },
      other: { ...PEER, peerAddress: '192.0.2.253', nodeSelectors: [{ rack: '2' }] },
    };
    expect(beside(peers).groups.map(({ name, description }) => [name, description])).toEqual([
      ['MESHRR-METALLB', 'MetalLB, peer mine'],
    ]);
  });

  test('are not with a peer that is another router', () => {
    const peers = { mine: PEER, other: { ...PEER, peerAddress: '198.51.100.9', ebgpMultiHop: false } };
    const topology = topologyIn((chart) => {
      besideNodes(peers)(chart);
      new OutsideRouter(chart, 'spine', { autonomousSystem: 64498, nodes: ['n2'], addresses: ['198.51.100.9'] });
    });
    expect(leafOf(topology).groups.map(({ description }) => description)).toEqual(['MetalLB, peer mine']);
  });

  test('end on an address of the router, on the shared one, or on that of the link', () => {
    const peers = {
      own: { ...PEER, peerAddress: '198.51.100.7' },
      shared: { ...PEER, peerAddress: '2001:db8::254' },
    };
    const { groups, addresses, anycast } = beside(peers, { addresses: ['198.51.100.7'] });
    expect(groups.map(({ name, source, anycast: shared }) => [name, source?.text, shared])).toEqual([
      ['MESHRR-METALLB-1', '198.51.100.7', false],
      ['MESHRR-METALLB-2', '2001:db8::254', true],
    ]);
    expect([addresses, anycast].map(texts)).toEqual([['198.51.100.7'], ['2001:db8::254']]);
    const link = beside({ p: { ...PEER, peerAddress: '203.0.113.1', nodeSelectors: [labels] } });
    expect(link.groups).toMatchObject([{ source: undefined, anycast: false }]);
  });

  test('leave the address of a link to the link, and put any other address of the router on its loopback', () => {
    const link = { p: { ...PEER, peerAddress: '203.0.113.1', ebgpMultiHop: false } };
    const own = beside(link, { addresses: ['203.0.113.1'] });
    expect([own.addresses, own.groups[0].source]).toEqual([[], undefined]);
    expect(texts(beside(link, { addresses: ['198.51.100.7'] }).addresses)).toEqual(['198.51.100.7']);
    expect(texts(beside({ p: PEER }, { addresses: ['198.51.100.7'] }).addresses)).toEqual(['198.51.100.7']);
  });

  test('end on the loopback of the router over iBGP, too', () => {
    const internal = { p: { ...PEER, peerAsn: 64497 } };
    const { groups } = beside(internal, { autonomousSystem: 64497, addresses: [PEER.peerAddress] });
    expect(groups).toMatchObject([{ source: { text: PEER.peerAddress }, anycast: false, hops: undefined }]);
  });

  test('are one of those that share a node and a family: that whose address the router has', () => {
    const tors = { tor1: PEER, tor2: { ...PEER, peerAddress: '192.0.2.253' } };
    const { groups, anycast } = beside(tors, { addresses: ['192.0.2.253'] });
    expect(groups).toMatchObject([{ name: 'MESHRR-METALLB', description: 'MetalLB, peer tor2', anycast: false }]);
    expect(anycast).toEqual([]);
    // Peers of other nodes are no alternatives.
    const racks = {
      one: { ...PEER, nodeSelectors: [{ rack: '1' }], ebgpMultiHop: true },
      two: { ...PEER, peerAddress: '192.0.2.253', nodeSelectors: [{ rack: '2' }], ebgpMultiHop: true },
    };
    const both = beside(racks, { nodes: ['n1', 'n2'], addresses: ['192.0.2.253'] });
    expect(both.groups.map(({ description }) => description)).toEqual(['MetalLB, peer one', 'MetalLB, peer two']);
  });

  test('send BFD as often as the node can receive it, and receive it as often as the node sends', () => {
    const topology = topologyIn((chart) => {
      new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels } } });
      const bfdProfiles = { fast: { receiveInterval: 100, detectMultiplier: 7 } };
      new MetalLBBgpPeering(chart, 'lb', { myAsn: 64497, bfdProfiles, peers: { p: { ...PEER, bfdProfile: 'fast' } } });
      new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['n1'] });
    });
    expect(leafOf(topology).groups).toMatchObject([
      { bfd: { transmitInterval: 100, receiveInterval: 300, multiplier: 7 } },
    ]);
    expect(beside({ p: PEER }).groups[0].bfd).toBeUndefined();
  });

  test('have the AS number that MetalLB expects, as a local one where it is another', () => {
    expect(beside({ p: PEER }).groups).toMatchObject([{ remoteAs: 64497, localAs: undefined }]);
    expect(beside({ p: { ...PEER, peerAsn: 64499 } }).groups).toMatchObject([{ remoteAs: 64497, localAs: 64499 }]);
    expect(beside({ p: { ...PEER, localAsn: 64510 } }).groups).toMatchObject([{ remoteAs: 64510, localAs: undefined }]);
    const dynamic = { ...PEER, peerAsn: undefined, dynamicAsn: 'external' };
    expect(beside({ p: dynamic }, { autonomousSystem: 65001 }).groups).toMatchObject([
      { remoteAs: 64497, localAs: undefined },
    ]);
  });

  test('are in the AS of the nodes where MetalLB takes no other, in that of the router where it takes any other', () => {
    const toward = (autonomousSystem: 'internal' | 'external' | number) =>
      asNumberToward({ autonomousSystem, nodesAutonomousSystem: 64497 } as MetalLBNeighbor, 65001);
    expect([toward('internal'), toward('external'), toward(64499)]).toEqual([64497, 65001, 64499]);
  });

  test('carry the family of the address, or both', () => {
    const familiesOf = (peer: object) => beside({ p: { ...PEER, ...peer } }).groups[0].families;
    expect(familiesOf({})).toEqual(['inet']);
    expect(familiesOf({ peerAddress: '2001:db8::254' })).toEqual(['inet6']);
    expect(familiesOf({ dualStackAddressFamily: true })).toEqual(['inet', 'inet6']);
  });
});

describe('nodes', () => {
  const both = (changes: Partial<OutsideRouterProps>) => beside({ p: PEER }, changes);

  test('are neighbors where their addresses are known, and a range to be changed where not', () => {
    const known = { n1: ['2001:db8:2::5', '203.0.113.5'], n2: ['203.0.113.6'] };
    const { groups, changes } = both({ nodes: known });
    expect(groups[0].neighbors.map(({ address, description }) => [address.text, description])).toEqual([
      ['203.0.113.5', 'MetalLB on n1'],
      ['203.0.113.6', 'MetalLB on n2'],
    ]);
    expect([groups[0].ranges, changes]).toEqual([[], [IDENTIFIER]]);

    const unknown = both({ nodes: ['n1', 'n2'] });
    expect(unknown.groups[0]).toMatchObject({ neighbors: [], ranges: [{ text: '203.0.113.0/24' }] });
    expect(unknown.changes).toEqual(['203.0.113.0/24: stands for the network of n1, n2', IDENTIFIER]);
  });

  test('are accepted from the ranges that the app gives, and have neighbors of their own outside of these alone', () => {
    const { groups, changes } = both({ nodes: { n1: ['203.0.113.5'], n2: ['203.0.113.128/25'] } });
    expect(groups[0]).toMatchObject({
      neighbors: [{ address: { text: '203.0.113.5' } }],
      ranges: [{ text: '203.0.113.128/25' }],
    });
    expect(changes).toEqual([IDENTIFIER]);
    const covered = both({ nodes: { n1: ['203.0.113.129'], n2: ['203.0.113.128/25'] } });
    expect(covered.groups[0].neighbors).toEqual([]);
  });

  test('are all those of the cluster where the app gives ranges and no names', () => {
    const topology = topologyIn(besideNodes({ p: PEER }, { nodes: ['203.0.113.128/25', '2001:db8:2::/64'] }));
    expect(topology.outside.find(({ id }) => id === 'leaf')?.nodes).toEqual(['n1', 'n2']);
    expect(leafOf(topology).groups[0].ranges).toMatchObject([{ text: '203.0.113.128/25' }]);
    const clusters = topologyBy((app) => {
      for (const cluster of ['east', 'west']) {
        const chart = inCluster(new Chart(app, cluster), cluster);
        new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels } } });
        if (cluster === 'west')
          new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['203.0.113.0/24'] });
      }
    });
    expect(clusters.outside.map(({ nodes }) => nodes)).toEqual([['west/n1']]);
    const named = topologyIn(besideNodes({ p: PEER }, { nodes: ['n2', '203.0.113.128/25'] }));
    expect(named.outside.find(({ id }) => id === 'leaf')?.nodes).toEqual(['n2']);
  });

  test('that are unknown have a placeholder for each neighbor of MetalLB', () => {
    const peers = {
      one: { ...PEER, peerAddress: '203.0.113.1', nodeSelectors: [{ rack: '1' }] },
      two: { ...PEER, peerAddress: '203.0.113.33', nodeSelectors: [{ rack: '2' }] },
    };
    const { groups, changes } = beside(peers, { nodes: ['n1', 'n2'] });
    expect(groups.map(({ ranges }) => texts(ranges))).toEqual([['203.0.113.0/24'], ['198.18.1.0/24']]);
    expect(changes).toEqual([
      '203.0.113.0/24: stands for the network of n1',
      '198.18.1.0/24: stands for the network of n2',
    ]);
  });

  test('of IPv6 are in a range of IPv6', () => {
    const { groups, changes } = beside({ p: { ...PEER, peerAddress: '2001:db8::254' } });
    expect(groups[0].ranges).toMatchObject([{ text: '2001:db8:ffff::/64' }]);
    expect(changes).toEqual(['2001:db8:ffff::/64: stands for the network of n1']);
  });

  test('have descriptions that every platform takes: ASCII without quotes, at most 80 characters', () => {
    const cluster = `dc "west"\\*!\u00e9 ${'x'.repeat(80)}`;
    const topology = topologyBy((app) => {
      const chart = inCluster(new Chart(app, 'west'), cluster);
      besideNodes({ p: PEER }, { nodes: { n1: ['203.0.113.5'] } })(chart);
    });
    const [{ description }] = leafOf(topology).groups[0].neighbors;
    expect(description).toBe(`MetalLB on dc _west_____ ${'x'.repeat(80)}`.slice(0, 80));
  });
});

describe('passwords', () => {
  test('are changed by the reader, who is told of the Secret', () => {
    const { groups, changes } = beside({ p: { ...PEER, passwordSecret: 'tor' } }, { nodes: { n1: ['203.0.113.5'] } });
    expect(groups[0].password).toBe(true);
    expect(changes).toEqual([IDENTIFIER, 'the password CHANGE: stands for that in Secret metallb-system/tor']);
  });
});

describe('what the reader must see to', () => {
  const notes = (peer: object, changes: Partial<OutsideRouterProps> = {}) =>
    beside({ p: { ...PEER, ...peer } }, changes).notes;

  test('is the shared address, which is in no routing protocol', () => {
    const keepOut = 'Keep 192.0.2.254 out of everything else that the router redistributes.';
    expect(notes({})).toEqual([keepOut]);
    expect(notes({}, { addresses: ['198.51.100.7'] })).toEqual([keepOut]);
    expect(notes({ ebgpMultiHop: false })).toEqual([]);
  });

  test('is a link that is not exported', () => {
    const about = (nodes: OutsideRouterProps['nodes'], vrf?: string) =>
      notes({ ebgpMultiHop: false }, { nodes, vrf }).filter((note) => note.includes('links'));
    expect(about({ n1: ['203.0.113.5'], n2: ['203.0.113.9/31'] })).toEqual([
      'The links to n1 are not exported: the app does not tell their networks.',
    ]);
    expect(about({ n1: ['203.0.113.5/31'] })).toEqual([]);
    expect(about(['203.0.113.0/24'])).toEqual([]);
    expect(about(['n1'])).toEqual([]);
    expect(about({ n1: ['203.0.113.5'] }, 'DCI')).toEqual([]);
  });

  test('is a port that is not that of BGP', () => {
    const dials = (peerPort: number) => notes({ peerPort, ebgpMultiHop: false });
    expect(dials(1179)).toEqual(['Peer p of MetalLB dials port 1179, where BGP must listen.']);
    expect(dials(179)).toEqual([]);
  });

  test('is a peer over an interface, which is not written', () => {
    const { groups, notes: told } = beside({ p: { peerAsn: 64498, interface: 'eth1' } });
    expect(groups).toEqual([]);
    expect(told).toEqual(['Peer p of MetalLB runs over an interface; it is not in here.']);
  });

  test('is the VRF, which must be there', () => {
    expect(notes({ ebgpMultiHop: false }, { vrf: 'DCI' })).toEqual([
      'VRF DCI is there already, with its route distinguisher and targets.',
    ]);
  });
});

describe('what a router beside nodes exports', () => {
  const exported = (changes: Partial<OutsideRouterProps>) => beside({ p: PEER }, changes);

  test('is its own loopback and its links to the nodes, and no more', () => {
    const nodes = { n1: ['203.0.113.5/31'], n2: ['203.0.113.128/25'] };
    const { connected, exportsTo } = exported({ nodes, addresses: ['198.51.100.7'] });
    expect(filters(connected)).toEqual(['198.51.100.7/32 32-32', '203.0.113.4/31 31-31', '203.0.113.128/25 25-32']);
    expect(exportsTo).toBe('bgp');
    expect(filters(exported({ nodes: { n1: ['203.0.113.5'] } }).connected)).toEqual([]);
    expect(filters(exported({ nodes: ['n1'] }).connected)).toEqual(['203.0.113.0/24 24-32']);
  });

  test('is nothing connected in a VRF', () => {
    expect(exported({ nodes: { n1: ['203.0.113.5/31'] }, addresses: ['198.51.100.7'], vrf: 'DCI' }).connected).toEqual(
      [],
    );
  });

  test('has no loopback toward an IGP, which has it already', () => {
    const nodes = { n1: ['203.0.113.5/31'] };
    const { connected } = exported({ nodes, addresses: ['198.51.100.7'], exportsTo: 'ospf' });
    expect(filters(connected)).toEqual(['203.0.113.4/31 31-31']);
  });

  test('has its BGP identifier where the shared address could become it', () => {
    expect(exported({ addresses: ['198.51.100.7'] }).routerId?.text).toBe('198.51.100.7');
    expect(exported({})).toMatchObject({ routerId: { text: '198.18.255.255' } });
    expect(exported({}).changes).toContain(IDENTIFIER);
    const ofIpv6 = beside({ p: { ...PEER, peerAddress: '2001:db8::254' } }, {});
    expect([ofIpv6.routerId, ofIpv6.changes.includes(IDENTIFIER)]).toEqual([undefined, false]);
    const link = beside({ p: { ...PEER, ebgpMultiHop: false } }, { addresses: ['198.51.100.7'] });
    expect(link.routerId).toBeUndefined();
  });
});

describe('what a router beside nodes announces to them', () => {
  const toNodes = (changes: Partial<OutsideRouterProps>) =>
    filters(
      leafOf(
        topologyIn((chart) => {
          const labels = { meshrr_region_east: 'true', side: 'a' };
          const nodes = { n1: { labels: { ...labels, side: 'a' } }, n2: { labels: { side: 'b' } } };
          new KubernetesNodes(chart, 'nodes', { nodes });
          new AnycastRouteServerPair(chart, 'rs', pair(chart, { podClients: true }));
          new RouteReflectorRegion(chart, 'east', {
            ...{ ...region, clientRanges: ['198.18.0.0/24'], sides: { a: { addresses: ['192.0.2.9'] } } },
            reachability: Reachability.hostPorts(),
          });
          new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, nodes: ['n1'], ...changes });
        }),
      ).toNodes,
    );

  test('is nothing, or routes to clients of the pods behind MetalLB', () => {
    expect(toNodes({})).toEqual([]);
    expect(toNodes({ announcesToNodes: 'client-addresses' })).toEqual(['198.51.100.0/24 24-32']);
  });
});
