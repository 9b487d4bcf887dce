import { parseArgs } from 'util';
import { LabError } from '../lab-error';

export const USAGE = `usage: npm run lab -- APP [--topology FILE] [--bgpd image|machine] [--keep] [--json]
                                              bring an app up, show and check what it does, take it down
       npm run lab -- list                    the labs that are up
       npm run lab -- status [LAB] [--json]   sessions, what each client has learned, and what the proof expects
       npm run lab -- enter NAME [COMMAND …]  a shell, or a command, in a pod or in a router outside
       npm run lab -- logs NAME               what a pod or a router outside has written
       npm run lab -- stop NAME               pull the plug of a pod, a node, or a router outside
       npm run lab -- start NAME              start it again
       npm run lab -- cut A B                 lose all packets between two pods, nodes or routers outside
       npm run lab -- mend A B                mend the path again
       npm run lab -- down [LAB]              take a lab down
  APP         a folder of dist/ whose name ends in -frr, or the path of another folder of manifests
  LAB         as list has it; where one lab is up, that one
  --topology  the file topology.json that the synth has written; for APP of dist/ it is topology/APP/topology.json
  --bgpd      the bgpd of the pods: that of the image, FRR 10.3 (default), or that of this machine
  --keep      leave the lab up until "down", also where it fails
  --json      for machines`;

/** What brings a lab up. */
export interface UpRequest {
  readonly verb: 'up';
  readonly app: string;
  readonly topology?: string;
  readonly bgpd?: 'image' | 'machine';
  readonly keep: boolean;
  readonly json: boolean;
}

/** What is done to something in a lab that is up. */
export type Action =
  | { readonly verb: 'stop' | 'start' | 'logs'; readonly name: string }
  | { readonly verb: 'cut' | 'mend'; readonly name: string; readonly other: string };

/** What is asked of the command. */
export type Asked =
  | UpRequest
  | Action
  | { readonly verb: 'status'; readonly lab?: string; readonly json: boolean }
  | { readonly verb: 'enter'; readonly name: string; readonly command: readonly string[] }
  | { readonly verb: 'down'; readonly lab?: string }
  | { readonly verb: 'list' };

/** The most words behind each verb, and the options that it takes. */
const VERBS: Readonly<Record<string, { readonly words: number; readonly options: readonly string[] }>> = {
  status: { words: 1, options: ['json'] },
  list: { words: 0, options: [] },
  down: { words: 1, options: [] },
  logs: { words: 1, options: [] },
  stop: { words: 1, options: [] },
  start: { words: 1, options: [] },
  cut: { words: 2, options: [] },
  mend: { words: 2, options: [] },
};
const UP = { words: 0, options: ['json', 'keep', 'topology', 'bgpd'] };

/** Reads the command line. @throws LabError for one that makes no sense */
export function readCommandLine(args: readonly string[]): Asked {
  // What is to run in a pod has options of its own.
  if (args[0] === 'enter') {
    const [, name, ...command] = args;
    if (name === undefined || name.startsWith('-')) throw new LabError('enter: the name of a pod or client is missing');
    return { verb: 'enter', name, command: command[0] === '--' ? command.slice(1) : command };
  }
  const { values, words } = options(args);
  const [verb, first, second] = words;
  if (verb === undefined) throw new LabError('the name of an app is missing');
  const takes = Object.hasOwn(VERBS, verb) ? VERBS[verb] : UP;
  const surplus = words[takes.words + 1];
  if (surplus !== undefined) throw new LabError(`got ${surplus}, want nothing after ${words[takes.words]}`);
  const stranger = Object.keys(values).find((name) => !takes.options.includes(name));
  if (stranger) throw new LabError(`got --${stranger}, which ${verb} does not take`);
  const name = (word: string | undefined) => {
    if (word === undefined) throw new LabError(`${verb}: a name is missing`);
    return word;
  };
  const { json = false, keep = false, topology, bgpd } = values;
  switch (verb) {
    case 'status':
      return { verb, lab: first, json };
    case 'down':
      return { verb, lab: first };
    case 'list':
      return { verb };
    case 'logs':
    case 'stop':
    case 'start':
      return { verb, name: name(first) };
    case 'cut':
    case 'mend':
      return { verb, name: name(first), other: name(second) };
  }
  if (bgpd !== undefined && bgpd !== 'image' && bgpd !== 'machine') {
    throw new LabError(`got --bgpd ${bgpd}, want image or machine`);
  }
  return { verb: 'up', app: verb, keep, json, ...(topology && { topology }), ...(bgpd && { bgpd }) };
}

function options(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ keep: { type: 'boolean' }, json: { type: 'boolean' } },
        ...{ topology: { type: 'string' }, bgpd: { type: 'string' } },
      },
    });
    return { values, words: positionals };
  } catch (error) {
    throw new LabError((error as Error).message.split('.')[0]);
  }
}
