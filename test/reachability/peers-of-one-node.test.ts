import { twoPeers } from '../bad-input/cases';
import { refusalOf, synthChart } from '../../test-support/synth';

// What MetalLB's admission webhook compares of two peers: in the FRR back ends all peers of a node are in one bgpd.

const at = '192.0.2.1';
const accept = (one: object, two: object, more: object = {}) =>
  expect(() => synthChart((chart) => void twoPeers(one, two, more)(chart))).not.toThrow();
const refusal = (one: object, two: object, more: object = {}) =>
  refusalOf((chart) => void twoPeers(one, two, more)(chart));
const SAME_ADDRESS =
  'test/lb: peers.two.peerAddress: got "192.0.2.1", want an address that peer one does not have on the same nodes';

type Selectors = readonly Readonly<Record<string, string>>[];
const selected = (nodeSelectors: Selectors | undefined) => ({ peerAddress: at, nodeSelectors });

describe('two peers at one address', () => {
  test.each<[string, Selectors, Selectors]>([
    ['different values of one label', [{ rack: '1' }], [{ rack: '2' }]],
    ['different values of one label among others', [{ rack: '1', side: 'a' }], [{ side: 'a', rack: '2' }]],
    ['a value that none of several has', [{ rack: '1' }, { rack: '2' }], [{ rack: '3' }, { rack: '4' }]],
  ])('are fine where their selectors want %s', (_, one, two) => {
    accept(selected(one), selected(two));
  });

  test.each<[string, Selectors | undefined, Selectors | undefined]>([
    ['every node has both', undefined, undefined],
    ['the first is for every node', undefined, [{ rack: '1' }]],
    ['the second is for every node', [{ rack: '1' }], undefined],
    ['they want the same', [{ rack: '1' }], [{ rack: '1' }]],
    ['they want different labels, which a node may have both', [{ rack: '1' }], [{ side: 'a' }]],
    ['the second wants more', [{ rack: '1' }], [{ rack: '1', side: 'a' }]],
    ['the first wants more', [{ rack: '1', side: 'a' }], [{ rack: '1' }]],
    ['one of several is the same', [{ rack: '1' }, { rack: '2' }], [{ rack: '3' }, { rack: '2' }]],
  ])('are refused where %s', (_, one, two) => {
    expect(refusal(selected(one), selected(two))).toBe(SAME_ADDRESS);
  });

  test('are fine in different VRFs, of which one may be the default', () => {
    accept({ peerAddress: at, vrf: 'red' }, { peerAddress: at, vrf: 'blue' });
    accept({ peerAddress: at }, { peerAddress: at, vrf: 'blue' });
  });

  test('are refused in one VRF', () => {
    expect(refusal({ peerAddress: at, vrf: 'red' }, { peerAddress: at, vrf: 'red' })).toBe(SAME_ADDRESS);
  });

  test('are fine with the native back end, which has a session of its own for each', () => {
    accept({ peerAddress: at }, { peerAddress: at }, { backend: 'native' });
  });

  test('are refused with either back end of FRR', () => {
    for (const backend of ['frr', 'frr-k8s']) {
      expect(refusal({ peerAddress: at }, { peerAddress: at }, { backend })).toBe(SAME_ADDRESS);
    }
  });

  test('are found behind others that are in order', () => {
    const peer = (last: number) => ({ peerAsn: 64498, peerAddress: `192.0.2.${last}` });
    const peers = { a: peer(1), b: peer(2), c: peer(3), d: peer(2) };
    expect(refusal({}, {}, { peers })).toContain(
      'peers.d.peerAddress: got "192.0.2.2", want an address that peer b does not have',
    );
  });
});

describe('two peers over interfaces', () => {
  const over = (name: string) => ({ peerAddress: undefined, interface: name });

  test('are refused over the same one', () => {
    expect(refusal(over('eth1'), over('eth1'))).toBe(
      'test/lb: peers.two.interface: got "eth1", want an address that peer one does not have on the same nodes',
    );
  });

  test('are fine over two, and beside one with an address', () => {
    accept(over('eth1'), over('eth2'));
    accept({}, over('eth1'));
  });
});

describe('the router ids of two peers', () => {
  test('may be one for both, or none', () => {
    accept({ routerId: '192.0.2.9' }, { routerId: '192.0.2.9' });
    accept({}, {});
  });

  test.each([
    [{ routerId: '192.0.2.9' }, { routerId: '192.0.2.8' }, 'got "192.0.2.8", want the routerId of peer one, 192.0.2.9'],
    [{}, { routerId: '192.0.2.8' }, 'got "192.0.2.8", want the routerId of peer one, none: the FRR back ends have one'],
  ])('are one for a cluster in the FRR back ends: %p and %p', (one, two, message) => {
    expect(refusal(one, two)).toContain(`peers.two.routerId: ${message}`);
  });

  test('are compared also where no node has both peers, as MetalLB does (its issue 1560)', () => {
    const [one, two] = ['1', '2'].map((rack) => ({ nodeSelectors: [{ rack }], routerId: `192.0.2.1${rack}` }));
    expect(refusal(one, two)).toContain('peers.two.routerId: got "192.0.2.12"');
  });

  test('may differ with the native back end, which has a session of its own for each', () => {
    accept({ routerId: '192.0.2.9' }, { routerId: '192.0.2.8' }, { backend: 'native' });
  });
});
