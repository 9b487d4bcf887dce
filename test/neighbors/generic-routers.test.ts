import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  inCluster,
  KubernetesNodes,
  Mesh,
  MetalLBBgpPeering,
  MetalLBPeerProps,
  OutsideRouter,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { NEIGHBOR_PLATFORMS, neighborConfiguration, neighborText } from '../../lib/neighbors';
import { genericRouters } from '../../lib/neighbors/generic-routers';
import { frr, region } from '../../test-support/examples';
import { topologyBy, topologyIn } from '../../test-support/topology';

const AS_OF_PODS = 64496;
const ANYCAST = { peerAddress: '192.0.2.254' };

/** The router that stands for those beside the nodes of a pair of route servers, whose MetalLB has these peers. */
function beside(peers: Record<string, MetalLBPeerProps>, myAsn = 64497) {
  const topology = topologyIn((chart) => {
    const mesh = new Mesh(chart, 'mesh', { autonomousSystem: AS_OF_PODS });
    const metallb = new MetalLBBgpPeering(chart, 'lb', { myAsn, peers });
    const sides = { a: { addresses: ['192.0.2.1'] } };
    const pods = { router: frr, podNetworks: ['10.42.0.0/16'], clientRanges: ['198.51.100.0/24'] };
    new AnycastRouteServerPair(chart, 'rs', { ...pods, mesh, reachability: Reachability.metalLB(metallb), sides });
  });
  const [router] = genericRouters(topology);
  return { router, configuration: neighborConfiguration(topology, router) };
}

describe('the AS number of a router that stands for those beside nodes', () => {
  test.each<[string, Record<string, MetalLBPeerProps>, number, number]>([
    ['the one that MetalLB expects', { p: { ...ANYCAST, peerAsn: 64498 } }, 64497, 64498],
    [
      'the first one that MetalLB expects',
      { p: { ...ANYCAST, dynamicAsn: 'external' }, q: { peerAsn: 64499, peerAddress: '2001:db8::253' } },
      64497,
      64499,
    ],
    ['that of the nodes over iBGP', { p: { ...ANYCAST, dynamicAsn: 'internal' } }, 64497, 64497],
    ['that of the pods where any will do', { p: { ...ANYCAST, dynamicAsn: 'external' } }, 64497, AS_OF_PODS],
    ['another one where the nodes have that', { p: { ...ANYCAST, dynamicAsn: 'external' } }, AS_OF_PODS, 64511],
    [
      'another one where the nodes present that',
      {
        p: { ...ANYCAST, dynamicAsn: 'external', localAsn: AS_OF_PODS },
        q: { dynamicAsn: 'external', peerAddress: '2001:db8::253', localAsn: 64511 },
      },
      64497,
      64510,
    ],
  ])('is %s', (_, peers, myAsn, expected) => {
    const { router, configuration } = beside(peers, myAsn);
    expect(router.autonomousSystem).toBe(expected);
    expect(configuration.changes[0]).toBe(`AS ${expected}: assumed, as no router of the app is in this place`);
  });

  test('needs no local AS toward nodes of any AS number, which no platform takes in the AS of the neighbor', () => {
    for (const dynamicAsn of ['internal', 'external'] as const) {
      const { configuration } = beside({ p: { ...ANYCAST, dynamicAsn } });
      for (const platform of NEIGHBOR_PLATFORMS)
        expect(neighborText(configuration, platform)).not.toContain('local-as');
    }
  });
});

describe('routers that stand for those beside nodes', () => {
  /** A pair of route servers, in a chart with nodes of these names. */
  const addPair = (chart: Chart, nodes: readonly string[] = []) => {
    const declared = Object.fromEntries(nodes.map((name) => [name, { labels: { side: 'a' } }]));
    if (nodes.length > 0) new KubernetesNodes(chart, 'nodes', { nodes: declared });
    return new AnycastRouteServerPair(chart, 'rs', {
      ...{ router: frr, podNetworks: ['10.42.0.0/16'], clientRanges: ['198.51.100.0/24'] },
      mesh: new Mesh(chart, 'mesh', { autonomousSystem: AS_OF_PODS }),
      reachability: Reachability.metalLB(
        new MetalLBBgpPeering(chart, 'lb', { myAsn: 64497, peers: { p: { ...ANYCAST, peerAsn: 64498 } } }),
      ),
      sides: { a: { addresses: [`192.0.2.${nodes.length + 1}`] } },
    });
  };
  const client = (servers: AnycastRouteServerPair, number = 0) => ({
    ...{ autonomousSystem: 65001, addresses: [`198.51.100.${7 + number}`], clientOf: [servers] },
  });
  const namesOf = (topology: Parameters<typeof genericRouters>[0]) =>
    genericRouters(topology)
      .filter(({ clientOf }) => clientOf.length === 0)
      .map(({ id }) => id);

  test('are one for each cluster, with the name of the cluster as a DNS name', () => {
    const topology = topologyBy((app) => {
      ['East', 'my west/1', 'north.2-x'].forEach((name, i) => {
        const nodes = Array.from({ length: i }, (_, number) => `n${number}`);
        addPair(inCluster(new Chart(app, `chart${i}`), name), nodes);
      });
    });
    expect(namesOf(topology).sort()).toEqual(['rack-east', 'rack-my-west-1', 'rack-north.2-x']);
  });

  test('are none where the app declares a router beside a node of the cluster, which may stand for itself', () => {
    const withRouter = (router: (servers: AnycastRouteServerPair) => object) =>
      topologyIn((chart) => {
        const servers = addPair(chart, ['n1', 'n2']);
        new OutsideRouter(chart, 'leaf', { autonomousSystem: 64498, ...router(servers) });
      });
    expect(namesOf(withRouter(() => ({ nodes: ['n2'] })))).toEqual([]);
    expect(namesOf(withRouter((servers) => client(servers)))).toEqual(['rack']);
  });

  test('have a name that no declared router has', () => {
    const topology = topologyIn((chart) => {
      const servers = addPair(chart);
      ['rack', 'rack-2'].forEach((name, i) => new OutsideRouter(chart, name, client(servers, i)));
    });
    expect(namesOf(topology)).toEqual(['rack-3']);
  });

  test('are one for each neighbor of MetalLB of an IP family on nodes that run pods', () => {
    const peer = (peerAddress: string, more: object = {}) => ({ peerAsn: 64498, peerAddress, ...more });
    const topology = topologyIn((chart) => {
      const nodes = { n1: { labels: { side: 'a' } }, n2: { labels: { side: 'b' } } };
      new KubernetesNodes(chart, 'nodes', { nodes });
      new AnycastRouteServerPair(chart, 'rs', {
        ...{ router: frr, podNetworks: ['10.42.0.0/16'], clientRanges: ['198.51.100.0/24'] },
        mesh: new Mesh(chart, 'mesh', { autonomousSystem: AS_OF_PODS }),
        reachability: Reachability.metalLB(
          new MetalLBBgpPeering(chart, 'lb', {
            myAsn: 64497,
            peers: {
              tor1: peer('192.0.2.254'),
              tor2: peer('192.0.2.253'),
              six: peer('2001:db8::254'),
              idle: peer('192.0.2.252', { nodeSelectors: [{ side: 'b' }] }),
            },
          }),
        ),
        sides: { a: { addresses: ['192.0.2.1'] } },
      });
    });
    const racks = genericRouters(topology).filter(({ nodes }) => nodes.length > 0);
    expect(racks.map(({ id, metallbPeers }) => [id, metallbPeers])).toEqual([
      ['rack-six', ['six', 'tor1']],
      ['rack-tor2', ['tor2']],
    ]);
    expect(neighborConfiguration(topology, racks[1]).groups.map(({ description }) => description)).toEqual([
      'MetalLB, peer tor2',
    ]);
  });

  test('stand beside the nodes that run pods which clients reach', () => {
    const labels = (name: string) => ({ [`meshrr_region_${name}`]: 'true', side: 'a' });
    const sides = { a: { addresses: ['192.0.2.1'] } };
    const topology = topologyIn((chart) => {
      const nodes = { n1: { labels: labels('core') }, n2: { labels: labels('east') }, n3: { labels: {} } };
      new KubernetesNodes(chart, 'nodes', { nodes });
      new RouteReflectorRegion(chart, 'core', region);
      new RouteReflectorRegion(chart, 'east', {
        ...{ ...region, upstream: 'core', clientRanges: ['198.51.100.0/24'], sides },
        reachability: Reachability.hostPorts(),
      });
    });
    const [router] = genericRouters(topology);
    expect(router).toMatchObject({ id: 'rack', nodes: ['n2'], autonomousSystem: AS_OF_PODS, assumed: true });
  });

  test('are none beside nodes whose pods no client reaches, also where those of another cluster are reached', () => {
    const core = (chart: Chart) => void new RouteReflectorRegion(chart, 'core', region);
    expect(namesOf(topologyIn(core))).toEqual([]);
    const topology = topologyBy((app) => {
      addPair(inCluster(new Chart(app, 'one'), 'east'));
      core(inCluster(new Chart(app, 'two'), 'west'));
    });
    expect(namesOf(topology)).toEqual(['rack-east']);
  });

  test('stand in a cluster whose routers the app does not declare, and have the neighbors of that cluster alone', () => {
    const peering = (peerAsn: number) => ({ myAsn: 64497, peers: { p: { ...ANYCAST, peerAsn } } });
    const add = (chart: Chart, number: number, peerAsn?: number) =>
      new RouteReflectorRegion(chart, `region${number}`, {
        ...{ router: frr, autonomousSystem: 64500 + number, podNetworks: [`10.4${number}.0.0/16`] },
        ...{ clientRanges: ['198.51.100.0/24'], sides: { a: { addresses: [`192.0.2.${number}`] } } },
        reachability: peerAsn
          ? Reachability.metalLB(new MetalLBBgpPeering(chart, 'lb', peering(peerAsn)))
          : Reachability.hostPorts(),
      });
    const topology = topologyBy((app) => {
      const [east, west, north, south] = ['east', 'west', 'north', 'south'].map((name) =>
        inCluster(new Chart(app, name), name),
      );
      add(east, 1, 65101);
      add(west, 2, 65102);
      add(north, 3);
      const labels = { meshrr_region_region4: 'true', side: 'a' };
      new KubernetesNodes(south, 'nodes', { nodes: { n1: { labels } } });
      add(south, 4);
      new OutsideRouter(south, 'leaf', { autonomousSystem: 65104, nodes: ['n1'] });
    });
    const found = genericRouters(topology).filter(({ nodes }) => nodes.length > 0);
    expect(found.map(({ id, autonomousSystem }) => `${id} ${autonomousSystem}`).sort()).toEqual([
      'rack-east 65101',
      'rack-north 64503',
      'rack-west 65102',
    ]);
    expect(found).toMatchObject(found.map(() => ({ clientOf: [], addresses: [], announces: [], routes: 0 })));
  });

  test('do not avoid the names of clients that are only assumed', () => {
    const topology = topologyBy((app) => {
      ['rs', 'rs-1'].forEach((name, i) => {
        const chart = inCluster(new Chart(app, name), name);
        const mesh = new Mesh(chart, 'mesh', { autonomousSystem: AS_OF_PODS });
        const metallb = new MetalLBBgpPeering(chart, 'lb', {
          myAsn: 64497,
          peers: { p: { ...ANYCAST, peerAsn: 64498 } },
        });
        new AnycastRouteServerPair(chart, 'rs', {
          ...{ router: frr, podNetworks: [`10.4${i}.0.0/16`], clientRanges: ['198.51.100.0/24'] },
          ...{
            name,
            mesh,
            reachability: Reachability.metalLB(metallb),
            sides: { a: { addresses: [`192.0.2.${i + 1}`] } },
          },
        });
      });
    });
    const clients = genericRouters(topology).filter(({ clientOf }) => clientOf.length > 0);
    expect(clients.map(({ id }) => id).sort()).toEqual(['client-rs', 'client-rs-1']);
  });
});
