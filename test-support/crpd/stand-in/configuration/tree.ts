import { CONFIGURATION, Schema } from './schema';
import { ValueFault } from './values';

/** A statement of a configuration. */
export interface Node {
  readonly schema: Schema;
  /** The keys of a list's entry. */
  readonly keys: readonly string[];
  /** Of a leaf. */
  value: string;
  /** Of a leaf-list, in the order in which they were added. */
  values: string[];
  /** By {@link idOf}; entries of lists in the order in which they were added. */
  readonly children: Map<string, Node>;
}

/** A statement that cannot be loaded. */
export class LoadFault extends Error {
  constructor(
    message: string,
    readonly badElement: string,
    /** `[edit protocols bgp]` */
    readonly path: string,
  ) {
    super(message);
  }
}

export function newNode(schema: Schema, keys: readonly string[] = []): Node {
  return { schema, keys, value: '', values: [], children: new Map() };
}

export const emptyConfiguration = (): Node => newNode(CONFIGURATION);

export const idOf = (schema: Schema, keys: readonly string[]): string => [schema.name, ...keys].join('\0');

/** The child of this schema, made where it is missing. */
export function childOf(parent: Node, schema: Schema, keys: readonly string[] = []): Node {
  const id = idOf(schema, keys);
  const found = parent.children.get(id);
  if (found) return found;
  const made = newNode(schema, keys);
  parent.children.set(id, made);
  return made;
}

/** The node that these words lead to: a word for each container, a word and its keys for each entry of a list. */
export function find(node: Node | undefined, ...ids: readonly (string | readonly string[])[]): Node | undefined {
  return ids.reduce<Node | undefined>((at, id) => at?.children.get(typeof id === 'string' ? id : id.join('\0')), node);
}

/** The children in Junos's order: statements by the grammar, entries of lists as they were added. */
export function ordered(node: Node): Node[] {
  return [...node.children.values()].sort((a, b) => a.schema.order - b.schema.order);
}

export function clone(node: Node): Node {
  const children = new Map([...node.children].map(([id, child]) => [id, clone(child)]));
  return { ...node, values: [...node.values], children };
}

/** Whether both say the same, entries of lists in the same order. */
export function equal(a: Node | undefined, b: Node | undefined): boolean {
  if (!a || !b) return a === b;
  if (a.value !== b.value || a.values.join('\0') !== b.values.join('\0')) return false;
  if (a.children.size !== b.children.size) return false;
  const others = ordered(b);
  return ordered(a).every((child, i) => {
    const other = others[i];
    return idOf(child.schema, child.keys) === idOf(other.schema, other.keys) && equal(child, other);
  });
}

/** Takes away statements that mean nothing without contents. @returns whether there were any */
export function prune(node: Node): boolean {
  let pruned = false;
  for (const [id, child] of node.children) {
    if (prune(child)) pruned = true;
    const hollow = child.schema.kind === 'container' && !child.schema.presence && child.children.size === 0;
    if (hollow || (child.schema.kind === 'leaf-list' && child.values.length === 0)) {
      node.children.delete(id);
      pruned = true;
    }
  }
  return pruned;
}

/** A value in the form in which it is kept. @throws LoadFault */
export function readValue(schema: Schema, text: string, path: readonly string[]): string {
  return read(schema.type, text, path);
}

/** The keys of a list's entry. `<*>` is for groups: it stands for any. @throws LoadFault */
export function readKeys(schema: Schema, words: readonly string[], path: readonly string[]): string[] {
  return schema.keys.map((key, i) => {
    const word = words[i];
    return path[0] === 'groups' && path.length > 2 && /^<.*>$/.test(word) ? word : read(key.type, word, path);
  });
}

function read(type: Schema['type'], text: string, path: readonly string[]): string {
  try {
    return type.read(text);
  } catch (fault) {
    if (!(fault instanceof ValueFault)) throw fault;
    throw new LoadFault(fault.message, text, editPath(path));
  }
}

export const editPath = (words: readonly string[]): string => `[${['edit', ...words].join(' ')}]`;
