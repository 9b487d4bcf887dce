import { Address4, Address6 } from 'ip-address';
import * as fc from 'fast-check';
import { isIP } from 'net';
import {
  bitsOf,
  hostPrefix,
  parseAddress,
  parseHostAddress,
  parseJunosPrefix,
  parsePrefix,
} from '../../lib/addressing';

const anyV4 = fc.ipV4();

/** Hextets with many zeros, because what RFC 5952 decides is which run of zeros is left out. */
const hextet = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const anyV6 = fc
  .array(hextet, { minLength: 8, maxLength: 8 })
  .filter((parts) => !(parts.slice(0, 5).every((part) => part === 0) && parts[5] === 0xffff));

const longForm = (parts: readonly number[]) => parts.map((part) => part.toString(16)).join(':');
const valueOf = (parts: readonly number[]) => parts.reduce((sum, part) => (sum << 16n) | BigInt(part), 0n);

describe('parseAddress', () => {
  test.each<[string, string, 4 | 6, bigint]>([
    ['192.0.2.1', '192.0.2.1', 4, 0xc0000201n],
    ['0.0.0.0', '0.0.0.0', 4, 0n],
    ['255.255.255.255', '255.255.255.255', 4, 0xffffffffn],
    ['::', '::', 6, 0n],
    ['2001:DB8::A', '2001:db8::a', 6, 0x20010db800000000000000000000000an],
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1', 6, 0x20010db8000000000001000000000001n],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0', 6, 0x00010002000300040005000600070000n],
    // Programs write these as IPv4-compatible addresses (RFC 4291, 2.5.5.1), which are deprecated.
    ['::c000:201', '::c000:201', 6, 0xc0000201n],
    ['::10:5', '::10:5', 6, 0x100005n],
    ['::2', '::2', 6, 2n],
  ])('reads %p as %p', (text, canonical, family, value) => {
    expect(parseAddress(text)).toEqual({ kind: 'address', family, first: value, last: value, text: canonical });
  });

  test.each(['010.0.0.1', '10.0.0.01', '00.0.0.0', '0x0a.0.0.1', '10.1', '10.0.0', '167772161', '10.0.0.256'])(
    'refuses %p, which some programs read as another IPv4 address',
    (text) => {
      expect(() => parseAddress(text)).toThrow(/want an IPv4 or IPv6 address/);
    },
  );

  test.each([
    '::ffff:192.0.2.1',
    '::FFFF:192.0.2.1',
    '::ffff:c000:201',
    '0:0:0:0:0:ffff:c000:0201',
    '64:ff9b::192.0.2.1',
  ])('refuses %p, an IPv4 address inside an IPv6 one', (text) => {
    expect(() => parseAddress(text)).toThrow(/want an IPv4 or IPv6 address/);
  });

  test.each(['fe80::1%eth0', 'fe80::1%1', '[::1]', '192.0.2.1/32', '2001:db8::1/128', '192.0.2.1:179'])(
    'refuses %p, which says more than an address',
    (text) => {
      expect(() => parseAddress(text)).toThrow(/want an IPv4 or IPv6 address/);
    },
  );

  test.each(['', ' ', '.', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::', '1.2.3.4.', ' ::1'])(
    'refuses %p',
    (text) => {
      expect(() => parseAddress(text)).toThrow(/want an IPv4 or IPv6 address/);
    },
  );

  test.each([[undefined], [null], [3221225985], [['192.0.2.1']], [{}]])('refuses %p, which is no text', (value) => {
    expect(() => parseAddress(value)).toThrow(/want an IPv4 or IPv6 address/);
  });

  test('keeps the text of an IPv4 address', () => {
    fc.assert(fc.property(anyV4, (text) => expect(parseAddress(text).text).toBe(text)));
  });

  test('writes an IPv6 address as RFC 5952 has it, as the URLs of the platform do', () => {
    fc.assert(
      fc.property(anyV6, (parts) => {
        expect(`[${parseAddress(longForm(parts)).text}]`).toBe(new URL(`http://[${longForm(parts)}]`).hostname);
      }),
    );
  });

  test('reads the canonical text of an IPv6 address as the address it came from', () => {
    fc.assert(
      fc.property(anyV6, (parts) => {
        const address = parseAddress(longForm(parts));
        expect(address.first).toBe(valueOf(parts));
        expect(parseAddress(address.text)).toEqual(address);
      }),
    );
  });

  test('accepts no text that the platform does not take for an address', () => {
    const almost = fc.string({ unit: fc.constantFrom('0', '1', '25', 'f', ':', '::', '.', '%', ' '), maxLength: 12 });
    fc.assert(
      fc.property(almost, (text) => {
        fc.pre(isIP(text) === 0);
        expect(() => parseAddress(text)).toThrow(/want an IPv4 or IPv6 address/);
      }),
    );
  });
});

describe('parseHostAddress', () => {
  test.each(['192.0.2.1', '10.0.0.0', '169.253.255.255', '223.255.255.255', '::2', '2001:db8::1', 'fd00::1'])(
    'accepts %p',
    (text) => {
      expect(parseHostAddress(text)).toEqual(parseAddress(text));
    },
  );

  test.each<[string, string]>([
    ['unspecified', '0.0.0.0'],
    ['of this network', '0.1.2.3'],
    ['a loopback', '127.0.0.1'],
    ['link-local', '169.254.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['the broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['a loopback', '::1'],
    ['link-local', 'fe80::1'],
    ['link-local', 'febf:ffff::1'],
    ['multicast', 'ff02::1'],
  ])('refuses the address that is %s: %p', (_, text) => {
    expect(() => parseHostAddress(text)).toThrow(/the unicast address of a host/);
  });
});

describe('parsePrefix', () => {
  test.each<[string, string]>([
    ['198.51.100.0/24', '198.51.100.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['192.0.2.1/32', '192.0.2.1/32'],
    ['::/0', '::/0'],
    ['2001:0DB8::/32', '2001:db8::/32'],
    ['2001:db8::1/128', '2001:db8::1/128'],
  ])('reads %p as %p', (text, canonical) => {
    expect(parsePrefix(text).text).toBe(canonical);
  });

  test('gives the first and the last address', () => {
    expect(parsePrefix('10.1.0.0/16')).toMatchObject({ family: 4, length: 16, first: 0x0a010000n, last: 0x0a01ffffn });
  });

  test.each<[string, string]>([
    ['10.0.0.1/8', '10.0.0.0/8'],
    ['192.0.2.129/25', '192.0.2.128/25'],
    ['192.0.2.1/0', '0.0.0.0/0'],
    ['2001:db8::1/32', '2001:db8::/32'],
    ['2001:db8::ffff/127', '2001:db8::fffe/127'],
  ])('refuses %p, which has host bits, and names %p', (text, right) => {
    expect(() => parsePrefix(text)).toThrow(`got "${text}", want a prefix without host bits, here ${right}`);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/128', '::/129', '::/999', '10.0.0.0/-1', '10.0.0.0/1000'])(
    'refuses %p for its length',
    (text) => {
      expect(() => parsePrefix(text)).toThrow(/want a prefix in CIDR/);
    },
  );

  test.each(['10.0/16', '10/8', '10.0.0.0', '10.0.0.0/', '/8', '10.0.0.0/08', '10.0.0.0/8/8', '10.0.0.0/255.0.0.0'])(
    'refuses %p, which is no CIDR notation',
    (text) => {
      expect(() => parsePrefix(text)).toThrow(/want a prefix in CIDR notation/);
    },
  );

  test.each([['/10.0.0.0/8'], ['8/10.0.0.0/8']])('refuses %p, which ends like a prefix', (text) => {
    expect(() => parsePrefix(text)).toThrow(/want a prefix in CIDR notation/);
  });

  test.each([[undefined], [8], [['10.0.0.0/8']], [{}]])('refuses %p, which is no text', (value) => {
    expect(() => parsePrefix(value)).toThrow(/want a prefix in CIDR notation/);
  });

  test.each([' 10.0.0.0/8', '10.0.0.0/8\n', '010.0.0.0/8', '::ffff:10.0.0.0/104', '::ffff:a00:0/104', 'fe80::%1/64'])(
    'refuses %p, whose address is none',
    (text) => {
      expect(() => parsePrefix(text)).toThrow(/want a prefix in CIDR/);
    },
  );

  const address = fc.oneof(anyV4, anyV6.map(longForm)).map(parseAddress);
  const cut = fc
    .tuple(address, fc.nat(128))
    .map(([from, length]) => ({ from, length: length % (bitsOf(from.family) + 1) }));

  test('accepts a prefix exactly where its network is its address, and reads its own text back', () => {
    fc.assert(
      fc.property(cut, ({ from, length }) => {
        const size = 1n << BigInt(bitsOf(from.family) - length);
        const hasHostBits = from.first % size !== 0n;
        if (hasHostBits) expect(() => parsePrefix(`${from.text}/${length}`)).toThrow(/without host bits/);
        else {
          const prefix = parsePrefix(`${from.text}/${length}`);
          expect([prefix.first, prefix.last - prefix.first + 1n]).toEqual([from.first, size]);
          expect(parsePrefix(prefix.text)).toEqual(prefix);
        }
      }),
    );
  });
});

describe('parseJunosPrefix', () => {
  test.each<[string, string]>([
    ['10.0/16', '10.0.0.0/16'],
    ['0/0', '0.0.0.0/0'],
    ['172.16/12', '172.16.0.0/12'],
    ['198.51.100/24', '198.51.100.0/24'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['2001:db8::/32', '2001:db8::/32'],
  ])('reads %p, of the manifests of the original meshrr, as %p', (text, canonical) => {
    expect(parseJunosPrefix(text).text).toBe(canonical);
  });

  test('reads octets and length as an address whose other octets are zero, where no host bit is set', () => {
    const octets = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(octets, fc.nat(32), (given, length) => {
        const first = given.reduce((sum, octet, i) => sum + octet * 256 ** (3 - i), 0);
        const text = `${given.join('.')}/${length}`;
        if (first % 2 ** (32 - length) !== 0) expect(() => parseJunosPrefix(text)).toThrow(/without host bits/);
        else expect(parseJunosPrefix(text)).toMatchObject({ family: 4, length, first: BigInt(first) });
      }),
    );
  });

  test.each([
    '10./8',
    '.10/8',
    '10..0/16',
    '10.0.0.0.0/8',
    '256/8',
    '010/8',
    '10/33',
    '10/',
    '10',
    '/8',
    'db8/16',
    ' 10/8',
    '10/8 ',
  ])('refuses %p', (text) => {
    expect(() => parseJunosPrefix(text)).toThrow(/want a prefix in CIDR notation/);
  });

  test.each([[undefined], [10], [{}], [['10/8']]])('refuses %p, which is no text', (value) => {
    expect(() => parseJunosPrefix(value)).toThrow(/want a prefix in CIDR notation/);
  });
});

describe('hostPrefix', () => {
  test.each(['192.0.2.1/32', '2001:db8::1/128'])('gives %p for its address', (text) => {
    expect(hostPrefix(parseAddress(text.replace(/\/.*/, '')))).toBe(text);
  });
});

describe('against a library that is in wide use', () => {
  const hextet = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  const groups = fc.array(hextet, { minLength: 8, maxLength: 8 });

  test('IPv6 addresses have the same number and the same canonical text', () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const text = parts.map((part) => part.toString(16)).join(':');
        const other = new Address6(text);
        if (other.bigInt() >> 32n === 0xffffn) return;
        const ours = parseAddress(text);
        expect([ours.first, ours.text]).toEqual([other.bigInt(), other.correctForm()]);
        expect(parseAddress(other.correctForm()).first).toBe(ours.first);
      }),
      { numRuns: 2000 },
    );
  });

  test('any text of digits and signs is an address to both or to neither', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:.'), maxLength: 40 });
    const nearly = fc.tuple(groups, fc.nat(40), text).map(([parts, at, more]) => {
      const whole = parts.map((part) => part.toString(16)).join(':');
      return whole.slice(0, at) + more.slice(0, 3) + whole.slice(at);
    });
    fc.assert(
      fc.property(fc.oneof(text, nearly, fc.ipV4(), fc.ipV6()), (candidate) => {
        const isMapped = Address6.isValid(candidate) && new Address6(candidate).bigInt() >> 32n === 0xffffn;
        // Neither mapped addresses nor IPv4 inside IPv6: both are second spellings.
        const expected =
          Address4.isValid(candidate) || (Address6.isValid(candidate) && !isMapped && !candidate.includes('.'));
        expect(isAddress(candidate)).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });

  function isAddress(candidate: string): boolean {
    try {
      parseAddress(candidate);
      return true;
    } catch {
      return false;
    }
  }
});
