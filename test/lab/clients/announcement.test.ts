import { destinationOf, EvpnAnnouncement, resolve } from '../../../lab/clients/announcement';

const EVPN = { family: 'evpn', rd: '192.0.2.1:100', routeTargets: ['64496:100'], label: 10100 } as const;

describe('the next hop', () => {
  test.each([
    [{ family: 'inet', prefix: '198.51.100.0/24' } as const, '10.0.0.1'],
    [{ family: 'inet6', prefix: '2001:db8::/32' } as const, '2001:db8::1'],
    [{ ...EVPN, type: 3 } as const, '10.0.0.1'],
    [{ family: 'inet', prefix: '198.51.100.0/24', nextHop: '10.0.0.9' } as const, '10.0.0.9'],
  ])('of %j is %s', (announcement, nextHop) => {
    expect(resolve(announcement, ['2001:db8::1', '10.0.0.1'])).toEqual({ ...announcement, nextHop });
  });

  test('of EVPN is IPv6 where the client has no IPv4 address', () => {
    expect(resolve({ ...EVPN, type: 3 }, ['2001:db8::1']).nextHop).toBe('2001:db8::1');
  });

  test('is required where the client has no address of the family', () => {
    expect(() => resolve({ family: 'inet6', prefix: '2001:db8::/32' }, ['10.0.0.1'])).toThrow(
      '2001:db8::/32: got no nextHop, and the client has no inet6 address of its own',
    );
  });
});

describe('a destination', () => {
  test.each<[Omit<EvpnAnnouncement, 'family' | 'routeTargets' | 'label' | 'rd'>, string]>([
    [{ type: 2, mac: '02:00:00:00:0A:01' } as EvpnAnnouncement, '[2]:[0]:[48]:[02:00:00:00:0a:01]'],
    [
      { type: 2, mac: '02:00:00:00:00:01', ip: '2001:DB8:0::1', ethernetTag: 7 } as EvpnAnnouncement,
      '[2]:[7]:[48]:[02:00:00:00:00:01]:[128]:[2001:db8::1]',
    ],
    [{ type: 3 } as EvpnAnnouncement, '[3]:[0]:[32]:[10.0.0.1]'],
    [{ type: 3, ip: '10.0.0.2' } as EvpnAnnouncement, '[3]:[0]:[32]:[10.0.0.2]'],
    [{ type: 5, prefix: '2001:DB8:0::/48' } as EvpnAnnouncement, '[5]:[0]:[48]:[2001:db8::]'],
  ])('of %j is %s', (route, text) => {
    const announcement = { ...EVPN, ...route } as EvpnAnnouncement;
    expect(destinationOf(resolve(announcement, ['10.0.0.1']))).toBe(`192.0.2.1:100 ${text}`);
  });

  test('of a prefix is its canonical text, and none has host bits', () => {
    expect(destinationOf({ family: 'inet6', prefix: '2001:DB8:0::/48', nextHop: '::1' })).toBe('2001:db8::/48');
    expect(() => destinationOf({ family: 'inet', prefix: '10.0.0.1/24', nextHop: '10.0.0.1' })).toThrow('10.0.0.0/24');
  });
});
