import { spawn } from 'child_process';
import { kill } from '../machine/processes';
import { removeOf } from '../machine/machine';

/**
 * Runs a program of Node that starts a cluster, and removes the cluster when the program has ended, in whatever way, or on
 * a signal; unless the program keeps the cluster. The program is in a session of its own, so Ctrl-C reaches this process
 * alone.
 *
 * @returns the exit status
 */
export async function guarded(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const pid = child.pid as number;
  let interrupted = false;
  const interrupt = () => {
    if (!interrupted) process.stderr.write('removing the cluster\n');
    interrupted = true;
    // With all programs that it runs, such as a compiler.
    kill(-pid, 'SIGKILL');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  await removeOf(pid);
  return interrupted ? 130 : (status ?? 1);
}
