import * as fc from 'fast-check';
import { bothMayDial, isPassiveSide } from '../../../../crpd-image/runtime/router/frr/passive-side';
import { addressAt, parseAddress, parsePrefix } from '../../../../lib/addressing';

test.each([
  ['10.42.0.10', '10.42.0.9', true],
  ['10.42.0.9', '10.42.0.10', false],
  ['fd00::a', 'fd00::9', true],
  ['fd00::9', '10.42.0.1', false],
  ['10.42.0.9', 'fd00::9', false],
])('for %s, %s waits: %s', (address, own, waits) => {
  expect(isPassiveSide(address, parseAddress(own))).toBe(waits);
});

test('of any two routers that see each other in one family, exactly one dials', () => {
  const network = fc.constantFrom('10.0.0.0/8', '2001:db8::/32').map(parsePrefix);
  const offset = fc.nat({ max: 0xffffff });
  fc.assert(
    fc.property(network, offset, offset, (net, one, other) => {
      fc.pre(one !== other);
      const [a, b] = [addressAt(net, one), addressAt(net, other)];
      expect([isPassiveSide(b.text, a), isPassiveSide(a.text, b)].sort()).toEqual([false, true]);
    }),
  );
});

test.each([
  ['FRRouting 8.4.4 (n1) on Linux(6.1.0).', false],
  ['FRRouting 9.1 (n1).', false],
  ['FRRouting 10.2.1 (n1).', false],
  ['FRRouting 10.3 (n1) on Linux(6.1.0).', true],
  ['FRRouting 10.10 (n1).', true],
  ['FRRouting 11.0-dev (n1).', true],
  ['', false],
])('of %j both may open the connection: %j', (version, both) => {
  expect(bothMayDial(version)).toBe(both);
});
