import { Fault } from '../../test-support/dns-server';
import { DnsServerProcess } from '../../test-support/dns-server-process';
import { bundleRuntime } from '../../test-support/bundle';
import { eventually } from '../../test-support/eventually';
import { FrrPod } from '../../test-support/frr-pod';
import { launcherOfImages } from '../../test-support/launcher';
import { Network } from '../../test-support/network';
import { Bench, Figures } from '../figure';
import { descriptors, rssMb } from './process-figures';

const NAME = 'core.default.svc.cluster.local';
const NAMESERVER = '10.42.255.53';
/** The time between two answers that differ, and between two questions of the pod that is watched, in milliseconds. */
const CHURN_MS = 100;
/** The time between two comings and goings of real routers, in milliseconds. */
const COME_AND_GO_MS = 10_000;
const SAMPLE_MS = 1_000;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const random = (below: number) => Math.floor(Math.random() * below);
/** Addresses of the pod network that nobody has, others each time. */
const nobody = (count: number) => Array.from({ length: count }, () => `10.42.${100 + random(100)}.${1 + random(254)}`);

/** What a name server that is wrong does for a while: the addresses beside the real ones, or a fault. */
const PHASES: readonly {
  readonly seconds: number;
  readonly bogus?: () => readonly string[];
  readonly fault?: 'servfail';
}[] = (() => {
  const thousand = nobody(1000);
  return [
    { seconds: 25, bogus: () => nobody(60) },
    { seconds: 10 },
    { seconds: 15, bogus: () => thousand },
    { seconds: 5, fault: 'servfail' },
    { seconds: 15, bogus: () => nobody(1000) },
    { seconds: 10 },
  ];
})();

/** The mesh of the bench: a pod that is watched, two that stay, and four that come and go. */
class Mesh {
  private readonly network = new Network();
  private readonly pods: FrrPod[] = [];
  private dns?: DnsServerProcess;
  /** Real routers that DNS lists now. */
  listed: FrrPod[] = [];

  async start(): Promise<{ watched: FrrPod; staying: FrrPod[]; others: FrrPod[] }> {
    this.dns = await DnsServerProcess.start(this.network.host(`${NAMESERVER}/16`));
    const [bundle, launcher] = [bundleRuntime(), launcherOfImages()];
    const pod = (address: string, environment: Readonly<Record<string, string>> = {}) => {
      const made = new FrrPod(this.network.host(`${address}/16`), {
        bundle,
        nameserver: NAMESERVER,
        node: launcher.node,
        nodeArguments: launcher.nodeArguments,
        environment: {
          MESH_SERVICE_NAME: 'core',
          AUTONOMOUS_SYSTEM: '64496',
          MESHRR_CLIENTRANGE: '10.42.0.0/16',
          ...launcher.environment,
          ...environment,
        },
      });
      this.pods.push(made);
      return made;
    };
    const watched = pod('10.42.0.1', { MESHRR_POLL_MILLISECONDS: String(CHURN_MS) });
    const staying = [pod('10.42.0.2'), pod('10.42.0.3')];
    const others = [4, 5, 6, 7].map((i) => pod(`10.42.0.${i}`));
    this.listed = [watched, ...staying];
    await this.answer([]);
    for (const each of this.listed) each.start();
    await eventually(() => {
      if (staying.some(({ address }) => stateOf(watched, address) !== 'Established')) throw new Error('not up yet');
    }, 60_000);
    return { watched, staying, others };
  }

  async answer(bogus: readonly string[]): Promise<void> {
    await this.dns?.set(NAME, [...new Set([...this.listed.map(({ address }) => address), ...bogus])]);
  }

  async fault(fault: Fault): Promise<void> {
    await this.dns?.fault(fault);
  }

  close(): void {
    this.dns?.kill();
    this.network.close();
    for (const pod of this.pods) pod.close();
  }
}

interface Neighbor {
  readonly bgpState: string;
  readonly connectionsDropped: number;
}

function neighborOf(pod: FrrPod, address: string): Neighbor | undefined {
  return (JSON.parse(pod.vtysh(`show bgp neighbors ${address} json`)) as Record<string, Neighbor>)[address];
}

const stateOf = (pod: FrrPod, address: string) => neighborOf(pod, address)?.bgpState;

/** One figure of a process over time. */
class Course {
  private readonly values: number[] = [];

  constructor(
    private readonly name: string,
    private readonly read: () => number,
  ) {}

  sample(): void {
    this.values.push(this.read());
  }

  get figures(): Figures {
    const { name, values } = this;
    const at = (part: number) => values[Math.floor((values.length - 1) * part)];
    return {
      [`${name}Start`]: at(0),
      [`${name}Quarter`]: at(0.25),
      [`${name}End`]: at(1),
      [`${name}Peak`]: Math.max(...values),
    };
  }
}

export const soakBench: Bench = {
  about:
    'A router whose DNS answers otherwise each 100 ms, with up to 1,000 addresses that nobody has, while real routers ' +
    'come and go: memory in MB and descriptors at the start, after a quarter, at the end and at most; lost sessions of ' +
    'those that stay (--seconds N, 600 by default)',
  needs: ['ip', 'bgpd'],
  async run({ seconds = 600 } = {}) {
    const mesh = new Mesh();
    try {
      const { watched, staying, others } = await mesh.start();
      const [bgpd, runtime] = [watched.bgpd?.pid as number, watched.runtime?.pid as number];
      const courses = [
        new Course('bgpdMb', () => rssMb(bgpd)),
        new Course('bgpdDescriptors', () => descriptors(bgpd)),
        new Course('runtimeMb', () => rssMb(runtime)),
        new Course('runtimeDescriptors', () => descriptors(runtime)),
      ];
      const end = Date.now() + seconds * 1000;
      const running = () => Date.now() < end;
      const every = async (milliseconds: number, work: () => unknown) => {
        for (; running(); await sleep(milliseconds)) await work();
      };
      let [answers, replaced] = [0, 0];
      let configured = 0;
      const churn = async () => {
        for (let phase = 0; running(); phase = (phase + 1) % PHASES.length) {
          const { seconds: length, bogus, fault } = PHASES[phase];
          await mesh.fault(fault ?? 'none');
          for (const until = Date.now() + length * 1000; running() && Date.now() < until; await sleep(CHURN_MS)) {
            await mesh.answer(bogus?.() ?? []);
            answers++;
          }
        }
        await mesh.fault('none');
      };
      const comeAndGo = every(COME_AND_GO_MS, async () => {
        const next = others[replaced++ % others.length];
        const [last] = mesh.listed.slice(3);
        await next.init();
        next.startBgpd();
        next.startRuntime();
        mesh.listed = [...mesh.listed.slice(0, 3), next];
        for (const process of last ? [last.runtime, last.bgpd] : []) process?.kill('SIGTERM');
      });
      const measure = every(SAMPLE_MS, () => {
        for (const course of courses) course.sample();
        const lines = watched.vtysh('show running-config').split('\n');
        configured = Math.max(
          configured,
          lines.filter((line) => /^ neighbor \S+ peer-group MESHRR-MESH$/.test(line)).length,
        );
      });
      await Promise.all([churn(), comeAndGo, measure]);
      const lost = staying.map(({ address }) => neighborOf(watched, address)?.connectionsDropped ?? Infinity);
      return {
        ...Object.assign({}, ...courses.map(({ figures }) => figures)),
        neighborsMost: configured,
        answers,
        replaced,
        lostSessions: lost.reduce((sum, count) => sum + count, 0),
        warnings: watched.log.filter(({ level }) => level === 'warn').length,
      };
    } finally {
      mesh.close();
    }
  },
};
