import { quote } from './tokens';
import { Node, ordered } from './tree';

/** Junos text, four blanks a level, as `show configuration` has it. Secrets are marked `## SECRET-DATA`. */
export function renderText(node: Node, depth = 0): string {
  return inside(node)
    .map((line) => ' '.repeat(4 * depth) + line + '\n')
    .join('');
}

/** The lines of what is in a statement. */
function inside(node: Node): string[] {
  const lines: string[] = [];
  let block: Node['schema'] | undefined;
  for (const child of ordered(node)) {
    if (block && child.schema !== block) lines.push('}');
    if (child.schema.block && child.schema !== block) lines.push(`${child.schema.name} {`);
    block = child.schema.block ? child.schema : undefined;
    lines.push(...linesOf(child, node, '').map((line) => (block ? `    ${line}` : line)));
  }
  return block ? [...lines, '}'] : lines;
}

/** The lines of one statement. */
export function linesOf(node: Node, parent: Node | undefined, before: string): string[] {
  const { schema } = node;
  const unnamed = parent?.schema.unnamed === schema || schema.block;
  const head = before + [...(unnamed ? [] : [schema.name]), ...node.keys.map(quote)].join(' ');
  const end = schema.type.name === 'secret' || schema.type.name === 'hash' ? '; ## SECRET-DATA' : ';';
  if (schema.kind === 'flag') return [`${head};`];
  if (schema.kind === 'leaf') return [`${head}${unnamed ? '' : ' '}${quote(node.value)}${end}`];
  if (schema.kind === 'leaf-list') {
    const values = node.values.map(quote);
    return [`${head} ${values.length === 1 ? values[0] : `[ ${values.join(' ')} ]`};`];
  }
  if (schema.oneLine) return [`${before}${wordsOf(node, parent).join(' ')};`];
  if (node.children.size === 0) return [`${head};`];
  if (schema.prefix) return ordered(node).flatMap((child) => linesOf(child, node, `${head} `));
  return [`${head} {`, ...inside(node).map((line) => `    ${line}`), '}'];
}

/** A statement of one line, as words. */
function wordsOf(node: Node, parent: Node | undefined): string[] {
  const { schema } = node;
  const head = [...(parent?.schema.unnamed === schema ? [] : [schema.name]), ...node.keys.map(quote)];
  if (schema.kind === 'leaf') return [...head, quote(node.value)];
  if (schema.kind === 'leaf-list') {
    return [...head, ...(node.values.length === 1 ? node.values.map(quote) : ['[', ...node.values.map(quote), ']'])];
  }
  // What has no word of its own comes first, or it would be read as another's.
  const children = ordered(node).sort((a, b) => +(b.schema === schema.unnamed) - +(a.schema === schema.unnamed));
  return [...head, ...children.flatMap((child) => wordsOf(child, node))];
}

/** `set` commands that make the configuration, one a line. */
export function renderSet(node: Node, before: readonly string[] = ['set'], parent?: Node): string {
  const { schema } = node;
  const word = parent && parent.schema.unnamed !== schema ? [schema.name] : [];
  const here = [...before, ...word, ...node.keys.map(quote)];
  const line = (...more: string[]): string => [...here, ...more].join(' ') + '\n';
  if (schema.kind === 'flag') return line();
  if (schema.kind === 'leaf') return line(quote(node.value));
  if (schema.kind === 'leaf-list') return node.values.map((value) => line(quote(value))).join('');
  if (node.children.size === 0) return parent ? line() : '';
  return ordered(node)
    .map((child) => renderSet(child, here, node))
    .join('');
}
