import { spawnSync } from 'child_process';
import { isIPv6 } from 'net';
import { HTTP_PORT } from '../lib/settings';
import { NetworkHost } from './network';

/** Asks a URL and prints the status and the text of the answer, or 0 and the error. */
const ASK = `
const print = (status, text) => process.stdout.write(JSON.stringify({ status, text: text.trim() }));
fetch(process.argv[1], { signal: AbortSignal.timeout(3000) })
  .then(async (answer) => print(answer.status, await answer.text()), (error) => print(0, String(error.cause ?? error)))
`;

export interface ProbeResult {
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
  readonly text: string;
}

/** Asks a pod from its own host, at its first address. */
export function probe({ namespace, addresses: [address] }: NetworkHost, path: string): ProbeResult {
  const url = `http://${isIPv6(address) ? `[${address}]` : address}:${HTTP_PORT.number}${path}`;
  const args = ['netns', 'exec', namespace, process.execPath, '-e', ASK, url];
  return JSON.parse(spawnSync('ip', args, { encoding: 'utf8' }).stdout);
}
