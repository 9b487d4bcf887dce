import { inBrief } from '../../../../lib/input';

/** What became of one line of configuration. */
export interface LineResult {
  readonly line: string;
  /** Why it was refused, in the router's words; without it, the line took effect. */
  readonly refused?: string;
}

/** A way to give bgpd commands. Its methods throw RouterUnavailable, and VtyProtocolError where they say so. */
export interface Terminal {
  /** The output of a command that only shows something. */
  show(command: string): Promise<string>;
  /**
   * Gives lines of configuration within a context: `['router bgp 65000']`. Every line is tried, whatever becomes of the
   * others; where the context is refused, all lines are.
   */
  configure(context: readonly string[], lines: readonly string[]): Promise<readonly LineResult[]>;
  close(): void;
}

/** The longest output of one command that is read. A thousand sessions in three families are 2 MB. */
export const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** The router's words on one line, without its marks; a key that they repeat is hidden. */
export function reasonOf(output: string): string {
  const words = output
    .split('\n')
    .map((line) => line.replace(/^%\s*/, '').trim())
    .filter((line) => line !== '')
    .join('; ');
  return inBrief(withoutKeys(words)) || 'the router gave no reason';
}

/** A line of configuration that can be shown. */
export function withoutKeys(line: string): string {
  return line.replace(/\bpassword\s+\S+/g, 'password (hidden)');
}
