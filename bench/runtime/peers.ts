import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { meshKey } from '../../lib/configuration/mesh-key';
import { bundleRuntime } from '../../test-support/bundle';
import { DnsServerProcess } from '../../test-support/dns-server-process';
import { eventually } from '../../test-support/eventually';
import { FrrPod } from '../../test-support/frr-pod';
import { launcherOfImages } from '../../test-support/launcher';
import { Network, NetworkHost } from '../../test-support/network';
import { Bench } from '../figure';
import { descriptors, rssMb } from './process-figures';

const NAME = 'core.default.svc.cluster.local';
const NAMESERVER = '10.42.255.53';
const AUTONOMOUS_SYSTEM = 64496;
const PEERS = 500;
/** So many of them stay; the others come and go. */
const STAYING = 250;
/** So many go and as many others come with each change. */
const CHANGED = 25;
const CHANGE_MS = 1_000;
const SAMPLE_MS = 5_000;
const DEFAULT_SECONDS = 600;
const PATIENCE_MS = 120_000;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const addressOf = (number: number) => `10.42.${10 + Math.floor(number / 250)}.${1 + (number % 250)}`;

/** Members of a mesh: a BIRD for each of the addresses of a host. */
class Peers {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-peers-'));

  constructor(
    private readonly host: NetworkHost,
    pod: string,
    count: number,
  ) {
    for (let number = 0; number < count; number++) fs.writeFileSync(this.file(number), this.text(number, pod));
  }

  start(numbers: readonly number[]): void {
    const each = 'for file in "$@"; do bird -c "$file" -s "$file.ctl" -P "$file.pid"; done';
    this.host.run('sh', '-c', each, 'sh', ...numbers.map((number) => this.file(number)));
  }

  /** Ends them as a router ends that shuts down. */
  stop(numbers: readonly number[]): void {
    for (const number of numbers) process.kill(Number(fs.readFileSync(`${this.file(number)}.pid`, 'utf8')), 'SIGTERM');
  }

  close(): void {
    fs.rmSync(this.folder, { recursive: true });
  }

  private file(number: number): string {
    return path.join(this.folder, `${number}.conf`);
  }

  private text(number: number, pod: string): string {
    return [
      `router id ${addressOf(number)};`,
      'protocol device {}',
      `protocol static { ipv4; route 198.18.${number >> 8}.${number & 255}/32 blackhole; }`,
      'protocol bgp pod {',
      `  local ${addressOf(number)} as ${AUTONOMOUS_SYSTEM};`,
      `  neighbor ${pod} as ${AUTONOMOUS_SYSTEM};`,
      '  strict bind;',
      `  password "${meshKey(AUTONOMOUS_SYSTEM, 'core', 'default')}";`,
      '  hold time 30; connect delay time 1; connect retry time 1; error wait time 1, 1;',
      '  ipv4 { import all; export all; };',
      '}',
      '',
    ].join('\n');
  }
}

interface Summary {
  readonly ipv4Unicast?: {
    readonly peers: Readonly<Record<string, { readonly state: string; readonly connectionsDropped: number }>>;
  };
}

export const peersBench: Bench = {
  about:
    `A router in a mesh with ${PEERS} others that are real, of which ${CHANGED} go and ${CHANGED} others come each second ` +
    '(--seconds N, 600 by default): seconds until all sessions are up at first, and until they are as DNS says after the ' +
    'last change; sessions lost of those that stay; memory in MB, and descriptors, after the first quarter and at the end',
  needs: ['ip', 'bgpd', 'bird'],
  async run({ seconds = DEFAULT_SECONDS } = {}) {
    const network = new Network();
    const [bundle, launcher] = [bundleRuntime(), launcherOfImages()];
    const dns = await DnsServerProcess.start(network.host(`${NAMESERVER}/16`));
    const pod = new FrrPod(network.host('10.42.0.1/16'), {
      ...{ bundle, nameserver: NAMESERVER, node: launcher.node, nodeArguments: launcher.nodeArguments },
      environment: {
        MESH_SERVICE_NAME: 'core',
        AUTONOMOUS_SYSTEM: String(AUTONOMOUS_SYSTEM),
        MESHRR_CLIENTRANGE: '198.51.100.0/24',
        MESHRR_PEER_LIMIT: String(2 * PEERS),
        ...launcher.environment,
      },
    });
    const others = Array.from({ length: PEERS }, (_, number) => `${addressOf(number)}/16`);
    const peers = new Peers(network.host(...others), pod.address, PEERS);
    const all = Array.from({ length: PEERS }, (_, number) => number);
    let listed: readonly number[] = [];
    const list = async (numbers: readonly number[]) => {
      listed = numbers;
      await dns.set(NAME, [pod.address, ...numbers.map(addressOf)]);
    };
    const neighbors = () => (JSON.parse(pod.vtysh('show bgp summary json')) as Summary).ipv4Unicast?.peers ?? {};
    const asListed = () =>
      eventually(() => {
        const up = Object.entries(neighbors()).filter(([, { state }]) => state === 'Established');
        const all = Object.keys(neighbors()).length;
        if (up.length !== listed.length || all !== listed.length) {
          throw new Error(`${up.length} of ${all} neighbors are up, want ${listed.length}`);
        }
      }, PATIENCE_MS);
    try {
      peers.start(all);
      await list(all);
      const begun = Date.now();
      pod.start();
      await asListed();
      const upSeconds = (Date.now() - begun) / 1000;
      const [bgpd, runtime] = [pod.bgpd?.pid as number, pod.runtime?.pid as number];
      const sample = () => ({
        ...{ BgpdMb: rssMb(bgpd), BgpdDescriptors: descriptors(bgpd) },
        ...{ RuntimeMb: rssMb(runtime), RuntimeDescriptors: descriptors(runtime) },
      });
      const samples: ReturnType<typeof sample>[] = [];
      const end = Date.now() + seconds * 1000;
      let sampled = 0;
      let changes = 0;
      const coming = all.slice(STAYING);
      let away: readonly number[] = [];
      for (; Date.now() < end; changes++) {
        const at = (changes * CHANGED) % coming.length;
        const next = coming.slice(at, at + CHANGED);
        await list(all.filter((number) => !next.includes(number)));
        peers.stop(next);
        peers.start(away);
        away = next;
        if (Date.now() - sampled > SAMPLE_MS) {
          samples.push(sample());
          sampled = Date.now();
        }
        await sleep(CHANGE_MS);
      }
      peers.start(away);
      await list(all);
      const last = Date.now();
      await asListed();
      const settledSeconds = (Date.now() - last) / 1000;
      const lost = all.slice(0, STAYING).map((number) => neighbors()[addressOf(number)].connectionsDropped);
      const named = (when: string, values: ReturnType<typeof sample>) =>
        Object.fromEntries(Object.entries(values).map(([name, value]) => [`${when}${name}`, value]));
      return {
        ...{ upSeconds, changes, settledSeconds },
        lostSessions: lost.reduce((sum, count) => sum + count, 0),
        ...named('quarter', samples[Math.floor(samples.length / 4)]),
        ...named('end', samples[samples.length - 1]),
        warnings: pod.log.filter(({ level }) => level === 'warn').length,
      };
    } finally {
      dns.kill();
      network.close();
      pod.close();
      peers.close();
    }
  },
};
