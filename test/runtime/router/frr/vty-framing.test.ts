import * as fc from 'fast-check';
import { RouterUnavailable } from '../../../../crpd-image/runtime/router/driver';
import { VtyFraming, VtyProtocolError, VtyReply } from '../../../../crpd-image/runtime/router/frr/vty-framing';
import { fuzzRuns } from '../../../../test-support/fuzz';

const bytesOf = ({ text, status }: VtyReply) => Buffer.concat([Buffer.from(text), Buffer.from([0, 0, 0, status])]);

/** Cuts bytes into chunks; sizes are used in turn. */
function* chunksOf(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length];
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

test.each([
  ['an empty reply', { text: '', status: 0 }],
  ['a refused line', { text: '% Configure the peer-group first\n', status: 13 }],
  ['text beyond ASCII', { text: 'Zürich – ☂\n', status: 0 }],
])('reads %s, byte by byte, too', (_, reply) => {
  const framing = new VtyFraming(1000);
  const bytes = bytesOf(reply);
  expect(framing.push(bytes)).toEqual([reply]);
  expect([...chunksOf(bytes, [1])].flatMap((chunk) => framing.push(chunk))).toEqual([reply]);
  expect(framing.midReply).toBe(false);
});

test('knows whether a reply is incomplete', () => {
  const framing = new VtyFraming(1000);
  expect(framing.midReply).toBe(false);
  framing.push(Buffer.from([0]));
  expect(framing.midReply).toBe(true);
});

test.each([
  ['fewer NULs', 'text\0\0x'],
  ['text where the status is', 'text\0\0\0Router#'],
])('refuses %s', (_, text) => {
  expect(() => new VtyFraming(1000).push(Buffer.from(text))).toThrow(VtyProtocolError);
});

test('keeps no more bytes than its limit', () => {
  const framing = new VtyFraming(100);
  framing.push(Buffer.alloc(100, 'x'));
  expect(() => framing.push(Buffer.from('x'))).toThrow(RouterUnavailable);
});

const reply = fc.record({
  text: fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll('\0', '')),
  status: fc.integer({ min: 0, max: 31 }),
});
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

test('reads every sequence of replies, however it is cut', () => {
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 4 }), sizes, (replies, cuts) => {
      const framing = new VtyFraming(10_000);
      const bytes = Buffer.concat(replies.map(bytesOf));
      const read: VtyReply[] = [];
      for (const chunk of chunksOf(bytes, cuts)) read.push(...framing.push(chunk));
      if (framing.midReply || JSON.stringify(read) !== JSON.stringify(replies)) throw new Error(JSON.stringify(read));
    }),
    { numRuns: 30_000 },
  );
});

test('any bytes at all give replies or one of its two errors, and the same however they are cut', () => {
  const outcome = (chunks: Iterable<Buffer>) => {
    const framing = new VtyFraming(20);
    const read: (VtyReply | string)[] = [];
    try {
      for (const chunk of chunks) for (const one of framing.push(chunk)) read.push(one);
    } catch (error) {
      if (!(error instanceof VtyProtocolError || error instanceof RouterUnavailable)) throw error;
      read.push(error.name);
    }
    return read;
  };
  const byte = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 40 }), sizes, (values, cuts) => {
      const bytes = Buffer.from(values);
      const byByte = outcome(chunksOf(bytes, [1]));
      const cut = outcome(chunksOf(bytes, cuts));
      // Replies before an error in the same chunk are lost with it: the connection ends.
      const failed = typeof byByte[byByte.length - 1] === 'string';
      const same = failed ? cut[cut.length - 1] === byByte[byByte.length - 1] : cut.length === byByte.length;
      if (!same) throw new Error(`${JSON.stringify(cut)} where byte by byte gives ${JSON.stringify(byByte)}`);
    }),
    { numRuns: fuzzRuns(10_000) },
  );
});
