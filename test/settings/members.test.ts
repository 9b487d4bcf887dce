import * as fc from 'fast-check';
import { parseAddress, parsePrefix } from '../../lib/addressing';
import { ValidationError } from '../../lib/input';
import { checkMember, entryRefusal, formatMembers, listedFamilies, Member, parseMembers } from '../../lib/settings';

const SERVER = { mode: 'routeserver', autonomousSystem: 64496, router: 'frr' } as const;
const entriesOf = (...prefixes: string[]) => checkMember({ prefixes }).prefixes ?? [];

/** The message of an error, with its place. */
function problemOf(parse: () => unknown): string {
  try {
    return JSON.stringify(parse());
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return `${error.place}: ${error.message}`;
  }
}

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
  ['in 203.0.113.0/24', 'a prefix such as'],
])('%s is no entry', (entry, allowed) => {
  expect(() => entriesOf(entry)).toThrow(allowed);
});

const one = { name: 'one', autonomousSystem: 65001, addresses: ['198.51.100.1', '2001:db8::1'] };
const two = { name: 'two', autonomousSystem: 65002, addresses: ['198.51.100.2'] };
const limit = { maximum: { evpn: 5 }, excess: 'drop' };

test.each<
  [string, typeof SERVER | { mode: 'routereflector'; autonomousSystem: number; router: 'crpd' }, object, string]
>([
  [
    'two of one name',
    SERVER,
    { ...two, name: 'one' },
    'members[1].name: got "name one", want one that no other member',
  ],
  [
    'two with one address',
    SERVER,
    { ...two, addresses: ['198.51.100.2', '2001:db8::1'] },
    'members[1].addresses[1]: got "2001:db8::1", want one that no other member has',
  ],
  [
    'the AS number of the route servers',
    SERVER,
    { ...two, autonomousSystem: 64496 },
    'members[1].autonomousSystem: got 64496, want an AS number other than 64496',
  ],
  [
    'another AS number than that of the reflectors',
    { mode: 'routereflector', autonomousSystem: 65001, router: 'crpd' },
    two,
    'members[1].autonomousSystem: got 65002, want 65001',
  ],
  ['a maximum that FRR lacks', SERVER, { ...two, maximumPrefixes: limit }, 'members[1].maximumPrefixes.maximum.evpn'],
])('the file may not have %s', (_, settings, member, expected) => {
  expect(problemOf(() => parseMembers(JSON.stringify({ members: [one, member] }), settings))).toContain(expected);
  expect(parseMembers(JSON.stringify({ members: [one] }), settings)).toHaveLength(1);
});

test('a file that is no JSON is refused with the form of one', () => {
  expect(problemOf(() => parseMembers('[', SERVER))).toContain('{"members": [ … ]}');
});

test('a file of no members is short', () => expect(formatMembers([])).toBe('{ "members": [] }\n'));

test('prefix lists concern IPv4 and IPv6 unicast routes', () => {
  expect(listedFamilies(['evpn', 'inet6', 'inet'])).toEqual(['inet', 'inet6']);
  expect(listedFamilies(['inet6', 'vpnv4'])).toEqual(['inet6']);
});

test('what no entry permits is refused with all of them', () => {
  const entries = entriesOf('203.0.113.0/24', '2001:db8::/32 le 48');
  expect(entryRefusal(entries, 'inet', '198.18.0.0/24')).toBe('203.0.113.0/24, 2001:db8::/32 le 48');
  expect(entryRefusal(entries, 'inet6', '2001:db8:1::/48')).toBeUndefined();
});

test('an entry is there once', () => {
  expect(() => entriesOf('203.0.113.0/24', '203.0.113.0/24 le 24')).toThrow('each entry once');
});
