import { App, Chart } from 'cdk8s';
import {
  AppDefinition,
  Crpd,
  Frr,
  HierarchicalRouteReflectors,
  KubernetesNodes,
  MetalLBBgpPeering,
  OutsideRouter,
  Reachability,
  Router,
  RouteReflectorRegion,
} from '../lib';

/** What you change first: the values of your site. Addresses and AS numbers here are from documentation ranges. */
const site = {
  namespace: 'default',
  images: { crpd: 'registry.example.com/meshrr/crpd:0.1.0', frr: 'registry.example.com/meshrr/frr:0.1.0' },

  autonomousSystem: 64496,
  /** Where this cluster's pods get their addresses from (the default of k3s). */
  podNetworks: ['10.42.0.0/16'],
  /** Routes with the first stay in their region; with the second they are the last choice of other regions. */
  communities: { only: '64496:101', preferred: '64496:102' },

  /** Two regions; your regions are probably not in Middle Earth. */
  lothlorien: { clientRanges: ['198.51.100.0/24'], a: '192.0.2.1', b: '192.0.2.2' },
  mirkwood: { clientRanges: ['203.0.113.0/24'], a: '192.0.2.3', b: '192.0.2.4' },

  /** MetalLB, its AS number, and the anycast loopback that every router next to a node carries. */
  metallb: { namespace: 'metallb-system', backend: 'frr-k8s', myAsn: 64497 },
  routers: { peerAsn: 64498, peerAddress: '192.0.2.254' },

  /** The nodes, and the router beside each, which reaches it at an address. No manifest holds these. */
  nodes: {
    n1: { address: '192.0.2.129/31', redundancy_group: 'a', leaf: 'leaf1' },
    n2: { address: '192.0.2.131/31', redundancy_group: 'b', leaf: 'leaf2' },
  },
  leaves: {
    leaf1: { platform: 'iosxr', autonomousSystem: 64498, addresses: ['192.0.2.251'] },
    leaf2: { platform: 'eos', autonomousSystem: 64498, addresses: ['192.0.2.252'] },
  },
  /** Clients of lothlorien, and what they announce; of mirkwood none are declared. */
  clients: {
    pe1: {
      platform: 'junos',
      addresses: ['198.51.100.11'],
      announces: ['198.51.100.128/26', { prefix: '198.51.100.192/26', inRegion: 'only' }],
    },
    pe2: {
      platform: 'frr',
      addresses: ['198.51.100.12'],
      announces: ['198.51.100.64/27', { prefix: '198.51.100.96/27', inRegion: 'preferred' }],
    },
  },
} as const;

function routeReflectors(router: Router, reachabilityIn: (app: App) => Reachability): AppDefinition {
  return (app) => {
    const reachability = reachabilityIn(app);
    const region = ({ clientRanges, a, b }: typeof site.lothlorien | typeof site.mirkwood) => ({
      reachability,
      clientRanges,
      communities: site.communities,
      sides: { a: { addresses: [a] }, b: { addresses: [b] } },
    });
    const chart = new Chart(app, 'route-reflectors', { namespace: site.namespace });
    const { regions } = new HierarchicalRouteReflectors(chart, 'route-reflectors', {
      router,
      autonomousSystem: site.autonomousSystem,
      podNetworks: site.podNetworks,
      sideLabel: 'redundancy_group',
      core: { replicas: 2 },
      regions: { lothlorien: region(site.lothlorien), mirkwood: region(site.mirkwood) },
    });
    surroundings(chart, regions.get('lothlorien')!);
  };
}

/** What is around the pods: nodes that serve every region, the routers beside them, and clients. */
function surroundings(chart: Chart, region: RouteReflectorRegion): void {
  const serves = { meshrr_region_core: 'true', meshrr_region_lothlorien: 'true', meshrr_region_mirkwood: 'true' };
  const nodes = Object.entries(site.nodes);
  new KubernetesNodes(chart, 'nodes', {
    nodes: Object.fromEntries(
      nodes.map(([name, { redundancy_group }]) => [name, { labels: { ...serves, redundancy_group } }]),
    ),
  });
  for (const [leaf, props] of Object.entries(site.leaves)) {
    const beside = nodes.filter(([, node]) => node.leaf === leaf);
    new OutsideRouter(chart, leaf, {
      ...props,
      nodes: Object.fromEntries(beside.map(([name, { address }]) => [name, [address]])),
    });
  }
  const { autonomousSystem } = site;
  for (const [name, client] of Object.entries(site.clients)) {
    new OutsideRouter(chart, name, { ...client, autonomousSystem, clientOf: [region] });
  }
}

/** Clients reach loopback addresses of the nodes by static routes. */
const hostPorts = () => Reachability.hostPorts();

/** Clients reach an address for each region and side, which MetalLB announces. */
const metalLB = (app: App) =>
  Reachability.metalLB(
    new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
      ...site.metallb,
      peers: { 'anycast-loopback': site.routers },
    }),
  );

const crpd = new Crpd({ image: site.images.crpd });
const frr = new Frr({ image: site.images.frr });

export const twoRegionsHrr = {
  'two-regions-hrr-host-ports': routeReflectors(crpd, hostPorts),
  'two-regions-hrr-metallb': routeReflectors(crpd, metalLB),
  'two-regions-hrr-host-ports-frr': routeReflectors(frr, hostPorts),
  'two-regions-hrr-metallb-frr': routeReflectors(frr, metalLB),
};
