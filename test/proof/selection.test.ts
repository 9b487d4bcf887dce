import { parseAddress } from '../../lib/addressing';
import { Neighbor, NetworkRouter } from '../../lib/proof/simulator/network';
import {
  Candidate,
  compareByMerit,
  comparePaths,
  Path,
  reasonFor,
  samePath,
} from '../../lib/proof/simulator/selection';

type Type = Neighbor['type'];

/** A router with a neighbor of each type, identifier and address. */
const router = (...neighbors: readonly (readonly [Type, number, Neighbor['address']])[]): NetworkRouter => ({
  ...{ id: 'r', autonomousSystem: 64496, routerId: 99, clusterId: 99, addresses: [], communities: {}, outside: false },
  neighbors: neighbors.map(([type, routerId, address], i) => ({
    ...{ router: i, reverse: 0, type, families: ['inet'], filtered: false, address, routerId },
  })),
});
const path = (changes: Partial<Path> = {}): Path => ({
  ...{ asPath: [], localPreference: 100, clusterList: [], communities: [] },
  ...changes,
});

/** What decides between two paths, the first of which is better. */
function decides(net: NetworkRouter, better: Partial<Path>, worse: Partial<Path> = {}): string {
  const [one, other]: Candidate[] = [
    { path: path(better), via: 0 },
    { path: path(worse), via: 1 },
  ];
  expect(comparePaths(net, one, other)).toBeLessThan(0);
  expect(comparePaths(net, other, one)).toBeGreaterThan(0);
  expect(reasonFor(net, other, one)).toBe(reasonFor(net, one, other));
  return reasonFor(net, one, other);
}

const [low, high] = ['10.0.0.1', '10.0.0.2'].map(parseAddress);
// Whatever comes later in the order speaks for the second neighbor.
const against = router(['non-client', 2, high], ['external', 1, low]);
const reflected = { originatorId: 9, clusterList: [1, 2] };

describe('among two paths, the first of these decides: ', () => {
  test('the higher LOCAL_PREF', () => {
    expect(decides(against, { localPreference: 101, asPath: [1, 2] }, { asPath: [1] })).toBe('higher LOCAL_PREF');
  });
  test('the shorter AS path', () => {
    expect(decides(against, { asPath: [1], ...reflected }, { asPath: [1, 2] })).toBe('shorter AS path');
  });
  test('eBGP before iBGP, and a client is as good as another iBGP neighbor', () => {
    const net = router(['external', 2, high], ['client', 1, low]);
    expect(decides(net, reflected)).toBe('eBGP over iBGP');
    const alike = router(['client', 1, high], ['non-client', 2, low]);
    expect(decides(alike, { clusterList: [1] })).toBe('lower BGP identifier');
  });
  test('the lower identifier, that of the originator where there is one', () => {
    const net = router(['client', 2, high], ['client', 1, low]);
    expect(decides(net, { originatorId: 1, clusterList: [1] }, { originatorId: 2 })).toBe('lower BGP identifier');
    expect(decides(net, { originatorId: 0, clusterList: [1] })).toBe('lower BGP identifier');
  });
  test('the shorter CLUSTER_LIST', () => {
    const net = router(['client', 1, high], ['client', 1, low]);
    expect(decides(net, { clusterList: [1] }, { clusterList: [1, 2] })).toBe('shorter CLUSTER_LIST');
  });
  test('the lower address of the neighbor, as a number, IPv4 before IPv6', () => {
    const at = (one: string, other: string) => router(['client', 1, parseAddress(one)], ['client', 1, other]);
    for (const [one, other] of [
      ['10.0.0.9', '10.0.0.10'],
      ['2001:db8::9', '2001:db8::10'],
      ['10.0.0.9', '2001:db8::1'],
      ['255.255.255.255', '::1'],
    ]) {
      expect(decides(at(one, other), {})).toBe('lower neighbor address');
    }
  });
  test('the earlier session, where two have one address', () => {
    expect(decides(router(['client', 1, low], ['client', 1, low]), {})).toBe('earlier session');
  });
});

test('by merit, two paths are equal that differ in identifiers, CLUSTER_LIST and addresses only', () => {
  const net = router(['external', 1, low], ['external', 2, high]);
  const one: Candidate = { path: path({ clusterList: [1] }), via: 0 };
  expect(compareByMerit(net, one, { path: path(), via: 1 })).toBe(0);
  expect(compareByMerit(net, one, { path: path({ asPath: [1] }), via: 1 })).toBeLessThan(0);
});

describe('two paths are the same', () => {
  const full = path({ asPath: [1, 2], originatorId: 5, clusterList: [3, 4], communities: ['64496:1', '64496:2'] });

  test('if all that is sent is', () => {
    expect(samePath(full, { ...full, asPath: [1, 2], clusterList: [3, 4], communities: [...full.communities] })).toBe(
      true,
    );
    expect(samePath(undefined, undefined)).toBe(true);
  });

  test.each<[string, Partial<Path>]>([
    ['LOCAL_PREF', { localPreference: 20 }],
    ['ORIGINATOR_ID', { originatorId: 6 }],
    ['no ORIGINATOR_ID', { originatorId: undefined }],
    ['an AS number', { asPath: [1, 3] }],
    ['the length of the AS path', { asPath: [1, 2, 2] }],
    ['a cluster id', { clusterList: [9, 4] }],
    ['the length of CLUSTER_LIST', { clusterList: [3] }],
    ['a community', { communities: ['64496:1', '64496:3'] }],
    ['the number of communities', { communities: ['64496:1'] }],
  ])('and not if they differ in %s', (_, changes) => {
    expect(samePath(full, { ...full, ...changes })).toBe(false);
    expect(samePath({ ...full, ...changes }, full)).toBe(false);
  });

  test('and not if there is but one', () => {
    expect(samePath(full, undefined)).toBe(false);
    expect(samePath(undefined, full)).toBe(false);
  });
});
