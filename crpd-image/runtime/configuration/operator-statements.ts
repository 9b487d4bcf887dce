import { JunosStatement, parseJunos, plainWords, writeJunos } from './junos-text';

/**
 * Adds to a rendered configuration of Junos what an operator has committed beside it. That is what a persisted
 * configuration has more than the one that was rendered last, but for:
 *
 * - configuration groups that either of the rendered ones defines. They are ours as a whole, and so are the neighbors
 *   that the runtime has added to them;
 * - what Junos itself writes into the file: its version, and comments that begin with `##`.
 *
 * @param before the configuration that was rendered last; empty where none is known
 * @returns the rendered text as it is where there is nothing to add
 * @throws JunosSyntaxError for the persisted text; the other two have been parsed before
 */
export function withOperatorStatements(rendered: string, persisted: string, before: string): string {
  const [ours, old, found] = [rendered, before, persisted].map(parseJunos);
  const known = new Set([...ours, ...old].flatMap((statement) => paths(statement)));
  const groups = new Set([...ours, ...old].flatMap(groupNames));

  const operators = (statement: JunosStatement, around: readonly string[]): readonly JunosStatement[] => {
    const path = [...around, ...plainWords(statement)];
    if (path[0] === 'groups' && groups.has(path[1])) return [];
    if (around.length === 0 && (path[0] === 'version' || isApplyGroups(statement))) return [];
    const comments = statement.comments.filter((comment) => !comment.startsWith('##'));
    const children = statement.children?.flatMap((child) => operators(child, path));
    const isEmptied = children?.length === 0 && (statement.children?.length ?? 0) > 0;
    return isEmptied || (!children?.length && known.has(key(path))) ? [] : [{ ...statement, comments, children }];
  };
  const added = found.flatMap((statement) => operators(statement, []));
  const applied = appliedGroups(found);
  const own = appliedGroups(ours);
  // An operator decides on the order, in which the first group counts most.
  const kept = applied.filter((name) => own.includes(name) || !appliedGroups(old).includes(name));
  const apply = [...own.filter((name) => !kept.includes(name)), ...kept];
  if (added.length === 0 && apply.join() === own.join()) return rendered;
  const words = ['apply-groups', ...(apply.length === 1 ? apply : ['[', ...apply, ']'])];
  const statements = joined(ours, added).filter((statement) => !isApplyGroups(statement));
  return writeJunos(apply.length === 0 ? statements : [...statements, { comments: [], words }]);
}

/** The paths of a statement and of all within it. */
function paths(statement: JunosStatement, around: readonly string[] = []): readonly string[] {
  const path = [...around, ...plainWords(statement)];
  return [key(path), ...(statement.children ?? []).flatMap((child) => paths(child, path))];
}

function key(path: readonly string[]): string {
  return path.join('\n');
}

function groupNames(statement: JunosStatement): readonly string[] {
  const [word, ...names] = plainWords(statement);
  if (word !== 'groups') return [];
  return names.length > 0 ? names.slice(0, 1) : (statement.children ?? []).map((child) => plainWords(child)[0]);
}

function isApplyGroups(statement: JunosStatement): boolean {
  return plainWords(statement)[0] === 'apply-groups';
}

function appliedGroups(statements: readonly JunosStatement[]): readonly string[] {
  return statements.filter(isApplyGroups).flatMap((statement) => plainWords(statement).slice(1));
}

/** Puts statements into the blocks that are there, behind what is in them. */
function joined(into: readonly JunosStatement[], added: readonly JunosStatement[]): readonly JunosStatement[] {
  const same = (a: JunosStatement, b: JunosStatement) => key(plainWords(a)) === key(plainWords(b));
  const blocks = added.filter((one) => one.children && into.some((other) => other.children && same(one, other)));
  return [
    ...into.map((statement) => {
      const more = blocks.filter((block) => statement.children && same(block, statement));
      const children =
        statement.children && more.reduce((all, block) => joined(all, block.children ?? []), statement.children);
      return { ...statement, children };
    }),
    ...added.filter((statement) => !blocks.includes(statement)),
  ];
}
