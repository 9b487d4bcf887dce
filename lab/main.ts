import { readCommandLine, USAGE } from './command/command-line';
import { run } from './command/others';
import { LabError } from './lab-error';

/** Carries out a command line, and sets the exit status. */
export async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0 || args.includes('--help') || args[0] === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  try {
    await run(readCommandLine(args));
  } catch (error) {
    process.stderr.write(error instanceof LabError ? `lab: ${error.message}\n` : `${(error as Error).stack}\n`);
    process.exitCode = 1;
  }
}

if (require.main === module) void main(process.argv.slice(2));
