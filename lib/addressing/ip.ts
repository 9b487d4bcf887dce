import { isIPv4, isIPv6, SocketAddress } from 'net';
import { ValidationError } from '../input/validation-error';

/** A run of addresses of one family, both ends included. */
export interface IpSpan {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** The canonical text (RFC 5952 for IPv6). */
  readonly text: string;
}

/** One address: a span of length one. */
export interface IpAddress extends IpSpan {
  readonly kind: 'address';
}

/** A prefix in CIDR notation. */
export interface IpPrefix extends IpSpan {
  readonly kind: 'prefix';
  readonly length: number;
}

export function overlaps(a: IpSpan, b: IpSpan): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Whether every address of `inner` lies in `outer`. */
export function covers(outer: IpSpan, inner: IpSpan): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** Bits of an address of this family. */
export function bitsOf(family: 4 | 6): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/**
 * Reads an IPv4 or IPv6 address, strictly: no leading zeros, no zone, no mask, no IPv4 inside IPv6.
 *
 * @throws ValidationError
 */
export function parseAddress(value: unknown): IpAddress {
  const read = typeof value === 'string' && !value.includes('/') ? readAddress(value) : undefined;
  if (!read) throw ValidationError.of(value, 'an IPv4 or IPv6 address such as 192.0.2.1 or 2001:db8::1');
  return { kind: 'address', family: read.family, first: read.value, last: read.value, text: read.text };
}

/**
 * Reads an address that a host can have and a BGP session can run to.
 *
 * @throws ValidationError also for the unspecified, loopback, link-local, multicast and broadcast addresses
 */
export function parseHostAddress(value: unknown): IpAddress {
  const address = parseAddress(value);
  if (NOT_A_HOST.some((span) => covers(span, address))) {
    throw ValidationError.of(
      value,
      'the unicast address of a host (not unspecified, loopback, link-local or multicast)',
    );
  }
  return address;
}

/**
 * Reads a prefix in CIDR notation, strictly: `10.0/16` and prefixes with host bits set are refused, and the message
 * gives the right form where there is one.
 *
 * @throws ValidationError
 */
export function parsePrefix(value: unknown): IpPrefix {
  const wanted = 'a prefix in CIDR notation such as 198.51.100.0/24 or 2001:db8::/32';
  const found = typeof value === 'string' ? /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(value) : null;
  const base = found ? readAddress(found[1]) : undefined;
  const length = Number(found?.[2]);
  if (!base || length > bitsOf(base.family)) throw ValidationError.of(value, wanted);
  const hostBits = (1n << BigInt(bitsOf(base.family) - length)) - 1n;
  const network = base.value & ~hostBits;
  const text = `${textOf(base.family, network)}/${length}`;
  if (network !== base.value) throw ValidationError.of(value, `a prefix without host bits, here ${text}`);
  return { kind: 'prefix', family: base.family, length, first: network, last: network | hostBits, text };
}

/**
 * Reads a prefix as Junos does: of IPv4, octets of zero at the end may be left out, as in `10.0/16` and `0/0`.
 *
 * @throws ValidationError
 */
export function parseJunosPrefix(value: unknown): IpPrefix {
  const short = typeof value === 'string' ? /^(\d+(?:\.\d+){0,2})(\/\d+)$/.exec(value) : null;
  if (!short) return parsePrefix(value);
  const [, octets, length] = short;
  const missing = 4 - octets.split('.').length;
  return parsePrefix(`${octets}${'.0'.repeat(missing)}${length}`);
}

/**
 * Reads a prefix, or a range `192.0.2.10-192.0.2.20`.
 *
 * @throws ValidationError
 */
export function parseSpan(value: unknown): IpSpan {
  if (typeof value !== 'string' || !value.includes('-')) return parsePrefix(value);
  const ends = value.split('-').map((end) => readAddress(end.trim()));
  const [from, to] = ends;
  if (ends.length !== 2 || !from || !to || from.family !== to.family || from.value > to.value) {
    throw ValidationError.of(value, 'a range such as 192.0.2.10-192.0.2.20, the smaller address first, of one family');
  }
  return { family: from.family, first: from.value, last: to.value, text: `${from.text}-${to.text}` };
}

/**
 * Reads what a MetalLB pool takes: a span of addresses that Services can have.
 *
 * @throws ValidationError also for a span with addresses that no host can have
 */
export function parsePoolSpan(value: unknown): IpSpan {
  const span = parseSpan(value);
  if (NOT_A_HOST.some((special) => overlaps(special, span)))
    throw ValidationError.of(value, 'unicast addresses of hosts');
  return span;
}

/** The host route to an address: `/32` or `/128`. */
export function hostPrefix(address: IpAddress): string {
  return `${address.text}/${bitsOf(address.family)}`;
}

/** The address that is so many behind the first one of a span. */
export function addressAt({ family, first }: IpSpan, offset: number): IpAddress {
  const value = first + BigInt(offset);
  return { kind: 'address', family, first: value, last: value, text: textOf(family, value) };
}

/** The prefix of a length that an address lies in. */
export function prefixAround({ family, first }: IpSpan, length: number): IpPrefix {
  const hostBits = (1n << BigInt(bitsOf(family) - length)) - 1n;
  const network = first & ~hostBits;
  return {
    kind: 'prefix',
    family,
    length,
    first: network,
    last: network | hostBits,
    text: `${textOf(family, network)}/${length}`,
  };
}

/** The fewest prefixes that hold the addresses of a span and no others, in their order. */
export function prefixesOf(span: IpSpan): readonly IpPrefix[] {
  const prefixes: IpPrefix[] = [];
  for (let first = span.first; first <= span.last;) {
    const at = { ...span, first };
    let length: number = bitsOf(span.family);
    while (length > 0) {
      const wider = prefixAround(at, length - 1);
      if (wider.first < first || wider.last > span.last) break;
      length--;
    }
    const prefix = prefixAround(at, length);
    prefixes.push(prefix);
    first = prefix.last + 1n;
  }
  return prefixes;
}

/** The prefix length of the largest aligned block within this span: what an aggregation may not be shorter than. */
export function largestBlockIn(span: IpSpan): number {
  const bits = bitsOf(span.family);
  for (let length = 0; length < bits; length++) {
    const size = 1n << BigInt(bits - length);
    const start = (span.first + size - 1n) & ~(size - 1n);
    if (start + size - 1n <= span.last) return length;
  }
  return bits;
}

function readAddress(text: string): { family: 4 | 6; value: bigint; text: string } | undefined {
  if (isIPv4(text)) {
    const value = numberOf(text.split('.'), 8);
    return { family: 4, value, text: textOf(4, value) };
  }
  // No zone, and no IPv4 address inside.
  if (/^[0-9a-fA-F:]+$/.test(text) && isIPv6(text)) {
    const value = numberOf(hextetsOf(text), 16);
    // An IPv4-mapped address (RFC 4291, 2.5.5.2) would be a second spelling of an IPv4 one.
    return value >> 32n === 0xffffn ? undefined : { family: 6, value, text: textOf(6, value) };
  }
  return undefined;
}

/** The eight groups of a valid IPv6 address, with those that "::" stands for. */
function hextetsOf(text: string): string[] {
  const [head, tail] = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const groups = tail === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.map((group) => `0x${group}`);
}

/** The number that digits of so many bits make. */
function numberOf(digits: readonly string[], bits: 8 | 16): bigint {
  return digits.reduce((value, digit) => (value << BigInt(bits)) | BigInt(digit), 0n);
}

function textOf(family: 4 | 6, value: bigint): string {
  const digit = (shift: number, mask: bigint) => (value >> BigInt(shift)) & mask;
  if (family === 4) return [24, 16, 8, 0].map((shift) => digit(shift, 0xffn)).join('.');
  const groups = [112, 96, 80, 64, 48, 32, 16, 0].map((shift) => digit(shift, 0xffffn).toString(16));
  const { address } = new SocketAddress({ family: 'ipv6', address: groups.join(':') });
  // The system writes the first 96 bits of zero as an IPv4 address behind them; RFC 5952 has that for mapped ones only.
  return address.includes('.') ? `::${groups.slice(6).join(':')}` : address;
}

const NOT_A_HOST: readonly IpSpan[] = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/127',
  'fe80::/10',
  'ff00::/8',
].map(parsePrefix);
