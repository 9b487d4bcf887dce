import { isIP } from 'net';
import { encodeSecret, isSecret } from './secrets';

/** A value that a statement does not take, in Junos's words. */
export class ValueFault extends Error {}

/** Brings a value into the form in which Junos keeps it. @throws ValueFault */
export interface ValueType {
  readonly name: string;
  read(text: string): string;
}

const TYPES = new Map<string, ValueType>();

/** The type of this name: `string`, `int(1..10)`, `enum(a|b)`, `ip`, `secret`, … */
export function valueType(name: string): ValueType {
  const known = TYPES.get(name);
  if (known) return known;
  const made = { name, read: reader(name) };
  TYPES.set(name, made);
  return made;
}

function reader(name: string): (text: string) => string {
  const [, kind, rest] = /^([\w]+)(?:\((.*)\))?$/.exec(name) ?? [];
  switch (kind) {
    case 'string':
    case 'policy':
      return (text) => text;
    case 'name':
      return (text) => must(text.length > 0 && text.length < 256, text, 'Must be a string of 255 characters or less');
    case 'hash':
      return (text) => must(/^(\$[156]\$|\*|!)/.test(text), text, 'invalid input, not an encrypted password');
    case 'enum': {
      const words = rest.split('|');
      return (text) => must(words.includes(text), text, 'syntax error');
    }
    case 'int': {
      const [low, high] = rest.split('..').map(Number);
      return (text) => number(text, low, high);
    }
    case 'holdtime':
      return (text) => (text === '0' ? text : number(text, 3, 65535));
    case 'asn':
      return asNumber;
    case 'asrange':
      return (text) => {
        const ends = text.split('-');
        const plain = ends.length <= 2 && ends.every((end) => /^\d{1,10}$/.test(end) && +end > 0 && +end < 2 ** 32);
        return must(plain && +ends[0] <= +ends[ends.length - 1], text, `invalid AS number range: ${text}`);
      };
    case 'ip':
      return (text) => address(text, 0);
    case 'ip4':
      return (text) => address(text, 4);
    case 'prefix':
      return prefix;
    case 'secret':
      return (text) => (isSecret(text) ? text : encodeSecret(text));
    default:
      throw new Error(`the grammar names no type ${name}`);
  }
}

function must(right: boolean, text: string, message: string): string {
  if (!right) throw new ValueFault(message);
  return text;
}

function number(text: string, low: number, high: number): string {
  must(/^\d+$/.test(text), text, `Invalid numeric value: '${text}'`);
  must(+text >= low && +text <= high, text, `Value ${text} is not within range (${low}..${high})`);
  return String(+text);
}

function asNumber(text: string): string {
  const dotted = /^(\d{1,5})\.(\d{1,5})$/.exec(text);
  if (dotted) return must(+dotted[1] < 65536 && +dotted[2] < 65536, text, `Invalid AS number: ${text}`);
  return number(text, 1, 4294967295);
}

function address(text: string, family: 0 | 4 | 6): string {
  const found = text.includes('%') ? 0 : isIP(text);
  if (found === 0 || (family !== 0 && found !== family)) {
    throw new ValueFault(`invalid value '${text}' in ip address: '${text}'`);
  }
  if (found === 4) return text.split('.').map(Number).join('.');
  // The URL parser writes IPv6 as RFC 5952 has it.
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

function prefix(text: string): string {
  if (text === 'all') return text;
  const [network, length, more] = text.split('/');
  const canonical = address(network, 0);
  const most = canonical.includes(':') ? 128 : 32;
  if (length === undefined) return `${canonical}/${most}`;
  must(more === undefined && /^\d{1,3}$/.test(length) && +length <= most, text, `invalid prefix length in '${text}'`);
  return `${canonical}/${+length}`;
}
