import { ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { DnsDiscovery } from '../../crpd-image/runtime/discovery/dns-lookup';
import { eventually } from '../../test-support/eventually';
import { median } from '../figure';
import { Pods } from './pods';
import { TurnTaker } from './turn';

const OWN = '10.42.200.1';
const NAME = 'core.default.svc.cluster.local';
const RUNS = 7;

/** dnsmasq on the loopback, with so many routers behind the Service. */
async function serve(count: number, port: number): Promise<ChildProcess> {
  const hosts = path.join(os.tmpdir(), `meshrr-hosts-${process.pid}-${count}`);
  const lines = Array.from({ length: count }, (_, i) => `10.42.${i >> 8}.${i & 255} ${NAME}\n`);
  fs.writeFileSync(hosts, lines.join(''));
  const options = ['--keep-in-foreground', '--user=root', '--conf-file=/dev/null', '--no-resolv', '--no-hosts'];
  const listen = ['--bind-interfaces', '--listen-address=127.0.0.1', `--port=${port}`, '--pid-file='];
  const server = spawn('dnsmasq', [...options, ...listen, `--addn-hosts=${hosts}`], { stdio: 'ignore' });
  const resolver = new DnsDiscovery({ family: 4, servers: [`127.0.0.1:${port}`] });
  await eventually(async () => {
    const answer = await resolver.lookup({ name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' });
    if (answer.kind !== 'found' || answer.endpoints.length !== count) throw new Error(JSON.stringify(answer));
  });
  resolver.close();
  fs.rmSync(hosts);
  return server;
}

/** Milliseconds of one turn of the daemon: the question to DNS, the choice, and the neighbors configured in bgpd. */
async function turn(pods: Pods, count: number, port: number): Promise<number> {
  const pod = pods.pod(OWN, 'core');
  pod.meshrr('init');
  pod.startBgpd();
  await eventually(() => pod.vtysh('show version'));
  const taker = new TurnTaker({
    environment: pod.environment,
    vtyFolder: pod.outside('/run/frr'),
    nameserver: `127.0.0.1:${port}`,
  });
  await taker.router.refresh(true);
  const start = performance.now();
  await taker.turn();
  const took = performance.now() - start;
  const { configured } = taker.router;
  if (configured.length !== count) throw new Error(`${configured.length} of ${count} are configured`);
  await taker.close();
  pod.bgpd?.kill('SIGKILL');
  return took;
}

async function main(): Promise<void> {
  const figures: Record<string, number> = {};
  for (const count of [100, 500]) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = await serve(count, port);
    const times: number[] = [];
    try {
      for (let i = 0; i < RUNS; i++) {
        const pods = new Pods();
        try {
          times.push(await turn(pods, count, port));
        } finally {
          pods.close();
        }
      }
    } finally {
      server.kill('SIGKILL');
    }
    figures[`applyMs${count}`] = median(times);
  }
  console.log(JSON.stringify(figures));
}

void main();
