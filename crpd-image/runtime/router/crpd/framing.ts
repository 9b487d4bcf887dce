/** What ends each message of NETCONF base:1.0 (RFC 6242, 4.3). It cannot stand in well-formed XML. */
export const END_OF_MESSAGE = ']]>]]>';

const END = Buffer.from(END_OF_MESSAGE);

/** The longest message that is taken, in bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** The buffer begins with this size. */
const MIN_BUFFER = 4 * 1024;

/** A buffer of this size is kept between messages; a larger one is given back. */
const MAX_IDLE_BUFFER = 64 * 1024;

/** A message that is longer than the reader takes. The rest of the stream has no meaning then. */
export class MessageTooLong extends Error {
  constructor(limit: number) {
    super(`a message of more than ${limit} bytes`);
    this.name = 'MessageTooLong';
  }
}

/**
 * Takes the messages out of a stream of bytes. Each byte is copied a bounded number of times and searched once,
 * however the stream is cut: a reply of megabytes may come in chunks of one byte.
 */
export class MessageReader {
  private buffer = Buffer.alloc(0);
  private length = 0;

  /** @param limit the longest message, in bytes, without what ends it */
  constructor(private readonly limit = MAX_MESSAGE_BYTES) {}

  /**
   * Reads on. `onMessage` gets each message that ends here, as text; bytes that are no UTF-8 become U+FFFD.
   *
   * @throws MessageTooLong after the messages before that one were given
   */
  push(chunk: Uint8Array, onMessage: (message: string) => void): void {
    // The end may have begun in what was there before.
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

  /** Forgets the first bytes. */
  private drop(bytes: number): void {
    if (bytes === 0) return;
    const rest = this.buffer.subarray(bytes, this.length);
    if (this.buffer.length > MAX_IDLE_BUFFER && rest.length <= MAX_IDLE_BUFFER) this.buffer = Buffer.from(rest);
    else this.buffer.copyWithin(0, bytes, this.length);
    this.length = rest.length;
  }
}

/** How many of the last bytes may be the beginning of an end: they do not count as the message's yet. */
function partialEndIn(data: Buffer): number {
  for (let length = Math.min(END.length - 1, data.length); length > 0; length--) {
    if (data.subarray(data.length - length).equals(END.subarray(0, length))) return length;
  }
  return 0;
}
