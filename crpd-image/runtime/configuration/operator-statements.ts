import { JunosStatement, parseJunos, plainWords, writeJunos } from './junos-text';

/**
 * Adds the statements that an operator committed to a rendered Junos configuration. These are all statements of the
 * persisted configuration that the previous rendering lacks, except:
 *
 * - configuration groups that the new or the previous rendering defines. The runtime owns them, including the neighbors
 *   that it added;
 * - what Junos itself writes into the file: its version, and comments that begin with `##`.
 *
 * @param before the previous rendering; empty if it is not known
 * @returns the rendered text unchanged if there is nothing to add
 * @throws JunosSyntaxError for the persisted text; the callers have already parsed the other two
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
  // The operator decides the order: Junos gives precedence to the first group.
  const kept = applied.filter((name) => own.includes(name) || !appliedGroups(old).includes(name));
  const apply = [...own.filter((name) => !kept.includes(name)), ...kept];
  if (added.length === 0 && apply.join() === own.join()) return rendered;
  const words = ['apply-groups', ...(apply.length === 1 ? apply : ['[', ...apply, ']'])];
  const statements = joined(ours, added).filter((statement) => !isApplyGroups(statement));
  return writeJunos(apply.length === 0 ? statements : [...statements, { comments: [], words }]);
}

/** The paths of a statement and of all statements in it. */
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

/** Appends statements to the existing blocks. */
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
