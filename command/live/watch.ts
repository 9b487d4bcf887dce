import { setTimeout as pause } from 'timers/promises';
import { KubectlError } from './kubectl';
import { screenOf } from './status';

/** From the end of one look to the next, in milliseconds. */
const PAUSE_MS = 2000;

/**
 * Shows a text again and again in the same place of the terminal, until it is the last one, or Ctrl-C. An output that is
 * no terminal gets one text after the other.
 */
export async function watch(look: () => Promise<{ readonly text: string; readonly last?: boolean }>): Promise<void> {
  const { stdout } = process;
  for (;;) {
    const { text, last = false } = await look().catch((error: Error) => {
      // The API server may be away for a while.
      if (!(error instanceof KubectlError)) throw error;
      return { text: `${error.message}\n` } as { readonly text: string; readonly last?: boolean };
    });
    const time = new Date().toISOString().slice(11, 19);
    if (stdout.isTTY) stdout.write(`\x1b[H\x1b[2J${time} UTC  ${screenOf(text, stdout.rows ?? 24)}\n`);
    else stdout.write(`${time} UTC  ${text}`);
    if (last) return;
    await pause(PAUSE_MS);
  }
}
