import { eventually } from '../../test-support/eventually';
import { FrrPod } from '../../test-support/frr-pod';
import { Bench } from '../figure';
import { Pods } from './pods';
import { cpuSeconds, rssMb } from './process-figures';
import { scrape } from './scrapes';

const IDLE_SECONDS = 60;
const SCRAPED_SECONDS = 30;

function event(pod: FrrPod, name: string): Promise<Record<string, unknown>> {
  return eventually(() => {
    const [found] = pod.events(name);
    if (!found) throw new Error(`${pod.address} has not logged ${name}: ${JSON.stringify(pod.log)} ${pod.errors}`);
    return found;
  }, 20_000);
}

export const resourcesBench: Bench = {
  about: `A mesh of four on FRR, at rest for ${IDLE_SECONDS} s after it came up: CPU; memory after ${SCRAPED_SECONDS} scrapes; and the start of one`,
  needs: ['ip', 'bgpd', 'dnsmasq'],
  async run() {
    const pods = new Pods();
    try {
      const mesh = [1, 2, 3, 4].map((i) => pods.pod(`10.42.0.${i}`, 'core'));
      pods.list(
        'core',
        mesh.map(({ address }) => address),
      );
      const [first, ...others] = mesh;
      for (const pod of others) pod.start();
      for (const pod of others) await event(pod, 'ready');
      first.meshrr('init');
      first.startBgpd();
      await eventually(() => first.vtysh('show version'));
      const start = Date.now();
      first.startRuntime();
      const { time } = await event(first, 'synchronized');
      await event(first, 'ready');

      const pids = mesh.map((pod) => pod.runtime?.pid as number);
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      const before = pids.map(cpuSeconds);
      await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
      const used = pids.map((pid, i) => cpuSeconds(pid) - before[i]);
      await Promise.all(mesh.map(({ host }) => scrape(host, SCRAPED_SECONDS)));
      return {
        startMs: Date.parse(time as string) - start,
        rssMbFrr: Math.max(...pids.map(rssMb)),
        idleCpuPercent: (100 * used.reduce((sum, seconds) => sum + seconds)) / used.length / IDLE_SECONDS,
      };
    } finally {
      pods.close();
    }
  },
};
