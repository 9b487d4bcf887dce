import { inBrief } from '../../../../lib/input';

export interface LineResult {
  readonly line: string;
  /** The router's reason if it refused the line; undefined if the line took effect. */
  readonly refused?: string;
}

/** Sends commands to bgpd. The methods throw RouterUnavailable, and VtyProtocolError on the socket. */
export interface Terminal {
  show(command: string): Promise<string>;
  /**
   * Sends configuration lines within a context: `['router bgp 65000']`. Every line is tried, even if others fail. If
   * the context is refused, all lines are.
   */
  configure(context: readonly string[], lines: readonly string[]): Promise<readonly LineResult[]>;
  /** Sends lines outside of all contexts in one transaction, if the terminal has them: if one cannot be committed, none takes effect. */
  configureAtOnce(lines: readonly string[]): Promise<readonly LineResult[]>;
  close(): void;
}

/** The maximum output of one command. A thousand sessions in three families have 2 MB. */
export const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** The router's message on one line, without the leading "%". Keys are hidden. */
export function reasonOf(output: string): string {
  const words = output
    .split('\n')
    .map((line) => line.replace(/^%\s*/, '').trim())
    .filter((line) => line !== '')
    .join('; ');
  return inBrief(withoutKeys(words)) || 'the router gave no reason';
}

/** A configuration line without its key, for messages. */
export function withoutKeys(line: string): string {
  return line.replace(/\bpassword\s+\S+/g, 'password (hidden)');
}
