import { App, Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  AppDefinition,
  Crpd,
  Frr,
  FullyMeshedRouteServers,
  KubernetesNodes,
  MeshedPairProps,
  MetalLBBgpPeering,
  OutsideRouter,
  Router,
} from '../lib';

/** What you change first: the values of your site. Addresses and AS numbers here are from documentation ranges. */
const site = {
  namespace: 'default',
  images: { crpd: 'registry.example.com/meshrr/crpd:0.1.0', frr: 'registry.example.com/meshrr/frr:0.1.0' },

  /** AS number of the route servers, and those of the data centers that peer with them. */
  autonomousSystem: 64496,
  asRanges: ['64500-64511', '65536-65551'],
  /** Where the data centers' routers peer from. */
  clientRanges: ['198.51.100.0/24'],
  /** Where this cluster's pods get their addresses from (the default of k3s). */
  podNetworks: ['10.42.0.0/16'],

  /** MetalLB, its AS number, and the anycast loopback that every router next to a node carries. */
  metallb: { namespace: 'metallb-system', backend: 'frr-k8s', myAsn: 64497 },
  routers: { peerAsn: 64498, peerAddress: '192.0.2.254' },
  /** The nodes, and where the router beside them reaches each. No manifest holds these, nor the routers below. */
  nodes: {
    n1: { labels: { side: 'a', region: '1' }, address: '203.0.113.129' },
    n2: { labels: { side: 'b', region: '1' }, address: '203.0.113.131' },
    n3: { labels: { side: 'a', region: '2' }, address: '203.0.113.133' },
    n4: { labels: { side: 'b', region: '2' }, address: '203.0.113.135' },
  },
  /** Two data centers: a leaf, and a border router, which stands beside the nodes, too. */
  leaf: {
    platform: 'eos',
    autonomousSystem: 64500,
    addresses: ['198.51.100.11'],
    announces: [{ evpn: 'MAC 00:00:5e:00:53:01' }],
  },
  border: {
    platform: 'frr',
    autonomousSystem: 64501,
    addresses: ['198.51.100.12'],
    announces: [{ evpn: 'MAC 00:00:5e:00:53:02' }],
  },
  /** SSH and NETCONF of the pods (cRPD only), on the layer 2 network of the nodes. */
  management: { addresses: ['203.0.113.16/28'] },

  /** Two regions, each with a pair; their pods prefer the nodes of their region. */
  twoRegions: {
    'routeserver-1': {
      region: '1',
      sides: {
        a: { addresses: ['192.0.2.1'], managementAddresses: ['203.0.113.17'] },
        b: { addresses: ['192.0.2.2'], managementAddresses: ['203.0.113.18'] },
      },
    },
    'routeserver-2': {
      region: '2',
      sides: {
        a: { addresses: ['192.0.2.3'], managementAddresses: ['203.0.113.19'] },
        b: { addresses: ['192.0.2.4'], managementAddresses: ['203.0.113.20'] },
      },
    },
  },
  /** One region. Side b shows two pods behind one address; one is simpler to operate. */
  oneRegion: {
    routeserver: {
      sides: {
        a: { addresses: ['192.0.2.1'], managementAddresses: ['203.0.113.17'] },
        b: { addresses: ['192.0.2.2'], replicas: 2, managementAddresses: ['203.0.113.18', '203.0.113.19'] },
      },
    },
  },
} as const;

type Pairs = Readonly<Record<string, MeshedPairProps>>;

function routeServers(router: Router, pairs: Pairs, regions: readonly string[]): AppDefinition {
  return (app: App) => {
    const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
      ...site.metallb,
      peers: { 'anycast-loopback': site.routers },
    });
    const chart = new Chart(app, 'route-servers', { namespace: site.namespace });
    const servers = new FullyMeshedRouteServers(chart, 'route-servers', {
      router,
      metallb,
      autonomousSystem: site.autonomousSystem,
      addressFamilies: { inet: false, evpn: true },
      asRanges: site.asRanges,
      clientRanges: site.clientRanges,
      podNetworks: site.podNetworks,
      management: router.kind === 'crpd' ? site.management : undefined,
      pairs: router.kind === 'crpd' ? pairs : withoutManagement(pairs),
    });
    surroundings(chart, regions, [...servers.pairs.values()]);
  };
}

/** What is around the pods: the nodes of the regions, and routers that are clients of all pairs. */
function surroundings(chart: Chart, regions: readonly string[], clientOf: readonly AnycastRouteServerPair[]): void {
  const nodes = Object.entries(site.nodes).filter(([, { labels }]) => regions.includes(labels.region));
  new KubernetesNodes(chart, 'nodes', {
    nodes: Object.fromEntries(nodes.map(([name, { labels }]) => [name, { labels }])),
  });
  new OutsideRouter(chart, 'dc1-leaf1', { ...site.leaf, clientOf });
  new OutsideRouter(chart, 'dc2-border1', {
    ...site.border,
    clientOf,
    nodes: Object.fromEntries(nodes.map(([name, { address }]) => [name, [address]])),
  });
}

/** FRR has neither SSH nor NETCONF; its pods are entered with `kubectl exec`. */
function withoutManagement(pairs: Pairs): Pairs {
  const bare = ({ sides, ...pair }: MeshedPairProps): MeshedPairProps => ({
    ...pair,
    sides: Object.fromEntries(
      Object.entries(sides).map(([side, props]) => [side, { ...props, managementAddresses: undefined }]),
    ),
  });
  return Object.fromEntries(Object.entries(pairs).map(([name, pair]) => [name, bare(pair)]));
}

const crpd = new Crpd({ image: site.images.crpd });
const frr = new Frr({ image: site.images.frr });

export const loadBalancedRouteServers = {
  'load-balanced-route-servers': routeServers(crpd, site.twoRegions, ['1', '2']),
  'load-balanced-route-servers-one-region': routeServers(crpd, site.oneRegion, ['1']),
  'load-balanced-route-servers-frr': routeServers(frr, site.twoRegions, ['1', '2']),
  'load-balanced-route-servers-one-region-frr': routeServers(frr, site.oneRegion, ['1']),
};
