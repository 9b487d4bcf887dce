import { VtyConnection } from '../../crpd-image/runtime/router/frr/vty-connection';

/** How long bgpd may take to reply, in milliseconds. */
const PATIENCE_MS = 20_000;

/**
 * Runs lines on the terminal of a bgpd. Returns the output of each.
 *
 * @param socket the file of its vty
 * @param router the name in errors
 * @throws Error where a line is rejected; RouterUnavailable
 */
export async function runVty(socket: string, router: string, ...lines: readonly string[]): Promise<string[]> {
  const vty = await VtyConnection.open(socket, PATIENCE_MS);
  try {
    const replies = await vty.run(lines);
    const rejected = replies.findIndex(({ status }) => status > 1);
    if (rejected >= 0) throw new Error(`${router}: ${lines[rejected]}: ${replies[rejected].text.trim()}`);
    return replies.map(({ text }) => text);
  } finally {
    vty.close();
  }
}
