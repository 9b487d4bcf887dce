import * as fs from 'fs';
import { connect, createServer, Socket } from 'net';
import * as os from 'os';
import * as path from 'path';

/** Something that listens on `bgpd.vty` in a folder of its own, in the place of bgpd. */
export interface StandIn {
  readonly folder: string;
  /** How many connections it took. */
  readonly taken: () => number;
  close(): Promise<void>;
}

export async function standIn(serve: (socket: Socket, number: number) => void): Promise<StandIn> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vty-'));
  const sockets = new Set<Socket>();
  let taken = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, taken++);
  });
  await new Promise<void>((resolve) => server.listen(path.join(folder, 'bgpd.vty'), resolve));
  return {
    folder,
    taken: () => taken,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Answers lines as bgpd does: with a text and a status for each. */
export function answering(answer: (line: string) => { text?: string; status?: number } | undefined) {
  return (socket: Socket): void => {
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\0');
      rest = lines.pop() as string;
      for (const line of lines) {
        const reply = answer(line);
        if (reply) socket.write(`${reply.text ?? ''}\0\0\0${String.fromCharCode(reply.status ?? 0)}`);
      }
    });
  };
}

/** Passes everything on to a real bgpd, until the given number of lines has gone by; then it cuts the connection. */
export function passingOn(vtyFolder: string, lines: number) {
  return (socket: Socket): void => {
    let left = lines;
    const router = connect(path.join(vtyFolder, 'bgpd.vty'));
    router.on('error', () => socket.destroy());
    router.on('close', () => socket.destroy());
    router.on('data', (chunk) => socket.write(chunk));
    socket.on('close', () => router.destroy());
    socket.on('data', (chunk: Buffer) => {
      let end = 0;
      while (left > 0 && end < chunk.length) if (chunk[end++] === 0) left--;
      router.write(chunk.subarray(0, end));
      if (left === 0) router.end();
    });
  };
}
