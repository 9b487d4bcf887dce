import { FAMILIES } from '../../lib/addressing';

test('families are listed in the order of configurations and reports: IPv4, IPv6, EVPN', () => {
  expect(FAMILIES).toStrictEqual(['inet', 'inet6', 'evpn']);
});
