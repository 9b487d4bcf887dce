import { clone, editPath, equal, find, LoadFault, Node } from './tree';

/**
 * What becomes of `theirs` when the changes from `base` to `mine` are made to it: how a private copy is committed.
 * Both may have added to or taken from the same list; a leaf that both set to different values is a conflict.
 */
export function merge(base: Node, mine: Node, theirs: Node): { merged: Node; conflicts: LoadFault[] } {
  const conflicts: LoadFault[] = [];
  return { merged: mergeNode(base, mine, theirs, [], conflicts), conflicts };
}

function mergeNode(
  base: Node | undefined,
  mine: Node,
  theirs: Node | undefined,
  path: readonly string[],
  conflicts: LoadFault[],
): Node {
  const merged: Node = { ...mine, values: mergeValues(base, mine, theirs), children: new Map() };
  if (mine.schema.kind === 'leaf' && theirs && theirs.value !== mine.value) {
    const text = `statement value does not match patch value; '${theirs.value}' != '${base?.value ?? ''}'`;
    conflicts.push(new LoadFault(text, mine.schema.name, editPath(path)));
  }
  for (const id of new Set([...(theirs?.children.keys() ?? []), ...mine.children.keys()])) {
    const [b, m, t] = [base?.children.get(id), mine.children.get(id), theirs?.children.get(id)];
    if (equal(b, m)) {
      if (t) merged.children.set(id, clone(t));
    } else if (equal(b, t)) {
      if (m) merged.children.set(id, clone(m));
    } else if (m) {
      merged.children.set(id, mergeNode(b, m, t, [...path, m.schema.name, ...m.keys], conflicts));
    }
  }
  return merged;
}

function mergeValues(base: Node | undefined, mine: Node, theirs: Node | undefined): string[] {
  const before = base?.values ?? [];
  const kept = (theirs?.values ?? []).filter((value) => mine.values.includes(value) || !before.includes(value));
  return [...new Set([...kept, ...mine.values.filter((value) => !before.includes(value))])];
}

/**
 * The configuration as the router uses it: what `apply-groups` names is filled in, at each level, the first group
 * first. A leaf that is set stays; leaf-lists and lists are joined. `<*>` in a group stands for each entry there is.
 */
export function inherited(configuration: Node): Node {
  const result = clone(configuration);
  fill(result, configuration, [], []);
  return result;
}

interface Source {
  readonly group: string;
  readonly nodes: readonly Node[];
}

function fill(node: Node, configuration: Node, path: readonly string[][], above: readonly Source[]): void {
  const excepted = find(node, 'apply-groups-except')?.values ?? [];
  const here = (find(node, 'apply-groups')?.values ?? []).flatMap((group): Source[] => {
    const top = find(configuration, ['groups', group]);
    return top
      ? [{ group, nodes: path.reduce<Node[]>((at, id) => at.flatMap((each) => matching(each, id)), [top]) }]
      : [];
  });
  const sources = [...here, ...above].filter(({ group }) => !excepted.includes(group));
  for (const { nodes } of sources) for (const source of nodes) take(node, source);
  for (const child of node.children.values()) {
    if (child.schema.name === 'groups') continue;
    const id = [child.schema.name, ...child.keys];
    const inside = sources.map(({ group, nodes }) => ({ group, nodes: nodes.flatMap((each) => matching(each, id)) }));
    fill(child, configuration, [...path, id], inside);
  }
}

/** Takes over a group's statements of one level; what is in them follows when their level is reached. */
function take(node: Node, source: Node): void {
  for (const [id, child] of source.children) {
    if (child.schema.name === 'groups' || child.keys.some((key) => /^<.*>$/.test(key))) continue;
    const mine = node.children.get(id);
    if (mine) mine.values = [...new Set([...mine.values, ...child.values])];
    else node.children.set(id, { ...child, values: [...child.values], children: new Map() });
  }
}

/** The statements of a group that speak of this one: `group <*>` of each `group X`. */
function matching(source: Node, id: readonly string[]): Node[] {
  const [name, ...keys] = id;
  return [...source.children.values()].filter(
    (child) =>
      child.schema.name === name && child.keys.every((key, i) => key === keys[i] || wildcard(key)?.test(keys[i])),
  );
}

function wildcard(key: string): RegExp | undefined {
  if (!/^<.*>$/.test(key)) return undefined;
  const pattern = key.slice(1, -1).replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${pattern.replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
}
