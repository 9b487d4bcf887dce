import { Duration } from 'cdk8s';
import { addPeer, addPeering, addPool, Case, describeRefusals, twoPeers } from './cases';

const metallb: Case[] = [
  [
    'a hold time of three and a half seconds',
    addPeer({ holdTime: Duration.millis(3500) }),
    'peers.p.holdTime: got "3.5 s"',
  ],
  [
    'a keepalive that makes the hold time too long',
    addPeer({ keepaliveTime: Duration.seconds(30000) }),
    'peers.p.keepaliveTime: got "30000 s", want a hold time, three times this,',
  ],
  [
    'a local AS that is the own one',
    addPeer({ localAsn: 64497 }),
    'localAsn: got 64497, want an AS number other than myAsn',
  ],
  [
    'a local AS that is that of the neighbor',
    addPeer({ localAsn: 64498 }),
    'peers.p.localAsn: got 64498, want an AS number other than peerAsn',
  ],
  [
    'a local AS over iBGP',
    addPeer({ peerAsn: 64497, localAsn: 64499 }),
    'localAsn: got 64499, want nothing, as the session',
  ],
  [
    'a source of another IP family',
    addPeer({ sourceAddress: '2001:db8::1' }),
    'sourceAddress: got "2001:db8::1", want an address of the node, of the IP family of 192.0.2.254',
  ],
  [
    'an operator that Kubernetes does not have',
    addPeer({ nodeSelectors: [{ matchExpressions: [{ key: 'rack', operator: 'Gt', values: ['1'] }] }] }),
    'nodeSelectors[0].matchExpressions[0].operator: got "Gt", want ',
  ],
  [
    'a condition without its values',
    addPeer({ nodeSelectors: [{ matchExpressions: [{ key: 'rack', operator: 'In' }] }] }),
    'nodeSelectors[0].matchExpressions[0].values: got nothing, want values, as the operator is In',
  ],
  [
    'values of a condition that has none',
    addPool({ nodeSelectors: [{ matchExpressions: [{ key: 'rack', operator: 'Exists', values: ['1'] }] }] }),
    'nodeSelectors[0].matchExpressions[0].values: got ["1"], want nothing, as the operator is Exists',
  ],
  [
    'two conditions for a label',
    addPeer({
      nodeSelectors: [{ matchLabels: { rack: '1' }, matchExpressions: [{ key: 'rack', operator: 'Exists' }] }],
    }),
    'nodeSelectors[0].matchExpressions[0].key: got "rack", want one condition for each label',
  ],
  [
    'the same nodes twice',
    addPeer({ nodeSelectors: [{ rack: '1' }, { rack: '1' }] }),
    'nodeSelectors[1]: got {"rack":"1"}, want each item once',
  ],
  [
    'a peer of a pool twice',
    addPool({ peers: ['routers', 'routers'] }),
    'peers[1]: got "routers", want each item once',
  ],
  [
    'a community of a pool twice',
    addPool({ communities: ['1:1', '1:1'] }),
    'communities[1]: got "1:1", want each item once',
  ],
  [
    'a pool of multicast addresses',
    addPool({ addresses: ['224.0.0.0/28'] }),
    'got "224.0.0.0/28", want unicast addresses',
  ],
  [
    'a peer without an AS number',
    addPeer({ peerAsn: undefined }),
    'test/lb: peers.p.peerAsn: got nothing, want an AS number, or dynamicAsn',
  ],
  [
    'a peer with both',
    addPeer({ dynamicAsn: 'external' }),
    'peers.p.dynamicAsn: got "external", want nothing, as peerAsn is given',
  ],
  [
    'a peer without an address',
    addPeer({ peerAddress: undefined }),
    'peers.p.peerAddress: got nothing, want an address, or interface',
  ],
  [
    'a peer with address and interface',
    addPeer({ interface: 'eth0' }),
    'peers.p.interface: got "eth0", want nothing, as peerAddress is given',
  ],
  [
    'multihop over iBGP',
    addPeer({ peerAsn: 64497, ebgpMultiHop: true }),
    'peers.p.ebgpMultiHop: got true, want false, as the session is iBGP',
  ],
  [
    'a hold time of two seconds',
    addPeer({ holdTime: Duration.seconds(2) }),
    'peers.p.holdTime: got "2 s", want a hold time of 0 or from 3 to 65535 whole seconds',
  ],
  ['a hold time that is a number', addPeer({ holdTime: 90 }), 'holdTime: got 90, want a Duration'],
  [
    'a keepalive longer than the hold time',
    addPeer({ holdTime: Duration.seconds(9), keepaliveTime: Duration.seconds(10) }),
    'keepaliveTime: got "10 s", want whole seconds, at most the hold time',
  ],
  [
    'a port that MetalLB does not take',
    addPeer({ peerPort: 20000 }),
    'peerPort: got 20000, want a whole number from 1 to 16384',
  ],
  [
    'a back end that is none',
    addPeering({ backend: 'bird' }),
    'backend: got "bird", want "native" or "frr" or "frr-k8s"',
  ],
  ...[
    ['bfdProfile', 'fast'],
    ['keepaliveTime', Duration.seconds(3)],
    ['connectTime', Duration.seconds(3)],
    ['vrf', 'red'],
    ['enableGracefulRestart', true],
    ['localAsn', 64499],
    ['dualStackAddressFamily', true],
  ].map(([prop, value]): Case => [
    `${prop} with the native back end`,
    addPeer({ [prop as string]: value }, { backend: 'native' }),
    `peers.p.${prop}: got `,
    'the native back end of MetalLB does not have it',
  ]),
  [
    'a dynamic AS with the native back end',
    addPeer({ peerAsn: undefined, dynamicAsn: 'external' }, { backend: 'native' }),
    'peers.p.dynamicAsn: got "external", want nothing: the native back end',
  ],
  [
    'BFD profiles with the native back end',
    addPeering({ backend: 'native', bfdProfiles: { fast: {} } }),
    'bfdProfiles: got ["fast"], want none',
  ],
  [
    'IPv6 with the native back end',
    addPool({ addresses: ['2001:db8::/64'] }, { backend: 'native' }),
    'test/lb/pool-pool: addresses: got "2001:db8::/64", want IPv4',
  ],
  [
    'a large community with the native back end',
    addPool({ communities: ['large:1:2:3'] }, { backend: 'native' }),
    'communities[0]: got "large:1:2:3", want a standard community',
  ],
  [
    'a router id for one peer alone',
    twoPeers({ routerId: '192.0.2.9' }, {}),
    'test/lb: peers.two.routerId: got nothing, want the routerId of peer one, 192.0.2.9',
  ],
  [
    'two peers at one address',
    twoPeers({}, { peerAddress: '192.0.2.1' }),
    'peers.two.peerAddress: got "192.0.2.1", want an address that peer one does not have on the same nodes',
  ],
  [
    'a BFD profile that is not declared',
    addPeer({ bfdProfile: 'fast' }),
    'peers.p.bfdProfile: got "fast", want a profile declared in bfdProfiles',
  ],
  [
    'a BFD interval of 5 ms',
    addPeering({ bfdProfiles: { fast: { receiveInterval: 5 } } }),
    'bfdProfiles.fast.receiveInterval: got 5, want a whole number from 10 to 60000',
  ],
  [
    'BFD echo with IPv6 addresses',
    addPool(
      { addresses: ['2001:db8::/64'] },
      {
        bfdProfiles: { e: { echoMode: true } },
        peers: { p: { peerAsn: 1, peerAddress: '192.0.2.254', bfdProfile: 'e' } },
      },
    ),
    'addresses: got "2001:db8::/64", want IPv4 only',
  ],
  [
    'a community that is none',
    addPool({ communities: ['no-such'] }),
    'communities[0]: got "no-such", want a community such as 65000:101',
  ],
  [
    'an alias of a community that is none',
    addPeering({ communities: { x: '65536:1' } }),
    'test/lb: communities.x: got "65536:1", want a community',
  ],
  [
    'an aggregation shorter than the pool',
    addPool({ aggregationLength: 24 }),
    'aggregationLength: got 24, want at least 28, the length of 198.51.100.0/28',
  ],
  [
    'an advertisement to a peer that is not there',
    addPool({ peers: ['nobody'] }),
    'peers[0]: got "nobody", want one of routers',
  ],
  [
    'communities on layer 2',
    addPool({ protocol: 'layer2', communities: ['65000:1'] }),
    'communities: got ["65000:1"], want nothing: it goes with protocol "bgp"',
  ],
  [
    'interfaces for BGP',
    addPool({ interfaces: ['eth0'] }),
    'interfaces: got ["eth0"], want nothing: it goes with protocol "layer2"',
  ],
  [
    'a pool that holds the address of a peer',
    addPool({ addresses: ['192.0.2.0/24'] }),
    'addresses: got "192.0.2.0/24", want addresses that peer routers (192.0.2.254) is not among',
  ],
  ['an empty pool', addPool({ addresses: [] }), 'addresses: got [], want a list of at least one item'],
];

describeRefusals('input for MetalLB', metallb);
