import { attribute, Element, escapeXml } from '../netconf/xml';
import { Loaded } from './load-text';
import { Schema } from './schema';
import { childOf, editPath, idOf, LoadFault, Node, ordered, prune, readKeys, readValue } from './tree';

/** Junos XML, one element a line. */
export function renderXml(node: Node): string {
  const { schema } = node;
  const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>\n`;
  if (schema.kind === 'flag') return `<${schema.name}/>\n`;
  if (schema.kind === 'leaf') return element(schema.name, node.value);
  if (schema.kind === 'leaf-list') return node.values.map((value) => element(schema.name, value)).join('');
  const keys = schema.keys.map((key, i) => element(key.name, node.keys[i])).join('');
  return `<${schema.name}>\n${keys}${ordered(node).map(renderXml).join('')}</${schema.name}>\n`;
}

/**
 * Loads the children of `<configuration>`. Elements may carry `operation`, `delete` or `replace`.
 * What is right is loaded, though other elements have faults.
 */
export function loadXml(into: Node, configuration: Element): Loaded {
  const errors: LoadFault[] = [];
  const warnings: LoadFault[] = [];
  for (const child of configuration.children) load(into, child, [], errors, warnings);
  if (prune(into)) warnings.push(new LoadFault('statement has no contents; ignored', '', '[edit]'));
  return { errors, warnings };
}

function load(
  parent: Node,
  element: Element,
  path: readonly string[],
  errors: LoadFault[],
  warnings: LoadFault[],
): void {
  const schema = parent.schema.children.get(element.name);
  try {
    if (!schema) throw new LoadFault('syntax error', element.name, editPath(path));
    const operation = operationOf(element);
    const inner = [...path, schema.name];
    const text = element.text.trim();
    if (operation === 'delete') {
      if (!removed(parent, schema, element, inner)) {
        warnings.push(new LoadFault('statement not found', schema.name, editPath(path)));
      }
      return;
    }
    const plain = schema.kind === 'flag' || schema.kind === 'leaf' || schema.kind === 'leaf-list';
    if (plain && element.children.length > 0) {
      throw new LoadFault('syntax error', element.children[0].name, editPath(inner));
    }
    if (schema.kind === 'flag') {
      childOf(parent, schema);
    } else if (schema.kind === 'leaf') {
      const value = readValue(schema, text, path);
      childOf(parent, schema).value = value;
    } else if (schema.kind === 'leaf-list') {
      const value = readValue(schema, text, path);
      const leaf = childOf(parent, schema);
      leaf.values = [...new Set([...leaf.values, value])];
    } else {
      const keys = keysOf(schema, element, inner);
      if (operation === 'replace') parent.children.delete(idOf(schema, keys));
      const node = childOf(parent, schema, keys);
      for (const child of element.children) {
        if (schema.keys.some((key) => key.name === child.name)) continue;
        load(node, child, [...inner, ...keys], errors, warnings);
      }
    }
  } catch (fault) {
    if (!(fault instanceof LoadFault)) throw fault;
    errors.push(fault);
  }
}

function operationOf(element: Element): string | undefined {
  if (attribute(element, 'delete') !== undefined) return 'delete';
  if (attribute(element, 'replace') !== undefined) return 'replace';
  const operation = attribute(element, 'operation');
  return operation === 'remove' ? 'delete' : operation;
}

function keysOf(schema: Schema, element: Element, path: readonly string[]): string[] {
  const words = schema.keys.map((key) => element.children.find((child) => child.name === key.name)?.text.trim() ?? '');
  const missing = words.indexOf('');
  if (missing >= 0) throw new LoadFault('missing argument.', schema.keys[missing].name, editPath(path));
  return readKeys(schema, words, path);
}

function removed(parent: Node, schema: Schema, element: Element, path: readonly string[]): boolean {
  if (schema.kind === 'leaf-list' && element.text.trim() !== '') {
    const leaf = parent.children.get(schema.name);
    const without = leaf?.values.filter((value) => value !== element.text.trim()) ?? [];
    const found = leaf !== undefined && without.length < leaf.values.length;
    if (leaf) leaf.values = without;
    return found;
  }
  if (schema.kind === 'list' && element.children.length === 0) {
    const entries = [...parent.children].filter(([, child]) => child.schema === schema);
    for (const [id] of entries) parent.children.delete(id);
    return entries.length > 0;
  }
  return parent.children.delete(idOf(schema, schema.kind === 'list' ? keysOf(schema, element, path) : []));
}

/**
 * What a filter selects: an empty element all that is in it, a key with text the entries that have it, a key without
 * text the key alone.
 */
export function filtered(node: Node, filter: Element): Node {
  const isKey = (child: Element): boolean => node.schema.keys.some((key) => key.name === child.name);
  const selecting = filter.children.filter((child) => !isKey(child));
  const keysOnly = filter.children.some((child) => isKey(child) && child.text.trim() === '');
  if (selecting.length === 0 && !keysOnly) return node;
  const children = new Map<string, Node>();
  for (const [id, child] of node.children) {
    for (const wanted of selecting) {
      if (wanted.name !== child.schema.name) continue;
      const matches = child.schema.keys.every((key, i) => {
        const text = wanted.children.find((each) => each.name === key.name)?.text.trim() ?? '';
        return text === '' || text === child.keys[i];
      });
      if (!matches) continue;
      const found = filtered(child, wanted);
      const hollow = child.schema.kind === 'container' && found.children.size === 0 && child.children.size > 0;
      if (!hollow) children.set(id, found);
    }
  }
  return { ...node, children };
}
