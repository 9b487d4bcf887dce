import { RouterUnavailable } from '../driver';
import { LineResult, reasonOf, Terminal } from './terminal';
import { VtyConnection } from './vty-connection';
import { VtyReply } from './vty-framing';

/**
 * What vtysh sends around a whole file. Without them bgpd commits each line of a prefix list on its own, and each commit takes
 * the longer, the more entries there are: 500 entries took 2.2 s, the next 500 took 3.6 s; in one transaction 0.13 s each.
 */
const [TRANSACTION, COMMIT] = ['XFRR_start_configuration', 'XFRR_end_configuration'];

/** bgpd's own socket: 0.1 ms a line. */
export class SocketTerminal implements Terminal {
  constructor(private readonly connection: VtyConnection) {}

  get alive(): boolean {
    return this.connection.alive;
  }

  async show(command: string): Promise<string> {
    const [reply] = await this.connection.run([command]);
    // 1 is a warning with output: `{}` if BGP is not configured.
    if (reply.status > 1) throw new RouterUnavailable(`bgpd does not know "${command}": ${reasonOf(reply.text)}`);
    return reply.text;
  }

  async configure(context: readonly string[], lines: readonly string[]): Promise<readonly LineResult[]> {
    // The context is sent first: if it is refused, the lines would run in a wrong context.
    const opened = await this.connection.run(['configure terminal', ...context]);
    const closed = opened.find(({ status }) => status !== 0);
    if (closed) {
      await this.connection.run(['end']);
      return lines.map((line) => ({ line, refused: reasonOf(closed.text) }));
    }
    const replies = await this.connection.run([...lines, 'end']);
    return lines.map((line, i) => resultOf(line, replies[i]));
  }

  async configureAtOnce(lines: readonly string[]): Promise<readonly LineResult[]> {
    const [, , ...replies] = await this.connection.run(['configure terminal', TRANSACTION, ...lines, COMMIT, 'end']);
    const { status, text } = replies[lines.length];
    // bgpd 8.4 rejects a transaction with the status of success, and says so in words.
    const refused = status === 0 && text.trim() === '' ? {} : { refused: reasonOf(text) };
    return lines.map((line, i) => ({ ...refused, ...resultOf(line, replies[i]) }));
  }

  close(): void {
    this.connection.close();
  }
}

function resultOf(line: string, { status, text }: VtyReply): LineResult {
  return status === 0 ? { line } : { line, refused: reasonOf(text) };
}
