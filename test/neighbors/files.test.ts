import { Chart } from 'cdk8s';
import { AnycastRouteServerPair, inCluster, KubernetesNodes, Mesh, MetalLBBgpPeering, OutsideRouter } from '../../lib';
import { Reachability, RouteReflectorRegion } from '../../lib';
import { neighborFiles } from '../../lib/neighbors';
import { frr, pair, peering, region } from '../../test-support/examples';
import { topologyBy, topologyIn } from '../../test-support/topology';

const namesOf = (topology: Parameters<typeof neighborFiles>[0]) => neighborFiles(topology).map(({ name }) => name);
const onAll = (router: string) => ['junos', 'iosxr', 'frr', 'eos'].map((platform) => `${router}.${platform}.conf`);

/** A pair, and routers that are its clients. */
const withClients = (routers: Record<string, object>) =>
  topologyIn((chart) => {
    const clientOf = [new AnycastRouteServerPair(chart, 'rs', pair(chart))];
    Object.entries(routers).forEach(([name, props], i) => {
      const addresses = [`198.51.100.${i + 1}`];
      new OutsideRouter(chart, name, { autonomousSystem: 65001 + i, addresses, clientOf, ...props });
    });
  });

test('without a declared router there is one in each place, on each platform', () => {
  expect(namesOf(withClients({}))).toEqual([...onAll('rack'), ...onAll('client-routeserver')]);
});

test('a declared client takes the place of the other, on its own platform or on each', () => {
  const names = namesOf(withClients({ pe1: { platform: 'eos' }, pe2: {} }));
  expect(names).toEqual(['pe1.eos.conf', ...onAll('pe2'), ...onAll('rack')]);
});

test('a router that stands for others has a name that no declared one has', () => {
  expect(namesOf(withClients({ rack: { platform: 'frr' } }))).toEqual(['rack.frr.conf', ...onAll('rack-2')]);
});

test('an app of which nothing faces clients has none', () => {
  expect(namesOf(topologyIn((chart) => void new Mesh(chart, 'mesh', { autonomousSystem: 64496 })))).toEqual([]);
});

describe('a router beside nodes', () => {
  const labels = { meshrr_region_east: 'true', side: 'a' };
  const peer = { peerAsn: 64496, peerAddress: '192.0.2.254', ebgpMultiHop: true };
  /** Its peers of MetalLB, and an address that nodes carry. */
  const beside = (peers: object, carried: boolean) =>
    topologyIn((chart) => {
      new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels } } });
      new MetalLBBgpPeering(chart, 'lb', { myAsn: 64497, peers: peers as never });
      const sides = { a: { addresses: ['192.0.2.1'] } };
      const reached = { clientRanges: ['198.51.100.0/24'], reachability: Reachability.hostPorts(), sides };
      if (carried) new RouteReflectorRegion(chart, 'east', { ...region, ...reached });
      new OutsideRouter(chart, 'leaf', { autonomousSystem: 64496, nodes: ['n1'], platform: 'iosxr' });
    });
  const filesOf = (topology: ReturnType<typeof beside>) =>
    neighborFiles(topology).filter(({ router }) => router === 'leaf');

  test('has no file where there is nothing to write', () => {
    expect(neighborFiles(beside({ p: { peerAsn: 64496, interface: 'eth1' } }, false))).toEqual([]);
  });

  test('tells the network of what nodes carry, and hides the address that it shares', () => {
    const [{ text }] = filesOf(beside({ p: peer }, true));
    expect(text).toContain('redistribute connected route-policy MESHRR-CONNECTED-INET');
    expect(text).toContain('redistribute static route-policy MESHRR-STATIC-INET');
    expect(text).toMatch(/prefix-set MESHRR-ANYCAST-INET\n {2}192\.0\.2\.254\/32\nend-set/);
    expect(text).toMatch(/prefix-set MESHRR-STATIC-INET\n {2}192\.0\.2\.1\/32\nend-set/);
  });
});

test('the name of a cluster, which may hold anything, ends no line, no comment and no folder', () => {
  const topology = topologyBy((app) => {
    const chart = inCluster(new Chart(app, 'west'), '../w"est*/\nrouter bgp 1\n');
    new AnycastRouteServerPair(chart, 'rs', {
      ...{ router: frr, podNetworks: ['10.42.0.0/16'], clientRanges: ['198.51.100.0/24'] },
      reachability: Reachability.metalLB(new MetalLBBgpPeering(chart, 'lb', peering)),
      mesh: new Mesh(chart, 'mesh', { autonomousSystem: 64496 }),
      sides: { a: { addresses: ['192.0.2.1'] } },
    });
  });
  for (const { name, text } of neighborFiles(topology)) {
    expect(name).toMatch(/^[a-z][a-z0-9.-]*\.conf$/);
    expect(text).not.toContain('\nrouter bgp 1\n');
    expect(text).not.toMatch(/\*\/./);
  }
});
