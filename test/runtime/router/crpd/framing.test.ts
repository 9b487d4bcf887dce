import fc from 'fast-check';
import { MessageReader, MessageTooLong } from '../../../../crpd-image/runtime/router/crpd/framing';

/** Messages, and what ended the reading, of a stream that comes in these chunks. */
function read(chunks: readonly Uint8Array[], limit?: number): { messages: string[]; tooLong: boolean } {
  const reader = new MessageReader(limit);
  const messages: string[] = [];
  try {
    for (const chunk of chunks) reader.push(chunk, (message) => messages.push(message));
  } catch (error) {
    if (!(error instanceof MessageTooLong)) throw error;
    return { messages, tooLong: true };
  }
  return { messages, tooLong: false };
}

const bytesOf = (text: string) => [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));

/** A stream with many beginnings of ends, and places to cut it. */
const stream = fc.array(
  fc.oneof(
    fc.constantFrom(']', ']]', ']]>', ']]>]', ']]>]]', ']]>]]>', '>', '<a/>', '\n', 'é', '𝄞'),
    fc.string({ maxLength: 5 }),
  ),
  { maxLength: 20 },
);
const cuts = fc.array(fc.nat({ max: 60 }), { maxLength: 8 });

function cut(data: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => Math.min(place, data.length)).sort((a, b) => a - b), data.length];
  return sorted.slice(1).map((end, i) => data.subarray(sorted[i], end));
}

describe('messages of a stream', () => {
  test.each([
    ['one', '<a/>]]>]]>', ['<a/>']],
    ['none yet', '<a/>]]>]]', []],
    ['several in one chunk', 'a]]>]]>b]]>]]>c', ['a', 'b']],
    ['an empty one', ']]>]]>', ['']],
    ['an end that begins twice', 'a]]>]]]>]]>', ['a]]>]']],
    ['text of several bytes a character', 'é𝄞]]>]]>', ['é𝄞']],
  ])('%s', (_, text, messages) => {
    expect(read([Buffer.from(text)]).messages).toEqual(messages);
    expect(read(bytesOf(text)).messages).toEqual(messages);
  });

  test('are those that a split of the whole gives, wherever it is cut', () => {
    fc.assert(
      fc.property(stream, cuts, (parts, places) => {
        const text = parts.join('');
        expect(read(cut(Buffer.from(text), places)).messages).toEqual(text.split(']]>]]>').slice(0, -1));
      }),
      { numRuns: 2_000 },
    );
  });

  test('the caller may reuse a chunk', () => {
    const reader = new MessageReader();
    const messages: string[] = [];
    const chunk = Buffer.from('abc');
    reader.push(chunk, (message) => messages.push(message));
    chunk.fill('x');
    reader.push(Buffer.from(']]>]]>'), (message) => messages.push(message));
    expect(messages).toEqual(['abc']);
  });
});

describe('a message that is too long', () => {
  test('ends the reading after the messages before it', () => {
    expect(read([Buffer.from('1234]]>]]>12345]]>]]>1]]>]]>')], 4)).toEqual({ messages: ['1234'], tooLong: true });
  });

  test('is noticed before its end has come, but not by a part of the end', () => {
    expect(read([Buffer.from('1234]]>]]')], 4).tooLong).toBe(false);
    expect(read([Buffer.from('12345')], 4).tooLong).toBe(true);
  });

  test('is the same wherever the stream is cut', () => {
    fc.assert(
      fc.property(stream, cuts, fc.nat({ max: 20 }), (parts, places, limit) => {
        const data = Buffer.from(`${parts.join('')}]]>]]>`);
        expect(read(cut(data, places), limit)).toEqual(read([data], limit));
      }),
      { numRuns: 2_000 },
    );
  });

  test('of 100 MB takes no more memory than the limit says', () => {
    const reader = new MessageReader(1024 * 1024);
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const flood = () => {
      for (let sent = 0; sent < 100 * 1024 * 1024; sent += chunk.length) {
        reader.push(chunk, () => undefined);
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
    };
    expect(flood).toThrow('a message of more than 1048576 bytes');
    expect(most).toBeLessThan(4 * 1024 * 1024);
  });
});

test('1 MB byte by byte take a time that grows with the length', () => {
  const seconds = (length: number) => {
    const reader = new MessageReader();
    const byte = Buffer.from('x');
    const start = process.cpuUsage();
    for (let i = 0; i < length; i++) reader.push(byte, () => undefined);
    return process.cpuUsage(start).user / 1e6;
  };
  seconds(100_000);
  // A search of the whole for each byte would take minutes.
  expect(seconds(1_000_000)).toBeLessThan(10);
});
