import { text } from 'stream/consumers';
import { setTimeout as pause } from 'timers/promises';
import { Asking, TurnTaker } from '../runtime/turn';

const MINUTE_MS = 60_000;

/** What a job finds to do, and does, from a fresh start as each run of cron is. */
async function job(pod: Asking): Promise<void> {
  const taker = new TurnTaker(pod);
  await taker.turn();
  await taker.close();
}

/** The cron of many pods: their jobs are run at each full minute. Reads the pods from standard input, as JSON. */
async function main(): Promise<void> {
  const pods: readonly Asking[] = JSON.parse(await text(process.stdin));
  // It is compiled, and told so, before the first minute that counts.
  await Promise.all(pods.map(job));
  console.log('ready');
  for (;;) {
    await pause(MINUTE_MS - (Date.now() % MINUTE_MS));
    await Promise.all(pods.map(job));
  }
}

void main();
