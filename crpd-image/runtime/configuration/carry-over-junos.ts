import { CarriedOver, Identity, isAddress } from './carry-over';
import { Statement, statementsOf } from './junos-text';

/** A part of the text and what takes its place. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
  readonly change: string;
}

/**
 * Makes a persisted configuration of Junos fit for a pod that came back under another address. Changed are the
 * statements that held the old address, and no others: `router-id`, the `cluster` of BGP, the `local-address` of BGP.
 * Taken away are the pod's own address as a neighbor, a `graceful-shutdown` in `groups MESHRR`, with which the pod
 * before was drained, and the neighbors of meshes, whose keys may be those of yesterday: the runtime adds them again.
 * The text is never taken for a template.
 *
 * @param meshGroups names of the groups of kind `mesh`
 * @throws JunosSyntaxError where the text does not hold together
 */
export function carryOverJunos(
  text: string,
  from: Identity,
  to: Identity,
  meshGroups: readonly string[] = [],
): CarriedOver {
  const edits = statementsOf(text).flatMap((statement) => {
    const edit = replacement(statement, from, to) ?? removal(statement, text, to, meshGroups);
    return edit ? [edit] : [];
  });
  // A statement within one that is taken away goes with it.
  let reached = 0;
  const applied = edits
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start, end }) => {
      if (start < reached) return false;
      reached = end;
      return true;
    });
  let done = '';
  let position = 0;
  for (const { start, end, by } of applied) {
    done += text.slice(position, start) + by;
    position = end;
  }
  return { text: done + text.slice(position), changes: applied.map(({ change }) => change) };
}

/** The router-id of the configuration, where it has one. @throws JunosSyntaxError */
export function routerIdInJunos(text: string): string | undefined {
  const statement = statementsOf(text).find((one) => !one.block && endsWith(one, 'routing-options', 'router-id'));
  return statement?.path.at(-1)?.text;
}

/** Whether the configuration has the groups that the runtime keeps. @throws JunosSyntaxError */
export function hasMeshrrGroups(text: string): boolean {
  return statementsOf(text).some(({ path }) => inMeshrr(path.map((word) => word.text)));
}

function replacement(statement: Statement, from: Identity, to: Identity): Edit | undefined {
  const value = statement.path.at(-1);
  if (statement.block || !value) return undefined;
  const inBgp = statement.path.some((word) => word.text === 'bgp');
  const holds = (...addresses: string[]) => addresses.some((address) => isAddress(value.text, address));
  let by: string | undefined;
  if (endsWith(statement, 'routing-options', 'router-id') && holds(from.routerId)) by = to.routerId;
  else if (inBgp && endsWith(statement, 'cluster') && holds(from.routerId)) by = to.routerId;
  else if (inBgp && endsWith(statement, 'local-address') && holds(from.routerId, from.podIp)) by = to.podIp;
  if (by === undefined || by === value.text) return undefined;
  const name = statement.path.at(-2)?.text;
  return { start: value.start, end: value.end, by, change: `${name} ${value.text} is now ${by}` };
}

function removal(statement: Statement, text: string, to: Identity, meshGroups: readonly string[]): Edit | undefined {
  const words = statement.path.map((word) => word.text);
  const own = words.slice(words.length - statement.own);
  const address = words.at(-1) as string;
  const self = words.includes('bgp') && endsWith(statement, 'neighbor') && isAddress(address, to.podIp);
  const drained = inMeshrr(words) && words.includes('bgp') && own.includes('graceful-shutdown');
  const keyed = inMeshrr(words) && endsWith(statement, 'neighbor') && meshGroups.includes(words.at(-3) ?? '');
  if (!self && !drained && !keyed) return undefined;
  const change = `${self || keyed ? `neighbor ${address}` : 'graceful-shutdown'} is taken away`;
  return { ...wholeLines(text, statement), by: '', change };
}

/** Whether the last words of a statement are these and one more. */
function endsWith({ path }: Statement, ...words: readonly string[]): boolean {
  const before = path.slice(-words.length - 1, -1);
  return before.length === words.length && before.every((word, i) => word.text === words[i]);
}

function inMeshrr([first, second]: readonly string[]): boolean {
  return first === 'groups' && second === 'MESHRR';
}

/** The statement with the white space before it and its line break, where nothing else is on its lines. */
function wholeLines(text: string, { start, end }: Statement): { start: number; end: number } {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const rest = /^[ \t]*\r?(\n|$)/.exec(text.slice(end));
  if (text.slice(lineStart, start).trim() !== '' || !rest) return { start, end };
  return { start: lineStart, end: end + rest[0].length };
}
