import { Loaded } from './load-text';
import { tokensOf } from './tokens';
import { LoadFault, Node, prune } from './tree';
import { place, remove } from './walk';

/** Carries out `set` and `delete` commands, one a line. A line with a fault does nothing; the others take effect. */
export function loadSet(into: Node, commands: string): Loaded {
  const errors: LoadFault[] = [];
  const warnings: LoadFault[] = [];
  for (const line of commands.split(/\r?\n/)) {
    try {
      command(into, line, warnings);
    } catch (fault) {
      if (!(fault instanceof LoadFault)) throw fault;
      errors.push(fault);
    }
  }
  if (prune(into)) warnings.push(new LoadFault('statement has no contents; ignored', '', '[edit]'));
  return { errors, warnings };
}

function command(into: Node, line: string, warnings: LoadFault[]): void {
  const tokens = tokensOf(line);
  if (tokens.length === 0) return;
  const bracket = tokens.findIndex(({ sign }) => sign);
  const words = tokens.slice(1, bracket < 0 ? undefined : bracket).map(({ text }) => text);
  let list: string[] | undefined;
  if (bracket >= 0) {
    const inside = tokens.slice(bracket + 1, -1);
    const closed = tokens[bracket].text === '[' && tokens.at(-1)?.text === ']' && !inside.some(({ sign }) => sign);
    if (!closed) throw new LoadFault('syntax error', tokens[bracket].text, '[edit]');
    list = inside.map(({ text }) => text);
  }
  const [verb] = tokens;
  if (verb.sign || (verb.text !== 'set' && verb.text !== 'delete')) {
    throw new LoadFault('unknown command.', verb.text, '[edit]');
  }
  if (verb.text === 'set') {
    if (words.length === 0) throw new LoadFault('missing argument.', 'set', '[edit]');
    place({ node: into, path: [] }, words, list, true);
  } else if (!remove(into, words, list)) {
    warnings.push(new LoadFault('statement not found', words.join(' '), '[edit]'));
  }
}
