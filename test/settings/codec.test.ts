import * as fc from 'fast-check';
import { Codec, maximumPrefixes, SETTINGS } from '../../lib/settings';
import * as codec from '../../lib/settings/codec';

const HASH = `$6$saltsalt$${'./Az09'.repeat(14)}ab`;

/** Text that each codec writes exactly as it was read. */
const canonical: [string, Codec<any>, readonly string[]][] = [
  ['serviceName', codec.serviceName, ['core', 'a-1']],
  ['namespace', codec.namespace, ['core', '5g-core', '3']],
  ['serviceDomain', codec.serviceDomain, ['svc.cluster.local', 'svc.local']],
  ['community', codec.community, ['65000:101', '0:0']],
  ['passwordHash', codec.passwordHash, [HASH, HASH.replace('$6$', '$6$rounds=5000$')]],
  ['absolutePath', codec.absolutePath, ['/etc/meshrr/groups.json', '/a']],
  ['flagText', codec.flagText, ['true', 'false']],
  ['asNumber', codec.asNumber, ['64496', '4200000000']],
  ['address', codec.address, ['192.0.2.1', '2001:db8::1']],
  ['routerId', codec.routerId, ['192.0.2.1', '0.0.0.1', '255.255.255.255']],
  ['wholeNumber', codec.wholeNumber(1, 64), ['1', '64']],
  ['threads', codec.threads(31), ['true', 'false', '1', '31']],
  ['choice', codec.choice('crpd', 'frr'), ['crpd', 'frr']],
  ['prefixes', codec.prefixes, ['10.0.0.0/8', '10.0.0.0/8,2001:db8::/32,0.0.0.0/0']],
  [
    'maximumPrefixes',
    maximumPrefixes,
    ['inet=1000,threshold=80,excess=warn', 'inet=1,inet6=2,evpn=3,threshold=75,excess=restart,restartMinutes=15'],
  ],
  ['asRanges', codec.asRanges, ['65001-65500', '64496', '65001-65500,64496,1-4294967295']],
];

describe.each(canonical)('%s', (_, { parse, format }, texts) => {
  test.each(texts)('writes %p as it read it', (text) => {
    expect(format(parse(text))).toBe(text);
  });

  test('refuses empty text', () => {
    expect(() => parse('')).toThrow(/^got (""|\(hidden\)), want /);
  });

  test.each(texts)('refuses %p with a line break after it', (text) => {
    expect(() => parse(`${text}\n;`)).toThrow(/^got .*, want /);
  });
});

describe('passwordHash', () => {
  test.each([
    'hunter2',
    '$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/',
    HASH.replace('$6$', '$5$'),
    HASH.slice(0, -1),
    `${HASH}a`,
    HASH.replace('saltsalt', ''),
    HASH.replace('saltsalt', 'salt'.repeat(5)),
    HASH.replace('saltsalt', 'sa lt'),
    HASH.replace('saltsalt', 'salt"'),
    HASH.replace('saltsalt', 'salt;}'),
    HASH.replace('$6$', '$6$rounds=many$'),
    `x${HASH}`,
    `${HASH} `,
  ])('refuses %p', (text) => {
    expect(() => codec.passwordHash.parse(text)).toThrow(/want a SHA-512 crypt hash/);
  });

  test('does not show what it refuses', () => {
    expect(() => codec.passwordHash.parse('hunter2')).toThrow(
      /^got \(hidden\), want a SHA-512 crypt hash, \$6\$salt\$hash, as "openssl passwd -6" prints it$/,
    );
  });
});

describe('absolutePath', () => {
  test.each(['/', 'groups.json', './a', '~/a', '/a b', '/a"b', "/a'b", '/a\\b', '/a\tb'])('refuses %p', (text) => {
    expect(() => codec.absolutePath.parse(text)).toThrow(/want an absolute path/);
  });
});

describe('flagText', () => {
  test('reads true and false', () => {
    expect(['true', 'false'].map(codec.flagText.parse)).toEqual([true, false]);
  });

  test.each(['True', 'FALSE', 'yes', 'no', '1', '0', 'on', ' true'])('refuses %p', (text) => {
    expect(() => codec.flagText.parse(text)).toThrow(/want "true" or "false"$/);
  });
});

describe('threads', () => {
  test.each(['0', '32', '1.5', '-1', '01x', 'yes', 'True', '1e1', '0x1'])('refuses %p', (text) => {
    expect(() => codec.threads(31).parse(text)).toThrow(/want true, false or a whole number from 1 to 31$/);
  });
});

describe('junosPrefixes', () => {
  test('reads what the manifests of the original meshrr have, and writes it in full', () => {
    const { parse, format } = codec.junosPrefixes;
    expect(format(parse('0/0'))).toBe('0.0.0.0/0');
    expect(format(parse('10.0/16, 172.16/12,2001:db8::/32'))).toBe('10.0.0.0/16,172.16.0.0/12,2001:db8::/32');
  });
});

describe('asNumber', () => {
  test('reads asdot and writes it plain', () => {
    expect(codec.asNumber.format(codec.asNumber.parse('1.10'))).toBe('65546');
  });
});

describe('address', () => {
  test('writes the canonical text of an address in another spelling', () => {
    expect(codec.address.format(codec.address.parse('2001:DB8:0::1'))).toBe('2001:db8::1');
  });
});

describe('routerId', () => {
  test.each(['0.0.0.0', '2001:db8::1', '::'])('refuses %p, which is an address but no BGP identifier', (text) => {
    expect(() => codec.routerId.parse(text)).toThrow(/want an IPv4 address other than 0.0.0.0$/);
  });

  test('refuses what is no address as an address is refused', () => {
    expect(() => codec.routerId.parse('1')).toThrow(/want an IPv4 or IPv6 address/);
  });
});

describe('wholeNumber', () => {
  test.each(['0', '65', '-1', '1.5', '1.0', '1.', '.5', '1e1', '0x1', ' 1', '1 ', '+1', '10000000000', 'NaN', 'two'])(
    'refuses %p from 1 to 64',
    (text) => {
      expect(() => codec.wholeNumber(1, 64).parse(text)).toThrow(/want a whole number from 1 to 64$/);
    },
  );
});

test.each(['1000.0', '1000ms', '1,000', '99', '60001'])('a time in milliseconds is not written as %p', (text) => {
  const { parse } = SETTINGS.pollMilliseconds.codec;
  expect(() => parse(text)).toThrow(/^got .*, want a whole number from 100 to 60000$/);
});

describe('choice', () => {
  test('writes the word that it has read', () => {
    const { parse, format } = codec.choice('crpd', 'frr');
    expect(format(parse('frr'))).toBe('frr');
  });

  test.each(['FRR', 'frr ', 'bird', 'crpd,frr'])('refuses %p', (text) => {
    expect(() => codec.choice('crpd', 'frr').parse(text)).toThrow(/want "crpd" or "frr"$/);
  });
});

describe('prefixes', () => {
  test('allows space around the commas', () => {
    expect(codec.prefixes.parse(' 10.0.0.0/8 , 2001:db8::/32 ').map(({ text }) => text)).toEqual([
      '10.0.0.0/8',
      '2001:db8::/32',
    ]);
  });

  test('tells which of several it refuses', () => {
    expect(() => codec.prefixes.parse('10.0.0.0/8,10.0.0.1/8')).toThrow(expect.objectContaining({ where: ['1'] }));
  });

  test('counts no items where there is only one', () => {
    expect(() => codec.prefixes.parse('10.0.0.1/8')).toThrow(expect.objectContaining({ where: [] }));
  });

  test.each([',', '10.0.0.0/8,', ',10.0.0.0/8', '10.0.0.0/8,,10.0.0.0/8', '10.0.0.0/8 2001:db8::/32'])(
    'refuses %p',
    (text) => {
      expect(() => codec.prefixes.parse(text)).toThrow(/want a prefix in CIDR notation/);
    },
  );
});

describe('asRanges', () => {
  const end = fc.integer({ min: 1, max: 4294967295 });
  const range = fc.tuple(end, end).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));

  test('reads back any list that it writes', () => {
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 5 }), (ranges) => {
        expect(codec.asRanges.parse(codec.asRanges.format(ranges))).toEqual(ranges);
      }),
    );
  });

  test('names the place of a range that is the wrong way round', () => {
    expect(() => codec.asRanges.parse('1-2,65500-65001')).toThrow(expect.objectContaining({ where: ['1'] }));
  });
});

describe('every default', () => {
  const defaults = Object.values(SETTINGS).flatMap((setting) =>
    'default' in setting ? [[setting.variable, setting.codec as Codec<unknown>, setting.default] as const] : [],
  );

  test.each(defaults)('of %s is a value that the environment can hold', (_, { parse, format }, value) => {
    expect(parse(format(value))).toEqual(value);
  });
});

test('as many items as a variable can hold are read', () => {
  expect(codec.addresses.parse(Array(20_000).fill('::').join())).toHaveLength(20_000);
});

test('more items than a variable can hold are refused, without a look at them', () => {
  expect(() => codec.prefixes.parse('x,'.repeat(20_000))).toThrow('got "20001 items", want at most 20000');
});
