import * as fs from 'fs';
import * as net from 'net';
import * as path from 'path';
import * as readline from 'readline';
import { LabError } from '../lab-error';
import { Workspace } from '../workspace';

/** A request to a lab that is up. */
export interface Request {
  readonly ask: 'name' | 'view' | 'exec' | 'logs' | 'stop' | 'start' | 'cut' | 'mend' | 'down';
  /** Pods, nodes and routers outside: two for `cut` and `mend`, none for `name`, `view` and `down`. */
  readonly names?: readonly string[];
}

/** How a lab answers each request. The message of an error goes to the process that asked. */
export type Answers = Readonly<Record<Request['ask'], (...names: readonly string[]) => unknown>>;

const socketOf = (folder: string) => path.join(folder, 'control');

export async function serve(folder: string, answers: Answers): Promise<net.Server> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    readline.createInterface({ input: socket }).once('line', (line) => {
      const { ask: request, names = [] }: Request = JSON.parse(line);
      Promise.resolve()
        .then(() => answers[request](...names))
        .then(
          (result) => ({ result }),
          (error: Error) => ({ fault: error.message }),
        )
        .then((reply) => socket.end(`${JSON.stringify(reply)}\n`));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketOf(folder), resolve));
  return server;
}

/** The labs that answer requests: those of the command, not those of tests. */
export function answering(): Workspace[] {
  return Workspace.taken().filter(({ folder }) => fs.existsSync(socketOf(folder)));
}

/** Asks a lab. @throws LabError without an answer, or with the error of the lab */
export async function ask(workspace: Workspace, request: Request): Promise<unknown> {
  const text = await new Promise<string>((resolve, reject) => {
    const socket = net.connect(socketOf(workspace.folder));
    let received = '';
    socket.setEncoding('utf8').on('data', (data: string) => (received += data));
    socket.once('error', () => reject(new LabError(`the lab ${workspace.id} does not answer`)));
    socket.once('end', () => resolve(received));
    socket.write(`${JSON.stringify(request)}\n`);
  });
  const { result, fault } = JSON.parse(text || '{"fault":"it has ended"}');
  if (fault !== undefined) throw new LabError(fault);
  return result;
}
