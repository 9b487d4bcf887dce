import { Connect, StreamEnd, Transport } from '../../../../crpd-image/runtime/router/crpd/transport';

/** What a scripted server does with a request: it sends bytes in these chunks, says nothing, or ends. */
export type Answer = string | readonly Uint8Array[] | 'silence' | 'death';

export const HELLO =
  '<hello><capabilities><capability>http://xml.juniper.net/netconf/junos/1.0</capability></capabilities></hello>]]>]]>';

/** A reply to the request with this id. */
export function replyTo(request: string, content: string): string {
  const id = /message-id="(\w+)"/.exec(request)?.[1];
  return `\n<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="${id}">\n${content}\n</rpc-reply>\n]]>]]>`;
}

/** A NETCONF server within the test. `script` gets each message that is sent to it, the greeting first. */
export class ScriptedServer implements Transport {
  readonly name = 'the script';
  readonly requests: string[] = [];
  readonly chunksSent: Uint8Array[] = [];
  closed = 0;
  private readonly ending = new StreamEnd();
  private data: (chunk: Uint8Array) => void = () => undefined;
  private received = '';

  constructor(private readonly script: (message: string) => Answer) {}

  write(text: string): void {
    this.received += text;
    const messages = this.received.split(']]>]]>');
    this.received = messages.pop() as string;
    for (const message of messages) {
      this.requests.push(message);
      this.send(this.script(message));
    }
  }

  send(answer: Answer): void {
    if (answer === 'silence') return;
    // A stream never answers within the call that writes to it.
    setImmediate(() => {
      if (answer === 'death') return this.ending.end('the script ended');
      for (const chunk of typeof answer === 'string' ? [Buffer.from(answer)] : answer) this.data(chunk);
    });
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.data = listener;
  }

  onClose(listener: (why: string) => void): void {
    this.ending.onEnd(listener);
  }

  async close(): Promise<void> {
    this.closed++;
    this.data = () => undefined;
    this.ending.end('the script was closed');
  }
}

/** A server that greets, and does with each request what `script` says. */
export function greeting(script: (request: string) => Answer): ScriptedServer {
  return new ScriptedServer((message) => (message.includes('<hello') ? HELLO : script(message)));
}

/** Connects to servers, a new one each time. */
export function connectTo(make: () => ScriptedServer): Connect & { readonly servers: ScriptedServer[] } {
  const servers: ScriptedServer[] = [];
  const connect = async () => {
    servers.push(make());
    return servers[servers.length - 1];
  };
  return Object.assign(connect, { servers });
}
