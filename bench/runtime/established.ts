import { ChildProcess } from 'child_process';
import { once } from 'events';
import * as fs from 'fs';
import { setTimeout as pause } from 'timers/promises';
import { readStatus } from '../../crpd-image/runtime/daemon/status-file';
import { frrReleases } from '../../test-support/bgpd';
import { eventually } from '../../test-support/eventually';
import { FrrPod } from '../../test-support/frr-pod';
import { frr10Rootfs } from '../../test-support/images';
import { Bench, median, quantile } from '../figure';
import { initialize, introduce, makePairs, Pair, startBgpd, untilEstablished } from './pairs';
import { Pods } from './pods';

const PAIRS = 8;
const ROUNDS = 13;
/** How many changes of DNS are measured. */
export const SAMPLES = PAIRS * ROUNDS;
/** An address without a router. No answer with it alone is empty, and empty answers remove nobody. */
const NOBODY = '10.42.250.1';
/** After this a run is given up. */
const PATIENCE_MS = 30_000;

/**
 * Seconds from each change of a Service to the session Established at both ends of a pair, with the runtime in both
 * pods. DNS has no cache here.
 */
export async function measureEstablished(
  by: 'dns' | 'endpointslice' = 'dns',
  root?: string,
): Promise<readonly number[]> {
  const pods = new Pods(root);
  try {
    if (by === 'endpointslice') await pods.serveSlices();
    const pairs = makePairs(pods, PAIRS);
    await initialize(pairs);
    const samples: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      await forgetEachOther(pods, pairs);
      samples.push(...(await round(pods, pairs)));
    }
    return samples;
  } finally {
    pods.close();
  }
}

/** The figures of a run by DNS. */
export function establishedFigures(samples: readonly number[]) {
  return { establishedMedianSeconds: median(samples), establishedP99Seconds: quantile(samples, 0.99) };
}

/** Back to two routers that do not know each other. */
async function forgetEachOther(pods: Pods, pairs: readonly Pair[]): Promise<void> {
  for (const { service } of pairs) pods.list(service, [NOBODY]);
  pods.forget();
  const all = pairs.flatMap((pair) => pair.pods);
  // The runtime would remember how often its peer has gone and returned, and be slow to let it go.
  await Promise.all(all.flatMap(({ bgpd, runtime }) => [bgpd, runtime]).map(kill));
  await Promise.all(all.map(startBgpd));
  // Their clocks have nothing to do with each other, as those of pods on different nodes.
  await Promise.all(
    all.map(async (pod) => {
      fs.rmSync(statusFile(pod), { force: true });
      await pause(Math.random() * 1000);
      pod.startRuntime();
    }),
  );
  for (const pod of all) {
    await eventually(() => {
      const status = readStatus(statusFile(pod));
      const peers = status?.groups[0].peers.map(({ address }) => address);
      if (!status?.router.reachable || String(peers) !== NOBODY) throw new Error(`${pod.address} has ${peers}`);
    }, PATIENCE_MS);
  }
}

function statusFile(pod: FrrPod): string {
  return pod.outside('/run/frr/meshrr.status.json');
}

async function kill(process?: ChildProcess): Promise<void> {
  if (process?.kill('SIGKILL')) await once(process, 'exit');
}

/** Changes DNS for one pair after the other, and waits for all of them. */
async function round(pods: Pods, pairs: readonly Pair[]): Promise<number[]> {
  const changes: number[] = [];
  for (const pair of pairs) {
    // At a moment that has nothing to do with the clocks of the pair, and apart from other pairs.
    await pause(100 + Math.random() * 200);
    changes.push(introduce(pods, pair));
  }
  const samples: number[] = [];
  for (const [i, pair] of pairs.entries()) samples.push(await untilEstablished(pair, changes[i], PATIENCE_MS));
  return samples;
}

export const establishedBench: Bench = {
  about: `Change of a Service to session Established at both ends, real bgpd, by DNS and by EndpointSlices: ${SAMPLES} samples each`,
  needs: ['ip', 'bgpd', 'dnsmasq', 'openssl'],
  async run() {
    // The release that the image ships, where it can be built.
    const root = frrReleases().includes('10.3') ? frr10Rootfs() : undefined;
    const byDns = establishedFigures(await measureEstablished('dns', root));
    const bySlices = await measureEstablished('endpointslice', root);
    return {
      ...byDns,
      establishedBySlicesMedianSeconds: median(bySlices),
      establishedBySlicesP99Seconds: quantile(bySlices, 0.99),
    };
  },
};
