import { App, Chart } from 'cdk8s';
import { MetalLBBgpPeering, MetalLBNeighbor, topologyOf } from '../../lib';
import { addPeer, addPeering } from '../bad-input/cases';
import { peering } from '../../test-support/examples';
import { refusalOf, synthChart } from '../../test-support/synth';
import { topologyIn } from '../../test-support/topology';

const accept = (changes: object, more: object = {}) =>
  expect(() => synthChart((chart) => void addPeer(changes, more)(chart))).not.toThrow();
const refusal = (changes: object, more: object = {}) => refusalOf((chart) => void addPeer(changes, more)(chart));

/** The peer as routers outside and the report see it. */
function neighborOf(changes: object, more: object = {}): MetalLBNeighbor {
  const [{ neighbors }] = topologyIn((chart) => void addPeer(changes, more)(chart)).metallb;
  return neighbors[0];
}

describe('in the topology, a peer', () => {
  test('of all nodes over eBGP is some hops away', () => {
    expect(neighborOf({})).toEqual({
      name: 'p',
      address: expect.objectContaining({ text: '192.0.2.254' }),
      autonomousSystem: 64498,
      nodesAutonomousSystem: 64497,
      multihop: true,
      nodeSelectors: [],
      bfd: undefined,
      dualStack: false,
    });
  });

  test('of some nodes has what it was given', () => {
    const nodeSelectors = [{ rack: '1' }];
    const given = { nodeSelectors, peerPort: 1179, bfdProfile: 'fast', dualStackAddressFamily: true };
    expect(neighborOf(given, { bfdProfiles: { fast: {} } })).toMatchObject({
      ...{
        nodeSelectors,
        port: 1179,
        bfd: { receiveInterval: 300, transmitInterval: 300, multiplier: 3 },
        dualStack: true,
        multihop: false,
      },
    });
  });

  test('sees the nodes in the AS that they present to it', () => {
    expect(neighborOf({ localAsn: 64510 })).toMatchObject({ nodesAutonomousSystem: 64510, autonomousSystem: 64498 });
  });

  test.each(['internal', 'external'] as const)('may have any %s AS number', (dynamicAsn) => {
    expect(neighborOf({ peerAsn: undefined, dynamicAsn }).autonomousSystem).toBe(dynamicAsn);
  });

  test('over an interface has no address', () => {
    expect(neighborOf({ peerAddress: undefined, interface: 'eth1' })).toMatchObject({
      ...{ address: undefined, interface: 'eth1', multihop: false },
    });
  });

  test('with a password needs its Secret', () => {
    expect(neighborOf({ passwordSecret: 'tor' }, { namespace: 'lb' }).passwordSecret).toEqual({
      ...{ name: 'tor', namespace: 'lb', key: 'password', purpose: 'password of a BGP peer' },
    });
  });

  test('is a part of the MetalLB of a cluster', () => {
    const { metallb } = topologyIn((chart) => void new MetalLBBgpPeering(chart, 'lb', peering));
    expect(metallb).toMatchObject([
      {
        ...{ path: 'test/lb', cluster: '', namespace: 'metallb-system', backend: 'frr-k8s' },
        ...{ neighbors: [{ name: 'routers' }], pools: [] },
      },
    ]);
  });
});

describe('a peer of any AS number', () => {
  const dynamic = (dynamicAsn: string) => ({ peerAsn: undefined, dynamicAsn });

  test('has the mode that it was given', () => {
    const modes = ['internal', 'external'].map(
      (mode) => synthChart((chart) => void addPeer(dynamic(mode))(chart)).get('BGPPeer', 'p').spec,
    );
    expect(modes.map(({ dynamicASN, ebgpMultiHop }) => [dynamicASN, ebgpMultiHop])).toEqual([
      ['internal', undefined],
      ['external', true],
    ]);
  });

  test('is iBGP where it is internal, with what that does not have', () => {
    expect(refusal({ ...dynamic('internal'), ebgpMultiHop: true })).toContain('want false, as the session is iBGP');
    expect(refusal({ ...dynamic('internal'), localAsn: 64510 })).toContain('want nothing, as the session is iBGP');
    accept({ ...dynamic('external'), localAsn: 64510, ebgpMultiHop: true });
  });
});

test('a node dials from an address of its own, of the IP family of the peer', () => {
  const wanted = 'want an address of the node, of the IP family of 192.0.2.254';
  for (const sourceAddress of ['192.0.2.254', '2001:db8::1']) {
    expect(refusal({ sourceAddress })).toContain(`peers.p.sourceAddress: got "${sourceAddress}", ${wanted}`);
  }
  accept({ sourceAddress: '192.0.2.253' });
  accept({ peerAddress: undefined, interface: 'eth1', sourceAddress: '192.0.2.253' });
});

test.each(['interface', 'vrf'])('the %s of a peer has a name that Linux takes', (prop) => {
  const name = prop === 'vrf' ? 'a VRF' : 'a network interface';
  const place = prop === 'vrf' ? {} : { peerAddress: undefined };
  for (const wrong of ['', 'a b', 'a/b', 'abcdefghijklmnop']) {
    expect(refusal({ ...place, [prop]: wrong })).toBe(
      `test/lb: peers.p.${prop}: got "${wrong}", want the name of ${name}, at most 15 characters`,
    );
  }
  for (const right of ['a', 'eth0.100', 'abcdefghijklmno']) accept({ ...place, [prop]: right });
});

test('a password in the place of the name of its Secret is not shown', () => {
  const message = refusal({ passwordSecret: 'S3cret Passw0rd' });
  expect(message).toContain('want the name of a Secret of type kubernetes.io/basic-auth, not the password itself');
  expect(message).not.toMatch(/S3cret/);
});

test('each back end of MetalLB has its name, and that of MetalLB 0.16 is the default', () => {
  for (const backend of ['native', 'frr', 'frr-k8s']) accept({}, { backend });
  const chart = new Chart(new App(), 'test');
  new MetalLBBgpPeering(chart, 'lb', peering);
  expect(topologyOf(chart).metallb[0].backend).toBe('frr-k8s');
});

test('options that are off are no options of FRR', () => {
  accept({ enableGracefulRestart: false, dualStackAddressFamily: false }, { backend: 'native' });
});

test('a BFD profile that is not declared is refused with those that are', () => {
  expect(refusal({ bfdProfile: 'fast' })).toContain('want a profile declared in bfdProfiles, where there is none');
  const bfdProfiles = { slow: {}, medium: {} };
  expect(refusal({ bfdProfile: 'fast' }, { bfdProfiles })).toBe(
    'test/lb: peers.p.bfdProfile: got "fast", want one of medium, slow',
  );
});

describe('names of communities', () => {
  test('are words without blanks, each for a community', () => {
    const refused = (communities: object) => refusalOf((chart) => void addPeering({ communities })(chart));
    for (const name of ['', 'a b', ' a', 'a ']) {
      expect(refused({ [name]: '64496:1' })).toContain(
        `communities.${name}: got "${name}", want a name without spaces`,
      );
    }
    expect(refused({ a: '' })).toContain('communities.a: got "", want a community');
    expect(refused({ a: '1:2', b: 'a' })).toBe(
      'test/lb: communities.b: got "a", want a community such as 65000:101 or large:64496:1:2',
    );
  });

  test('are in an object with the name of the construct, where there are any', () => {
    const named = (id: string, communities: object) => (chart: Chart) =>
      void new MetalLBBgpPeering(chart, id, { ...peering, communities: communities as never });
    expect(synthChart(named('My peering', {})).ofKind('Community')).toEqual([]);
    expect(refusalOf(named('My peering', { a: '64496:1' }))).toContain('test/My peering: id: got "My peering", want');
  });
});

test('a MetalLB has one peering: its namespace tells it from another', () => {
  const two = (namespace?: string) => (chart: Chart) => {
    new MetalLBBgpPeering(chart, 'one', peering);
    new MetalLBBgpPeering(chart, 'two', { ...peering, namespace });
  };
  expect(refusalOf(two())).toBe(
    'test/two: namespace: got "metallb-system", want a name of its own: test/one makes a MetalLBBgpPeering of that name already',
  );
  expect(refusalOf(two('metallb-system'))).toContain('test/two: namespace: got "metallb-system"');
});
