import * as fs from 'fs';
import { LabError } from '../../lab/lab-error';
import { kubectlCommandOf } from '../control-plane/control-plane';
import { Machine, PREFIX } from '../machine/machine';
import { buildPrograms } from '../programs/build';

// What a user does with a cluster that was kept.

/** The command line of kubectl with these arguments. @throws LabError where no cluster is up */
export async function kubectlCommand(args: readonly string[]): Promise<readonly string[]> {
  const machine = Machine.taken();
  const { kubernetes } = await buildPrograms(() => undefined);
  return [...kubectlCommandOf(kubernetes, machine.at('certificates', 'admin.kubeconfig')), ...args];
}

/** The command line that runs a command, or a shell, on a host of the cluster. @throws LabError for an unknown name */
export function enterCommand([name, ...command]: readonly string[]): readonly string[] {
  const { processes } = Machine.taken();
  const hosts = fs.readdirSync('/run/netns').filter((one) => one.startsWith(PREFIX));
  const names = hosts.map((one) => one.slice(PREFIX.length));
  if (!names.includes(name)) throw new LabError(`got ${name}, want one of ${names.join(', ')}`);
  const node = processes.pidOf(`${name}-namespaces`);
  const enter = node ? ['--net', '--mount', '--uts', '--target', String(node)] : [`--net=/run/netns/${PREFIX}${name}`];
  return ['nsenter', ...enter, ...(command.length > 0 ? command : ['sh'])];
}
