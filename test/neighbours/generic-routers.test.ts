import { AnycastRouteServerPair, Mesh, MetalLBBgpPeering, MetalLBPeerProps } from '../../lib';
import { NEIGHBOUR_PLATFORMS, neighbourConfiguration, neighbourText } from '../../lib/neighbours';
import { genericRouters } from '../../lib/neighbours/generic-routers';
import { frr } from '../support/examples';
import { topologyIn } from '../support/topology';

const AS_OF_PODS = 64496;
const ANYCAST = { peerAddress: '192.0.2.254' };

/** The router that stands for those beside the nodes of a pair of route servers, whose MetalLB has these peers. */
function beside(peers: Record<string, MetalLBPeerProps>, myAsn = 64497) {
  const topology = topologyIn((chart) => {
    const mesh = new Mesh(chart, 'mesh', { autonomousSystem: AS_OF_PODS });
    const metallb = new MetalLBBgpPeering(chart, 'lb', { myAsn, peers });
    const sides = { a: { addresses: ['192.0.2.1'] } };
    const pods = { router: frr, podNetworks: ['10.42.0.0/16'], clientRanges: ['198.51.100.0/24'] };
    new AnycastRouteServerPair(chart, 'rs', { ...pods, mesh, metallb, sides });
  });
  const [router] = genericRouters(topology);
  return { router, configuration: neighbourConfiguration(topology, router) };
}

describe('the AS number of a router that stands for those beside nodes', () => {
  test.each<[string, Record<string, MetalLBPeerProps>, number, number]>([
    ['the one that MetalLB expects', { p: { ...ANYCAST, peerAsn: 64498 } }, 64497, 64498],
    [
      'the first one that MetalLB expects',
      { p: { ...ANYCAST, dynamicAsn: 'external' }, q: { peerAsn: 64499, peerAddress: '192.0.2.253' } },
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
        q: { dynamicAsn: 'external', peerAddress: '192.0.2.253', localAsn: 64511 },
      },
      64497,
      64510,
    ],
  ])('is %s', (_, peers, myAsn, expected) => {
    const { router, configuration } = beside(peers, myAsn);
    expect(router.autonomousSystem).toBe(expected);
    expect(configuration.changes[0]).toBe(`AS ${expected}: assumed, as no router of the app is in this place`);
  });

  test('needs no local AS towards nodes of any AS number, which no platform takes in the AS of the neighbour', () => {
    for (const dynamicAsn of ['internal', 'external'] as const) {
      const { configuration } = beside({ p: { ...ANYCAST, dynamicAsn } });
      for (const platform of NEIGHBOUR_PLATFORMS)
        expect(neighbourText(configuration, platform)).not.toContain('local-as');
    }
  });
});
