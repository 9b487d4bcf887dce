import { once } from 'events';
import * as path from 'path';
import { setTimeout as pause } from 'timers/promises';
import { initialize, introduce, makePairs, Pair, startBgpd, untilEstablished } from '../runtime/pairs';
import { NAMESERVER, Pods } from '../runtime/pods';
import { Asking } from '../runtime/turn';

const ROOT = path.join(__dirname, '..', '..');
const MINUTE_MS = 60_000;
/** Over the wait for the next minute; after this a run is given up. */
const PATIENCE_MS = 60_000;

/**
 * Seconds from a change of DNS to the session Established at both ends of a pair, for so many pairs, where a job that
 * is run at each full minute does what the runtime does. The changes are spread over a minute. A job starts at once
 * and takes no time but that of its work: the start of a program comes on top of it in a real one.
 */
export async function measureCron(count: number): Promise<readonly number[]> {
  const pods = new Pods();
  try {
    const pairs = makePairs(pods, count);
    await initialize(pairs);
    for (const pair of pairs) await Promise.all(pair.pods.map(startBgpd));
    await startCron(pods, pairs);

    const begin = Date.now();
    const changes: number[] = [];
    for (const [i, pair] of pairs.entries()) {
      const at = begin + ((i + Math.random()) / count) * MINUTE_MS;
      await pause(Math.max(at - Date.now(), 0));
      changes.push(introduce(pods, pair));
    }
    const samples: number[] = [];
    for (const [i, pair] of pairs.entries()) {
      samples.push(await untilEstablished(pair, changes[i], MINUTE_MS + PATIENCE_MS));
    }
    return samples;
  } finally {
    pods.close();
  }
}

/** Starts the jobs, beside the DNS server that they ask. It ends with the network of the pods. */
async function startCron(pods: Pods, pairs: readonly Pair[]): Promise<void> {
  const asking = pairs
    .flatMap((pair) => pair.pods)
    .map((pod): Asking => ({
      environment: pod.environment,
      vtyFolder: pod.outside('/run/frr'),
      nameserver: NAMESERVER,
    }));
  const program = ['--require', 'ts-node/register', path.join(__dirname, 'cron-program.ts')];
  const cron = pods.dnsHost.spawn(process.execPath, program, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  cron.stdin?.end(JSON.stringify(asking));
  const ended = once(cron, 'exit').then(([status]) => Promise.reject(new Error(`the jobs ended: ${status}`)));
  await Promise.race([once(cron.stdout!, 'data'), ended]);
  // From now on its end is no fault.
  ended.catch(() => undefined);
}
