import { AnycastRouteServerPair, AnycastRouteServerPairProps, MetalLBAddressPool, Reachability } from '../../lib';
import { crpd, frr, metallbOf, pair } from '../../test-support/examples';
import { Manifests, synthChart } from '../../test-support/synth';

const synthPair = (changes: Partial<AnycastRouteServerPairProps> = {}) =>
  synthChart((chart) => new AnycastRouteServerPair(chart, 'pair', pair(chart, changes)));

const withManagement = (sides: AnycastRouteServerPairProps['sides']): Manifests =>
  synthChart((chart) => {
    const props = pair(chart, { router: crpd, sides });
    const management = new MetalLBAddressPool(chart, 'mgt', {
      metallb: metallbOf(chart),
      addresses: ['203.0.113.16/28'],
      protocol: 'layer2',
    });
    new AnycastRouteServerPair(chart, 'pair', { ...props, management });
  });

describe('a side of a pair', () => {
  test.each(['a', 'b'])('is a StatefulSet on nodes of side %s', (side) => {
    expect(synthPair().get('StatefulSet', `routeserver-${side}`).spec.template.spec.nodeSelector).toEqual({ side });
  });

  test('is governed by the Service of the mesh, which exists', () => {
    const manifests = synthPair();
    expect(manifests.get('StatefulSet', 'routeserver-a').spec.serviceName).toBe('meshrr-core');
    expect(manifests.get('Service', 'meshrr-core').spec.clusterIP).toBe('None');
  });

  test('has one pod by default and spreads more of them over hosts', () => {
    const { spec } = synthPair({ sides: { b: { addresses: ['192.0.2.2'], replicas: 2 } } }).get(
      'StatefulSet',
      'routeserver-b',
    );
    expect(spec.replicas).toBe(2);
    expect(spec.template.spec.topologySpreadConstraints[0].topologyKey).toBe('kubernetes.io/hostname');
    expect(synthPair().get('StatefulSet', 'routeserver-a').spec.replicas).toBe(1);
  });

  test('has a host route of its own behind a Service with Local policy', () => {
    const manifests = synthPair();
    expect(manifests.get('IPAddressPool', 'routeserver-b').spec).toEqual({
      addresses: ['192.0.2.2/32'],
      autoAssign: false,
    });
    expect(manifests.get('Service', 'routeserver-b').spec).toMatchObject({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
    });
  });

  test('is selected by its own Service and not by that of the other side', () => {
    const manifests = synthPair();
    const labels = manifests.get('StatefulSet', 'routeserver-a').spec.template.metadata.labels;
    expect(labels).toMatchObject(manifests.get('Service', 'routeserver-a').spec.selector);
    expect(labels).not.toMatchObject(manifests.get('Service', 'routeserver-b').spec.selector);
  });

  test('has the router ids that it is given, by the names of its pods, which may have IPv6 alone', () => {
    const sides = { a: { addresses: ['2001:db8::1'], replicas: 2, routerIds: ['192.0.2.9', '192.0.2.8'] } };
    const manifests = synthPair({ sides, podNetworks: ['2001:db8:42::/48'] });
    expect(manifests.environmentOf('StatefulSet', 'routeserver-a')).toMatchObject({
      MESHRR_IDENTITY: 'routeserver-a',
      MESHRR_INSTANCE: { fieldRef: { fieldPath: 'metadata.name' } },
      MESHRR_ROUTER_IDS: 'routeserver-a-0=192.0.2.9,routeserver-a-1=192.0.2.8',
    });
  });

  test('may stand alone, as in one of two clusters', () => {
    const manifests = synthPair({ sides: { b: { addresses: ['192.0.2.2'] } } });
    expect(manifests.ofKind('StatefulSet').map(({ metadata }) => metadata.name)).toEqual(['routeserver-b']);
  });
});

describe('a pair', () => {
  test('loses one pod of both sides at a time to a drain', () => {
    const manifests = synthPair();
    const { spec } = manifests.get('PodDisruptionBudget', 'routeserver');
    expect(spec.maxUnavailable).toBe(1);
    for (const { spec: set } of manifests.ofKind('StatefulSet')) {
      expect(set.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    }
  });

  test('runs its routers as route servers', () => {
    const asRanges = ['64500-64511', 65536];
    expect(synthPair({ asRanges }).environmentOf('StatefulSet', 'routeserver-a')).toMatchObject({
      MESHRR_MODE: 'routeserver',
      MESH_SERVICE_NAME: 'meshrr-core',
      MESHRR_ASRANGE: '64500-64511,65536',
      MESHRR_CLIENTRANGE: '198.51.100.0/24',
    });
  });

  test('prefers the nodes of its region and is named after it', () => {
    const { spec } = synthPair({ region: '1' }).get('StatefulSet', 'routeserver-1-a');
    expect(spec.template.spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution).toEqual([
      { weight: 100, preference: { matchExpressions: [{ key: 'region', operator: 'In', values: ['1'] }] } },
    ]);
  });

  test('shares a mesh with another pair: one Service lists the pods of both', () => {
    const manifests = synthChart((chart) => {
      const props = pair(chart);
      new AnycastRouteServerPair(chart, 'one', { ...props, region: '1' });
      const sides = { a: { addresses: ['192.0.2.3'] } };
      new AnycastRouteServerPair(chart, 'two', { ...props, region: '2', sides });
    });
    const { selector } = manifests.get('Service', 'meshrr-core').spec;
    const sets = manifests.ofKind('StatefulSet');
    expect(sets).toHaveLength(3);
    for (const set of sets) expect(set.spec.template.metadata.labels).toMatchObject(selector);
  });

  test('advertises its addresses as it is told', () => {
    const manifests = synthChart((chart) => {
      const props = pair(chart);
      const advertisement = { communities: ['64496:1'], localPref: 200 };
      const reachability = Reachability.metalLB(metallbOf(chart), advertisement);
      new AnycastRouteServerPair(chart, 'pair', { ...props, reachability });
    });
    expect(manifests.get('BGPAdvertisement', 'routeserver-a').spec).toEqual({
      ipAddressPools: ['routeserver-a'],
      communities: ['64496:1'],
      localPref: 200,
    });
  });
});

describe('management of a pair', () => {
  const manifests = () =>
    withManagement({
      a: { addresses: ['192.0.2.1'], managementAddresses: ['203.0.113.17'] },
      b: { addresses: ['192.0.2.2'], replicas: 2, managementAddresses: ['203.0.113.18', '203.0.113.19'] },
    });

  test('has a Service for each pod, with SSH and NETCONF', () => {
    const { metadata, spec } = manifests().get('Service', 'routeserver-b-1-mgt');
    expect(spec.selector).toEqual({ 'statefulset.kubernetes.io/pod-name': 'routeserver-b-1' });
    expect(spec.publishNotReadyAddresses).toBe(true);
    expect(spec.ports.map((port: { port: number }) => port.port)).toEqual([22, 830]);
    expect(metadata.annotations).toEqual({
      'metallb.io/address-pool': 'mgt',
      'metallb.io/loadBalancerIPs': '203.0.113.19',
    });
  });

  test('is let in by the network policy, which else has BGP alone', () => {
    const ports = (from: Manifests) =>
      from
        .get('NetworkPolicy', 'routeserver')
        .spec.ingress.flatMap((rule: { ports: { port: number }[] }) => rule.ports.map(({ port }) => port));
    expect(ports(manifests())).toEqual([179, 22, 830]);
    expect(ports(synthPair({ router: crpd }))).toEqual([179]);
  });
});

describe('a persistent configuration', () => {
  test.each([
    ['cRPD', crpd, '/config'],
    ['FRR', frr, '/etc/frr'],
  ])('of %s is a claim of each pod', (_, router, mountPath) => {
    const persistence = { size: '2Gi', storageClassName: 'fast' };
    const { spec } = synthPair({ router, persistence }).get('StatefulSet', 'routeserver-a');
    expect(spec.volumeClaimTemplates).toEqual([
      {
        metadata: { name: 'configuration' },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '2Gi' } } },
      },
    ]);
    expect(spec.template.spec.containers[0].volumeMounts).toContainEqual({ name: 'configuration', mountPath });
  });

  test('is not kept unless it is asked for', () => {
    expect(synthPair().get('StatefulSet', 'routeserver-a').spec.volumeClaimTemplates).toBeUndefined();
  });
});
