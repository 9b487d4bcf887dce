import { execFile } from 'child_process';
import * as fs from 'fs';
import { Socket } from 'net';
import * as os from 'os';
import * as path from 'path';
import { promisify } from 'util';
import { FLOOD_NAMES } from './flood';
import { standIn } from './frr/stand-in';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { bundle } = require('../../../scripts/bundle') as { bundle(folder: string, entry: string): string };

/** The options of V8 that the image gives the daemon. */
const OPTIONS = fs
  .readFileSync(path.join(__dirname, '../../../crpd-image/rootfs/common/usr/local/bin/meshrr'), 'utf8')
  .match(/--(?:max|no)-[\w-]+(?:=\d+)?/g) as string[];

const TOO_MANY = 'the NETCONF server sent more than 300000 elements and attributes';
const EXPECTED: Readonly<Record<string, readonly [sessions: string, neighbors: string]>> = {
  attributes: ['0 read', '0 read'],
  'too many attributes': [TOO_MANY, TOO_MANY],
  errors: ['cRPD does not show its configuration: x y', 'cRPD does not show its configuration: x y'],
  neighbors: ['cRPD shows more than 50000 neighbors', 'cRPD shows more than 50000 neighbors'],
  sessions: ['cRPD shows more than 50000 sessions', '0 read'],
};

let folder: string;
let program: string;
beforeAll(() => {
  expect(OPTIONS).toContainEqual(expect.stringMatching(/^--max-old-space-size=\d+$/));
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-heap-'));
  program = bundle(folder, path.join(__dirname, 'heap-program.ts'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What the drivers made of it; rejects where the process died of it. */
async function told(router: 'crpd' | 'frr', place: string): Promise<{ sessions: string; neighbors: string }> {
  const { stdout } = await promisify(execFile)(process.execPath, [...OPTIONS, program, router, place]);
  return JSON.parse(stdout);
}

describe('in the heap that the image gives the daemon,', () => {
  test.each(FLOOD_NAMES)(
    'a reply of %s from cRPD is read or refused, and does not exhaust the memory',
    async (name) => {
      const { sessions, neighbors } = await told('crpd', name);
      expect([sessions, neighbors]).toEqual(EXPECTED[name]);
    },
  );

  const address = (number: number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;

  test.each<[string, (number: number) => string, RegExp]>([
    ['sessions', (number) => `"${address(number)}":{},`, /^bgpd: more than 50000 sessions$/],
    ['empty lines', () => '\n', /^0 read$/],
  ])('a bgpd that replies with 16 MB of %s is read or refused, and kills nobody', async (_, piece, expected) => {
    const place = await standIn((socket) => flooding(socket, piece));
    try {
      const { sessions, neighbors } = await told('frr', place.folder);
      expect(sessions).toMatch(expected);
      expect(neighbors).toBe('0 read');
    } finally {
      await place.close();
    }
  });
});

/** As long as the driver reads replies. */
const BYTES = 16 * 1024 * 1024 - 1024;

/** Answers what is to be shown with so many bytes, and other lines with nothing. The first `show` is that of the key. */
function flooding(socket: Socket, piece: (number: number) => string): void {
  let rest = '';
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString()).split('\0');
    rest = lines.pop() as string;
    for (const line of lines) {
      if (line.startsWith('show')) {
        socket.write('{');
        const pieces: string[] = [];
        for (let at = 0, length = 0; length < BYTES; at++) {
          pieces.push(piece(at));
          length += pieces[at].length;
        }
        socket.write(`${pieces.join('').slice(0, BYTES)}}`);
      }
      socket.write('\0\0\0\0');
    }
  });
}
