import { FullyMeshedRouteServers, HierarchicalRouteReflectors, MetalLBBgpPeering, Reachability } from '../../lib';
import { crpd, frr, pair, peering, region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';

describe('hierarchical route reflectors', () => {
  const side = (address: string) => ({ sides: { a: {} }, clientRanges: [address] });

  test('have a core that every region has upstream', () => {
    const manifests = synthChart((chart) => {
      const regions = { east: side('198.51.100.0/24'), west: side('203.0.113.0/24') };
      new HierarchicalRouteReflectors(chart, 'hrr', { ...region, regions, core: { replicas: 3 } });
    });
    expect(manifests.get('Deployment', 'meshrr-core').spec.replicas).toBe(3);
    for (const name of ['meshrr-east-a', 'meshrr-west-a']) {
      expect(manifests.environmentOf('DaemonSet', name).UPSTREAM_SERVICE_NAME).toBe('meshrr-core');
    }
  });

  test('may be deeper than two tiers', () => {
    const manifests = synthChart((chart) => {
      const regions = {
        city: { ...side('198.51.100.0/24'), upstream: 'country' },
        country: { ...side('203.0.113.0/24'), podClients: true },
      };
      new HierarchicalRouteReflectors(chart, 'hrr', { ...region, regions });
    });
    expect(manifests.environmentOf('DaemonSet', 'meshrr-city-a').UPSTREAM_SERVICE_NAME).toBe('meshrr-country');
    expect(manifests.environmentOf('DaemonSet', 'meshrr-country-a').UPSTREAM_SERVICE_NAME).toBe('meshrr-core');
  });

  test('hand on how routers are found and how the runtime works, unless a region says otherwise', () => {
    const manifests = synthChart((chart) => {
      const regions = {
        east: side('198.51.100.0/24'),
        west: { ...side('203.0.113.0/24'), discovery: 'dns' as const, runtime: { pollInterval: 100 }, md5: false },
      };
      const shared = { ...region, discovery: 'endpointslice', runtime: { logLevel: 'warn' } } as const;
      new HierarchicalRouteReflectors(chart, 'hrr', { ...shared, regions });
    }, 'bgp');
    const core = manifests.environmentOf('Deployment', 'meshrr-core');
    expect(core).toMatchObject({ MESHRR_DISCOVERY: 'endpointslice', MESHRR_LOG_LEVEL: 'warn' });
    const east = manifests.environmentOf('DaemonSet', 'meshrr-east-a');
    expect(east).toMatchObject({ MESHRR_DISCOVERY: 'endpointslice', MESHRR_LOG_LEVEL: 'warn' });
    const west = manifests.environmentOf('DaemonSet', 'meshrr-west-a');
    expect(west).toMatchObject({ MESHRR_POLL_MILLISECONDS: '100', MESHRR_MESH_MD5: 'false' });
    expect(west).not.toHaveProperty('MESHRR_DISCOVERY');
    expect(west).not.toHaveProperty('MESHRR_LOG_LEVEL');
  });

  test('may mix routers, a region of FRR below a core of cRPD', () => {
    const manifests = synthChart((chart) => {
      const regions = { east: { ...side('198.51.100.0/24'), router: frr } };
      new HierarchicalRouteReflectors(chart, 'hrr', { ...region, router: crpd, regions });
    });
    expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a').MESHRR_ROUTER).toBe('frr');
    expect(manifests.environmentOf('Deployment', 'meshrr-core')).not.toHaveProperty('MESHRR_ROUTER');
  });
});

describe('fully meshed route servers', () => {
  const synth = () =>
    synthChart((chart) => {
      const metallb = new MetalLBBgpPeering(chart, 'metallb', peering);
      new FullyMeshedRouteServers(chart, 'rs', {
        router: crpd,
        autonomousSystem: 64496,
        podNetworks: ['10.42.0.0/16'],
        clientRanges: ['198.51.100.0/24'],
        reachability: Reachability.metalLB(metallb),
        management: { metallb, addresses: ['203.0.113.16/28'] },
        pairs: {
          one: { sides: { a: { addresses: ['192.0.2.1'], managementAddresses: ['203.0.113.17'] } } },
          two: { sides: { a: { addresses: ['192.0.2.2'] } }, clientRanges: ['198.18.0.0/15'] },
        },
      });
    });

  test('are one mesh', () => {
    for (const name of ['one-a', 'two-a']) {
      expect(synth().environmentOf('StatefulSet', name).MESH_SERVICE_NAME).toBe('meshrr-core');
    }
  });

  test('hand on what is said of the mesh and of the runtime', () => {
    const manifests = synthChart((chart) => {
      const { mesh: _, management: __, sides, ...shared } = pair(chart);
      const said = { md5: false, discovery: 'endpointslice', runtime: { logLevel: 'error' } } as const;
      const own = { autonomousSystem: 64496, meshName: 'all', pairs: { one: { sides } } };
      new FullyMeshedRouteServers(chart, 'rs', { ...shared, ...said, ...own });
    }, 'bgp');
    expect(manifests.environmentOf('StatefulSet', 'one-b')).toMatchObject({
      MESHRR_MESH_MD5: 'false',
      MESHRR_DISCOVERY: 'endpointslice',
      MESHRR_LOG_LEVEL: 'error',
    });
    expect(manifests.get('StatefulSet', 'one-b').spec.template.spec.serviceAccountName).toBe('all');
  });

  test('share what no pair says otherwise', () => {
    expect(synth().environmentOf('StatefulSet', 'one-a').MESHRR_CLIENTRANGE).toBe('198.51.100.0/24');
    expect(synth().environmentOf('StatefulSet', 'two-a').MESHRR_CLIENTRANGE).toBe('198.18.0.0/15');
  });

  test('may have any name, also that of a part of the construct', () => {
    const manifests = synthChart((chart) => {
      const { mesh: _, management: __, sides, ...shared } = pair(chart);
      const pairs = { mesh: { sides }, management: { sides: { a: { addresses: ['192.0.2.9'] } } } };
      new FullyMeshedRouteServers(chart, 'rs', { ...shared, autonomousSystem: 64496, meshName: 'all', pairs });
    });
    expect(manifests.ofKind('StatefulSet').map(({ metadata }) => metadata.name)).toEqual([
      'management-a',
      'mesh-a',
      'mesh-b',
    ]);
  });

  test('have management addresses announced on layer 2', () => {
    expect(synth().get('L2Advertisement', 'routeserver-mgt').spec).toEqual({ ipAddressPools: ['routeserver-mgt'] });
    expect(synth().has('Service', 'one-a-0-mgt')).toBe(true);
  });
});
