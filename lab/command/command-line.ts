import { parseArgs } from 'util';
import { LabError } from '../lab-error';

export const USAGE = `usage: npm run lab -- APP [--keep] [--json]   bring an app up, show what it does, take it down
       npm run lab -- list                    the labs that are up
       npm run lab -- status [LAB] [--json]   sessions, and what each client has learned
       npm run lab -- enter NAME [COMMAND …]  a shell, or a command, in a pod or in a router outside
       npm run lab -- down [LAB]              take a lab down
  APP   a folder of dist/ whose name ends in -frr, or the path of another folder of manifests
  LAB   as list has it; where one lab is up, that one
  --keep   leave the lab up until "down"
  --json   for machines`;

/** What is asked of the command. */
export type Asked =
  | { readonly verb: 'up'; readonly app: string; readonly keep: boolean; readonly json: boolean }
  | { readonly verb: 'status'; readonly lab?: string; readonly json: boolean }
  | { readonly verb: 'enter'; readonly name: string; readonly command: readonly string[] }
  | { readonly verb: 'down'; readonly lab?: string }
  | { readonly verb: 'list' };

/** Reads the command line. @throws LabError for one that makes no sense */
export function readCommandLine(args: readonly string[]): Asked {
  // What is to run in a pod has options of its own.
  if (args[0] === 'enter') {
    const [, name, ...command] = args;
    if (name === undefined || name.startsWith('-')) throw new LabError('enter: the name of a pod or client is missing');
    return { verb: 'enter', name, command: command[0] === '--' ? command.slice(1) : command };
  }
  const { keep, json, words } = options(args);
  const [first, second, third] = words;
  const surplus = first === 'status' || first === 'down' ? third : second;
  if (first === undefined) throw new LabError('the name of an app is missing');
  if (surplus !== undefined)
    throw new LabError(`got ${surplus}, want nothing after ${words[words.indexOf(surplus) - 1]}`);
  const takes = { status: ['json'], list: [], down: [] }[first] ?? ['json', 'keep'];
  const stranger = Object.entries({ json, keep }).find(([name, given]) => given && !takes.includes(name));
  if (stranger) throw new LabError(`got --${stranger[0]}, which ${first} does not take`);
  if (first === 'status') return { verb: 'status', lab: second, json };
  if (first === 'down') return { verb: 'down', lab: second };
  if (first === 'list') return { verb: 'list' };
  return { verb: 'up', app: first, keep, json };
}

function options(args: readonly string[]): { keep: boolean; json: boolean; words: string[] } {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { keep: flag, json: flag },
    });
    return { keep: values.keep as boolean, json: values.json as boolean, words: positionals };
  } catch (error) {
    throw new LabError((error as Error).message.split('.')[0]);
  }
}
