import { clientRefusal, filterRefusal } from '../../lib/configuration/client-filters';
import { checkClientFilters, ClientFilters } from '../../lib/settings';

const EXCHANGE = checkClientFilters('exchange') as ClientFilters;

test.each([
  ['inet', '44.0.0.0/8', undefined],
  ['inet', '44.1.2.0/24', undefined],
  ['inet', '10.1.0.0/16', 'it is in 10.0.0.0/8 (RFC 1918)'],
  ['inet', '44.1.2.0/25', 'its length is not from 8 to 24'],
  ['inet', '0.0.0.0/0', 'its length is not from 8 to 24'],
  ['inet6', '2a00::/16', undefined],
  ['inet6', '2001:db8:1::/48', 'it is in 2001:db8::/32 (RFC 3849)'],
  ['inet6', '2a00:1:2:3::/64', 'its length is not from 16 to 48'],
  ['evpn', 'any name', undefined],
] as const)('an exchange, %s %s: %s', (family, route, refusal) => {
  expect(filterRefusal(EXCHANGE, family, route, [])).toBe(refusal);
});

test('an exchange drops the routes of a client with a reserved AS number', () => {
  expect([1, 64495, 131072].map((as) => clientRefusal(EXCHANGE, as))).toEqual([undefined, undefined, undefined]);
  expect(clientRefusal(EXCHANGE, 65001)).toBe('65001 is reserved (RFC 6996)');
});

test('other values replace those of an exchange, and a house has no filters', () => {
  const filters = checkClientFilters({ bogons: false, ipv4Lengths: '0-32' }) as ClientFilters;
  expect(filterRefusal(filters, 'inet', '10.0.0.1/32', [])).toBeUndefined();
  expect(checkClientFilters('house')).toBeUndefined();
});

test.each([
  ['no', 'inet', '44.1.2.3/32', ['65535:666'], 'its length is not from 8 to 24'],
  ['no-export', 'inet', '44.1.2.3/32', ['65535:666'], undefined],
  ['no-advertise', 'inet6', '2a00::1/128', ['65001:7', '65535:666'], undefined],
  ['no-export', 'inet', '44.1.2.3/32', ['65535:667'], 'its length is not from 8 to 24'],
  ['no-export', 'inet', '44.1.2.2/31', ['65535:666'], 'its length is not from 8 to 24'],
  ['no-export', 'inet', '10.1.2.3/32', ['65535:666'], 'it is in 10.0.0.0/8 (RFC 1918)'],
] as const)('blackhole %s, %s %s with %p: %s', (blackhole, family, route, communities, refusal) => {
  const filters = checkClientFilters({ blackhole }) as ClientFilters;
  expect(filterRefusal(filters, family, route, communities)).toBe(refusal);
});
