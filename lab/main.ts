import { readCommandLine, USAGE } from './command/command-line';
import { act, down, enter, list, status } from './command/others';
import { up } from './command/up';
import { LabError } from './lab-error';

async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0 || args.includes('--help') || args[0] === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  try {
    const asked = readCommandLine(args);
    switch (asked.verb) {
      case 'up':
        return await up(asked);
      case 'status':
        return await status(asked);
      case 'enter':
        return await enter(asked);
      case 'down':
        return await down(asked);
      case 'list':
        return await list();
      default:
        return await act(asked);
    }
  } catch (error) {
    process.stderr.write(error instanceof LabError ? `lab: ${error.message}\n` : `${(error as Error).stack}\n`);
    process.exitCode = 1;
  }
}

void main(process.argv.slice(2));
