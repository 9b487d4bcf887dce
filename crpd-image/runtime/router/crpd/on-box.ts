import { ChildProcessWithoutNullStreams, spawn } from 'child_process';
import { RouterUnavailable } from '../driver';
import { inBrief } from '../../../../lib/input';
import { Connect, StreamEnd, Transport } from './transport';

export type Command = readonly [string, ...string[]];

/** The commands that serve NETCONF to a process on the same host; the first one that exists is used. */
const ON_BOX: readonly Command[] = [['netconf'], ['/usr/sbin/cli', 'xml-mode', 'netconf', 'need-trailer']];

/** How long a server may take to exit, in milliseconds. */
const GRACE_MS = 500;

/** How many of the last characters of standard error are kept: they say why the server exited. */
const MAX_ERROR_CHARACTERS = 500;

/** Connects to a process over its standard input and output. */
export function onBox(commands: readonly Command[] = ON_BOX): Connect {
  return async () => {
    const missing: string[] = [];
    for (const [program, ...args] of commands) {
      try {
        return await start(program, args);
      } catch (error) {
        missing.push(`${program} (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`);
      }
    }
    throw new RouterUnavailable(`no NETCONF server can be started: ${missing.join(', ')}`);
  };
}

function start(program: string, args: readonly string[]): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe' });
    child.once('error', reject);
    child.once('spawn', () => {
      child.off('error', reject);
      resolve(new ProcessTransport(program, child));
    });
  });
}

class ProcessTransport implements Transport {
  private readonly end = new StreamEnd();
  private readonly gone: Promise<void>;
  private errors = '';

  constructor(
    readonly name: string,
    private readonly child: ChildProcessWithoutNullStreams,
  ) {
    child.on('error', (error) => this.end.end(`${name}: ${error.message}`));
    // Writing to a process that has just exited fails; the exit is reported below.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.errors = (this.errors + text).slice(-MAX_ERROR_CHARACTERS)));
    this.gone = new Promise((resolve) => {
      child.once('exit', (status, signal) => {
        const how = signal === null ? `with status ${status}` : `by ${signal}`;
        // Wait for its last output, but not for ever: a child of the process could keep the pipes open.
        const report = () => this.end.end([`${name} ended ${how}`, inBrief(this.errors)].filter(Boolean).join(': '));
        const timer = setTimeout(report, GRACE_MS);
        child.once('close', () => {
          clearTimeout(timer);
          report();
        });
        resolve();
      });
    });
  }

  write(text: string): void {
    if (!this.end.hasEnded) this.child.stdin.write(text);
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.child.stdout.on('data', listener);
  }

  onClose(listener: (why: string) => void): void {
    this.end.onEnd(listener);
  }

  async close(): Promise<void> {
    this.end.end(`${this.name} was closed`);
    const { child } = this;
    child.stdin.end();
    // Discard further output, so that a server that is still writing does not block.
    child.stdout.removeAllListeners('data');
    child.stdout.resume();
    const timers = [
      setTimeout(() => child.kill('SIGTERM'), GRACE_MS),
      setTimeout(() => child.kill('SIGKILL'), 2 * GRACE_MS),
    ];
    await this.gone;
    for (const timer of timers) clearTimeout(timer);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}
