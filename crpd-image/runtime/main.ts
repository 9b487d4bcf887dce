import { SettingError } from '../../lib/settings';
import { Failure, UsageError } from './commands/command';

const OK = 0;
const FAILED = 1;
const WRONG_USE = 2;

const USAGE = `usage: meshrr COMMAND
  init                 write the router's configuration, from the settings and an operator's part
  run                  keep the router's neighbors synchronized with discovery, until stopped
  stand-in             answer the probes while "run" does not
  status [--json]      show discovery, configured neighbors and sessions
  drain                ask all neighbors to prefer other paths, wait for that, and make the pod not ready
  undrain              end a drain
  handover             the preStop hook: hand the clients over to the other side
  selftest             check this router, item by item
Settings come from environment variables; see the README of the image.
`;

/** Each command loads only its own code, to keep the daemon small. */
const COMMANDS = {
  init: async () => (await import('./commands/init')).init,
  run: async () => (await import('./commands/run')).run,
  'stand-in': async () => (await import('./commands/stand-in')).standIn,
  status: async () => (await import('./commands/status')).status,
  drain: async () => (await import('./commands/drain')).drain,
  undrain: async () => (await import('./commands/drain')).undrain,
  handover: async () => (await import('./commands/handover')).handover,
  selftest: async () => (await import('./commands/selftest')).selftest,
} as const;

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === 'help') {
    process.stdout.write(USAGE);
    return OK;
  }
  if (!Object.hasOwn(COMMANDS, name ?? '')) {
    process.stderr.write(USAGE);
    return WRONG_USE;
  }
  try {
    const command = await COMMANDS[name as keyof typeof COMMANDS]();
    await command(rest);
    return OK;
  } catch (error) {
    if (error instanceof UsageError) process.stderr.write(`meshrr ${name}: ${error.message}\n${USAGE}`);
    else if (error instanceof SettingError || isOutside(error)) {
      process.stderr.write(`meshrr ${name}: ${error.message}\n`);
    } else throw error;
    return isOutside(error) ? FAILED : WRONG_USE;
  }
}

/** Whether the cause is outside of the command line, the settings and this program, such as a failed system call. */
function isOutside(error: unknown): error is Error {
  return error instanceof Failure || (error instanceof Error && 'syscall' in error);
}

// Not process.exit(): output to a pipe may not be written yet.
void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
