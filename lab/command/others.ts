import { spawnSync } from 'child_process';
import { setTimeout as pause } from 'timers/promises';
import { aligned } from '../../crpd-image/runtime/commands/status-table';
import { answering, ask } from '../keeper/control';
import { Entrance } from '../lab';
import { LabError } from '../lab-error';
import { Place } from '../place';
import { LabView } from '../view';
import { viewText } from '../view-text';

/** Tells which labs are up. */
export async function list(): Promise<void> {
  const rows = await Promise.all(answering().map(async (place) => [place.id, await nameOf(place)]));
  process.stdout.write(`${(rows.length > 0 ? aligned([['LAB', 'APP'], ...rows]) : ['no lab is up']).join('\n')}\n`);
}

export async function status({ lab, json }: { readonly lab?: string; readonly json: boolean }): Promise<void> {
  const view = (await ask(chosen(lab), { ask: 'view' })) as LabView;
  process.stdout.write(json ? `${JSON.stringify(view, null, 2)}\n` : viewText(view));
}

/** Runs a command, or a shell, in a pod or in a router outside. */
export async function enter({ name, command }: { readonly name: string; readonly command: readonly string[] }) {
  let fault: unknown;
  for (const place of answering()) {
    const entrance = (await ask(place, { ask: 'entrance', of: name }).catch((error) => {
      fault = error;
    })) as Entrance | undefined;
    if (!entrance) continue;
    const [program, ...args] = [...entrance.command, ...(command.length > 0 ? command : ['sh'])];
    const env = { TERM: process.env.TERM, ...entrance.environment };
    const { status: code } = spawnSync(program, args, { stdio: 'inherit', env });
    process.exitCode = code ?? 1;
    return;
  }
  throw fault ?? new LabError('no lab is up');
}

export async function down({ lab }: { readonly lab?: string }): Promise<void> {
  const place = chosen(lab);
  await ask(place, { ask: 'down' });
  while (Place.taken().some(({ id }) => id === place.id)) await pause(100);
}

function chosen(id: string | undefined): Place {
  const places = answering();
  if (places.length === 0) throw new LabError('no lab is up');
  const ids = places.map((place) => place.id).join(', ');
  if (id === undefined && places.length > 1) throw new LabError(`got no lab, want one of ${ids}`);
  const place = id === undefined ? places[0] : places.find((one) => one.id === id);
  if (!place) throw new LabError(`got ${id}, want one of ${ids}`);
  return place;
}

async function nameOf(place: Place): Promise<string> {
  return (await ask(place, { ask: 'name' }).catch(() => 'being taken down')) as string;
}
