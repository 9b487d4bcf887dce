import * as fs from 'fs';
import * as path from 'path';
import { eventually } from '../../test-support/eventually';
import { FrrPod } from '../../test-support/frr-pod';
import { Pods } from './pods';

/** The longest start of a bgpd, in milliseconds, on a machine that is busy with other things. */
const START_MS = 60_000;

/** Two pods that find each other by a Service that they share with nobody. */
export interface Pair {
  readonly service: string;
  readonly pods: readonly FrrPod[];
}

/** Pairs of pods that were not started yet. At most 240. */
export function makePairs(pods: Pods, count: number): Pair[] {
  return Array.from({ length: count }, (_, i) => {
    const service = `pair${i}`;
    return { service, pods: [1, 2].map((side) => pods.pod(`10.42.${i}.${side}`, service)) };
  });
}

/** Writes the configuration of all pods, two at a time. */
export async function initialize(pairs: readonly Pair[]): Promise<void> {
  for (const { pods } of pairs) await Promise.all(pods.map((pod) => pod.init()));
}

/**
 * Starts bgpd, which tells to the millisecond what becomes of its sessions. The pod has its configuration already.
 * Returns when bgpd can be spoken to.
 */
export async function startBgpd(pod: FrrPod): Promise<void> {
  const configuration = pod.outside('/etc/frr/bgpd.conf');
  const line = 'log timestamp precision 3\n';
  const text = fs.readFileSync(configuration, 'utf8');
  if (!text.endsWith(line)) fs.appendFileSync(configuration, line);
  const socket = pod.outside('/run/frr/bgpd.vty');
  for (const stale of [socket, logOf(pod)]) fs.rmSync(stale, { force: true });
  pod.startBgpd();
  await eventually(() => fs.statSync(socket), START_MS);
}

/** Lists a pair in DNS. @returns when, in milliseconds of the wall clock */
export function introduce(pods: Pods, { service, pods: both }: Pair): number {
  const at = Date.now();
  pods.list(
    service,
    both.map(({ address }) => address),
  );
  return at;
}

/** Waits for the session at both ends. @returns the seconds from `since` until then, by what both bgpd have logged */
export function untilEstablished({ service, pods }: Pair, since: number, patienceMs: number): Promise<number> {
  return eventually(() => {
    const times = pods.map((pod) => establishedAt(pod, since));
    if (times.some((time) => time === undefined)) throw new Error(`${service} is not Established`);
    return (Math.max(...(times as number[])) - since) / 1000;
  }, patienceMs);
}

function logOf(pod: FrrPod): string {
  return path.join(pod.folder, 'bgpd.log');
}

/** When bgpd reported the session Established, in milliseconds of the wall clock; undefined: not since. */
function establishedAt(pod: FrrPod, since: number): number | undefined {
  const log = fs.readFileSync(logOf(pod), 'utf8');
  const ups = [...log.matchAll(/^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d\.\d+) .*ADJCHANGE: neighbor \S+ .*Up/gm)];
  const times = ups.map(([, year, month, day, time]) => Date.parse(`${year}-${month}-${day}T${time}`));
  return times.find((time) => time >= since);
}
