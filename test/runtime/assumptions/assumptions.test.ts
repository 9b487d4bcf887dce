import {
  hasMemoryForKeys,
  rangesWithout,
  rejectAbsent,
  rejectImpossible,
  versionsOf,
} from '../../../crpd-image/runtime/assumptions/assumptions';
import { parseAddress, parsePrefix } from '../../../lib/addressing';
import { DiscoveredGroup } from '../../../lib/configuration';

const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const PODS: DiscoveredGroup = { kind: 'clients', name: 'PODS', service };

const model = (ranges: readonly string[], ...discovered: DiscoveredGroup[]) => ({
  clients: [{ name: 'CLIENTS', ranges: ranges.map(parsePrefix), asRanges: [] }],
  discovered,
  meshes: [],
  upstreams: [],
});

const [V4, V6] = [new Set([4] as const), new Set([6] as const)];
const BOTH = new Set([4, 6] as const);

describe('what the settings assume', () => {
  test.each([
    [['10.42.0.1'], [4]],
    [
      ['10.42.0.1', 'fd00::1'],
      [4, 6],
    ],
    [['fd00::1', 'fe80::1', '127.0.0.1', '::1'], [6]],
    [['127.0.0.1', 'fe80::abcd'], []],
  ])('of the addresses %j, clients can connect by IPv%j', (own, versions) => {
    expect([...versionsOf(own)]).toEqual(versions);
  });

  test('an address to listen on that the node does not have is named', () => {
    const own = new Set(['203.0.113.11', '192.0.2.1', '2001:db8::1']);
    const listen =
      (...texts: string[]) =>
      () =>
        rejectAbsent(texts.map(parseAddress), own);
    expect(() => rejectAbsent(undefined, own)).not.toThrow();
    expect(listen('192.0.2.1', '2001:DB8::1')).not.toThrow();
    expect(listen('192.0.2.1', '192.0.2.2')).toThrow(
      'MESHRR_LISTEN_ADDRESSES[1]: got "192.0.2.2", want an address of the node, such as one on its loopback interface',
    );
  });

  test('client ranges of an IP version without an address are found', () => {
    const dual = model(['10.0.0.0/8', '2001:db8::/32']);
    expect(rangesWithout(dual, V4)).toEqual(['2001:db8::/32']);
    expect(rangesWithout(dual, V6)).toEqual(['10.0.0.0/8']);
    expect(rangesWithout(dual, BOTH)).toEqual([]);
    expect(rangesWithout(dual, new Set())).toEqual([]);
  });

  test('what cannot work is refused: no range that a client could connect from', () => {
    const six = model(['2001:db8::/32']);
    expect(() => rejectImpossible(six, V4, undefined)).toThrow(
      'MESHRR_CLIENTRANGE: got "2001:db8::/32", want a range of an IP version that the pod has an address of (IPv4)',
    );
    for (const [possible, versions] of [
      [six, BOTH],
      [six, new Set<4 | 6>()],
      [model(['10.0.0.0/8', '2001:db8::/32']), V4],
      [model(['2001:db8::/32'], PODS), V4],
      [model([], PODS), V4],
    ] as const)
      expect(() => rejectImpossible(possible, versions, undefined)).not.toThrow();
  });

  test('what cannot work is refused: keys without TCP MD5 in the kernel', () => {
    const keyed = {
      ...model(['10.0.0.0/8']),
      upstreams: [{ name: 'UP', service: 'up', sessions: 2, keyFile: '/keys/up' }],
    };
    expect(() => rejectImpossible(keyed, V4, 'Protocol not available')).toThrow(
      '/keys/up: got (hidden), want a kernel with TCP MD5, which this one has not (Protocol not available)',
    );
    expect(() => rejectImpossible(model(['10.0.0.0/8']), V4, 'Protocol not available')).toThrow(
      'MESHRR_MESH_MD5: got "true", want false: the kernel has no TCP MD5 (Protocol not available)',
    );
  });

  test('20 kB of option memory, as before Linux 6.7, are enough for 148 keys', () => {
    expect([148, 149].map((keys) => hasMemoryForKeys(keys, 20_480))).toEqual([true, false]);
    expect(hasMemoryForKeys(1_000_000, undefined)).toBe(true);
  });
});
