import * as fs from 'fs';
import * as net from 'net';
import * as path from 'path';
import * as readline from 'readline';
import { LabError } from '../lab-error';
import { Workspace } from '../workspace';

/** What may be asked of a lab that is up; names are those of pods, nodes and routers outside. */
export type Request =
  | { readonly ask: 'name' | 'view' | 'down' }
  | { readonly ask: 'exec' | 'logs' | 'stop' | 'start'; readonly name: string }
  | { readonly ask: 'cut' | 'mend'; readonly name: string; readonly other: string };

/** Answers a request to the lab on this machine; the message of an error goes to the process that asked. */
export type Answer = (request: Request) => Promise<unknown>;

const socketOf = (folder: string) => path.join(folder, 'control');

/** Listens for requests. */
export async function serve(folder: string, answer: Answer): Promise<net.Server> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    readline.createInterface({ input: socket }).once('line', (line) => {
      Promise.resolve()
        .then(() => answer(JSON.parse(line)))
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

/** The labs that can be asked: those that are up and were started by the command. */
export function answering(): Workspace[] {
  return Workspace.taken().filter(({ folder }) => fs.existsSync(socketOf(folder)));
}

/** Asks a lab. @throws LabError where it does not answer, or says why it cannot */
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
