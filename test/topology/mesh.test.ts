import { App, Chart, Testing } from 'cdk8s';
import { AnycastRouteServerPair, inCluster, Mesh } from '../../lib';
import { pair } from '../support/examples';
import { Manifests, synthChart } from '../support/synth';

describe('a mesh within a cluster', () => {
  test('is one headless Service, named after the construct', () => {
    const manifests = synthChart((chart) => new Mesh(chart, 'meshrr-core', { autonomousSystem: 64496 }));
    expect(manifests.all).toHaveLength(1);
    expect(manifests.get('Service', 'meshrr-core').spec.clusterIP).toBe('None');
  });

  test.each([
    [{ inet: true }, {}],
    [
      { inet: false, evpn: true },
      { MESHRR_FAMILY_INET: 'false', MESHRR_FAMILY_EVPN: 'true' },
    ],
    [{ inet6: true }, { MESHRR_FAMILY_INET6: 'true' }],
  ])('gives its families %p to its routers', (addressFamilies, variables) => {
    const families = synthChart((chart) => {
      const mesh = new Mesh(chart, 'core', { autonomousSystem: 64496, addressFamilies });
      new AnycastRouteServerPair(chart, 'pair', { ...pair(chart), mesh });
    }).environmentOf('StatefulSet', 'routeserver-a');
    const written = Object.entries(families).filter(([name]) => name.startsWith('MESHRR_FAMILY'));
    expect(Object.fromEntries(written)).toEqual(variables);
  });

  test('finds its routers in another domain where the cluster has one', () => {
    const manifests = synthChart((chart) => {
      const mesh = new Mesh(chart, 'core', { autonomousSystem: 64496, serviceRootDomain: 'svc.example.net' });
      new AnycastRouteServerPair(chart, 'pair', { ...pair(chart), mesh });
    });
    expect(manifests.environmentOf('StatefulSet', 'routeserver-a').SERVICE_ROOT_DOMAIN).toBe('svc.example.net');
  });
});

describe('a mesh over two clusters', () => {
  /** One app, a chart for each cluster, each with one side. */
  function clusters(): Record<'a' | 'b', Manifests> {
    const app = new App();
    const synth = (side: 'a' | 'b', address: string) => {
      const chart = inCluster(new Chart(app, `cluster-${side}`, { namespace: 'bgp' }), side);
      const mesh = new Mesh(chart, 'route-servers', { autonomousSystem: 64496, clusterSet: true });
      const podNetworks = ['10.42.0.0/16', '10.43.0.0/16'];
      const sides = { [side]: { addresses: [address] } };
      new AnycastRouteServerPair(chart, 'pair', { ...pair(chart), mesh, sides, podNetworks });
      return chart;
    };
    const [a, b] = [synth('a', '192.0.2.1'), synth('b', '192.0.2.2')];
    return { a: new Manifests(Testing.synth(a)), b: new Manifests(Testing.synth(b)) };
  }

  test('exports the Service of each cluster under the same name', () => {
    for (const manifests of Object.values(clusters())) {
      expect(manifests.get('ServiceExport', 'route-servers').apiVersion).toBe('multicluster.x-k8s.io/v1alpha1');
      expect(manifests.has('Service', 'route-servers')).toBe(true);
    }
  });

  test('is found in the domain of the cluster set', () => {
    expect(clusters().b.environmentOf('StatefulSet', 'routeserver-b')).toMatchObject({
      MESH_SERVICE_NAME: 'route-servers',
      SERVICE_ROOT_DOMAIN: 'svc.clusterset.local',
    });
  });

  test('lets in the routers of the other cluster, whose labels its network policy cannot see', () => {
    const { from } = clusters().a.get('NetworkPolicy', 'routeserver').spec.ingress[0];
    expect(from).toContainEqual({ ipBlock: { cidr: '10.43.0.0/16' } });
  });

  test('has one side in each cluster', () => {
    const { a, b } = clusters();
    expect([a, b].map((manifests) => manifests.ofKind('StatefulSet').map(({ metadata }) => metadata.name))).toEqual([
      ['routeserver-a'],
      ['routeserver-b'],
    ]);
  });
});
