import { App, Chart } from 'cdk8s';
import { inCluster, MetalLBAddressPool, MetalLBAddressPoolProps, MetalLBBgpPeering } from '../../lib';
import { parseAddress } from '../../lib/addressing';
import { addPool } from '../bad-input/cases';
import { peering } from '../../test-support/examples';
import { Manifests, refusalOf, synthChart } from '../../test-support/synth';
import { topologyIn } from '../../test-support/topology';

const addresses = ['198.51.100.0/28'];

const add = (chart: Chart, changes: Partial<MetalLBAddressPoolProps> = {}, more: object = {}, id = 'vip') =>
  new MetalLBAddressPool(chart, id, {
    metallb: new MetalLBBgpPeering(chart, 'lb', { ...peering, ...more }),
    addresses,
    ...changes,
  });
const synth = (changes: Partial<MetalLBAddressPoolProps> = {}): Manifests =>
  synthChart((chart) => void add(chart, changes));
const refusal = (changes: object, more: object = {}) => refusalOf((chart) => void addPool(changes, more)(chart));
const accept = (changes: object, more: object = {}) =>
  expect(() => synthChart((chart) => void addPool(changes, more)(chart))).not.toThrow();

const echo = {
  bfdProfiles: { echo: { echoMode: true }, plain: {} },
  peers: {
    quiet: { peerAsn: 64498, peerAddress: '192.0.2.253', bfdProfile: 'plain' },
    none: { peerAsn: 64498, peerAddress: '192.0.2.252' },
    loud: { peerAsn: 64498, peerAddress: '192.0.2.254', bfdProfile: 'echo' },
  },
};

describe('a pool', () => {
  test('has the name of its construct, or another one', () => {
    expect(synth().get('IPAddressPool', 'vip').metadata.namespace).toBe('metallb-system');
    const named = synth({ name: 'anycast' });
    expect(named.get('BGPAdvertisement', 'anycast').spec).toEqual({ ipAddressPools: ['anycast'] });
    expect(named.has('IPAddressPool', 'vip')).toBe(false);
  });

  test('needs another name where that of its construct is none', () => {
    expect(refusalOf((chart) => void add(chart, {}, {}, 'My pool'))).toContain('test/My pool: id: got "My pool", want');
    expect(() => synthChart((chart) => void add(chart, { name: 'mine' }, {}, 'My pool'))).not.toThrow();
  });

  test('gives its addresses only to Services that name it, unless told otherwise', () => {
    expect(synth().get('IPAddressPool', 'vip').spec).toEqual({ addresses, autoAssign: false });
    expect(synth({ autoAssign: true }).get('IPAddressPool', 'vip').spec.autoAssign).toBe(true);
  });

  test('is announced from nodes that match one of some sets of labels', () => {
    const nodeSelectors: Record<string, string>[] = [{ rack: '1' }, { rack: '2', side: 'a' }];
    const matched = [{ matchLabels: { rack: '1' } }, { matchLabels: { rack: '2', side: 'a' } }];
    expect(synth({ nodeSelectors }).get('BGPAdvertisement', 'vip').spec.nodeSelectors).toEqual(matched);
    expect(synth({ nodeSelectors, protocol: 'layer2' }).get('L2Advertisement', 'vip').spec).toEqual({
      ipAddressPools: ['vip'],
      nodeSelectors: matched,
    });
  });

  test('is announced from nodes that match a selector as Kubernetes writes it', () => {
    const nodeSelectors = [
      {
        matchLabels: { rack: '1' },
        matchExpressions: [
          { key: 'zone', operator: 'NotIn' as const, values: ['a', 'b'] },
          { key: 'node-role.kubernetes.io/control-plane', operator: 'DoesNotExist' as const },
        ],
      },
    ];
    expect(synth({ nodeSelectors }).get('BGPAdvertisement', 'vip').spec.nodeSelectors).toEqual(nodeSelectors);
  });

  test('holds the addresses of each of its spans, and no others', () => {
    const chart = new Chart(new App(), 'test');
    const pool = add(chart, { addresses: ['198.51.100.0/28', '2001:db8::10-2001:db8::20'] });
    const held = (text: string) => pool.holds(parseAddress(text));
    expect(['198.51.100.0', '198.51.100.15', '2001:db8::10', '2001:db8::20'].filter(held)).toHaveLength(4);
    expect(['198.51.99.255', '198.51.100.16', '2001:db8::f', '2001:db8::21'].filter(held)).toEqual([]);
  });

  test.each<[string, object, object]>([
    ['over BGP', { localPref: 100, aggregationLength: 28 }, { name: 'vip', routeLength: { 4: 28, 6: 128 } }],
    ['in long prefixes of IPv6', { aggregationLengthV6: 64 }, { routeLength: { 4: 32, 6: 64 } }],
    ['to some peers', { peers: ['routers'] }, { neighbors: ['routers'], routeLength: { 4: 32, 6: 128 } }],
  ])('is a part of the topology as it is announced: %s', (_, changes, expected) => {
    const [{ pools }] = topologyIn((chart) => void add(chart, changes)).metallb;
    expect(pools).toMatchObject([{ neighbors: [], ...expected, addresses: [{ text: addresses[0] }] }]);
  });

  test('is none of BGP where layer 2 makes it known', () => {
    const [{ pools }] = topologyIn((chart) => void add(chart, { protocol: 'layer2' })).metallb;
    expect(pools).toEqual([]);
  });
});

describe('IPv6 addresses and BFD echo, which FRR has for IPv4 alone', () => {
  const six = { addresses: ['198.51.100.0/28', '2001:db8::/64'] };

  test('do not go together, also where all peers are meant and one has it', () => {
    for (const peers of [undefined, ['none', 'loud']]) {
      expect(refusal({ ...six, peers }, echo)).toContain('addresses: got "2001:db8::/64", want IPv4 only: a peer');
    }
  });

  test('are fine with peers that have none', () => {
    accept({ ...six, peers: ['none', 'quiet'] }, echo);
    accept(six, { ...echo, peers: { quiet: echo.peers.quiet } });
    accept({ addresses }, echo);
  });
});

describe('the native back end', () => {
  const native = { backend: 'native' };

  test('takes pools of IPv4 with standard communities', () => {
    accept({ addresses, communities: ['64496:100', 'stay'] }, { ...native, communities: { stay: '64496:1' } });
  });

  test('takes IPv6 on layer 2', () => {
    accept({ addresses: ['2001:db8::/64'], protocol: 'layer2' }, native);
  });

  test('has no large communities under a name either', () => {
    const message = refusal({}, { ...native, communities: { big: 'large:64496:1:2' } });
    expect(message).toBe(
      'test/lb: communities.big: got "large:64496:1:2", want a standard community: the native back end has no large ones',
    );
  });
});

describe('communities', () => {
  test('are values of either kind, and names that the peering declares', () => {
    accept({ communities: ['64496:100', 'large:64496:1:2', 'stay'] }, { communities: { stay: '64496:1' } });
  });

  test('of a wrong kind are refused with the names that there are', () => {
    const communities = ['64496:100', 'no-such'];
    const wanted = 'want a community such as 65000:101 or large:64496:1:2';
    expect(refusal({ communities })).toBe(`test/lb/pool-pool: communities[1]: got "no-such", ${wanted}`);
    const declared = { communities: { stay: '64496:1', leave: '64496:2' } };
    expect(refusal({ communities }, declared)).toBe(
      `test/lb/pool-pool: communities[1]: got "no-such", ${wanted}, or one of the communities leave, stay`,
    );
  });
});

describe('aggregates', () => {
  test('are at least as long as the largest block of each span of their family', () => {
    accept({ addresses: [...addresses, '2001:db8::/64'], aggregationLength: 28, aggregationLengthV6: 64 });
    // .1, .2/31, .4/30, .8/31
    const range = ['198.51.100.1-198.51.100.9'];
    accept({ addresses: range, aggregationLength: 30 });
    expect(refusal({ addresses: ['203.0.113.0/29', ...range], aggregationLength: 29 })).toBe(
      'test/lb/pool-pool: aggregationLength: got 29, want at least 30, the length of 198.51.100.1-198.51.100.9',
    );
    expect(refusal({ addresses: [...addresses, '2001:db8::/64'], aggregationLengthV6: 63 })).toBe(
      'test/lb/pool-pool: aggregationLengthV6: got 63, want at least 64, the length of 2001:db8::/64',
    );
  });
});

test.each<[string, object, object, string]>([
  ['an empty community', { communities: [''] }, {}, 'communities[0]: got "", want a community'],
  [
    'an interface with a blank',
    { protocol: 'layer2', interfaces: ['eth 0'] },
    {},
    'want the name of a network interfa',
  ],
  ['an interface with a slash', { protocol: 'layer2', interfaces: ['a/b'] }, {}, 'interfaces[0]: got "a/b", want the'],
  [
    'an interface of 16 characters',
    { protocol: 'layer2', interfaces: ['eth0', 'abcdefghijklmnop'] },
    {},
    'interfaces[1]: got "abcdefghijklmnop", want the name of a network interface',
  ],
  ['no interfaces', { protocol: 'layer2', interfaces: [] }, {}, 'interfaces: got [], want a list of at least one'],
  ['a protocol that is none', { protocol: 'ospf' }, {}, 'protocol: got "ospf", want "bgp" or "layer2"'],
  ['a peer where there is none', { peers: ['a'] }, { peers: {} }, 'got "a", want a peer of test/lb, which has none'],
  ['a peer among others', { peers: ['loud', 'a'] }, echo, 'peers[1]: got "a", want one of loud, none, quiet'],
  [
    'the address of a peer in a later span',
    { addresses: ['198.51.100.0/28', '192.0.2.250-192.0.2.254'] },
    {},
    'addresses: got "192.0.2.250-192.0.2.254", want addresses that peer routers (192.0.2.254) is not among',
  ],
  ...['localPref', 'aggregationLength', 'aggregationLengthV6'].map((prop): [string, object, object, string] => [
    `${prop} on layer 2`,
    { protocol: 'layer2', [prop]: 32 },
    {},
    `${prop}: got 32, want nothing: it goes with protocol "bgp"`,
  ]),
])('refuses %s', (_, changes, more, message) => {
  expect(refusal(changes, more)).toContain(message);
});

test('an address beside that of a peer is fine, as is a peer over an interface', () => {
  accept({ addresses: ['192.0.2.252/31'] });
  accept({ addresses: ['192.0.2.0/24'] }, { peers: { p: { peerAsn: 64498, interface: 'eth1' } } });
});

test('an interface may have 15 characters', () => {
  const pool = synth({ protocol: 'layer2', interfaces: ['abcdefghijklmno'] });
  expect(pool.get('L2Advertisement', 'vip').spec.interfaces).toEqual(['abcdefghijklmno']);
});

test('a pool needs the peering of its own cluster', () => {
  const none = refusalOf((chart) => void new MetalLBAddressPool(chart, 'vip', { metallb: {} as never, addresses }));
  expect(none).toBe('test/vip: metallb: got {}, want a MetalLBBgpPeering');
  const other = refusalOf((chart) => {
    const west = inCluster(new Chart(chart.node.root, 'west'), 'west');
    new MetalLBAddressPool(chart, 'vip', { metallb: new MetalLBBgpPeering(west, 'lb', peering), addresses });
  });
  expect(other).toBe('test/vip: metallb: got "west/lb", want a construct of the same app and cluster');
});

test('two pools of a MetalLB have neither a name nor an address in common', () => {
  const two = (changes: Partial<MetalLBAddressPoolProps>) => (chart: Chart) => {
    const metallb = new MetalLBBgpPeering(chart, 'lb', peering);
    new MetalLBAddressPool(chart, 'one', { metallb, addresses, name: 'vip' });
    new MetalLBAddressPool(chart, 'two', { metallb, addresses: ['203.0.113.0/28', '203.0.113.32/28'], ...changes });
  };
  expect(() => synthChart(two({}))).not.toThrow();
  expect(refusalOf(two({ name: 'vip' }))).toBe(
    'test/two: name: got "vip", want a name of its own: test/one makes a IPAddressPool of that name already',
  );
  expect(refusalOf(two({ addresses: ['203.0.113.0/28', '198.51.100.15/32'] }))).toBe(
    'test/two: addresses[1]: got "198.51.100.15/32", want addresses of its own: test/one has them already',
  );
});
