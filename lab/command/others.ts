import { spawnSync } from 'child_process';
import { setTimeout as pause } from 'timers/promises';
import { aligned } from '../../crpd-image/runtime/commands/status-table';
import { answering, ask, Request } from '../daemon/control';
import { ExecTarget } from '../lab';
import { LabError } from '../lab-error';
import { LabView } from '../view';
import { viewText } from '../view-text';
import { Workspace } from '../workspace';
import { CommandLine, Options, Verb } from './command-line';
import { up } from './up';

/** What each verb does. */
const COMMANDS: Readonly<Record<Verb, (words: readonly string[], options: Options) => Promise<unknown>>> = {
  up: ([app], options) => up(app, options),
  list,
  status,
  enter,
  logs,
  stop: (names) => askAll({ ask: 'stop', names }),
  start: (names) => askAll({ ask: 'start', names }),
  cut: (names) => askAll({ ask: 'cut', names }),
  mend: (names) => askAll({ ask: 'mend', names }),
  down,
};

/** Carries out a command line. @throws LabError */
export async function run({ verb, words, options }: CommandLine): Promise<void> {
  await COMMANDS[verb](words, options);
}

async function list(): Promise<void> {
  const rows = await Promise.all(answering().map(async (workspace) => [workspace.id, await appOf(workspace)]));
  process.stdout.write(`${(rows.length > 0 ? aligned([['LAB', 'APP'], ...rows]) : ['no lab is up']).join('\n')}\n`);
}

async function status([id]: readonly string[], { json }: Options): Promise<void> {
  const view = (await ask(chosen(id), { ask: 'view' })) as LabView;
  process.stdout.write(json ? `${JSON.stringify(view, null, 2)}\n` : viewText(view));
}

/** Runs a command, or a shell, in a pod or in a router outside. */
async function enter([name, ...command]: readonly string[]): Promise<void> {
  const target = (await askAll({ ask: 'exec', names: [name] })) as ExecTarget;
  const [program, ...args] = [...target.command, ...(command.length > 0 ? command : ['sh'])];
  const env = { TERM: process.env.TERM, ...target.environment };
  const { status: code } = spawnSync(program, args, { stdio: 'inherit', env });
  process.exitCode = code ?? 1;
}

async function logs(names: readonly string[]): Promise<void> {
  const byProgram = Object.entries((await askAll({ ask: 'logs', names })) as Readonly<Record<string, string>>);
  for (const [program, text] of byProgram) process.stdout.write(text.replace(/^(?=.)/gm, `${program}: `));
}

async function down([id]: readonly string[]): Promise<void> {
  const workspace = chosen(id);
  await ask(workspace, { ask: 'down' });
  while (Workspace.taken().some((one) => one.id === workspace.id)) await pause(100);
}

/** Asks one lab after the other, until one has all names. */
async function askAll(request: Request): Promise<unknown> {
  let fault: unknown = new LabError('no lab is up');
  for (const workspace of answering()) {
    try {
      return await ask(workspace, request);
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
}

function chosen(id: string | undefined): Workspace {
  const workspaces = answering();
  if (workspaces.length === 0) throw new LabError('no lab is up');
  const ids = workspaces.map((workspace) => workspace.id).join(', ');
  if (id === undefined && workspaces.length > 1) throw new LabError(`got no lab, want one of ${ids}`);
  const workspace = id === undefined ? workspaces[0] : workspaces.find((one) => one.id === id);
  if (!workspace) throw new LabError(`got ${id}, want one of ${ids}`);
  return workspace;
}

async function appOf(workspace: Workspace): Promise<string> {
  return (await ask(workspace, { ask: 'name' }).catch(() => 'being taken down')) as string;
}
