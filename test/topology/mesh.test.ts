import { App, Chart, Testing } from 'cdk8s';
import { AnycastRouteServerPair, AnycastRouteServerPairProps, inCluster, Mesh, MeshProps } from '../../lib';
import { pair } from '../../test-support/examples';
import { Manifests, refusalOf, synthChart } from '../../test-support/synth';

describe('a mesh within a cluster', () => {
  test('is one headless Service, named after the construct', () => {
    const props = { autonomousSystem: 64496, discovery: 'dns' } as const;
    const manifests = synthChart((chart) => new Mesh(chart, 'meshrr-core', props));
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

describe('TCP MD5 of a mesh', () => {
  const variablesOf = (mesh: Partial<MeshProps>, changes: Partial<AnycastRouteServerPairProps> = {}) =>
    synthChart((chart) => {
      const shared = new Mesh(chart, 'core', { autonomousSystem: 64496, ...mesh });
      new AnycastRouteServerPair(chart, 'pair', pair(chart, { ...changes, mesh: shared }));
    }).environmentOf('StatefulSet', 'routeserver-a');

  test.each([undefined, true])('is on where md5 is %p, which is left to the runtime', (md5) => {
    expect(variablesOf({ md5 })).not.toHaveProperty('MESHRR_MESH_MD5');
  });

  test('is off where it is told so', () => {
    expect(variablesOf({ md5: false }).MESHRR_MESH_MD5).toBe('false');
  });

  test('may be off where pods are clients of a route server, which knows them by their AS numbers', () => {
    expect(variablesOf({ md5: false }, { podClients: true })).toMatchObject({
      MESHRR_MESH_MD5: 'false',
      MESHRR_CLIENTRANGE: '198.51.100.0/24,10.42.0.0/16',
    });
  });
});

describe('a mesh that is found by EndpointSlices', () => {
  const synthIn = (namespace: string | undefined, discovery?: 'dns' | 'endpointslice', interlock?: boolean) =>
    synthChart((chart) => {
      const mesh = new Mesh(chart, 'core', { autonomousSystem: 64496, discovery });
      const { mesh: _, ...shared } = pair(chart);
      const one = { ...shared, mesh, interlock, name: 'one' };
      const sides = { a: { addresses: ['192.0.2.3'] } };
      new AnycastRouteServerPair(chart, 'one', one);
      new AnycastRouteServerPair(chart, 'two', { ...one, name: 'two', sides });
    }, namespace);
  const synth = (discovery?: 'dns' | 'endpointslice', interlock?: boolean) => synthIn('bgp', discovery, interlock);
  const podsOf = (manifests: Manifests) => manifests.ofKind('StatefulSet').map(({ spec }) => spec.template.spec);

  test('has a Role that reads EndpointSlices and nothing else', () => {
    expect(synth('endpointslice').get('Role', 'core').rules).toEqual([
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
    ]);
  });

  test('binds the Role to one ServiceAccount, by its namespace', () => {
    const manifests = synth('endpointslice');
    expect(manifests.get('RoleBinding', 'core')).toMatchObject({
      metadata: { namespace: 'bgp' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'core' },
      subjects: [{ kind: 'ServiceAccount', name: 'core', namespace: 'bgp' }],
    });
    expect(manifests.get('ServiceAccount', 'core').metadata.namespace).toBe('bgp');
    for (const kind of ['Role', 'RoleBinding', 'ServiceAccount']) {
      expect(manifests.ofKind(kind).map(({ metadata }) => metadata.name)).toContain('core');
    }
  });

  test('binds the Role without a namespace where kubectl decides: it is that of the RoleBinding', () => {
    const binding = synthIn(undefined).get('RoleBinding', 'core');
    expect(binding.metadata).not.toHaveProperty('namespace');
    expect(binding).toMatchObject({ subjects: [{ kind: 'ServiceAccount', name: 'core' }] });
    expect(binding).not.toHaveProperty('subjects.0.namespace');
  });

  test('is what a mesh is by default', () => {
    const written = (discovery?: 'endpointslice') => synth(discovery).all;
    expect(written()).toEqual(written('endpointslice'));
  });

  test('has no name that would be the ServiceAccount of all other pods', () => {
    expect(refusalOf((chart) => new Mesh(chart, 'default', { autonomousSystem: 64496 }))).toBe(
      'test/default: serviceName: got "default", want another name, or discovery "dns" without an interlock: all other pods have this ServiceAccount',
    );
    const byDns = { autonomousSystem: 64496, discovery: 'dns' } as const;
    expect(synthChart((chart) => new Mesh(chart, 'default', byDns)).has('Service', 'default')).toBe(true);
  });

  test('gives the token of the ServiceAccount to all its pods', () => {
    const pods = podsOf(synth('endpointslice'));
    expect(pods).toHaveLength(3);
    for (const pod of pods) {
      expect(pod).toMatchObject({ serviceAccountName: 'core', automountServiceAccountToken: true });
    }
  });

  test('tells its routers', () => {
    expect(synth('endpointslice').environmentOf('StatefulSet', 'two-a').MESHRR_DISCOVERY).toBe('endpointslice');
  });

  test('has none of this where discovery is by DNS, and nothing else needs the API', () => {
    const manifests = synth('dns', false);
    for (const kind of ['Role', 'RoleBinding', 'ServiceAccount']) expect(manifests.has(kind, 'core')).toBe(false);
    for (const pod of podsOf(manifests)) {
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod).toMatchObject({ serviceAccountName: 'default', automountServiceAccountToken: false });
    }
    expect(manifests.environmentOf('StatefulSet', 'one-a')).not.toHaveProperty('MESHRR_DISCOVERY');
  });

  test('has an account, and no right to read EndpointSlices, where only the interlock needs the API', () => {
    const manifests = synth('dns');
    expect(manifests.has('Role', 'core')).toBe(false);
    for (const pod of podsOf(manifests)) {
      expect(pod).toMatchObject({ serviceAccountName: 'core', automountServiceAccountToken: true });
    }
  });

  test('may ask DNS and the API server whatever its network policies, which say nothing of outbound traffic', () => {
    for (const { spec } of synth('endpointslice').ofKind('NetworkPolicy')) {
      expect(spec.policyTypes).toEqual(['Ingress']);
      expect(spec).not.toHaveProperty('egress');
    }
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

  test('is found by DNS, and reads no EndpointSlices: those of its Service list the pods of one cluster alone', () => {
    for (const manifests of Object.values(clusters())) {
      expect(manifests.has('Role', 'route-servers')).toBe(false);
    }
    expect(clusters().a.environmentOf('StatefulSet', 'routeserver-a')).not.toHaveProperty('MESHRR_DISCOVERY');
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
