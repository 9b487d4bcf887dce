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

/** What you change first: the values of your site. Addresses are from documentation ranges, AS numbers for private use. */
const site = {
  namespace: 'default',
  images: { crpd: 'registry.example.com/meshrr/crpd:0.1.0', frr: 'registry.example.com/meshrr/frr:0.1.0' },

  /** AS number of the route servers, and those of the data centers that peer with them. */
  autonomousSystem: '65000.1',
  asRanges: ['65000.101-65000.199'],
  /** Where the data centers' routers peer from. */
  clientRanges: ['198.51.100.0/24'],
  /** Where this cluster's pods get their addresses from (the default of k3s). */
  podNetworks: ['10.42.0.0/16'],

  /** The address of each side. Side b shows two pods behind one address; one is simpler to operate. */
  sides: {
    a: { addresses: ['192.0.2.1'] },
    b: { addresses: ['192.0.2.2'], replicas: 2 },
  },
  /** SSH and NETCONF of the pods (cRPD only), on the layer 2 network of the nodes: an address for each pod. */
  management: {
    addresses: ['203.0.113.16/28'],
    a: ['203.0.113.17'],
    b: ['203.0.113.18', '203.0.113.19'],
  },

  /** MetalLB, its AS number, and the anycast loopback that every router next to a node carries. */
  metallb: { namespace: 'metallb-system', backend: 'frr-k8s', myAsn: '65000.3' },
  routers: { peerAsn: '65000.2', peerAddress: '192.0.2.254' },

  /** The nodes, and the routers around them. No manifest holds these. */
  nodes: {
    n1: { labels: { side: 'a' } },
    n2: { labels: { side: 'b' } },
    n3: { labels: { side: 'b' } },
  },
  /**
   * Side a is in the fabric of a data center, beside a leaf. Side b is in a VRF of the MPLS network, beside two PEs; these
   * accept sessions from all of their node network, so that a new node needs no change there.
   */
  besideNodes: {
    'dci-pe1': {
      platform: 'junos',
      autonomousSystem: '65000.2',
      addresses: ['198.51.100.131'],
      vrf: 'DCI',
      nodes: ['n2', '203.0.113.160/27'],
    },
    'dci-pe2': {
      platform: 'iosxr',
      autonomousSystem: '65000.2',
      addresses: ['198.51.100.132'],
      vrf: 'DCI',
      nodes: ['n3', '203.0.113.192/27'],
    },
  },
  /** The clients: a leaf of each of two data centers. The first stands beside a node, too. */
  clients: {
    'dc1-leaf1': {
      platform: 'junos',
      autonomousSystem: '65000.101',
      addresses: ['198.51.100.11'],
      announces: [{ evpn: 'MAC 00:00:5e:00:53:01' }],
      nodes: { n1: ['203.0.113.129/31'] },
    },
    'dc2-leaf1': {
      platform: 'eos',
      autonomousSystem: '65000.102',
      addresses: ['198.51.100.12'],
      announces: [{ evpn: 'MAC 00:00:5e:00:53:02' }],
    },
  },
} as const;

function routeServers(router: Router): AppDefinition {
  // FRR has neither SSH nor NETCONF; its pods are entered with `kubectl exec`.
  const management = router.kind === 'crpd' ? site.management : undefined;
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
      management: management && { metallb, addresses: management.addresses },
      pairs: {
        routeserver: {
          sides: {
            a: { ...site.sides.a, managementAddresses: management?.a },
            b: { ...site.sides.b, managementAddresses: management?.b },
          },
        },
      },
    });

    new KubernetesNodes(chart, 'nodes', { nodes: site.nodes });
    for (const [name, props] of Object.entries(site.besideNodes)) new OutsideRouter(chart, name, props);
    for (const [name, props] of Object.entries(site.clients)) {
      new OutsideRouter(chart, name, { ...props, clientOf: [...pairs.values()] });
    }
  };
}

export const loadBalancedRouteServers = {
  'load-balanced-route-servers': routeServers(new Crpd({ image: site.images.crpd })),
  'load-balanced-route-servers-frr': routeServers(new Frr({ image: site.images.frr })),
};
