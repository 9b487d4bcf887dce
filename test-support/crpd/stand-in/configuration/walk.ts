import { Schema } from './schema';
import { childOf, editPath, idOf, LoadFault, Node, readKeys, readValue } from './tree';

/** Where words of a statement lead. */
export interface Place {
  readonly node: Node;
  /** The words of the way there, from the top. */
  readonly path: readonly string[];
}

interface Step extends Place {
  readonly parent?: Step;
}

/**
 * Follows the words of a statement, and makes what they say; all of it, or nothing where there is a fault.
 *
 * @param list what stood in brackets behind the words
 * @param many whether several leaves may follow each other, as in a `set` command
 * @returns the last container or entry of a list, or the leaf
 * @throws LoadFault
 */
export function place(from: Place, words: readonly string[], list?: readonly string[], many = false): Place {
  const undo: (() => void)[] = [];
  try {
    return new Walk(from, many, undo).to(words, list);
  } catch (fault) {
    for (const back of undo.reverse()) back();
    throw fault;
  }
}

class Walk {
  private step: Step;
  /** The leaf that was reached last, unless a container was entered since. */
  private leaf?: Place;

  constructor(
    from: Place,
    private readonly many: boolean,
    private readonly undo: (() => void)[],
  ) {
    this.step = from;
  }

  to(words: readonly string[], list: readonly string[] = []): Place {
    let at = 0;
    let bracket = list;
    while (at < words.length) {
      const { schema, named } = this.next(words[at]);
      const missing = new LoadFault('missing argument.', words[at], editPath(this.step.path));
      if (named) at++;
      const count = schema.kind === 'leaf' ? 1 : schema.keys.length;
      const values = words.slice(at, at + count);
      if (values.length < count) throw missing;
      at += count;
      if (schema.kind === 'container' || schema.kind === 'list') this.enter(schema, named, values);
      else if (schema.kind === 'leaf-list' && at < words.length) this.write(schema, [words[at++]]);
      else if (schema.kind === 'leaf-list') {
        if (bracket.length === 0) throw missing;
        this.write(schema, bracket);
        bracket = [];
      } else this.write(schema, values);
    }
    if (bracket.length > 0) throw new LoadFault('syntax error', '[', editPath(this.step.path));
    return this.leaf ?? this.step;
  }

  private next(word: string): { schema: Schema; named: boolean } {
    const { children, unnamed, oneLine } = this.step.node.schema;
    const schema = children.get(word);
    const more = !this.leaf || this.many || oneLine;
    if (schema && schema !== unnamed && more) return { schema, named: true };
    // A value, not a word that is unknown: `lo0`, `64496`.
    if (unnamed && more && this.leaf?.node.schema !== unnamed) return { schema: unnamed, named: false };
    // `autonomous-system 64496 loops 2 asdot-notation`: the last word belongs a level higher.
    const { parent } = this.step;
    if (!parent || !oneLine || !parent.node.schema.oneLine) {
      throw new LoadFault('syntax error', word, editPath(this.step.path));
    }
    this.leaf = undefined;
    this.step = parent;
    return this.next(word);
  }

  private enter(schema: Schema, named: boolean, values: readonly string[]): void {
    const path = named ? [...this.step.path, schema.name] : this.step.path;
    const keys = readKeys(schema, values, path);
    const { children } = this.step.node;
    const id = idOf(schema, keys);
    if (!children.has(id)) this.undo.push(() => children.delete(id));
    this.step = { node: childOf(this.step.node, schema, keys), path: [...path, ...keys], parent: this.step };
    this.leaf = undefined;
  }

  private write(schema: Schema, values: readonly string[]): void {
    const read = values.map((value) => readValue(schema, value, this.step.path));
    const { children } = this.step.node;
    if (!children.has(schema.name)) this.undo.push(() => children.delete(schema.name));
    const node = childOf(this.step.node, schema);
    const before = { value: node.value, values: node.values };
    this.undo.push(() => Object.assign(node, before));
    if (schema.kind === 'leaf') node.value = read[0];
    else if (schema.kind === 'leaf-list') node.values = [...new Set([...node.values, ...read])];
    this.leaf = { node, path: [...this.step.path, schema.name] };
  }
}

/**
 * Takes away the statement that the words lead to, or one value of it.
 *
 * @returns whether it was there
 * @throws LoadFault for words that are in no grammar
 */
export function remove(from: Node, words: readonly string[], list?: readonly string[]): boolean {
  let schema = from.schema;
  let node: Node | undefined = from;
  const path: string[] = [];
  const way: Node[] = [];
  let at = 0;
  let removed = false;
  while (at < words.length) {
    const named: Schema | undefined = schema.children.get(words[at]);
    const next: Schema | undefined = named && named !== schema.unnamed ? named : schema.unnamed;
    if (!next) throw new LoadFault('syntax error', words[at], editPath(path));
    if (next === named) path.push(words[at++]);
    if (next.kind === 'container' || next.kind === 'list') {
      const given = words.slice(at, at + next.keys.length);
      at += given.length;
      if (given.length < next.keys.length) {
        if (given.length > 0) throw new LoadFault('missing argument.', words[at - 1], editPath(path));
        const entries = [...(node?.children ?? [])].filter(([, child]) => child.schema === next);
        for (const [id] of entries) removed = node!.children.delete(id) || removed;
        tidy(way, node);
        return removed;
      }
      const keys = readKeys(next, given, path);
      path.push(...keys);
      const parent: Node | undefined = node;
      node = node?.children.get(idOf(next, keys));
      if (at >= words.length) {
        if (list) throw new LoadFault('syntax error', '[', editPath(path));
        removed = (node && parent!.children.delete(idOf(next, keys))) ?? false;
        tidy(way, parent);
        return removed;
      }
      if (parent) way.push(parent);
      schema = next;
    } else {
      const leaf = node?.children.get(next.name);
      const values = at < words.length && next.kind !== 'flag' ? [words[at++]] : list;
      if (at < words.length) throw new LoadFault('syntax error', words[at], editPath(path));
      if (!leaf) return false;
      if (next.kind === 'leaf-list' && values) {
        const without = leaf.values.filter((value) => !values.includes(value));
        removed = without.length < leaf.values.length;
        leaf.values = without;
        if (without.length === 0) node!.children.delete(next.name);
      } else if (!values || leaf.value === values[0]) {
        removed = node!.children.delete(next.name);
      }
      tidy(way, node);
      return removed;
    }
  }
  throw new LoadFault('missing argument.', 'delete', editPath(path));
}

/** Junos keeps no container that means nothing without contents. */
function tidy(way: readonly Node[], last: Node | undefined): void {
  const chain = last ? [...way, last] : [...way];
  for (let i = chain.length - 1; i > 0; i--) {
    const { schema, children, keys } = chain[i];
    if (schema.kind !== 'container' || schema.presence || children.size > 0) return;
    chain[i - 1].children.delete(idOf(schema, keys));
  }
}
