import { FRAGMENTS, STATEMENTS } from './grammar';
import { ValueType, valueType } from './values';

export interface Schema {
  /** Its word, and the name of its element in XML. */
  readonly name: string;
  readonly kind: 'container' | 'list' | 'leaf' | 'leaf-list' | 'flag';
  /** The names of a list's keys, in the order in which the text has them. */
  readonly keys: readonly { readonly name: string; readonly type: ValueType }[];
  /** Of a leaf, or of each value of a leaf-list. */
  readonly type: ValueType;
  readonly children: ReadonlyMap<string, Schema>;
  /** The child whose word is not written. */
  readonly unnamed?: Schema;
  /** Whether it means something when it is empty. */
  readonly presence: boolean;
  readonly oneLine: boolean;
  readonly prefix: boolean;
  /** Whether the entries of a list stand in one block. */
  readonly block: boolean;
  /** Its place among the statements of its parent. */
  readonly order: number;
}

const LINE = /^(\*?)([\w-]+)(?:\(([^)]*)\))?(\[\]|!)?([+~>^]*)(?: *@([\w-]+))?(?: *= *(\S+))?$/;

/** The whole configuration. */
export const CONFIGURATION: Schema = {
  name: 'configuration',
  kind: 'container',
  keys: [],
  type: valueType('string'),
  children: statements(STATEMENTS, false),
  presence: true,
  oneLine: false,
  prefix: false,
  block: false,
  order: 0,
};

function statements(text: string, inheriting: boolean): Map<string, Schema> {
  const children = new Map<string, Schema>();
  if (inheriting) {
    for (const name of ['apply-groups', 'apply-groups-except']) add(children, `${name}[] = name`, []);
  }
  addAll(children, text.split('\n'));
  return children;
}

function addAll(children: Map<string, Schema>, lines: readonly string[]): void {
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (line.trim() === '') continue;
    const indent = line.search(/\S/);
    const body: string[] = [];
    while (at + 1 < lines.length && (lines[at + 1].trim() === '' || lines[at + 1].search(/\S/) > indent)) {
      body.push(lines[++at]);
    }
    add(children, line.trim(), body);
  }
}

function add(children: Map<string, Schema>, line: string, body: readonly string[]): void {
  if (line.startsWith('@')) {
    addAll(children, FRAGMENTS[line.slice(1)].split('\n'));
    return;
  }
  const parts = LINE.exec(line);
  if (!parts) throw new Error(`the grammar does not parse: ${line}`);
  const [, star, name, keys, sign, flags, fragment, type] = parts;
  const text = (fragment === undefined ? '' : FRAGMENTS[fragment]) + '\n' + body.join('\n');
  const kind =
    sign === '!' ? 'flag' : sign === '[]' ? 'leaf-list' : keys !== undefined ? 'list' : type ? 'leaf' : 'container';
  const inside = kind === 'list' || kind === 'container' ? statements(text, !flags.includes('~')) : new Map();
  const schema: Schema = {
    name,
    kind,
    keys: (keys ?? '')
      .split(' ')
      .filter(Boolean)
      .map((key) => key.split(':'))
      .map(([keyName, keyType]) => ({ name: keyName, type: valueType(keyType ?? 'string') })),
    type: valueType(type ?? 'string'),
    children: inside,
    unnamed: [...inside.values()].find((child: Schema & { star?: boolean }) => child.star),
    presence: kind !== 'container' || flags.includes('+'),
    oneLine: flags.includes('~'),
    prefix: flags.includes('>'),
    block: flags.includes('^'),
    order: children.size,
  };
  children.set(name, star ? Object.assign(schema, { star: true }) : schema);
}
