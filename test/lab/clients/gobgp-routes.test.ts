import * as fc from 'fast-check';
import { Announcement, Resolved } from '../../../lab/clients/announcement';
import { gobgpChange } from '../../../lab/clients/gobgp-announcement';
import { parseGobgpRoutes } from '../../../lab/clients/gobgp-routes';

const EVPN = {
  family: 'evpn',
  rd: '192.0.2.1:100',
  routeTargets: ['64496:100'],
  label: 10100,
  nextHop: '10.0.0.2',
} as const;

describe('what is said to GoBGP', () => {
  test.each<[Resolved<Announcement>, string]>([
    [
      { family: 'inet', prefix: '198.51.100.0/24', nextHop: '10.0.0.2', communities: ['64496:1', '64496:1:2'], med: 7 },
      'ipv4 198.51.100.0/24 community 64496:1 large-community 64496:1:2 med 7 origin igp nexthop 10.0.0.2',
    ],
    [
      { family: 'inet6', prefix: '2001:db8::/48', nextHop: '2001:db8::2', localPreference: 300 },
      'ipv6 2001:db8::/48 local-pref 300 origin igp nexthop 2001:db8::2',
    ],
    [
      { family: 'inet', prefix: '198.51.100.0/24', nextHop: '10.0.0.2', asPath: [64496, 1, 2] },
      'ipv4 198.51.100.0/24 aspath 1,2 origin igp nexthop 10.0.0.2',
    ],
    [
      { ...EVPN, type: 2, mac: '02:00:00:00:00:01' },
      'evpn macadv 02:00:00:00:00:01 0.0.0.0 etag 0 label 10100 rd 192.0.2.1:100 rt 64496:100 encap vxlan origin igp nexthop 10.0.0.2',
    ],
    [
      { ...EVPN, type: 3, ip: '10.0.0.3' },
      'evpn multicast 10.0.0.3 etag 0 rd 192.0.2.1:100 rt 64496:100 encap vxlan pmsi ingress-repl 10100 10.0.0.2 origin igp nexthop 10.0.0.2',
    ],
    [
      { ...EVPN, type: 5, prefix: '2001:db8::/48', rd: '4200000001:7', ethernetTag: 3 },
      'evpn prefix 2001:db8::/48 gw :: etag 3 label 10100 rd 64086.59905:7 rt 64496:100 encap vxlan origin igp nexthop 10.0.0.2',
    ],
  ])('%j', (announcement, words) => {
    expect(gobgpChange('add', announcement).join(' ')).toBe(`global rib add -a ${words}`);
    expect(gobgpChange('del', announcement).join(' ')).toBe(`global rib del -a ${words}`);
  });
});

/** A path as GoBGP 3.10 prints it, here from a neighbor or of its own (null). */
function printed(nlri: object, attrs: readonly object[], neighbor: string | null = '10.98.0.1', best = true): string {
  const source = neighbor === null ? {} : { 'source-id': '10.98.0.1', 'neighbor-ip': neighbor };
  return JSON.stringify({ key: [{ nlri, age: 1795499354, best, attrs, stale: false, ...source }] });
}

describe('what GoBGP says', () => {
  const common = {
    family: 'inet',
    from: '10.98.0.1',
    best: true,
    communities: [],
    routeTargets: [],
    clusterList: [],
    asPath: [],
  };

  test('of a prefix', () => {
    const text = printed({ prefix: '198.51.100.0/24' }, [
      { type: 1, value: 0 },
      {
        type: 2,
        as_paths: [
          { segment_type: 2, num: 1, asns: [4200000101] },
          { segment_type: 1, num: 2, asns: [64497, 64498] },
        ],
      },
      { type: 3, nexthop: '10.98.1.1' },
      { type: 4, metric: 7 },
      { type: 5, value: 300 },
      { type: 8, communities: [4226809957, 4294967041] },
      { type: 9, value: '10.98.1.1' },
      { type: 10, value: ['10.98.0.1', '10.98.0.2'] },
    ]);
    expect(parseGobgpRoutes(text, 'inet')).toEqual([
      {
        ...common,
        destination: '198.51.100.0/24',
        nextHop: '10.98.1.1',
        asPath: [4200000101, 64497, 64498],
        med: 7,
        localPreference: 300,
        communities: ['64496:101', '65535:65281'],
        originatorId: '10.98.1.1',
        clusterList: ['10.98.0.1', '10.98.0.2'],
      },
    ]);
  });

  const rd = { type: 2, admin: 4200000101, assigned: 100 };
  const reachable = { type: 14, nexthop: '10.98.1.1', afi: 25, safi: 70 };
  test.each([
    [
      { type: 2, value: { rd, etag: 0, mac: '02:00:00:00:00:01', ip: '<nil>', labels: [10100] } },
      { destination: '4200000101:100 [2]:[0]:[48]:[02:00:00:00:00:01]', label: 10100 },
    ],
    [
      { type: 3, value: { rd, etag: 0, ip: '10.98.1.1' } },
      { destination: '4200000101:100 [3]:[0]:[32]:[10.98.1.1]', label: 30100 },
    ],
    [
      { type: 5, value: { rd, etag: 0, prefix: '192.0.2.0/24', gateway: '0.0.0.0', label: 20100 } },
      { destination: '4200000101:100 [5]:[0]:[24]:[192.0.2.0]', label: 20100 },
    ],
  ])('of EVPN: %j', (nlri, expected) => {
    const tunnel = nlri.type === 3 ? [{ type: 22, 'tunnel-type': 6, label: 30100, 'tunnel-id': '10.98.1.1' }] : [];
    const text = printed(nlri, [{ type: 1, value: 2 }, ...tunnel, reachable]);
    expect(parseGobgpRoutes(text, 'evpn')).toMatchObject([{ family: 'evpn', nextHop: '10.98.1.1', ...expected }]);
  });

  test('nothing of the client itself, nothing of other types of EVPN, and nothing where there is nothing', () => {
    expect(parseGobgpRoutes(printed({ prefix: '198.51.100.0/24' }, [], null), 'inet')).toEqual([]);
    expect(parseGobgpRoutes(printed({ type: 4, value: { rd, etag: 0, ip: '10.0.0.1' } }, []), 'evpn')).toEqual([]);
    expect(parseGobgpRoutes('{}', 'evpn')).toEqual([]);
    expect(parseGobgpRoutes('\n', 'evpn')).toEqual([]);
  });

  test('a route target comes back as it was announced', () => {
    const administrator = fc.oneof(fc.integer({ min: 1, max: 0xffffffff }).map(String), fc.constant('192.0.2.9'));
    fc.assert(
      fc.property(administrator, fc.nat(0xffff), (who, what) => {
        const routeTarget = `${who}:${what}`;
        const words = gobgpChange('add', { ...EVPN, type: 3, routeTargets: [routeTarget] });
        const value = words[words.indexOf('rt') + 1];
        // What GoBGP reads as such, and prints so again.
        expect(value).toMatch(/^(\d{1,5}|\d{1,5}\.\d{1,5}|192\.0\.2\.9):\d{1,5}$/);
        const attributes = [
          {
            type: 16,
            value: [
              { type: 0, subtype: 2, value },
              { type: 3, subtype: 12, tunnel_type: 8 },
            ],
          },
        ];
        const text = printed({ type: 3, value: { rd, etag: 0, ip: '10.0.0.2' } }, attributes);
        expect(parseGobgpRoutes(text, 'evpn')).toMatchObject([{ routeTargets: [routeTarget] }]);
      }),
    );
  });
});
