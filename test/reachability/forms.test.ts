import { App, Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  KubernetesNodes,
  MetalLBAddressPool,
  MetalLBBgpPeering,
  Proof,
  Reachability,
  RouteReflectorRegion,
  RouteReflectorRegionProps,
} from '../../lib';
import { proofOf } from '../../lib/validation';
import { crpd, metallbOf, pair, peering, region } from '../../test-support/examples';
import { refusalOf, synthChart } from '../../test-support/synth';
import { topologyIn } from '../../test-support/topology';

const SIDES = { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } };
const LABELS = { meshrr_region_east: 'true', side: 'a' };

const add = (chart: Chart, reachability: Reachability, sides: RouteReflectorRegionProps['sides'] = SIDES) =>
  new RouteReflectorRegion(chart, 'east', { ...region, clientRanges: ['198.51.100.0/24'], reachability, sides });

const ofCilium = (changes: object = {}) =>
  Reachability.loadBalancer({
    loadBalancerClass: 'io.cilium/bgp-control-plane',
    annotations: ({ name, addresses }) => ({ 'lbipam.cilium.io/ips': addresses.join(','), 'example.com/side': name }),
    ...changes,
  });

function findingsOf(define: (chart: Chart) => void): readonly string[] {
  const chart = new Chart(new App(), 'test');
  define(chart);
  const { findings } = proofOf(chart);
  return findings.flatMap(({ kind, severity, message }) => (kind === 'unannounced' ? [`${severity}: ${message}`] : []));
}

describe('a pool of others', () => {
  const manifests = () => synthChart((chart) => add(chart, Reachability.metalLBPool('shared')));

  test('is named by the Services, and nothing of MetalLB is made', () => {
    expect(manifests().get('Service', 'meshrr-east-a').metadata.annotations).toEqual({
      'metallb.io/address-pool': 'shared',
      'metallb.io/loadBalancerIPs': '192.0.2.1',
    });
    expect(manifests().all.filter(({ apiVersion }) => apiVersion.startsWith('metallb.io/'))).toEqual([]);
  });

  test('is assumed to be advertised, which the proof says once', () => {
    expect(findingsOf((chart) => add(chart, Reachability.metalLBPool('shared')))).toEqual([
      'warning: no object of the app announces 192.0.2.1 of meshrr-east-a and 192.0.2.2 of meshrr-east-b: assumed is that the MetalLB of pool shared does so, from nodes with a ready pod, and keeps the addresses of clients',
    ]);
  });

  test('has a name that Kubernetes allows', () => {
    expect(refusalOf((chart) => add(chart, Reachability.metalLBPool('Shared Pool')))).toContain(
      'reachability: got "Shared Pool", want ',
    );
  });
});

describe('a pool of the app', () => {
  const define =
    (props: object, sides: RouteReflectorRegionProps['sides'] = SIDES) =>
    (chart: Chart) => {
      const metallb = new MetalLBBgpPeering(chart, 'lb', peering);
      const pool = new MetalLBAddressPool(chart, 'shared', { metallb, addresses: ['192.0.2.0/28'], ...props });
      add(chart, Reachability.metalLBPool(pool), sides);
    };

  test('serves both sides, which make none', () => {
    const manifests = synthChart(define({}));
    expect(manifests.ofKind('IPAddressPool').map(({ metadata }) => metadata.name)).toEqual(['shared']);
    expect(manifests.get('Service', 'meshrr-east-b').metadata.annotations).toMatchObject({
      'metallb.io/address-pool': 'shared',
    });
  });

  test('is known to the proof', () => {
    expect(findingsOf(define({}))).toEqual([]);
    expect(findingsOf(define({ nodeSelectors: [{ side: 'b' }] }))).toEqual([
      expect.stringContaining('no node announces 192.0.2.1 of meshrr-east-a: the nodeSelectors of its advertisement'),
    ]);
  });

  test('has the addresses of the sides', () => {
    expect(refusalOf(define({}, { a: { addresses: ['192.0.2.77'] } }))).toBe(
      'test/east: sides.a.addresses: got "192.0.2.77", want addresses of the pool shared: 192.0.2.0/28',
    );
  });
});

describe('a load balancer of a class', () => {
  test('is asked by class and annotations of each side', () => {
    const manifests = synthChart((chart) => add(chart, ofCilium()));
    for (const [side, address] of [
      ['a', '192.0.2.1'],
      ['b', '192.0.2.2'],
    ]) {
      const { metadata, spec } = manifests.get('Service', `meshrr-east-${side}`);
      expect(metadata.annotations).toEqual({ 'lbipam.cilium.io/ips': address, 'example.com/side': side });
      expect(spec).toMatchObject({
        ...{ type: 'LoadBalancer', loadBalancerClass: 'io.cilium/bgp-control-plane' },
        ...{ externalTrafficPolicy: 'Local', allocateLoadBalancerNodePorts: false },
      });
    }
  });

  test('may send connections to ports of nodes', () => {
    const manifests = synthChart((chart) => add(chart, ofCilium({ nodePorts: true })));
    expect(manifests.get('Service', 'meshrr-east-a').spec.allocateLoadBalancerNodePorts).toBe(true);
  });

  test('serves route servers, too', () => {
    const manifests = synthChart(
      (chart) => new AnycastRouteServerPair(chart, 'rs', { ...pair(chart), reachability: ofCilium() }),
    );
    expect(manifests.get('Service', 'routeserver-a').spec.loadBalancerClass).toBe('io.cilium/bgp-control-plane');
  });

  test('is in the finding, which can be accepted', () => {
    const define = (chart: Chart) => add(chart, ofCilium());
    expect(findingsOf(define)[0]).toContain('assumed is that the load balancer of class io.cilium/bgp-control-plane');
    expect(
      findingsOf((chart) => {
        define(chart);
        new Proof(chart, 'proof', { findings: { unannounced: { accept: 'Cilium of the platform' } } });
      })[0],
    ).toMatch(/^accepted: /);
  });

  test('lets the addresses come to each node with a pod', () => {
    const { addressesAtNodes } = topologyIn((chart) => add(chart, ofCilium()));
    expect(addressesAtNodes.map(({ isReached, obstacle }) => [isReached, obstacle?.why])).toEqual([
      [true, 'assumed'],
      [true, 'assumed'],
    ]);
  });

  test.each<[string, object, string]>([
    ['without annotations', { annotations: undefined }, 'reachability.annotations: got nothing, want a function'],
    [
      'with a value that is no text',
      { annotations: () => ({ a: 1 }) },
      'reachability.annotations.a: got 1, want a text',
    ],
    ['with a key of two slashes', { annotations: () => ({ 'a/b/c': '1' }) }, 'reachability.annotations'],
    ['of a class with spaces', { loadBalancerClass: 'a b' }, 'reachability.loadBalancerClass: got "a b"'],
    ['with another prop', { class: 'x' }, 'reachability: got "class: …", want only the names'],
  ])('is not accepted %s', (_, changes, message) => {
    expect(refusalOf((chart) => add(chart, ofCilium(changes)))).toContain(message);
  });
});

describe('layer 2', () => {
  const onLayer2 =
    (advertisement: object = {}) =>
    (chart: Chart) => {
      const nodes = ['n1', 'n2', 'n3'].map((name) => [name, { labels: { ...LABELS, rack: name } }] as const);
      new KubernetesNodes(chart, 'nodes', { nodes: Object.fromEntries(nodes) });
      const metallb = new MetalLBBgpPeering(chart, 'lb', {});
      const sides = { a: { addresses: ['192.0.2.1'] } };
      add(chart, Reachability.metalLB(metallb, { protocol: 'layer2', ...advertisement }), sides);
    };

  test('needs no BGP: it has a pool and an advertisement, and MetalLB no peer', () => {
    const manifests = synthChart(onLayer2({ interfaces: ['eth1'] }));
    expect(manifests.ofKind('L2Advertisement').map(({ spec }) => spec)).toEqual([
      { ipAddressPools: ['meshrr-east-a'], interfaces: ['eth1'] },
    ]);
    expect([...manifests.ofKind('BGPAdvertisement'), ...manifests.ofKind('BGPPeer')]).toEqual([]);
    expect(findingsOf(onLayer2())).toEqual([]);
  });

  test('has all clients of a side on the pod of one node, and another node after a failure', () => {
    const define = onLayer2();
    const topology = topologyIn((chart) => {
      define(chart);
      return undefined;
    });
    const choices = topology.choices.filter(({ address }) => address === '192.0.2.1');
    expect(choices.length).toBeGreaterThan(1);
    expect(new Set(choices.map(({ candidates }) => candidates[0]))).toEqual(new Set(['meshrr-east-a@n1']));
    expect(new Set(choices.map(({ candidates }) => candidates.length))).toEqual(new Set([3]));
  });

  test('is from the nodes that its selectors match', () => {
    const { addressesAtNodes } = topologyIn(onLayer2({ nodeSelectors: [{ rack: 'n2' }] }));
    expect(addressesAtNodes.flatMap(({ node, isReached }) => (isReached ? [node] : []))).toEqual(['n2']);
  });

  test('has no props of BGP', () => {
    expect(refusalOf(onLayer2({ localPref: 200 }))).toContain(
      'localPref: got 200, want nothing: it goes with protocol "bgp"',
    );
  });
});

describe('the network of the nodes', () => {
  const NODES = '203.0.113.0/24';
  const props = { ...region, podNetworks: ['10.42.0.0/16', NODES], clientRanges: ['198.51.100.0/24'] };
  const onHosts = (changes: Partial<RouteReflectorRegionProps> = {}) => ({
    ...props,
    reachability: Reachability.hostNetwork({ nodeNetworks: [NODES] }),
    sides: { a: { addresses: ['192.0.2.1', '2001:db8::1'] }, b: { addresses: ['192.0.2.2'] } },
    ...changes,
  });
  const dualStack = { podNetworks: [...props.podNetworks, '2001:db8:42::/56'] };
  const manifests = () =>
    synthChart((chart) => {
      const core = new RouteReflectorRegion(chart, 'core', { ...region, ...dualStack });
      new RouteReflectorRegion(chart, 'east', onHosts({ ...dualStack, upstream: core }));
    });
  const podOf = (name: string) => manifests().get('DaemonSet', name).spec.template.spec;

  test('is that of a pod which listens on the addresses of its side, and takes its port of the node', () => {
    const { hostNetwork, dnsPolicy, containers } = podOf('meshrr-east-a');
    expect({ hostNetwork, dnsPolicy }).toEqual({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' });
    expect(containers).toHaveLength(1);
    expect(containers[0].ports).toEqual([
      { name: 'bgp', containerPort: 179, hostPort: 179 },
      { name: 'http', containerPort: 8179, hostPort: 8179, protocol: 'TCP' },
    ]);
    expect(manifests().environmentOf('DaemonSet', 'meshrr-east-a')).toMatchObject({
      MESHRR_LISTEN_ADDRESSES: '192.0.2.1,2001:db8::1',
    });
    expect(manifests().environmentOf('Deployment', 'meshrr-core')).not.toHaveProperty('MESHRR_LISTEN_ADDRESSES');
    expect(
      manifests()
        .ofKind('Service')
        .map(({ spec }) => spec.type),
    ).not.toContain('LoadBalancer');
  });

  test('needs the one capability by which root opens port 179, and no sysctl of the node', () => {
    const { securityContext, containers } = podOf('meshrr-east-a');
    expect(securityContext).toEqual({
      ...{ runAsNonRoot: false, runAsUser: 0, runAsGroup: 65532, fsGroup: 65532 },
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containers[0].securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    });
  });

  test('is let in by the policy of the region upstream, as no selector finds its pods', () => {
    const [{ from }] = manifests().get('NetworkPolicy', 'meshrr-core').spec.ingress;
    expect(from).toContainEqual({ ipBlock: { cidr: NODES } });
    const alone = synthChart((chart) => add(chart, Reachability.hostPorts())).get('NetworkPolicy', 'meshrr-east');
    expect(JSON.stringify(alone)).not.toContain(NODES);
  });

  test('has addresses that the routers beside the nodes have static routes to', () => {
    const { groups, addressesAtNodes } = topologyIn(
      (chart) => new RouteReflectorRegion(chart, 'east', onHosts(dualStack)),
    );
    expect(groups.map(({ reachedBy }) => reachedBy)).toEqual(['host-network', 'host-network']);
    expect(addressesAtNodes.every(({ isReached, obstacle }) => isReached && !obstacle)).toBe(true);
  });

  test.each<[string, Partial<RouteReflectorRegionProps>, string]>([
    [
      'a network of nodes that routers would not take',
      { ...dualStack, podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'] },
      'test/east: reachability.nodeNetworks[0]: got "203.0.113.0/24", want a network that is among podNetworks',
    ],
    [
      'cRPD',
      { ...dualStack, router: crpd },
      'test/east: reachability: got "host-network", want another form: crpd would',
    ],
    [
      'the DNS of the node',
      { ...dualStack, pod: { dnsPolicy: 'ClusterFirst' } },
      'pod.dnsPolicy: got "ClusterFirst", want nothing or "None": the pod is in the network of its node',
    ],
    ['another user', { ...dualStack, pod: { runAsUser: 'platform' } }, 'pod.runAsUser: got "platform", want nothing'],
    [
      'no network of nodes',
      { ...dualStack, reachability: Reachability.hostNetwork({ nodeNetworks: [] }) },
      'test/east: reachability.nodeNetworks: got [], want a list of at least one item',
    ],
  ])('is not accepted with %s', (_, changes, message) => {
    expect(refusalOf((chart) => new RouteReflectorRegion(chart, 'east', onHosts(changes)))).toContain(message);
  });
});

test('the AS number of the nodes is needed with peers', () => {
  const { peers } = peering;
  expect(refusalOf((chart) => new MetalLBBgpPeering(chart, 'lb', { peers }))).toBe(
    'test/lb: myAsn: got nothing, want the AS number of the nodes, as peers are given',
  );
});

test('a pair is not reached by addresses of nodes, as its pods move', () => {
  const define = (chart: Chart) => {
    const props = pair(chart);
    expect(metallbOf(chart)).toBeDefined();
    new AnycastRouteServerPair(chart, 'rs', { ...props, reachability: Reachability.hostPorts() });
  };
  expect(refusalOf(define)).toContain('test/rs: reachability: got "host-ports", want a load balancer such as metalLB');
});
