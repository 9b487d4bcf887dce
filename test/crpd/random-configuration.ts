import * as fc from 'fast-check';
import { CONFIGURATION, Schema } from '../../test-support/crpd/stand-in/configuration/schema';
import { encodeSecret } from '../../test-support/crpd/stand-in/configuration/secrets';
import { quote } from '../../test-support/crpd/stand-in/configuration/tokens';

const STRINGS = [
  'a',
  'two words',
  'say "x"',
  'back\\slash',
  '{',
  '};',
  '# no comment',
  '/* nor */',
  '<&>',
  'tür',
  'a\nb',
];
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '192.0.2.7', '2001:db8::1', '2001:db8::2'];
// Encoded once: text that is loaded again has to stay the same.
const SECRETS = ['one', 'two', 'pass word'].map(encodeSecret);

/** A right value of a type, another for most numbers. */
function valueOf(type: string, number: number): string {
  const pick = (list: readonly string[]): string => list[number % list.length];
  const [, kind, rest] = /^(\w+)(?:\((.*)\))?$/.exec(type) ?? [];
  switch (kind) {
    case 'enum':
      return pick(rest.split('|'));
    case 'int':
      return String(Number(rest.split('..')[0]) + (number % 5));
    case 'holdtime':
      return pick(['0', '3', '90']);
    case 'asn':
      return pick(['64496', '4200000000', '1.10']);
    case 'asrange':
      return pick(['64496', '65001-65500', '4200000000-4200000001']);
    case 'ip':
      return pick(ADDRESSES);
    case 'ip4':
      return pick(ADDRESSES.slice(0, 3));
    case 'prefix':
      return pick(['10.0.0.0/8', '192.0.2.0/24', '2001:db8::/32', '0.0.0.0/0']);
    case 'secret':
      return pick(SECRETS);
    case 'hash':
      return pick(['$6$a$b', '*']);
    case 'name':
      return pick(['A', 'B-1', 'c_2', 'X Y']);
    default:
      return pick(STRINGS);
  }
}

/** The words of one statement, chosen by numbers: which child at each level, which value. */
function wordsFrom(numbers: readonly number[]): string[] {
  let at = 0;
  const next = (): number => numbers[at++ % numbers.length] + at;
  const words: string[] = [];
  for (let schema: Schema = CONFIGURATION; ;) {
    const children = [...schema.children.values()];
    if (children.length === 0 || (words.length > 0 && schema.presence && next() % 4 === 0)) return words;
    const child: Schema = children[next() % children.length];
    if (child !== schema.unnamed) words.push(child.name);
    words.push(...child.keys.map(({ type }) => quote(valueOf(type.name, next()))));
    if (child.kind === 'leaf' || child.kind === 'leaf-list') words.push(quote(valueOf(child.type.name, next())));
    if (child.kind !== 'container' && child.kind !== 'list') return words;
    schema = child;
  }
}

/** One `set` command that the grammar allows. */
export const setCommand: fc.Arbitrary<string> = fc
  .array(fc.nat(1000), { minLength: 1, maxLength: 12 })
  .map((numbers) => `set ${wordsFrom(numbers).join(' ')}`);

/** Some of them. */
export const setCommands: fc.Arbitrary<string[]> = fc.array(setCommand, { maxLength: 15 });
