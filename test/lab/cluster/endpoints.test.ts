import {
  allowedTo,
  announcersOf,
  Endpoint,
  hostAddressesOf,
  recordsOf,
  dnatOn,
  slicesOf,
} from '../../../lab/cluster/endpoints';
import { NetworkPolicy, Objects, Service, Workload } from '../../../lab/manifests/objects';
import { Advertisement, Peer } from '../../../lab/manifests/metallb';
import { HostPort } from '../../../lab/manifests/pod-spec';

const labels = (text: Record<string, string>) => new Map(Object.entries(text));

interface Given extends Partial<Omit<Endpoint, 'workload'>> {
  readonly labels?: ReadonlyMap<string, string>;
  readonly namespace?: string;
  readonly hostPorts?: readonly HostPort[];
}

const endpoint = (
  address: string,
  { labels: own, namespace = 'default', hostPorts = [], ...given }: Given = {},
): Endpoint => {
  const podLabels = own ?? labels({ app: 'rr' });
  const carried = hostPorts.map(({ address: host }) => host);
  const pod = { ports: new Map([['bgp', 179]]), hostPorts, carried };
  const workload = { podLabels, namespace, pod } as unknown as Workload;
  return { workload, node: 'n1', addresses: [address], ready: true, terminating: false, ...given };
};

const service = (given: Partial<Service> = {}): Service => ({
  name: 'rr',
  namespace: 'default',
  selector: labels({ app: 'rr' }),
  publishNotReady: false,
  addresses: ['192.0.2.1'],
  ports: [{ port: 179, targetPort: 'bgp' }],
  ...given,
});

const objects = (...services: Service[]): Objects => ({
  ...{ workloads: [], policies: [], roles: new Map(), leases: [], bindings: [], peers: [], advertisements: [] },
  ...{ pools: new Set<string>(), layer2: [], leftOut: [] },
  configMaps: new Map(),
  services,
});

const NAME = 'rr.default.svc.cluster.local';

describe('EndpointSlices', () => {
  const pods = [
    endpoint('10.42.1.1', { addresses: ['10.42.1.1', 'fd00::1'] }),
    endpoint('10.42.1.2', { ready: false, node: 'n2' }),
    endpoint('10.42.1.3', { terminating: true }),
    endpoint('10.42.1.4', { namespace: 'other' }),
  ];
  const zones = new Map([['n1', 'north']]);
  const conditionsIn = (given: Partial<Service>) =>
    slicesOf(objects(service(given)), pods, zones)[0].endpoints.map(({ conditions }) => conditions);

  test('one of each family lists the pods behind a Service, with node and zone', () => {
    const [four, six] = slicesOf(objects(service()), pods, zones);
    expect([four.addressType, six.addressType]).toEqual(['IPv4', 'IPv6']);
    expect(four.metadata).toMatchObject({ namespace: 'default', labels: { 'kubernetes.io/service-name': 'rr' } });
    expect(four.endpoints.map(({ conditions: _, ...one }) => one)).toEqual([
      { addresses: ['10.42.1.1'], nodeName: 'n1', zone: 'north' },
      { addresses: ['10.42.1.2'], nodeName: 'n2' },
      { addresses: ['10.42.1.3'], nodeName: 'n1', zone: 'north' },
    ]);
    expect(six.endpoints).toMatchObject([{ addresses: ['fd00::1'] }]);
  });

  test('tell which pods are ready, and which still serve while they terminate', () => {
    expect(conditionsIn({})).toEqual([
      { ready: true, serving: true, terminating: false },
      { ready: false, serving: false, terminating: false },
      { ready: false, serving: true, terminating: true },
    ]);
  });

  test('with publishNotReady, all pods are ready', () => {
    expect(conditionsIn({ publishNotReady: true }).map(({ ready, serving }) => [ready, serving])).toEqual([
      [true, true],
      [true, false],
      [true, true],
    ]);
  });
});

describe('DNS', () => {
  const pods = [
    endpoint('10.42.1.1'),
    endpoint('10.42.1.2', { ready: false }),
    endpoint('10.42.1.3', { terminating: true }),
    endpoint('10.42.1.4', { namespace: 'other' }),
    endpoint('10.42.1.5', { labels: labels({ app: 'x' }) }),
  ];

  test('lists the pods that are ready', () => {
    expect(recordsOf(objects(service({ addresses: [] })), pods).get(NAME)).toEqual(['10.42.1.1']);
  });

  test('lists all pods, also those that terminate, with publishNotReadyAddresses', () => {
    const all = recordsOf(objects(service({ addresses: [], publishNotReady: true })), pods).get(NAME);
    expect(all).toEqual(['10.42.1.1', '10.42.1.2', '10.42.1.3']);
  });

  test('has no name for a Service with addresses', () => {
    expect(recordsOf(objects(service()), pods).size).toBe(0);
  });
});

describe('an address of a Service', () => {
  test('is announced from the nodes with a pod that is ready, or terminates and still serves', () => {
    const pods = [
      endpoint('10.42.1.1', { node: 'n1' }),
      endpoint('10.42.2.1', { node: 'n2', ready: false }),
      endpoint('10.42.3.1', { node: 'n3', terminating: true }),
    ];
    const nodeOf = () => ({ labels: {} });
    expect(announcersOf(objects(service()), pods, nodeOf).get('192.0.2.1')).toEqual(['n1', 'n3']);
  });

  test('is announced only from nodes that an advertisement and a peer are for, in the family of the session', () => {
    const pods = ['n1', 'n2', 'n3'].map((node) => endpoint('10.42.1.1', { node }));
    const excluded = { rack: '1', 'node.kubernetes.io/exclude-from-external-load-balancers': '' };
    const nodes: Record<string, Record<string, string>> = { n1: { rack: '1' }, n2: { rack: '2' }, n3: excluded };
    const rack = (number: string) => [{ rack: number }];
    const peer = { name: 'tor', address: '192.0.2.254', dualStack: false, nodeSelectors: [] as Peer['nodeSelectors'] };
    const own = { pools: ['rr'], peers: [] as string[], nodeSelectors: [] as Peer['nodeSelectors'] };
    const from = (peers: readonly Peer[], advertisements: readonly Advertisement[], addresses = ['192.0.2.1']) => {
      const all = {
        ...objects(service({ addresses, pool: 'rr' })),
        pools: new Set(['rr']),
        peers: [...peers],
        advertisements: [...advertisements],
      };
      return announcersOf(all, pods, (name) => ({ labels: nodes[name] })).get(addresses[0]);
    };
    expect(from([peer], [own])).toEqual(['n1', 'n2']);
    expect(from([peer], [{ ...own, pools: [] }])).toEqual(['n1', 'n2']);
    expect(from([peer], [{ ...own, pools: ['other'] }])).toEqual([]);
    expect(from([{ ...peer, nodeSelectors: rack('1') }], [own])).toEqual(['n1']);
    expect(from([peer], [{ ...own, nodeSelectors: rack('2') }])).toEqual(['n2']);
    const notInRack1 = { rack: { operator: 'NotIn', values: ['1'] } } as const;
    expect(from([{ ...peer, nodeSelectors: [notInRack1] }], [own])).toEqual(['n2']);
    expect(from([peer], [{ ...own, peers: ['tor'] }])).toEqual(['n1', 'n2']);
    expect(from([peer], [{ ...own, peers: ['other'] }])).toEqual([]);
    expect(from([peer], [own], ['2001:db8::1'])).toEqual([]);
    expect(from([{ ...peer, dualStack: true }], [own], ['2001:db8::1'])).toEqual(['n1', 'n2']);
    expect(from([{ ...peer, address: undefined }], [own], ['2001:db8::1'])).toEqual(['n1', 'n2']);
  });

  test('is announced on layer 2 from one node at a time, which the advertisement is for', () => {
    const pods = ['n1', 'n2', 'n3'].map((node) => endpoint('10.42.1.1', { node }));
    const from = (rack: string | undefined, ...ready: string[]) => {
      const nodeSelectors = rack === undefined ? [] : [{ rack }];
      const all = {
        ...objects(service({ pool: 'rr' })),
        ...{ pools: new Set(['rr']), layer2: [{ pools: ['rr'], nodeSelectors }] },
      };
      const some = pods.filter(({ node }) => ready.includes(node));
      return announcersOf(all, some, (name) => ({ labels: { rack: name } })).get('192.0.2.1');
    };
    expect(from(undefined, 'n1', 'n2', 'n3')).toEqual(['n1']);
    expect(from(undefined, 'n2', 'n3')).toEqual(['n2']);
    expect(from('n3', 'n1', 'n2', 'n3')).toEqual(['n3']);
    expect(from('n3', 'n1', 'n2')).toEqual([]);
  });

  test('is announced from all nodes with a pod where its pool is not of the app, or another load balancer has it', () => {
    const pods = ['n1', 'n2'].map((node) => endpoint('10.42.1.1', { node }));
    for (const pool of ['shared', undefined]) {
      const all = { ...objects(service({ pool })), pools: new Set(['rr']) };
      expect(announcersOf(all, pods, () => ({ labels: {} })).get('192.0.2.1')).toEqual(['n1', 'n2']);
    }
  });

  test('is translated to the ready pods on the node, on the target port of the Service', () => {
    const pods = [endpoint('10.42.1.1'), endpoint('10.42.1.2'), endpoint('10.42.2.1', { node: 'n2' })];
    expect(dnatOn('n1', objects(service()), pods)).toEqual([
      { address: '192.0.2.1', port: 179, pods: ['10.42.1.1', '10.42.1.2'], podPort: 179 },
    ]);
  });

  test('goes to one that terminates only where no other is ready', () => {
    const leaving = endpoint('10.42.1.1', { terminating: true });
    const pods = (all: Endpoint[]) => dnatOn('n1', objects(service()), all)[0].pods;
    expect(pods([leaving])).toEqual(['10.42.1.1']);
    expect(pods([leaving, endpoint('10.42.1.2')])).toEqual(['10.42.1.2']);
  });

  test('has no endpoint where no pod on the node is ready', () => {
    expect(dnatOn('n1', objects(service()), [endpoint('10.42.1.1', { ready: false })])[0].pods).toEqual([]);
  });

  test('of IPv6 goes to the IPv6 address of the pod', () => {
    const pod = endpoint('10.42.1.1', { addresses: ['10.42.1.1', 'fd00::1'] });
    const [first, second] = dnatOn('n1', objects(service({ addresses: ['192.0.2.1', '2001:db8::1'] })), [pod]);
    expect([first.pods, second.pods]).toEqual([['10.42.1.1'], ['fd00::1']]);
  });
});

test('host ports are translated on the node of the pod, ready or not, and the node carries the address', () => {
  const hostPorts = [{ address: '192.0.2.9', port: 179, podPort: 179 }];
  const pods = [endpoint('10.42.1.1', { hostPorts, ready: false }), endpoint('10.42.2.1', { hostPorts, node: 'n2' })];
  expect(dnatOn('n2', objects(), pods)).toEqual([
    { address: '192.0.2.9', port: 179, pods: ['10.42.2.1'], podPort: 179 },
  ]);
  expect([...hostAddressesOf(pods)]).toEqual([['192.0.2.9', ['n1', 'n2']]]);
});

describe('a NetworkPolicy', () => {
  const policy = {
    namespace: 'default',
    podSelector: labels({ app: 'rr' }),
    ingress: [{ from: [{ podSelector: labels({ app: 'rr' }) }, { cidr: '198.51.100.0/24' }], ports: [179] }],
  };
  const own = endpoint('10.42.1.1');
  const others = [
    own,
    endpoint('10.42.2.1', { addresses: ['10.42.2.1', 'fd00::2'] }),
    endpoint('10.42.3.1', { namespace: 'x' }),
  ];

  test('allows the selected pods of its namespace, and its ranges', () => {
    expect(allowedTo(own, [policy], others)).toEqual([
      { from: ['10.42.1.1', '10.42.2.1', 'fd00::2', '198.51.100.0/24'], ports: [179] },
    ]);
  });

  test('allows every pod of the cluster with empty selectors, also pods that are not of the app', () => {
    const every: NetworkPolicy = { ...policy, ingress: [{ from: [{ everyPod: true }], ports: [179] }] };
    expect(allowedTo(own, [every], others, ['10.42.0.0/16'])).toEqual([{ from: ['10.42.0.0/16'], ports: [179] }]);
  });

  test('does not restrict a pod that it does not select', () => {
    expect(allowedTo(endpoint('10.42.9.1', { labels: labels({ app: 'x' }) }), [policy], others)).toBeUndefined();
  });

  test('without sources allows everybody', () => {
    const open = { ...policy, ingress: [{ from: [], ports: [22] }] };
    expect(allowedTo(own, [open], others)).toEqual([{ from: ['0.0.0.0/0', '::/0'], ports: [22] }]);
  });
});
