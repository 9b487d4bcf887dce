import { linesOf } from './render';
import { quote } from './tokens';
import { editPath, equal, Node, ordered } from './tree';

/**
 * The difference as `show | compare` has it: lines with `+` and `-` under `[edit …]`. Empty where there is none.
 * Junos indents by its own rules; clients must not depend on how far.
 */
export function compare(before: Node, after: Node, path: readonly string[] = []): string {
  const own: string[] = [];
  const below: string[] = [];
  const mark = (sign: string, { node, parent, prefix }: Entry): void => {
    const indent = ' '.repeat(Math.max(2, path.length + 1));
    own.push(...linesOf(node, parent, prefix).map((line) => sign + indent + line));
  };
  const rest = new Map(entries(after).map((entry) => [entry.id, entry]));
  for (const entry of entries(before)) {
    const other = rest.get(entry.id);
    rest.delete(entry.id);
    if (equal(entry.node, other?.node)) continue;
    const { kind, oneLine } = entry.node.schema;
    if (other && (kind === 'container' || kind === 'list') && !oneLine) {
      below.push(compare(entry.node, other.node, [...path, ...entry.words]));
    } else {
      mark('-', entry);
      if (other) mark('+', other);
    }
  }
  for (const entry of rest.values()) mark('+', entry);
  return (own.length > 0 ? `${editPath(path)}\n${own.join('\n')}\n` : '') + below.join('');
}

interface Entry {
  readonly id: string;
  readonly node: Node;
  readonly parent: Node;
  /** What the text has before the statement's own word. */
  readonly prefix: string;
  readonly words: readonly string[];
}

/** The statements in this one; those of `family` stand beside the others, as in the text. */
function entries(node: Node, before: readonly string[] = []): Entry[] {
  return ordered(node).flatMap((child): Entry[] => {
    const words = [...before, ...(node.schema.unnamed === child.schema ? [] : [child.schema.name])];
    if (child.schema.prefix && child.children.size > 0) return entries(child, words);
    const prefix = [...before, ...(child.schema.block ? [child.schema.name] : [])].map((word) => `${word} `).join('');
    const all = [...words, ...child.keys.map(quote)];
    return [{ id: all.join(' '), node: child, parent: node, prefix, words: all }];
  });
}
