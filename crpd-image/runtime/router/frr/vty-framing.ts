import { RouterUnavailable } from '../driver';

export interface VtyReply {
  readonly text: string;
  /** The return code of FRR's command parser (lib/command.h): 0 is success. */
  readonly status: number;
}

/** The data on the socket is not the vty protocol of FRR 8 to 10. */
export class VtyProtocolError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'VtyProtocolError';
  }
}

/** FRR's return codes end at 16; a much larger value is text in the place of a status. */
const LARGEST_STATUS = 31;
const NULS = 3;

/**
 * Reads replies from a vty socket: text without NULs, three NULs and a status byte (FRR, lib/vty.c `vtysh_read`).
 */
export class VtyFraming {
  private parts: Buffer[] = [];
  private length = 0;
  private nuls = 0;

  constructor(private readonly maxReplyBytes: number) {}

  get midReply(): boolean {
    return this.length > 0 || this.nuls > 0;
  }

  /**
   * Adds bytes and returns the replies that are now complete.
   *
   * @throws VtyProtocolError if the bytes are not a reply
   * @throws RouterUnavailable if a reply is too long
   */
  push(chunk: Buffer): VtyReply[] {
    const replies: VtyReply[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.nuls === NULS) {
        const status = chunk[at++];
        if (status > LARGEST_STATUS) throw new VtyProtocolError(`a reply with the status ${status}`);
        replies.push({ text: this.takeText(), status });
      } else if (chunk[at] === 0) {
        this.nuls++;
        at++;
      } else if (this.nuls > 0) {
        throw new VtyProtocolError(`a reply with ${this.nuls} NULs where three end it`);
      } else {
        const nul = chunk.indexOf(0, at);
        const end = nul < 0 ? chunk.length : nul;
        this.length += end - at;
        if (this.length > this.maxReplyBytes) {
          throw new RouterUnavailable(`a reply of more than ${this.maxReplyBytes} bytes`);
        }
        this.keep(chunk.subarray(at, end));
        at = end;
      }
    }
    return replies;
  }

  /**
   * Joins a part with shorter ones before it, so that each byte is copied a few times only and the list stays short.
   */
  private keep(part: Buffer): void {
    let last = part;
    while (this.parts.length > 0 && this.parts[this.parts.length - 1].length <= last.length) {
      last = Buffer.concat([this.parts.pop() as Buffer, last]);
    }
    this.parts.push(last);
  }

  private takeText(): string {
    const bytes = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts, this.length);
    this.parts = [];
    this.length = 0;
    this.nuls = 0;
    return bytes.toString('utf8');
  }
}
