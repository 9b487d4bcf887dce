import * as fs from 'fs';
import * as path from 'path';
import { setTimeout as pause } from 'timers/promises';
import { eventually } from '../../test/support/eventually';
import { FrrPod } from '../../test/support/frr-pod';
import { Bench, median, quantile } from '../figure';
import { Pods } from './pods';

const PAIRS = 8;
const ROUNDS = 13;
/** An address without a router. No answer with it alone is empty, and empty answers remove nobody. */
const NOBODY = '10.42.250.1';

/** When bgpd reported the session Established in its log, in milliseconds of the wall clock; undefined: not since. */
function establishedAt(pod: FrrPod, since: number): number | undefined {
  const log = fs.readFileSync(path.join(pod.folder, 'bgpd.log'), 'utf8');
  const ups = [...log.matchAll(/^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d\.\d+) .*ADJCHANGE: neighbor \S+ .*Up/gm)];
  const times = ups.map(([, year, month, day, time]) => Date.parse(`${year}-${month}-${day}T${time}`));
  return times.find((time) => time >= since);
}

function startBgpd(pod: FrrPod): Promise<unknown> {
  fs.rmSync(path.join(pod.folder, 'bgpd.log'), { force: true });
  pod.startBgpd();
  return eventually(() => pod.vtysh('configure terminal', 'log stdout', 'log timestamp precision 3'));
}

/** Back to two routers that do not know each other. */
async function forgetEachOther(pods: Pods, pairs: readonly (readonly FrrPod[])[]): Promise<void> {
  pairs.forEach((_, i) => pods.list(`pair${i}`, [NOBODY]));
  pods.forget();
  for (const pod of pairs.flat()) {
    pod.bgpd?.kill('SIGKILL');
    // It would remember how often its peer has gone and returned, and be slow to let it go.
    pod.runtime?.kill('SIGKILL');
  }
  await Promise.all(pairs.flat().map(startBgpd));
  // Their clocks have nothing to do with each other, as those of pods on different nodes.
  await Promise.all(
    pairs.flat().map(async (pod) => {
      await pause(Math.random() * 1000);
      pod.startRuntime();
    }),
  );
  for (const pod of pairs.flat()) {
    await eventually(() => {
      const { router, groups } = pod.status();
      const peers = groups[0].peers.map(({ address }) => address);
      if (!router.reachable || String(peers) !== NOBODY) throw new Error(`${pod.address} still has ${peers}`);
    }, 30_000);
  }
}

/** Seconds from the change of DNS to the session Established at both ends, for each pair. */
async function round(pods: Pods, pairs: readonly (readonly FrrPod[])[]): Promise<number[]> {
  const changes: number[] = [];
  for (const [i, pair] of pairs.entries()) {
    // At a moment that has nothing to do with the clocks of the pair, and apart from other pairs.
    await pause(100 + Math.random() * 200);
    changes.push(Date.now());
    pods.list(
      `pair${i}`,
      pair.map(({ address }) => address),
    );
  }
  const samples: number[] = [];
  for (const [i, pair] of pairs.entries()) {
    await eventually(() => {
      const times = pair.map((pod) => establishedAt(pod, changes[i]));
      if (times.some((time) => time === undefined)) throw new Error(`pair ${i} is not Established`);
      samples[i] = (Math.max(...(times as number[])) - changes[i]) / 1000;
    }, 20_000);
  }
  return samples;
}

export const establishedBench: Bench = {
  about: `DNS change to session Established at both ends, real dnsmasq and bgpd: ${PAIRS * ROUNDS} samples`,
  async run() {
    const pods = new Pods();
    try {
      const pairs = Array.from({ length: PAIRS }, (_, i) =>
        [1, 2].map((side) => pods.pod(`10.42.${i}.${side}`, `pair${i}`)),
      );
      for (const pod of pairs.flat()) pod.start();
      const samples: number[] = [];
      for (let i = 0; i < ROUNDS; i++) {
        await forgetEachOther(pods, pairs);
        samples.push(...(await round(pods, pairs)));
      }
      return { establishedMedianSeconds: median(samples), establishedP99Seconds: quantile(samples, 0.99) };
    } finally {
      pods.close();
    }
  },
};
