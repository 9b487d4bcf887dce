import { spawn } from 'child_process';

/** How long a command may take, in milliseconds: all of them do one thing on this machine. */
const PATIENCE_MS = 30_000;

/** What a command gave. */
export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface CommandOptions {
  /** What it reads. */
  readonly input?: string;
  /** Default: that of this process. */
  readonly environment?: NodeJS.ProcessEnv;
  /** After which it is killed. */
  readonly timeoutMs?: number;
}

/** Runs a command to its end, whatever becomes of it. */
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
    // A command may end without having read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Runs a command to its end and returns what it printed. @throws Error with what it said where it fails */
export async function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await attempt(command, args, options);
  if (status === 0) return stdout;
  const said = (stderr || stdout).trim().split('\n').slice(-5).join('; ');
  throw new Error(`${command} ${args.join(' ')}: status ${status}: ${said}`);
}
