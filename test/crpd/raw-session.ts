import { ChildProcess, spawn } from 'child_process';
import { Element, parseXml } from '../../test-support/crpd/stand-in/netconf/xml';

const END = ']]>]]>';

/** A NETCONF session without a client library: what is sent and received is seen as it is. */
export class RawSession {
  readonly child: ChildProcess;
  /** Each piece of output as it came. */
  readonly chunks: Buffer[] = [];
  /** Resolves with the exit status, or null where a signal ended it. */
  readonly ended: Promise<number | null>;
  private text = '';
  private waiting: (() => void)[] = [];
  private gone = false;

  constructor(command: readonly string[]) {
    this.child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdin?.on('error', () => undefined);
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.text += chunk.toString('latin1');
      this.wake();
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (status) => {
        this.gone = true;
        this.wake();
        resolve(status);
      });
    });
  }

  write(text: string): void {
    this.child.stdin?.write(text);
  }

  /** The next message, without its end. @throws Error where the session is over */
  async next(): Promise<string> {
    for (;;) {
      const at = this.text.indexOf(END);
      if (at >= 0) {
        const message = Buffer.from(this.text.slice(0, at), 'latin1').toString();
        this.text = this.text.slice(at + END.length);
        return message;
      }
      if (this.gone) throw new Error('the session is over');
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Sends a request and returns the text of its reply. */
  async ask(request: string): Promise<string> {
    this.write(`<rpc message-id="1">${request}</rpc>${END}`);
    return this.next();
  }

  /** … and its reply as XML. */
  async tell(request: string): Promise<Element> {
    return parseXml(await this.ask(request));
  }

  close(): void {
    this.child.kill('SIGKILL');
  }

  private wake(): void {
    for (const each of this.waiting.splice(0)) each();
  }
}

/** All elements of this name, at any depth. */
export function all(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
}

/** The messages of errors and warnings in a reply. */
export const messages = (reply: Element): string[] => all(reply, 'error-message').map(({ text }) => text.trim());
