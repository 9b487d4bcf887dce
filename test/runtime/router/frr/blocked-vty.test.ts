import { Socket } from 'net';
import { RouterUnavailable } from '../../../../crpd-image/runtime/router/driver';
import { FrrDriver } from '../../../../crpd-image/runtime/router/frr/driver';
import { inTime } from '../../../../test-support/in-time';
import { model } from './configuration';
import { StandIn, standIn } from './stand-in';

const DEADLINE_MS = 500;
/** What a call may take: each of its parts has the deadline, and one that fails is the last. */
const MOST_MS = 20 * DEADLINE_MS;

let place: StandIn | undefined;
let driver: FrrDriver | undefined;
afterEach(async () => {
  await driver?.close();
  await place?.close();
  place = driver = undefined;
});

async function driverAt(serve: (socket: Socket, number: number) => void): Promise<FrrDriver> {
  place = await standIn(serve);
  // There is no vtysh behind it either.
  return (driver = new FrrDriver({
    model: model(),
    vtyFolder: place.folder,
    deadlineMs: DEADLINE_MS,
    vtysh: ['false'],
  }));
}

/** Answers `enable`, and hands the socket on at the next line. */
const enabled = (then: (socket: Socket) => void) => (socket: Socket) => {
  socket.once('data', () => {
    socket.write('\0\0\0\0');
    socket.once('data', () => then(socket));
  });
};

/** Sends this for as long as it is read. */
function forever(socket: Socket, chunk: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk)) if (chunk.length < 100) return void setImmediate(more);
  };
  socket.on('drain', more);
  more();
}

const change = { action: 'add' as const, group: 'MESH', address: '10.42.1.1' };
const text = Buffer.alloc(65_536, 'router bgp 65000\n');

test.each<[string, (socket: Socket) => void]>([
  ['that accepts and says nothing', () => undefined],
  ['that says nothing after enable', enabled(() => undefined)],
  ['that answers half', enabled((socket) => socket.write('router bgp 65000\n neighbor'))],
  ['that answers half of what ends a reply', enabled((socket) => socket.write('router bgp 65000\n\0\0'))],
  ['that answers one byte at a time, for ever', enabled((socket) => forever(socket, Buffer.from('x')))],
  ['that answers for ever', enabled((socket) => forever(socket, text))],
  ['that answers enable for ever', (socket) => forever(socket, text)],
  ['that answers replies for ever', enabled((socket) => forever(socket, Buffer.alloc(65_536)))],
  ['that answers half and closes', enabled((socket) => socket.end('router bgp 65000\n'))],
  ['that is full, as nobody reads it', (socket) => socket.pause()],
])('of a vty %s, each call ends in time, with RouterUnavailable in one short line', async (_, serve) => {
  const frr = await driverAt(serve);
  const calls: (() => Promise<unknown>)[] = [
    () => frr.ping(),
    () => frr.neighbors(),
    () => frr.sessions(),
    () => frr.apply([change]),
    () => frr.draining(),
    () => frr.gracefulShutdown(true),
  ];
  const before = process.memoryUsage().rss;
  for (const call of calls) {
    const error = await inTime(MOST_MS, call()).then(
      () => 'it was answered',
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(RouterUnavailable);
    expect((error as Error).message).toMatch(/^.{1,300}$/);
  }
  // One reply is 16 MB at most; the bytes of several may wait to be collected.
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(256);
});

test('is well again as soon as bgpd answers', async () => {
  const frr = await driverAt((socket, number) => {
    if (number > 0)
      socket.on('data', (lines) => socket.write('\0\0\0\0'.repeat(lines.toString().split('\0').length - 1)));
  });
  await expect(inTime(MOST_MS, frr.ping())).rejects.toThrow(RouterUnavailable);
  await expect(frr.ping()).resolves.toBeUndefined();
});
