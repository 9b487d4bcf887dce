/** The end of each NETCONF base:1.0 message (RFC 6242, 4.3). It cannot occur in well-formed XML. */
export const END_OF_MESSAGE = ']]>]]>';

const END = Buffer.from(END_OF_MESSAGE);

/** The maximum size of a message, in bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** The initial size of the buffer, in bytes. */
const MIN_BUFFER = 4 * 1024;

/** A buffer up to this size is kept between messages; a larger one is released. */
const MAX_IDLE_BUFFER = 64 * 1024;

/** A message exceeds the limit. The rest of the stream is useless. */
export class MessageTooLong extends Error {
  constructor(limit: number) {
    super(`a message of more than ${limit} bytes`);
    this.name = 'MessageTooLong';
  }
}

/**
 * Splits a stream of bytes into messages. Each byte is copied a bounded number of times and searched once, even if a
 * reply of megabytes comes in chunks of one byte.
 */
export class MessageReader {
  private buffer = Buffer.alloc(0);
  private length = 0;

  /** @param limit the maximum size of a message, in bytes, without the end marker */
  constructor(private readonly limit = MAX_MESSAGE_BYTES) {}

  /**
   * Adds bytes. `onMessage` gets each complete message as text; bytes that are not UTF-8 become U+FFFD.
   *
   * @throws MessageTooLong after `onMessage` got the messages before
   */
  push(chunk: Uint8Array, onMessage: (message: string) => void): void {
    // The end marker may have begun in the previous chunk.
    let from = Math.max(0, this.length - END.length + 1);
    this.append(chunk);
    const data = this.buffer.subarray(0, this.length);
    let start = 0;
    for (let end = data.indexOf(END, from); end >= 0; end = data.indexOf(END, from)) {
      this.check(end - start);
      onMessage(data.toString('utf8', start, end));
      start = from = end + END.length;
    }
    const rest = this.length - start;
    if (rest > this.limit) this.check(rest - partialEndIn(data.subarray(start)));
    this.drop(start);
  }

  private check(length: number): void {
    if (length <= this.limit) return;
    this.drop(this.length);
    throw new MessageTooLong(this.limit);
  }

  private append(chunk: Uint8Array): void {
    const length = this.length + chunk.length;
    if (length > this.buffer.length) {
      const doubled = Math.min(2 * this.buffer.length, this.limit + MAX_IDLE_BUFFER);
      const larger = Buffer.allocUnsafeSlow(Math.max(length, doubled, MIN_BUFFER));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    this.buffer.set(chunk, this.length);
    this.length = length;
  }

  private drop(bytes: number): void {
    if (bytes === 0) return;
    const rest = this.buffer.subarray(bytes, this.length);
    if (this.buffer.length > MAX_IDLE_BUFFER && rest.length <= MAX_IDLE_BUFFER) this.buffer = Buffer.from(rest);
    else this.buffer.copyWithin(0, bytes, this.length);
    this.length = rest.length;
  }
}

/** How many of the last bytes may be the beginning of an end marker. They do not count as part of the message yet. */
function partialEndIn(data: Buffer): number {
  for (let length = Math.min(END.length - 1, data.length); length > 0; length--) {
    if (data.subarray(data.length - length).equals(END.subarray(0, length))) return length;
  }
  return 0;
}
