import { RouterUnavailable } from '../driver';
import { MAX_MESSAGE_BYTES, MessageReader } from './framing';
import { Hello, helloMessage, readMessage, Reply, rpcMessage } from './messages';
import { closeSession } from './requests';
import { Transport } from './transport';

export interface SessionOptions {
  /**
   * The capability that the server must have.
   * @default - none
   */
  readonly requiredCapability?: string;
  /**
   * The timeout for the server's hello, in milliseconds.
   * @default 30000
   */
  readonly helloMilliseconds?: number;
  /**
   * The default timeout of a reply, in milliseconds.
   * @default 30000
   */
  readonly rpcMilliseconds?: number;
  /**
   * The maximum size of a message, in bytes.
   * @default 64 MiB
   */
  readonly maxMessageBytes?: number;
}

/** The timeout of the close request, in milliseconds. */
const CLOSE_MS = 1_000;

interface Pending<T> {
  readonly resolve: (message: T) => void;
  readonly reject: (error: RouterUnavailable) => void;
}

/**
 * A NETCONF session (RFC 6241) with one request at a time. Any error of the transport or the protocol ends it, and
 * every method then throws {@link RouterUnavailable}. Errors that the server returns are in its reply. The session
 * sends nothing between requests.
 */
export class NetconfSession {
  private readonly reader: MessageReader;
  private readonly hello: Promise<Hello>;
  private greeting: Pending<Hello> | undefined;
  private request: (Pending<Reply> & { readonly id: string }) | undefined;
  private ended: string | undefined;
  private sent = 0;
  private replies = 0;
  private lost = false;

  /** Exchanges hellos. @throws RouterUnavailable if the server does not speak NETCONF or lacks the capability */
  static async open(transport: Transport, options: SessionOptions = {}): Promise<NetconfSession> {
    const session = new NetconfSession(transport, options);
    const { capabilities } = await session.timed(session.hello, options.helloMilliseconds ?? 30_000, 'no greeting');
    const { requiredCapability } = options;
    if (requiredCapability !== undefined && !capabilities.includes(requiredCapability)) {
      throw session.fail(`the NETCONF server lacks the capability ${requiredCapability}: it is not Junos`);
    }
    return session;
  }

  private constructor(
    private readonly transport: Transport,
    private readonly options: SessionOptions,
  ) {
    this.reader = new MessageReader(options.maxMessageBytes ?? MAX_MESSAGE_BYTES);
    this.hello = new Promise((resolve, reject) => (this.greeting = { resolve, reject }));
    transport.onClose((why) => {
      this.lost ||= this.ended === undefined;
      this.fail(why);
    });
    transport.onData((chunk) => this.receive(chunk));
    transport.write(helloMessage());
  }

  /** Whether it is open, as far as known. */
  get isOpen(): boolean {
    return this.ended === undefined;
  }

  /** Whether the other side closed it, without an error on this side. */
  get wasLost(): boolean {
    return this.lost;
  }

  get answered(): number {
    return this.replies;
  }

  /**
   * Sends a request.
   *
   * @param operation XML
   * @param milliseconds the timeout of the reply
   * @returns the reply, which may contain errors
   */
  async rpc(operation: string, milliseconds = this.options.rpcMilliseconds ?? 30_000): Promise<Reply> {
    if (this.ended !== undefined) throw new RouterUnavailable(this.ended);
    if (this.request) throw new Error('a NETCONF session takes one request at a time');
    const id = String(++this.sent);
    const reply = new Promise<Reply>((resolve, reject) => (this.request = { id, resolve, reject }));
    this.transport.write(rpcMessage(id, operation));
    return this.timed(reply, milliseconds, 'no reply');
  }

  /** Closes the session, by a request if possible. */
  async close(): Promise<void> {
    if (this.ended === undefined && !this.request) await this.rpc(closeSession, CLOSE_MS).catch(() => undefined);
    this.fail('the NETCONF session was closed');
    await this.transport.close();
  }

  private async timed<T>(answer: Promise<T>, milliseconds: number, without: string): Promise<T> {
    const timer = setTimeout(() => this.fail(`${without} within ${milliseconds / 1000} s`), milliseconds);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  private receive(chunk: Uint8Array): void {
    if (this.ended !== undefined) return;
    try {
      this.reader.push(chunk, (text) => {
        if (this.ended === undefined) this.take(text);
      });
    } catch (error) {
      // The message is not shown because it may contain secrets.
      this.fail(`the NETCONF server sent ${(error as Error).message}`);
    }
  }

  /** @throws MalformedXml */
  private take(text: string): void {
    const message = readMessage(text);
    if (message.kind === 'other') return;
    if (message.kind === 'hello') {
      if (!this.greeting) return void this.fail('the NETCONF server sent a second greeting');
      this.greeting.resolve(message);
      this.greeting = undefined;
      return;
    }
    const { request } = this;
    if (!request) return void this.fail('the NETCONF server sent a reply to no request');
    if (message.messageId !== undefined && message.messageId !== request.id) {
      return void this.fail('the NETCONF server sent a reply to another request');
    }
    this.request = undefined;
    this.replies++;
    request.resolve(message);
  }

  private fail(why: string): RouterUnavailable {
    const error = new RouterUnavailable(this.ended ?? why);
    if (this.ended !== undefined) return error;
    this.ended = why;
    this.greeting?.reject(error);
    this.request?.reject(error);
    this.greeting = this.request = undefined;
    this.transport.close().catch(() => undefined);
    return error;
  }
}
