import { parsePrefix } from '../../lib/addressing';
import { importRefusal } from '../../lib/configuration';
import { checkClientFilters, checkMember } from '../../lib/settings';

const FILTERS = { clientFilters: checkClientFilters('exchange') };
const LISTED = { autonomousSystem: 1, prefixes: checkMember({ prefixes: ['44.1.0.0/16 le 24'] }).prefixes };
const BOUNDS = { clientRoutes: ['44.0.0.0/8', '2a00::/16'].map(parsePrefix) };
const route = (text: string, family: 'inet' | 'inet6' | 'evpn' = 'inet') => ({ family, route: text, communities: [] });

test.each([
  [FILTERS, { autonomousSystem: 1 }, route('44.1.0.0/16'), undefined],
  [FILTERS, { autonomousSystem: 65001 }, route('44.1.0.0/16'), 'filters: 65001 is reserved (RFC 6996)'],
  [FILTERS, { autonomousSystem: 65001 }, route('MAC 1', 'evpn'), 'filters: 65001 is reserved (RFC 6996)'],
  [FILTERS, { autonomousSystem: 1 }, route('10.1.0.0/16'), 'filters: it is in 10.0.0.0/8 (RFC 1918)'],
  [FILTERS, LISTED, route('44.1.0.0/25'), 'filters: its length is not from 8 to 24'],
  [FILTERS, LISTED, route('44.1.2.0/24'), undefined],
  [FILTERS, LISTED, route('44.2.0.0/16'), 'member.prefixes: it is not in 44.1.0.0/16 le 24'],
  [FILTERS, LISTED, route('MAC 1', 'evpn'), undefined],
  [{}, LISTED, route('44.1.0.0/25'), 'member.prefixes: it is not in 44.1.0.0/16 le 24'],
  [{}, { autonomousSystem: 65001 }, route('0.0.0.0/0'), undefined],
  [BOUNDS, { autonomousSystem: 64496 }, route('44.1.2.3/32'), undefined],
  [BOUNDS, { autonomousSystem: 64496 }, route('44.0.0.0/7'), 'clientRoutes: it is not in 44.0.0.0/8, 2a00::/16'],
  [
    BOUNDS,
    { autonomousSystem: 64496 },
    route('2a01::/32', 'inet6'),
    'clientRoutes: it is not in 44.0.0.0/8, 2a00::/16',
  ],
  [BOUNDS, { autonomousSystem: 64496 }, route('MAC 1', 'evpn'), undefined],
] as const)('%p, %p, %p: %s', (policy, sender, sent, expected) => {
  const refusal = importRefusal(policy, sender, sent);
  expect(refusal && `${refusal.prop}: ${refusal.why}`).toBe(expected);
});
