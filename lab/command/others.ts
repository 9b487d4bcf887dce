import { spawnSync } from 'child_process';
import { setTimeout as pause } from 'timers/promises';
import { aligned } from '../../crpd-image/runtime/commands/status-table';
import { answering, ask, Request } from '../daemon/control';
import { ExecTarget } from '../lab';
import { Action } from './command-line';
import { LabError } from '../lab-error';
import { Workspace } from '../workspace';
import { LabView } from '../view';
import { viewText } from '../view-text';

/** Tells which labs are up. */
export async function list(): Promise<void> {
  const rows = await Promise.all(answering().map(async (workspace) => [workspace.id, await nameOf(workspace)]));
  process.stdout.write(`${(rows.length > 0 ? aligned([['LAB', 'APP'], ...rows]) : ['no lab is up']).join('\n')}\n`);
}

export async function status({ lab, json }: { readonly lab?: string; readonly json: boolean }): Promise<void> {
  const view = (await ask(chosen(lab), { ask: 'view' })) as LabView;
  process.stdout.write(json ? `${JSON.stringify(view, null, 2)}\n` : viewText(view));
}

/** Runs a command, or a shell, in a pod or in a router outside. */
export async function enter({ name, command }: { readonly name: string; readonly command: readonly string[] }) {
  const target = (await askAll({ ask: 'exec', name })) as ExecTarget;
  const [program, ...args] = [...target.command, ...(command.length > 0 ? command : ['sh'])];
  const env = { TERM: process.env.TERM, ...target.environment };
  const { status: code } = spawnSync(program, args, { stdio: 'inherit', env });
  process.exitCode = code ?? 1;
}

/** Stops, starts, cuts or mends, or shows logs. */
export async function act({ verb, ...names }: Action): Promise<void> {
  const answer = await askAll({ ask: verb, ...names } as Request);
  if (verb !== 'logs') return;
  const logs = Object.entries(answer as Readonly<Record<string, string>>);
  for (const [program, text] of logs) process.stdout.write(text.replace(/^(?=.)/gm, `${program}: `));
}

/** Asks one lab after the other, until one knows the name. */
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

export async function down({ lab }: { readonly lab?: string }): Promise<void> {
  const workspace = chosen(lab);
  await ask(workspace, { ask: 'down' });
  while (Workspace.taken().some(({ id }) => id === workspace.id)) await pause(100);
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

async function nameOf(workspace: Workspace): Promise<string> {
  return (await ask(workspace, { ask: 'name' }).catch(() => 'being taken down')) as string;
}
