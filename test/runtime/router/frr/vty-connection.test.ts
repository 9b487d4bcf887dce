import { Socket } from 'net';
import { RouterUnavailable } from '../../../../crpd-image/runtime/router/driver';
import { VtyConnection } from '../../../../crpd-image/runtime/router/frr/vty-connection';
import { VtyProtocolError } from '../../../../crpd-image/runtime/router/frr/vty-framing';
import { eventually } from '../../../../test-support/eventually';
import { answering, StandIn, standIn } from './stand-in';

let place: StandIn | undefined;
let connection: VtyConnection | undefined;

afterEach(async () => {
  connection?.close();
  await place?.close();
  place = connection = undefined;
});

/** How long a reply may take, in milliseconds: so long that one that comes does so on a busy machine, too. */
const DEADLINE_MS = 2_000;

async function openTo(...serve: Parameters<typeof standIn>): Promise<VtyConnection> {
  place = await standIn(...serve);
  return (connection = await VtyConnection.open(`${place.folder}/bgpd.vty`, DEADLINE_MS));
}

test('enables first, and answers overlapping calls in order', async () => {
  const seen: string[] = [];
  const vty = await openTo(answering((line) => (seen.push(line), { text: line === 'enable' ? '' : `<${line}>` })));
  const [one, two, three] = await Promise.all([vty.run(['a', 'b']), vty.run(['c']), vty.run([])]);
  expect([one, two, three].map((replies) => replies.map(({ text }) => text))).toEqual([['<a>', '<b>'], ['<c>'], []]);
  expect(seen).toEqual(['enable', 'a', 'b', 'c']);
});

test('the deadline is that of each reply, not of a batch', async () => {
  const vty = await openTo((socket) => {
    socket.on('data', (chunk) => {
      const lines = chunk.toString().split('\0').length - 1;
      for (let i = 0; i < lines; i++) setTimeout(() => socket.write('\0\0\0\0'), 0.4 * DEADLINE_MS * i);
    });
  });
  await expect(vty.run(['a', 'b', 'c', 'd'])).resolves.toHaveLength(4);
});

test.each<[string, Parameters<typeof answering>[0], string]>([
  [
    'answers nothing',
    (line) => (line === 'enable' ? {} : undefined),
    'no reply to "neighbor M password (hidden)" within',
  ],
])('bgpd that %s', async (_, answer, message) => {
  const vty = await openTo(answering(answer));
  const run = vty.run(['neighbor M password s3cret', 'b']);
  await expect(run).rejects.toThrow(RouterUnavailable);
  await expect(run).rejects.toThrow(message);
  expect(vty.alive).toBe(false);
  await expect(vty.run(['c'])).rejects.toThrow(RouterUnavailable);
});

test('the end of the connection fails everything that waits', async () => {
  const vty = await openTo((socket) => answering((line) => (line === 'b' ? void socket.destroy() : {}))(socket));
  const both = await Promise.allSettled([vty.run(['a', 'b']), vty.run(['c'])]);
  expect(both.map((one) => one.status === 'rejected' && one.reason instanceof RouterUnavailable)).toEqual([true, true]);
});

test('the end of the connection is known without a call', async () => {
  const vty = await openTo(answering(() => ({})));
  await place?.close();
  await eventually(() => expect(vty.alive).toBe(false));
});

test.each<[string, string]>([
  ['another status', 'hello\0\0\0R'],
  ['text after enable', 'Router# \0\0\0\0'],
  ['a refusal of enable', '\0\0\0\x0d'],
  ['a banner without an end', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['replies without a request', '\0\0\0\0\0\0\0\0'],
])('%s is another protocol', async (_, bytes) => {
  const open = openTo((socket) => socket.on('data', () => socket.write(bytes))).then((vty) => vty.run(['a']));
  await expect(open).rejects.toThrow(VtyProtocolError);
});

test.each<[string, Parameters<typeof standIn>[0]]>([
  ['says nothing at all', () => undefined],
  ['closes at once', (socket) => socket.destroy()],
])('one that %s is not there', async (_, serve) => {
  await expect(openTo(serve)).rejects.toThrow(RouterUnavailable);
});

test('the end of the connection is reported once, and a failure to open it is not', async () => {
  const onLost = jest.fn();
  let client: Socket | undefined;
  place = await standIn((socket) => answering(() => ({}))((client = socket)));
  const { folder } = place;
  connection = await VtyConnection.open(`${folder}/bgpd.vty`, DEADLINE_MS, onLost);
  client?.destroy();
  await eventually(() => expect(onLost).toHaveBeenCalledTimes(1));
  connection.close();
  await expect(VtyConnection.open(`${folder}/no.vty`, DEADLINE_MS, onLost)).rejects.toThrow(RouterUnavailable);
  expect(onLost).toHaveBeenCalledTimes(1);
});

test('no socket is a bgpd that is not there', async () => {
  const open = VtyConnection.open('/nonexistent/bgpd.vty', 200);
  await expect(open).rejects.toThrow(RouterUnavailable);
  await expect(open).rejects.toThrow('bgpd at /nonexistent/bgpd.vty: ENOENT');
});

test('a line within a line is not sent', async () => {
  const vty = await openTo(answering(() => ({})));
  expect(() => vty.run(['a\0write'])).toThrow(RangeError);
  expect(() => vty.run(['a\nwrite'])).toThrow(RangeError);
});
