import { RouteReflectorRegion, MetalLBBgpPeering, Reachability } from '../../lib';
import { crpd, frr, peering, region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';

const core = () => synthChart((chart) => new RouteReflectorRegion(chart, 'core', region));

const dualStack = ['10.42.0.0/16', '2001:db8:42::/56'];

const facing = {
  ...region,
  clientRanges: ['198.51.100.0/24'],
  reachability: Reachability.hostPorts(),
  sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
};

describe('the headless Service of a region', () => {
  test('has no cluster address and lists pods that are not ready', () => {
    const { spec } = core().get('Service', 'meshrr-core');
    expect(spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  });

  test('selects the pods of all sides', () => {
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'east', facing));
    const { selector } = manifests.get('Service', 'meshrr-east').spec;
    for (const side of ['a', 'b']) {
      const { labels } = manifests.get('DaemonSet', `meshrr-east-${side}`).spec.template.metadata;
      expect(labels).toMatchObject(selector);
    }
  });
});

describe('a core region', () => {
  test('is a Deployment of two pods by default', () => {
    expect(core().get('Deployment', 'meshrr-core').spec.replicas).toBe(2);
  });

  test('never has two pods on a host and spreads them over the sides', () => {
    const { affinity, topologySpreadConstraints } = core().get('Deployment', 'meshrr-core').spec.template.spec;
    const [term] = affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect(term.topologyKey).toBe('kubernetes.io/hostname');
    expect(topologySpreadConstraints[0].topologyKey).toBe('side');
  });

  test('is updated without a surge, for which there may be no host', () => {
    expect(core().get('Deployment', 'meshrr-core').spec.strategy.rollingUpdate).toEqual({
      maxSurge: 0,
      maxUnavailable: 1,
    });
  });

  test('loses one pod at a time to a drain', () => {
    expect(core().get('PodDisruptionBudget', 'meshrr-core').spec.maxUnavailable).toBe(1);
  });

  test('runs on nodes labeled with the region', () => {
    expect(core().get('Deployment', 'meshrr-core').spec.template.spec.nodeSelector).toEqual({
      meshrr_region_core: 'true',
    });
  });

  test('finds the routers of the regions below as its only clients, by the label that these have', () => {
    const manifests = synthChart((chart) => {
      const upstream = new RouteReflectorRegion(chart, 'core', region);
      new RouteReflectorRegion(chart, 'east', { ...facing, upstream });
      new RouteReflectorRegion(chart, 'apart', { ...facing, sides: { a: { addresses: ['192.0.2.3'] } } });
    });
    const variables = manifests.environmentOf('Deployment', 'meshrr-core');
    expect(variables).toMatchObject({ MESHRR_CLIENT_SERVICE: 'meshrr-core-clients' });
    expect(variables).not.toHaveProperty('MESHRR_CLIENTRANGE');
    const { selector, clusterIP, publishNotReadyAddresses } = manifests.get('Service', 'meshrr-core-clients').spec;
    expect({ clusterIP, publishNotReadyAddresses }).toEqual({ clusterIP: 'None', publishNotReadyAddresses: true });
    const isListed = ({ spec }: { spec: any }) =>
      Object.entries(selector).every(([key, value]) => spec.template.metadata.labels[key] === value);
    const listed = [...manifests.ofKind('DaemonSet'), ...manifests.ofKind('Deployment')].filter(isListed);
    expect(listed.map(({ metadata }) => metadata.name).sort()).toEqual(['meshrr-east-a', 'meshrr-east-b']);
  });

  test('lets in pods by their labels, and no pod network', () => {
    const { ingress } = core().get('NetworkPolicy', 'meshrr-core').spec;
    expect(ingress).toEqual([
      {
        from: [
          { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'meshrr' } } },
          { podSelector: { matchLabels: { 'upstream.meshrr/meshrr-core': 'true' } } },
        ],
        ports: [{ port: 179, protocol: 'TCP' }],
      },
    ]);
  });

  test('accepts every pod of the cluster where it is told to, and finds none', () => {
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'core', { ...region, podClients: true }));
    expect(manifests.environmentOf('Deployment', 'meshrr-core')).toMatchObject({ MESHRR_CLIENTRANGE: '10.42.0.0/16' });
    expect(manifests.has('Service', 'meshrr-core-clients')).toBe(false);
    const [{ from }] = manifests.get('NetworkPolicy', 'meshrr-core').spec.ingress;
    expect(from).toContainEqual({ namespaceSelector: {}, podSelector: {} });
    expect(from.filter((peer: object) => 'ipBlock' in peer)).toEqual([]);
  });
});

describe('a client-facing region', () => {
  const east = () => synthChart((chart) => new RouteReflectorRegion(chart, 'east', facing));

  test.each(['a', 'b'])('has a DaemonSet for side %s on the nodes of the region and side', (side) => {
    const { nodeSelector } = east().get('DaemonSet', `meshrr-east-${side}`).spec.template.spec;
    expect(nodeSelector).toEqual({ meshrr_region_east: 'true', side });
  });

  test('has workloads with disjoint selectors', () => {
    const [a, b] = east().ofKind('DaemonSet');
    expect(b.spec.template.metadata.labels).not.toMatchObject(a.spec.selector.matchLabels);
    expect(a.spec.template.metadata.labels).toMatchObject(a.spec.selector.matchLabels);
  });

  test('has workloads that kubectl can apply one side at a time', () => {
    const [a, b] = east().ofKind('DaemonSet');
    expect([a, b].map(({ metadata }) => metadata.labels?.['meshrr/side'])).toEqual(['a', 'b']);
  });

  test('has no disruption budget, which would block a drain of pods that a drain leaves alone', () => {
    expect(east().ofKind('PodDisruptionBudget')).toEqual([]);
  });

  test('is reached by a host port on the address of its side', () => {
    const { ports } = east().get('DaemonSet', 'meshrr-east-b').spec.template.spec.containers[0];
    expect(ports).toContainEqual({ name: 'bgp', containerPort: 179, hostIP: '192.0.2.2', hostPort: 179 });
  });

  test.each([
    ['IPv4 alone', ['192.0.2.1']],
    ['IPv6 alone', ['2001:db8::1']],
    ['IPv4 and IPv6', ['192.0.2.1', '2001:db8::1']],
    ['IPv6 and IPv4', ['2001:db8::1', '192.0.2.1']],
  ])('has a port of the name that the Service of its mesh targets, with host ports of %s', (_, addresses) => {
    const manifests = synthChart(
      (chart) =>
        new RouteReflectorRegion(chart, 'east', {
          ...{
            ...facing,
            clientRanges: ['198.51.100.0/24', '2001:db8:100::/64'],
            podNetworks: dualStack,
            addressFamilies: { inet6: true },
          },
          sides: { a: { addresses } },
        }),
    );
    const [{ targetPort }] = manifests.get('Service', 'meshrr-east').spec.ports;
    const { containers } = manifests.get('DaemonSet', 'meshrr-east-a').spec.template.spec;
    const names = containers.flatMap(({ ports }: { ports: { name: string }[] }) => ports.map(({ name }) => name));
    expect(names.filter((name: string) => name === targetPort)).toHaveLength(1);
    // Beside them, the port of the probes.
    expect([...new Set(names)].filter((name) => name !== 'http')).toHaveLength(addresses.length);
  });

  test('has a host port for each IP family', () => {
    const sides = { a: { addresses: ['192.0.2.1', '2001:db8::1'] } };
    const manifests = synthChart(
      (chart) => new RouteReflectorRegion(chart, 'east', { ...facing, sides, podNetworks: dualStack }),
    );
    const { containers } = manifests.get('DaemonSet', 'meshrr-east-a').spec.template.spec;
    type Container = { name: string; ports: { containerPort: number; hostIP: string; hostPort: number }[] };
    const hostPorts = (containers as Container[]).map(({ name, ports }) => [
      name,
      // The keys of apply: no two ports of a container may have the same containerPort and protocol.
      ...ports.map(({ containerPort, hostIP, hostPort }) => `${hostIP} ${hostPort} ${containerPort}`),
    ]);
    expect(hostPorts).toEqual([
      ['frr', '192.0.2.1 179 179', 'undefined undefined 8179'],
      ['bgp-v6', '2001:db8::1 179 179'],
    ]);
  });

  test('lets nobody but routers and its clients reach BGP, and nobody its management', () => {
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'east', { ...facing, router: crpd }));
    const { ingress, podSelector } = manifests.get('NetworkPolicy', 'meshrr-east').spec;
    expect(ingress).toEqual([
      {
        from: [
          { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'meshrr' } } },
          { ipBlock: { cidr: '198.51.100.0/24' } },
        ],
        ports: [{ port: 179, protocol: 'TCP' }],
      },
    ]);
    expect(manifests.get('DaemonSet', 'meshrr-east-a').spec.template.metadata.labels).toMatchObject(
      podSelector.matchLabels,
    );
  });
});

describe('a region behind MetalLB', () => {
  const west = () =>
    synthChart((chart) => {
      const reachability = Reachability.metalLB(new MetalLBBgpPeering(chart, 'metallb', peering), {
        peers: ['routers'],
      });
      new RouteReflectorRegion(chart, 'west', { ...facing, reachability });
    });

  test('has an address for each side, in a pool of its own', () => {
    const { metadata, spec } = west().get('Service', 'meshrr-west-a');
    expect(metadata.annotations).toEqual({
      'metallb.io/address-pool': 'meshrr-west-a',
      'metallb.io/loadBalancerIPs': '192.0.2.1',
    });
    expect(spec).toMatchObject({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ipFamilies: ['IPv4'] });
    expect(west().get('IPAddressPool', 'meshrr-west-a').spec).toEqual({
      addresses: ['192.0.2.1/32'],
      autoAssign: false,
    });
  });

  test('hides pods that are not ready from its clients', () => {
    expect(west().get('Service', 'meshrr-west-a').spec.publishNotReadyAddresses).toBeUndefined();
  });

  test('advertises as it is told', () => {
    expect(west().get('BGPAdvertisement', 'meshrr-west-b').spec).toEqual({
      ipAddressPools: ['meshrr-west-b'],
      peers: ['routers'],
    });
  });

  test('has no host ports', () => {
    const { ports } = west().get('DaemonSet', 'meshrr-west-a').spec.template.spec.containers[0];
    expect(ports).toEqual([
      { name: 'bgp', containerPort: 179 },
      { name: 'http', containerPort: 8179, protocol: 'TCP' },
    ]);
  });

  test('asks for both IP families where it has an address of each', () => {
    const manifests = synthChart((chart) => {
      const reachability = Reachability.metalLB(new MetalLBBgpPeering(chart, 'metallb', peering));
      const sides = { a: { addresses: ['192.0.2.1', '2001:db8::1'] } };
      new RouteReflectorRegion(chart, 'west', { ...facing, reachability, sides, podNetworks: dualStack });
    });
    expect(manifests.get('Service', 'meshrr-west-a').spec).toMatchObject({
      ipFamilyPolicy: 'RequireDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
    });
    expect(manifests.get('IPAddressPool', 'meshrr-west-a').spec.addresses).toEqual(['192.0.2.1/32', '2001:db8::1/128']);
  });
});

describe('the upstream of a region', () => {
  const below = (upstream: (core: RouteReflectorRegion) => RouteReflectorRegion | string, sessions?: number) =>
    synthChart((chart) => {
      const above = new RouteReflectorRegion(chart, 'core', region);
      new RouteReflectorRegion(chart, 'east', { ...facing, upstream: upstream(above), upstreamSessions: sessions });
    }).environmentOf('DaemonSet', 'meshrr-east-a');

  test('is found by its Service', () => {
    expect(below((above) => above)).toMatchObject({ UPSTREAM_SERVICE_NAME: 'meshrr-core' });
  });

  test('may be named', () => {
    expect(below(() => 'core')).toMatchObject({ UPSTREAM_SERVICE_NAME: 'meshrr-core' });
  });

  test('may be declared after the region that names it', () => {
    const manifests = synthChart((chart) => {
      new RouteReflectorRegion(chart, 'east', { ...facing, upstream: 'top' });
      new RouteReflectorRegion(chart, 'above', { ...region, region: 'top', name: 'summit' });
    });
    expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a')).toMatchObject({ UPSTREAM_SERVICE_NAME: 'summit' });
  });

  test('finds pods of a region in the middle, whether that or the one below is made first', () => {
    for (const order of [
      ['top', 'middle', 'low'],
      ['low', 'middle', 'top'],
      ['middle', 'low', 'top'],
    ]) {
      const manifests = synthChart((chart) => {
        const props = {
          top: region,
          middle: { ...facing, upstream: 'top' },
          low: { ...facing, upstream: 'middle', sides: { a: { addresses: ['192.0.2.9'] } } },
        };
        for (const name of order) new RouteReflectorRegion(chart, name, props[name as keyof typeof props]);
      });
      const middle = manifests.environmentOf('DaemonSet', 'meshrr-middle-a');
      expect(middle).toMatchObject({
        MESHRR_CLIENT_SERVICE: 'meshrr-middle-clients',
        MESHRR_CLIENTRANGE: '198.51.100.0/24',
        UPSTREAM_SERVICE_NAME: 'meshrr-top',
      });
      const labels = manifests.get('DaemonSet', 'meshrr-low-a').spec.template.metadata.labels;
      expect(labels).toMatchObject(manifests.get('Service', 'meshrr-middle-clients').spec.selector);
      const [{ from }] = manifests.get('NetworkPolicy', 'meshrr-middle').spec.ingress;
      expect(from).toContainEqual({ podSelector: { matchLabels: { 'upstream.meshrr/meshrr-middle': 'true' } } });
      expect(manifests.environmentOf('DaemonSet', 'meshrr-low-a')).not.toHaveProperty('MESHRR_CLIENT_SERVICE');
    }
  });

  test('lists pods that have it in a further group, too', () => {
    const manifests = synthChart((chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      new RouteReflectorRegion(chart, 'spare', region);
      const groups = [{ name: 'SPARE', kind: 'upstream' as const, service: 'meshrr-spare' }];
      new RouteReflectorRegion(chart, 'east', { ...facing, upstream: 'core', groups });
    });
    const { labels } = manifests.get('DaemonSet', 'meshrr-east-a').spec.template.metadata;
    for (const name of ['meshrr-core-clients', 'meshrr-spare-clients']) {
      expect(labels).toMatchObject(manifests.get('Service', name).spec.selector);
    }
  });

  test('has at most two sessions by default, which is left to the runtime', () => {
    expect(below(() => 'core')).not.toHaveProperty('MESHRR_UPSTREAM_SESSIONS');
  });

  test('has as many sessions as are asked for', () => {
    expect(below(() => 'core', 4)).toMatchObject({ MESHRR_UPSTREAM_SESSIONS: '4' });
  });

  test('is enough for a region without a mesh', () => {
    const manifests = synthChart((chart) => {
      new RouteReflectorRegion(chart, 'core', region);
      new RouteReflectorRegion(chart, 'east', { ...facing, upstream: 'core', fullMesh: false });
    });
    const variables = manifests.environmentOf('DaemonSet', 'meshrr-east-a');
    expect(variables).not.toHaveProperty('MESH_SERVICE_NAME');
    expect(variables).toMatchObject({ UPSTREAM_SERVICE_NAME: 'meshrr-core' });
  });
});

describe('TCP MD5 of a region', () => {
  test('may be off where no pod is a client', () => {
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'east', { ...facing, md5: false }));
    expect(manifests.environmentOf('DaemonSet', 'meshrr-east-b').MESHRR_MESH_MD5).toBe('false');
  });

  test('may be off where pods are clients and there is no mesh, of which none could become one', () => {
    const manifests = synthChart((chart) => {
      const upstream = new RouteReflectorRegion(chart, 'core', region);
      const changes = { md5: false, podClients: true, fullMesh: false, upstream };
      new RouteReflectorRegion(chart, 'east', { ...facing, ...changes });
    });
    expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a').MESHRR_MESH_MD5).toBe('false');
    expect(manifests.environmentOf('Deployment', 'meshrr-core')).not.toHaveProperty('MESHRR_MESH_MD5');
  });
});

describe('a region that is found by EndpointSlices', () => {
  const synth = () =>
    synthChart((chart) => {
      const upstream = new RouteReflectorRegion(chart, 'core', { ...region, discovery: 'dns' });
      new RouteReflectorRegion(chart, 'east', { ...facing, upstream });
    }, 'bgp');

  test('has an account for the pods of all its sides', () => {
    expect(synth().has('RoleBinding', 'meshrr-east')).toBe(true);
    for (const side of ['a', 'b']) {
      const { spec } = synth().get('DaemonSet', `meshrr-east-${side}`).spec.template;
      expect(spec).toMatchObject({ serviceAccountName: 'meshrr-east', automountServiceAccountToken: true });
    }
  });

  test('reads the Service of its upstream with the same Role, as both are in one namespace', () => {
    const manifests = synth();
    const roles = manifests.ofKind('Role').filter(({ metadata }) => !metadata.name.endsWith('-handover'));
    expect(roles.map(({ metadata }) => metadata)).toMatchObject([
      { name: 'meshrr-east', namespace: manifests.get('Service', 'meshrr-core').metadata.namespace },
    ]);
  });
});

describe('further props of a region', () => {
  test('those of the runtime become settings', () => {
    const runtime = { pollInterval: 250, logLevel: 'debug' } as const;
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'core', { ...region, runtime }));
    expect(manifests.environmentOf('Deployment', 'meshrr-core')).toMatchObject({
      MESHRR_POLL_MILLISECONDS: '250',
      MESHRR_LOG_LEVEL: 'debug',
    });
  });

  test('those of the runtime are left out where they are its defaults', () => {
    const runtime = { pollInterval: 500, logLevel: 'info' } as const;
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'core', { ...region, runtime }));
    const written = Object.keys(manifests.environmentOf('Deployment', 'meshrr-core'));
    expect(written.filter((name) => /POLL|LOG/.test(name))).toEqual([]);
  });

  test('communities become settings', () => {
    const communities = { only: '64496:101', preferred: '64496:102' };
    const manifests = synthChart((chart) => {
      const upstream = new RouteReflectorRegion(chart, 'core', region);
      new RouteReflectorRegion(chart, 'east', { ...facing, upstream, communities });
    });
    expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a')).toMatchObject({
      MESHRR_INREGION_ONLY: '64496:101',
      MESHRR_INREGION_PREFERRED: '64496:102',
    });
  });

  test('client ranges of both IP families become one setting', () => {
    const clientRanges = ['198.51.100.0/24', '2001:db8::/32'];
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'east', { ...facing, clientRanges }));
    expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a').MESHRR_CLIENTRANGE).toBe(
      '198.51.100.0/24,2001:db8::/32',
    );
  });

  test('pods that are clients are added to the ranges of other clients', () => {
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'east', { ...facing, podClients: true }));
    expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a').MESHRR_CLIENTRANGE).toBe(
      '198.51.100.0/24,10.42.0.0/16',
    );
  });

  test('a range of clients that takes in the pods is not doubled', () => {
    const props = { ...facing, clientRanges: ['0.0.0.0/0'], podClients: true };
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'east', props));
    expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a').MESHRR_CLIENTRANGE).toBe('0.0.0.0/0');
  });

  test('an asdot AS number is written plain, which every router reads', () => {
    const manifests = synthChart(
      (chart) => new RouteReflectorRegion(chart, 'core', { ...region, autonomousSystem: '1.10' }),
    );
    expect(manifests.environmentOf('Deployment', 'meshrr-core').AUTONOMOUS_SYSTEM).toBe('65546');
  });

  test('labels of nodes can be those that the cluster has', () => {
    const props = { ...facing, nodeLabels: { zone: 'east' }, sideLabel: 'rack' };
    const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'east', props));
    expect(manifests.get('DaemonSet', 'meshrr-east-a').spec.template.spec.nodeSelector).toEqual({
      zone: 'east',
      rack: 'a',
    });
  });

  test('a region in another namespace writes it into every object but those of MetalLB', () => {
    const manifests = synthChart((chart) => {
      const reachability = Reachability.metalLB(new MetalLBBgpPeering(chart, 'metallb', peering));
      new RouteReflectorRegion(chart, 'east', { ...facing, router: frr, reachability });
    }, 'bgp');
    for (const { apiVersion, metadata } of manifests.all) {
      expect(metadata.namespace).toBe(apiVersion.startsWith('metallb.io/') ? 'metallb-system' : 'bgp');
    }
  });
});

test('a region in a cluster of IPv6 alone has identifiers from names', () => {
  const props = { ...region, podNetworks: ['2001:db8:42::/56'], addressFamilies: { inet6: true }, clusterId: 'region' };
  const manifests = synthChart((chart) => void new RouteReflectorRegion(chart, 'core', props), 'bgp');
  expect(manifests.environmentOf('Deployment', 'meshrr-core')).toMatchObject({
    MESHRR_IDENTITY: 'bgp/meshrr-core',
    MESHRR_INSTANCE: { fieldRef: { fieldPath: 'spec.nodeName' } },
    MESHRR_CLUSTER_ID: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
  });
});
