import * as fc from 'fast-check';
import { parseAddress, parsePrefix } from '../../lib/addressing';
import { checkMember, entryRefusal, formatMembers, Member, parseMembers } from '../../lib/settings';

const SERVER = { mode: 'routeserver', autonomousSystem: 64496, router: 'frr' } as const;
const entriesOf = (...prefixes: string[]) => checkMember({ prefixes }).prefixes ?? [];

test('a file has what was written to it', () => {
  const byte = fc.nat(255);
  const entry = fc.tuple(byte, fc.nat(16), fc.nat(16)).map(([third, more, further]) => {
    const [least, most] = [16 + Math.min(more, further), 16 + Math.max(more, further)];
    return { prefix: parsePrefix(`10.${third}.0.0/16`), least, most };
  });
  const member = fc.record({
    autonomousSystem: fc.integer({ min: 65001, max: 65500 }),
    prefixes: fc.option(
      fc.uniqueArray(entry, { minLength: 1, selector: (e) => JSON.stringify([e.prefix.text, e.least, e.most]) }),
      {
        nil: undefined,
      },
    ),
    maximumPrefixes: fc.constantFrom(undefined, {
      ...{ maximum: { inet: 5 }, threshold: 80, excess: 'drop' as const },
    }),
  });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 20 }), (drawn) => {
      const members = drawn.map((terms, i): Member => ({
        ...{ name: `m${i}`, addresses: [parseAddress(`198.51.100.${i + 1}`), parseAddress(`2001:db8::${i + 1}`)] },
        ...terms,
      }));
      expect(parseMembers(formatMembers(members), SERVER)).toEqual(members);
    }),
  );
});

test('an entry permits the lengths that routers permit by it', () => {
  const permitted = (entry: string, ...routes: string[]) =>
    routes.filter((route) => entryRefusal(entriesOf(entry), 'inet', route) === undefined);
  const routes = [
    '203.0.112.0/23',
    '203.0.113.0/24',
    '203.0.113.0/25',
    '203.0.113.128/26',
    '203.0.113.1/32',
    '198.18.0.0/24',
  ];
  expect(permitted('203.0.113.0/24', ...routes)).toEqual(['203.0.113.0/24']);
  expect(permitted('203.0.113.0/24 le 25', ...routes)).toEqual(['203.0.113.0/24', '203.0.113.0/25']);
  expect(permitted('203.0.113.0/24 ge 26', ...routes)).toEqual(['203.0.113.128/26', '203.0.113.1/32']);
  expect(permitted('203.0.113.0/24 ge 25 le 26', ...routes)).toEqual(['203.0.113.0/25', '203.0.113.128/26']);
  // Lists are of IPv4 and IPv6, and a list of one drops the other.
  expect(entryRefusal(entriesOf('203.0.113.0/24'), 'inet6', '2001:db8::/32')).toBe('203.0.113.0/24');
  expect(entryRefusal(entriesOf('203.0.113.0/24'), 'evpn', 'MAC 1')).toBeUndefined();
});

test.each([
  ['203.0.113.0/24 ge 23', 'lengths from 24 to 32'],
  ['203.0.113.0/24 le 33', 'lengths from 24 to 32'],
  ['203.0.113.0/24 ge 28 le 26', '"ge" not above "le"'],
  ['203.0.113.1/24', 'want'],
  ['203.0.113.0/24 exact', 'a prefix such as'],
])('%s is no entry', (entry, allowed) => {
  expect(() => entriesOf(entry)).toThrow(allowed);
});

test('an entry is there once', () => {
  expect(() => entriesOf('203.0.113.0/24', '203.0.113.0/24 le 24')).toThrow('each entry once');
});
