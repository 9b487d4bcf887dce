import { Chart } from 'cdk8s';
import {
  AppDefinition,
  Crpd,
  Frr,
  FullyMeshedRouteServers,
  KubernetesNodes,
  MetalLBBgpPeering,
  OutsideRouter,
  Reachability,
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

  /** Two regions, each with a pair, whose pods prefer the nodes of their region. Management (SSH, NETCONF) is cRPD's. */
  regions: {
    '1': {
      a: { address: '192.0.2.1', management: '203.0.113.17' },
      b: { address: '192.0.2.2', management: '203.0.113.18' },
    },
    '2': {
      a: { address: '192.0.2.3', management: '203.0.113.19' },
      b: { address: '192.0.2.4', management: '203.0.113.20' },
    },
  },
  /** The network of the management addresses, on the layer 2 network of the nodes. */
  management: { addresses: ['203.0.113.16/28'] },

  /** MetalLB, its AS number, and the anycast loopback that every router next to a node carries. */
  metallb: { namespace: 'metallb-system', backend: 'frr-k8s', myAsn: 64497 },
  routers: { peerAsn: 64498, peerAddress: '192.0.2.254' },

  /** The nodes, and where the router beside them reaches each. No manifest holds these, nor the routers below. */
  nodes: {
    n1: { labels: { side: 'a', region: '1' }, address: '203.0.113.129/31' },
    n2: { labels: { side: 'b', region: '1' }, address: '203.0.113.131/31' },
    n3: { labels: { side: 'a', region: '2' }, address: '203.0.113.133/31' },
    n4: { labels: { side: 'b', region: '2' }, address: '203.0.113.135/31' },
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
} as const;

function routeServers(router: Router): AppDefinition {
  // FRR has neither SSH nor NETCONF; its pods are entered with `kubectl exec`.
  const managed = router.kind === 'crpd';
  const side = ({ address, management }: { readonly address: string; readonly management: string }) => ({
    addresses: [address],
    managementAddresses: managed ? [management] : undefined,
  });
  return (app) => {
    const metallb = new MetalLBBgpPeering(new Chart(app, 'metallb'), 'peering', {
      ...site.metallb,
      peers: { 'anycast-loopback': site.routers },
    });
    const chart = new Chart(app, 'route-servers', { namespace: site.namespace });
    const { pairs } = new FullyMeshedRouteServers(chart, 'route-servers', {
      router,
      reachability: Reachability.metalLB(metallb),
      autonomousSystem: site.autonomousSystem,
      addressFamilies: { inet: false, evpn: true },
      asRanges: site.asRanges,
      clientRanges: site.clientRanges,
      podNetworks: site.podNetworks,
      management: managed ? { ...site.management, metallb } : undefined,
      pairs: Object.fromEntries(
        Object.entries(site.regions).map(([region, { a, b }]) => [
          `routeserver-${region}`,
          { region, sides: { a: side(a), b: side(b) } },
        ]),
      ),
    });

    const nodes = Object.entries(site.nodes);
    new KubernetesNodes(chart, 'nodes', {
      nodes: Object.fromEntries(nodes.map(([name, { labels }]) => [name, { labels }])),
    });
    const clientOf = [...pairs.values()];
    new OutsideRouter(chart, 'dc1-leaf1', { ...site.leaf, clientOf });
    new OutsideRouter(chart, 'dc2-border1', {
      ...site.border,
      clientOf,
      nodes: Object.fromEntries(nodes.map(([name, { address }]) => [name, [address]])),
    });
  };
}

export const twoRegionsRouteServers = {
  'two-regions-route-servers': routeServers(new Crpd({ image: site.images.crpd })),
  'two-regions-route-servers-frr': routeServers(new Frr({ image: site.images.frr })),
};
