import { parseArgs } from 'util';
import { LabError } from '../lab-error';
import { COMMAND } from './invocation';

export const USAGE = `usage: ${COMMAND} APP [--topology FILE] [--bgpd image|machine] [--keep] [--json]
                                              start an app, show and compare it, remove it
       ${COMMAND} list                    all labs that are up
       ${COMMAND} status [LAB] [--json]   sessions, learned routes, and the comparison with the proof
       ${COMMAND} enter NAME [COMMAND …]  a shell, or a command, in a pod or in a router outside
       ${COMMAND} logs NAME               the logs of a pod or a router outside
       ${COMMAND} stop NAME               stop a pod, a node or a router outside
       ${COMMAND} start NAME              start it again
       ${COMMAND} cut A B                 drop all packets between two pods, nodes or routers outside
       ${COMMAND} mend A B                end the cut
       ${COMMAND} down [LAB]              remove a lab
  APP         a folder of dist/ whose name ends in -frr, or the path of another folder of manifests
  LAB         an id that list shows; default: the only lab that is up
  --topology  the file topology.json of the synth; default for an APP of dist/: topology/APP/topology.json
  --bgpd      the bgpd that pods run: of the image, FRR 10.3 (default), or of this machine
  --keep      keep the lab until "down", also one that failed
  --json      print JSON`;

/** What the user asks for. */
export interface CommandLine {
  readonly verb: Verb;
  /** What follows the verb; of `up`, the app. */
  readonly words: readonly string[];
  readonly options: Options;
}

export interface Options {
  readonly keep?: boolean;
  readonly json?: boolean;
  readonly topology?: string;
  readonly bgpd?: 'image' | 'machine';
}

/** How many words follow each verb, and the options that it takes. `up` is what a command line without a verb does. */
const VERBS = {
  up: { least: 1, most: 1, options: ['json', 'keep', 'topology', 'bgpd'] },
  list: { least: 0, most: 0, options: [] },
  status: { least: 0, most: 1, options: ['json'] },
  enter: { least: 1, most: Infinity, options: [] },
  logs: { least: 1, most: 1, options: [] },
  stop: { least: 1, most: 1, options: [] },
  start: { least: 1, most: 1, options: [] },
  cut: { least: 2, most: 2, options: [] },
  mend: { least: 2, most: 2, options: [] },
  down: { least: 0, most: 1, options: [] },
};
export type Verb = keyof typeof VERBS;

/** Reads the command line. @throws LabError */
export function readCommandLine(args: readonly string[]): CommandLine {
  // The command that follows `enter NAME` has options of its own.
  const { positionals, options } = args[0] === 'enter' ? { positionals: args, options: {} } : parsed(args);
  if (positionals.length === 0) throw new LabError('the name of an app is missing');
  const isVerb = positionals[0] !== 'up' && Object.hasOwn(VERBS, positionals[0]);
  const [verb, ...words] = (isVerb ? positionals : ['up', ...positionals]) as [Verb, ...string[]];
  const takes: { readonly least: number; readonly most: number; readonly options: readonly string[] } = VERBS[verb];
  if (words.length > takes.most) {
    throw new LabError(`got ${words[takes.most]}, want nothing after ${words[takes.most - 1] ?? verb}`);
  }
  const unknown = Object.keys(options).find((name) => !takes.options.includes(name));
  if (unknown) throw new LabError(`got --${unknown}, which ${verb} does not take`);
  const { bgpd = 'image' } = options;
  if (!['image', 'machine'].includes(bgpd)) throw new LabError(`got --bgpd ${bgpd}, want image or machine`);
  if (words.length < takes.least) throw new LabError(`${verb}: a name is missing`);
  if (verb === 'enter' && words[1] === '--') words.splice(1, 1);
  return { verb, words, options };
}

function parsed(args: readonly string[]): { readonly positionals: readonly string[]; readonly options: Options } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ keep: { type: 'boolean' }, json: { type: 'boolean' } },
        ...{ topology: { type: 'string' }, bgpd: { type: 'string' } },
      },
    });
    return { positionals, options: values as Options };
  } catch (error) {
    throw new LabError((error as Error).message.split('.')[0]);
  }
}
