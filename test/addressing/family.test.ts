import { FAMILIES, familyConflict, familyOfRoute, parsePrefix, parseRouteDistinguisher } from '../../lib/addressing';

test('families are listed in the order of configurations and reports: those of the original, then VPNs and labels', () => {
  expect(FAMILIES).toStrictEqual([
    ...['inet', 'inet6', 'evpn'],
    ...['vpnv4', 'vpnv6', 'labeledInet', 'labeledInet6', 'routeTarget'],
  ]);
});

test.each([
  ['203.0.113.0/24', undefined, false, 'inet'],
  ['2001:db8::/32', undefined, false, 'inet6'],
  ['203.0.113.0/24', '64496:1', false, 'vpnv4'],
  ['2001:db8::/32', '64496:1', false, 'vpnv6'],
  ['203.0.113.0/24', undefined, true, 'labeledInet'],
  ['2001:db8::/32', undefined, true, 'labeledInet6'],
])('a route to %s with route distinguisher %s, labeled %s, is of %s', (prefix, rd, labeled, family) => {
  expect(familyOfRoute({ prefix: parsePrefix(prefix), rd, labeled })).toBe(family);
});

test('a session carries routes of one IP family with labels or without', () => {
  expect(familyConflict(['inet6', 'vpnv4', 'labeledInet'])).toBeUndefined();
  expect(familyConflict(['inet', 'labeledInet'])).toMatch(/^labeledInet or inet, and not both/);
  expect(familyConflict(['inet6', 'labeledInet6'])).toMatch(/^labeledInet6 or inet6, and not both/);
});

test.each([
  ['64496:4294967295', '64496:4294967295'],
  ['65536:65535', '65536:65535'],
  ['192.0.2.1:7', '192.0.2.1:7'],
  ['064496:01', '64496:1'],
])('the route distinguisher %s is read as %s', (text, read) => {
  expect(parseRouteDistinguisher(text)).toBe(read);
});

test.each([
  '64496',
  '64496:4294967296',
  '65536:65536',
  '4294967296:1',
  '192.0.2.256:1',
  '192.0.2.1:65536',
  'a:1',
  '',
  7,
])('%j is no route distinguisher', (value) => {
  expect(() => parseRouteDistinguisher(value)).toThrow('want a route distinguisher such as');
});
