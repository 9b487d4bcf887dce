import { execFile } from 'child_process';
import { RouterUnavailable } from '../driver';
import { LineResult, MAX_OUTPUT_BYTES, reasonOf, Terminal } from './terminal';

/** The maximum number of lines for one vtysh: program arguments are limited. */
const MAX_LINES = 200;

interface VtyshResult {
  readonly failed: boolean;
  /** The outputs of the commands that vtysh started, in order. */
  readonly outputs: readonly string[];
}

/** Runs FRR's shell, for a bgpd whose socket speaks another protocol. A start takes 10 to 25 ms. */
export class VtyshTerminal implements Terminal {
  /**
   * @param command the program and its first arguments: `['vtysh']`
   * @param folder the folder of bgpd.vty
   * @param deadlineMs the timeout of one vtysh, in milliseconds
   */
  constructor(
    private readonly command: readonly string[],
    private readonly folder: string,
    private readonly deadlineMs: number,
  ) {}

  async show(command: string): Promise<string> {
    const { failed, outputs } = await this.run([command]);
    if (!failed) return outputs[0];
    // An empty object is a valid answer with a warning, as on the socket; an unknown command is not.
    if (outputs[0].trim() === '{}') return outputs[0];
    throw new RouterUnavailable(`vtysh does not know "${command}": ${reasonOf(outputs[0])}`);
  }

  /** vtysh stops at the first line that fails, so another one gets the lines after it. */
  async configure(context: readonly string[], lines: readonly string[]): Promise<readonly LineResult[]> {
    const head = ['configure terminal', ...context];
    const results: LineResult[] = [];
    while (results.length < lines.length) {
      let end = Math.min(results.length + MAX_LINES, lines.length);
      // Each vtysh begins outside of the entry of a route map, to which a line with a space before it belongs.
      while (lines[end]?.startsWith(' ')) end--;
      const next = lines.slice(results.length, end);
      const { failed, outputs } = await this.run([...head, ...next]);
      const refused = reasonOf(outputs[outputs.length - 1]);
      const begun = outputs.length - head.length;
      if (failed && begun <= 0) return lines.map((line, i) => results[i] ?? { line, refused });
      next.slice(0, begun).forEach((line, i) => results.push(failed && i === begun - 1 ? { line, refused } : { line }));
    }
    return results;
  }

  /** vtysh begins a transaction for a whole file alone, so each line is one. */
  configureAtOnce(lines: readonly string[]): Promise<readonly LineResult[]> {
    return this.configure([], lines);
  }

  close(): void {}

  /** @throws RouterUnavailable if vtysh started no command or lost its connection to bgpd */
  private run(commands: readonly string[]): Promise<VtyshResult> {
    const [program, ...before] = this.command;
    // -E echoes each command before its output: the only way to find out where vtysh stopped.
    const args = [...before, '--vty_socket', this.folder, '-d', 'bgpd', '-E', ...commands.flatMap((c) => ['-c', c])];
    const options = { timeout: this.deadlineMs, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT_BYTES } as const;
    return new Promise((resolve, reject) => {
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        const outputs = splitEchoed(stdout, commands);
        const lost = /closing connection to bgpd/.test(stdout + stderr);
        const exited = error === null || typeof error.code === 'number';
        const whole = error !== null || outputs.length === commands.length;
        if (exited && whole && !lost && outputs.length > 0) resolve({ failed: error !== null, outputs });
        else reject(new RouterUnavailable(`vtysh: ${failureReason(error, stderr || stdout, this.deadlineMs)}`));
      });
      child.stdin?.end();
    });
  }
}

function failureReason(
  error: (Error & { killed?: boolean; code?: unknown }) | null,
  output: string,
  ms: number,
): string {
  if (error?.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `an output of more than ${MAX_OUTPUT_BYTES} bytes`;
  if (error?.killed) return `no end within ${ms / 1000} s`;
  if (typeof error?.code === 'string') return error.code;
  return reasonOf(output);
}

/**
 * Splits the output of `vtysh -E`: each command is echoed after a prompt on its own line, before its output.
 *
 * @returns the outputs of the commands that vtysh started
 */
export function splitEchoed(output: string, commands: readonly string[]): string[] {
  const outputs: string[][] = [];
  for (const line of output.split('\n')) {
    const next = commands[outputs.length];
    if (next !== undefined && line.endsWith(`# ${next}`)) outputs.push([]);
    else outputs[outputs.length - 1]?.push(line);
  }
  return outputs.map((lines) => lines.join('\n'));
}
