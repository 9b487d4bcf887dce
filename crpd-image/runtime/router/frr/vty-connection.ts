import { connect, Socket } from 'net';
import { RouterUnavailable } from '../driver';
import { MAX_OUTPUT_BYTES, withoutKeys } from './terminal';
import { VtyFraming, VtyProtocolError, VtyReply } from './vty-framing';

/** Lines that were sent, and the replies so far. */
interface Batch {
  readonly lines: readonly string[];
  readonly replies: VtyReply[];
  readonly resolve: (replies: readonly VtyReply[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * How long a connection stays open whose reply was late, in milliseconds. bgpd 10.3 ends with a segmentation fault where
 * the reader of a reply of more than 128 kB has gone (FRRouting/frr#19040), and it may be busy for minutes.
 */
const LINGER_MS = 600_000;

/** A connection to bgpd's vty socket in enable mode. */
export class VtyConnection {
  private readonly framing = new VtyFraming(MAX_OUTPUT_BYTES);
  private readonly batches: Batch[] = [];
  private deadline?: NodeJS.Timeout;
  private failure?: Error;
  private onLost?: () => void;

  private constructor(
    private readonly socket: Socket,
    private readonly path: string,
    private readonly deadlineMs: number,
  ) {
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => this.fail(this.unavailable(error.code ?? error.message)));
    socket.on('close', () => this.fail(this.unavailable('it closed the connection')));
  }

  /**
   * Connects to the socket at `path`. `deadlineMs` is the timeout of one reply.
   *
   * @param onLost called when the connection has ended
   * @throws RouterUnavailable
   * @throws VtyProtocolError if the other side does not speak the vty protocol
   */
  static async open(path: string, deadlineMs: number, onLost?: () => void): Promise<VtyConnection> {
    const connection = new VtyConnection(connect(path), path, deadlineMs);
    const [{ status, text }] = await connection.run(['enable']);
    if (status !== 0 || text !== '') {
      connection.close();
      throw new VtyProtocolError(`an unexpected reply to "enable", with the status ${status}`);
    }
    connection.onLost = onLost;
    return connection;
  }

  /** Whether it is usable, as far as known. */
  get alive(): boolean {
    return this.failure === undefined;
  }

  /**
   * Sends lines without waiting for each reply: bgpd runs them in order. Calls may overlap and are answered in order.
   *
   * @returns a reply for each line
   * @throws RouterUnavailable if the connection ends or a reply is late
   * @throws VtyProtocolError
   */
  run(lines: readonly string[]): Promise<readonly VtyReply[]> {
    if (this.failure) return Promise.reject(this.failure);
    if (lines.length === 0) return Promise.resolve([]);
    // A NUL ends a line: within a line it would create a second one, with a reply of its own.
    if (lines.some((line) => /[\0\r\n]/.test(line))) throw new RangeError('a line of configuration has a line break');
    return new Promise((resolve, reject) => {
      this.batches.push({ lines, replies: [], resolve, reject });
      if (this.batches.length === 1) this.watch();
      this.socket.write(lines.map((line) => `${line}\0`).join(''));
    });
  }

  close(): void {
    this.fail(this.unavailable('the connection was closed here'));
  }

  private receive(chunk: Buffer): void {
    let replies: VtyReply[];
    try {
      replies = this.framing.push(chunk);
    } catch (error) {
      return this.fail(error as Error);
    }
    for (const reply of replies) {
      const [batch] = this.batches;
      if (!batch) return this.fail(new VtyProtocolError('a reply without a request'));
      batch.replies.push(reply);
      if (batch.replies.length === batch.lines.length) {
        this.batches.shift();
        batch.resolve(batch.replies);
      }
    }
    if (replies.length > 0) this.watch();
  }

  /** Restarts the timeout for the next reply, if one is due. */
  private watch(): void {
    if (this.batches.length === 0) {
      clearTimeout(this.deadline);
      this.deadline = undefined;
    } else if (this.deadline) {
      this.deadline.refresh();
    } else {
      this.deadline = setTimeout(() => this.fail(this.late()), this.deadlineMs);
    }
  }

  /** An incomplete reply to "enable" means another protocol; no reply means that bgpd hangs. */
  private late(): Error {
    const [{ lines, replies }] = this.batches;
    const line = lines[replies.length];
    const handshake = line === 'enable';
    if (handshake && this.framing.midReply) return new VtyProtocolError('a reply to "enable" that does not end');
    return this.unavailable(`no reply to "${withoutKeys(line)}" within ${this.deadlineMs / 1000} s`);
  }

  private fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    clearTimeout(this.deadline);
    const isOver = this.socket.destroyed || error instanceof VtyProtocolError;
    if (!isOver && this.awaitsLongReply) this.linger();
    else this.socket.destroy();
    for (const batch of this.batches.splice(0)) batch.reject(error);
    this.onLost?.();
  }

  /** The reply to "enable" is short. */
  private get awaitsLongReply(): boolean {
    return this.batches.some(({ lines }) => lines[0] !== 'enable');
  }

  /** Discards what still comes. */
  private linger(): void {
    this.socket.removeAllListeners('data').resume().unref();
    const end = setTimeout(() => this.socket.destroy(), LINGER_MS).unref();
    this.socket.once('close', () => clearTimeout(end));
  }

  private unavailable(reason: string): RouterUnavailable {
    return new RouterUnavailable(`bgpd at ${this.path}: ${reason}`);
  }
}
