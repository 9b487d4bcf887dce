import { spawn } from 'child_process';

/** How long a command may take, in milliseconds. */
const PATIENCE_MS = 30_000;

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Standard input. @default none */
  readonly input?: string;
  /** @default that of this process */
  readonly environment?: NodeJS.ProcessEnv;
  /** The command is killed after this time. @default 30 seconds */
  readonly timeoutMs?: number;
}

/** Runs a command to its end. A failure is a result. */
export function attempt(
  command: string,
  args: readonly string[],
  { input = '', environment, timeoutMs = PATIENCE_MS }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: environment,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => resolve({ status: null, stdout, stderr: error.message }));
    child.once('close', (status) => resolve({ status, stdout, stderr }));
    // A command may end before it has read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Runs a command to its end and returns what it printed. @throws Error with the end of its output where it fails */
export async function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await attempt(command, args, options);
  if (status === 0) return stdout;
  const said = (stderr || stdout).trim().split('\n').slice(-5).join('; ');
  throw new Error(`${command} ${args.join(' ')}: status ${status}: ${said}`);
}
