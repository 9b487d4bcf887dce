import { RouterUnavailable } from '../driver';

/** What bgpd answers to one line. */
export interface VtyReply {
  readonly text: string;
  /** The return code of FRR's command parser (lib/command.h): 0 is success. */
  readonly status: number;
}

/** What came over the socket is not the vty protocol as FRR 8 and 10 speak it. */
export class VtyProtocolError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'VtyProtocolError';
  }
}

/** FRR's return codes end at 16; anything far beyond is text where a status should be. */
const LARGEST_STATUS = 31;
const NULS = 3;

/**
 * Reads replies from the bytes of a vty socket: text, three NULs and a status byte (FRR, lib/vty.c `vtysh_read`). Text
 * has no NULs.
 */
export class VtyFraming {
  private parts: Buffer[] = [];
  private length = 0;
  private nuls = 0;

  /** `mostBytes` is the longest text of a reply. */
  constructor(private readonly mostBytes: number) {}

  /** Whether a reply has begun and not ended. */
  get midReply(): boolean {
    return this.length > 0 || this.nuls > 0;
  }

  /**
   * Takes the next bytes, and returns the replies that they complete.
   *
   * @throws VtyProtocolError where they cannot be a reply
   * @throws RouterUnavailable where a reply is too long
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
        if (this.length > this.mostBytes) throw new RouterUnavailable(`a reply of more than ${this.mostBytes} bytes`);
        this.keep(chunk.subarray(at, end));
        at = end;
      }
    }
    return replies;
  }

  /** Joins what is not longer than what follows it: each byte is copied a few times, and the parts stay few. */
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
