import { Duration } from 'cdk8s';
import { MetalLBBgpPeering, MetalLBBgpPeeringProps } from '../../lib';
import { peering } from '../../test-support/examples';
import { Manifests, synthChart } from '../../test-support/synth';

const synth = (changes: Partial<MetalLBBgpPeeringProps> = {}): Manifests =>
  synthChart((chart) => new MetalLBBgpPeering(chart, 'peering', { ...peering, ...changes }));

const peerOf = (changes: object, backend: MetalLBBgpPeeringProps['backend'] = 'frr-k8s') =>
  synth({ backend, peers: { p: { peerAsn: 64498, peerAddress: '192.0.2.254', ...changes } } }).get('BGPPeer', 'p');

describe('a peer', () => {
  test('is of the version that is not deprecated', () => {
    expect(peerOf({}).apiVersion).toBe('metallb.io/v1beta2');
  });

  test('stands in the namespace of MetalLB', () => {
    expect(peerOf({}).metadata.namespace).toBe('metallb-system');
    expect(synth({ namespace: 'metallb' }).get('BGPPeer', 'routers').metadata.namespace).toBe('metallb');
  });

  test('of all nodes over eBGP is a loopback and gets multihop', () => {
    expect(peerOf({}).spec).toEqual({ myASN: 64497, peerASN: 64498, peerAddress: '192.0.2.254', ebgpMultiHop: true });
  });

  test.each([
    ['iBGP', { peerAsn: 64497 }],
    ['one for certain nodes', { nodeSelectors: [{ rack: 'r1' }] }],
    ['told so', { ebgpMultiHop: false }],
  ])('has no multihop where it is %s', (_, changes) => {
    expect(peerOf(changes).spec).not.toHaveProperty('ebgpMultiHop');
  });

  test('of a rack has the labels of its nodes', () => {
    expect(peerOf({ nodeSelectors: [{ rack: 'r1' }] }).spec.nodeSelectors).toEqual([{ matchLabels: { rack: 'r1' } }]);
  });

  test('takes its password from a Secret of MetalLB', () => {
    expect(peerOf({ passwordSecret: 'bgp-password' }).spec.passwordSecret).toEqual({
      name: 'bgp-password',
      namespace: 'metallb-system',
    });
  });

  test('has its timers in seconds', () => {
    const timers = {
      holdTime: Duration.minutes(1),
      keepaliveTime: Duration.seconds(20),
      connectTime: Duration.seconds(5),
    };
    expect(peerOf(timers).spec).toMatchObject({ holdTime: '60s', keepaliveTime: '20s', connectTime: '5s' });
  });

  test('may find out the AS number of its neighbor', () => {
    expect(peerOf({ peerAsn: undefined, dynamicAsn: 'external' }).spec).toMatchObject({
      dynamicASN: 'external',
      ebgpMultiHop: true,
    });
  });

  test('may be reached over an interface without addresses', () => {
    expect(peerOf({ peerAddress: undefined, interface: 'eth1' }).spec).toEqual({
      myASN: 64497,
      peerASN: 64498,
      interface: 'eth1',
    });
  });

  test('of the native back end has what that back end knows', () => {
    const known = {
      holdTime: Duration.seconds(90),
      passwordSecret: 'p',
      sourceAddress: '192.0.2.10',
      routerId: '192.0.2.10',
    };
    expect(peerOf(known, 'native').spec).toMatchObject({ holdTime: '90s', routerID: '192.0.2.10' });
  });
});

describe('peers of the FRR back ends', () => {
  test('may have one address for different racks', () => {
    const rack = (name: string) => ({ peerAsn: 64498, peerAddress: '192.0.2.254', nodeSelectors: [{ rack: name }] });
    expect(synth({ peers: { one: rack('r1'), two: rack('r2') } }).ofKind('BGPPeer')).toHaveLength(2);
  });

  test('may have different local AS numbers', () => {
    const peers = {
      one: { peerAsn: 64498, peerAddress: '192.0.2.1', localAsn: 64510 },
      two: { peerAsn: 64498, peerAddress: '192.0.2.2', localAsn: 64511 },
    };
    expect(synth({ peers }).get('BGPPeer', 'two').spec.localASN).toBe(64511);
  });
});

describe('what a peering brings along', () => {
  test('BFD profiles that its peers use', () => {
    const manifests = synth({
      bfdProfiles: { fast: { receiveInterval: 100, transmitInterval: 100 } },
      peers: { p: { peerAsn: 64498, peerAddress: '192.0.2.254', bfdProfile: 'fast' } },
    });
    expect(manifests.get('BFDProfile', 'fast').spec).toEqual({ receiveInterval: 100, transmitInterval: 100 });
    expect(manifests.get('BGPPeer', 'p').spec.bfdProfile).toBe('fast');
  });

  test('names for communities, which its pools may use', () => {
    const manifests = synth({
      communities: { 'stay-here': '64496:100', big: 'large:64496:1:2' },
      pools: { vip: { addresses: ['198.51.100.0/28'], communities: ['stay-here'] } },
    });
    expect(manifests.get('Community', 'peering').spec.communities).toEqual([
      { name: 'big', value: 'large:64496:1:2' },
      { name: 'stay-here', value: '64496:100' },
    ]);
    expect(manifests.get('BGPAdvertisement', 'vip').spec.communities).toEqual(['stay-here']);
  });

  test('pools that are advertised over BGP or on layer 2', () => {
    const manifests = synth({
      pools: {
        vip: { addresses: ['198.51.100.0/28', '2001:db8::/120'], aggregationLength: 28, peers: ['routers'] },
        mgt: { addresses: ['203.0.113.16-203.0.113.20'], protocol: 'layer2', interfaces: ['eth0'] },
      },
    });
    expect(manifests.get('BGPAdvertisement', 'vip').spec).toEqual({
      ipAddressPools: ['vip'],
      aggregationLength: 28,
      peers: ['routers'],
    });
    expect(manifests.get('L2Advertisement', 'mgt').spec).toEqual({ ipAddressPools: ['mgt'], interfaces: ['eth0'] });
    expect(manifests.get('IPAddressPool', 'mgt').spec.addresses).toEqual(['203.0.113.16-203.0.113.20']);
  });
});
