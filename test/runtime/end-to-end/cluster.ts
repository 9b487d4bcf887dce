import { ChildProcess } from 'child_process';
import * as fs from 'fs';
import { Status } from '../../../crpd-image/runtime/daemon/status';
import { bundleRuntime } from '../../../test-support/bundle';
import { DnsServerProcess } from '../../../test-support/dns-server-process';
import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { Network, NetworkHost } from '../../../test-support/network';
import { SliceServer } from '../../../test-support/slice-server';

/** Longer than anything here takes, on a machine that is busy with other things. */
export const PATIENCE_MS = 60_000;

/** The name in DNS of a Service. */
const nameOf = (service: string) => `${service}.default.svc.cluster.local`;

/** What `show bgp neighbors ADDRESS json` tells of a session. */
export interface BgpNeighbor {
  readonly bgpState: string;
  readonly peerGroup: string;
  readonly connectionsDropped: number;
  readonly dynamicNeighbor?: boolean;
}

/** A DNS server and pods on FRR, which all are hosts of one network. */
export class Cluster {
  readonly pods: FrrPod[] = [];
  private slices?: SliceServer;
  private readonly bundle = bundleRuntime();

  private constructor(
    private readonly network: Network,
    private readonly dnsHost: NetworkHost,
    private server: DnsServerProcess,
    private readonly prefixLength: number,
  ) {}

  /** @param nameserver the address of the DNS server, with the prefix length of the whole network */
  static async start(nameserver = '10.42.255.53/16'): Promise<Cluster> {
    const network = new Network();
    const host = network.host(nameserver);
    // Without a server each question is refused, not only the first ones of a second.
    host.run('sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0', 'net.ipv6.icmp.ratelimit=0');
    const server = await DnsServerProcess.start(host).catch((error) => {
      network.close();
      throw error;
    });
    return new Cluster(network, host, server, Number(nameserver.split('/')[1]));
  }

  /** A host beside the pods. */
  host(address: string): NetworkHost {
    return this.network.host(`${address}/${this.prefixLength}`);
  }

  get dns(): DnsServerProcess {
    return this.server;
  }

  /** Serves EndpointSlices to the pods that are made after this. */
  async serveSlices(): Promise<SliceServer> {
    return (this.slices = await SliceServer.start(this.dnsHost, this.dnsHost.addresses[0]));
  }

  /**
   * A pod that is not started yet. It polls more often than by default, so that tests wait less.
   *
   * @param root where its bgpd is. @default this machine
   */
  pod(address: string, environment: Readonly<Record<string, string>>, root?: string): FrrPod {
    const pod = new FrrPod(this.network.host(`${address}/${this.prefixLength}`), {
      bundle: this.bundle,
      nameserver: this.dnsHost.addresses[0],
      account: this.slices?.account,
      root,
      environment: {
        ...this.slices?.environment,
        AUTONOMOUS_SYSTEM: '64496',
        MESHRR_CLIENTRANGE: '10.42.0.0/16',
        MESHRR_POLL_MILLISECONDS: '300',
        ...environment,
      },
    });
    this.pods.push(pod);
    return pod;
  }

  /** Makes the Service list exactly these pods and addresses. */
  async list(service: string, ...members: readonly (FrrPod | string)[]): Promise<void> {
    await this.dns.set(
      nameOf(service),
      members.map((member) => (typeof member === 'string' ? member : member.address)),
    );
  }

  /** The Service is not there any more. */
  async unlist(service: string): Promise<void> {
    await this.dns.delete(nameOf(service));
  }

  async restartDns(): Promise<void> {
    this.server = await DnsServerProcess.start(this.dnsHost);
  }

  async close(): Promise<void> {
    this.slices?.close();
    this.network.close();
    for (const pod of this.pods) pod.close();
  }
}

/** Writes the configuration of a pod, by which bgpd is to tell of each neighbor that it accepts from a range. */
export function configure(pod: FrrPod): void {
  const { status, stderr } = pod.meshrr('init');
  if (status !== 0) throw new Error(stderr);
  const file = pod.outside('/etc/frr/bgpd.conf');
  const text = fs.readFileSync(file, 'utf8').replace('log stdout informational', 'log stdout debugging');
  fs.writeFileSync(file, `debug bgp neighbor-events\n${text}`);
}

/** Starts bgpd and the runtime. */
export function start(...pods: readonly FrrPod[]): void {
  for (const pod of pods) {
    configure(pod);
    pod.startBgpd();
    pod.startRuntime();
  }
}

/** Ends a process, and waits for that. @returns its exit status, and the signal that ended it */
export async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<[number | null, string]> {
  if (!child || child.exitCode !== null || child.signalCode !== null) throw new Error('it does not run');
  const ended = new Promise<[number | null, string]>((resolve) =>
    child.once('exit', (code, by) => resolve([code, by ?? ''])),
  );
  child.kill(signal);
  return ended;
}

export function neighbor(pod: FrrPod, { address }: { readonly address: string }): BgpNeighbor | undefined {
  return JSON.parse(pod.vtysh(`show bgp neighbors ${address} json`))[address];
}

/** The neighbors of a group in the running configuration of bgpd. */
export function members(pod: FrrPod, group: string): string[] {
  const lines = pod.vtysh('show running-config').split('\n');
  const ours = lines.flatMap((line) => new RegExp(`^ neighbor (\\S+) peer-group ${group}$`).exec(line)?.[1] ?? []);
  return ours.sort();
}

/** Fails unless both have each other in this group of theirs, Established. */
export function expectSession(
  a: FrrPod,
  b: FrrPod,
  groups: readonly [string, string] = ['MESHRR-MESH', 'MESHRR-MESH'],
) {
  const seen = [neighbor(a, b), neighbor(b, a)].map((n) => n && { state: n.bgpState, group: n.peerGroup });
  expect({ ends: [a.address, b.address], seen }).toEqual({
    ends: [a.address, b.address],
    seen: groups.map((group) => ({ state: 'Established', group })),
  });
}

/** A core of two pods that are ready and have a session. */
export async function meshOfTwo(): Promise<{ readonly cluster: Cluster; readonly a: FrrPod; readonly b: FrrPod }> {
  const cluster = await Cluster.start();
  const [a, b] = ['10.42.0.1', '10.42.0.2'].map((address) => cluster.pod(address, { MESH_SERVICE_NAME: 'core' }));
  await cluster.list('core', a, b);
  start(a, b);
  await untilMeshed([a, b]);
  for (const pod of [a, b]) await logged(pod, 'ready');
  return { cluster, a, b };
}

/** Waits until each pair of these has its session in the mesh. */
export async function untilMeshed(pods: readonly FrrPod[], milliseconds = PATIENCE_MS): Promise<void> {
  for (const [i, a] of pods.entries()) {
    for (const b of pods.slice(i + 1)) await eventually(() => expectSession(a, b), milliseconds);
  }
}

/** How often the sessions between these were lost, counted by bgpd since it was started. */
export function drops(pods: readonly FrrPod[]): Record<string, number | undefined> {
  const counts = pods.flatMap((pod) => {
    const neighbors: Record<string, BgpNeighbor> = JSON.parse(pod.vtysh('show bgp neighbors json'));
    const others = pods.filter((other) => other !== pod);
    return others.map(({ address }) => [`${pod.address} ${address}`, neighbors[address]?.connectionsDropped] as const);
  });
  return Object.fromEntries(counts);
}

/** The neighbors that bgpd accepted from a range since it was started, however short: `10.42.0.2 MESHRR-CLIENTS`. */
export function accepted(pod: FrrPod): string[] {
  const log = fs.readFileSync(pod.outside('bgpd.log'), 'utf8');
  return [...log.matchAll(/(\S+) Dynamic Neighbor added, group (\S+) /g)].map(
    ([, address, group]) => `${address} ${group}`,
  );
}

/** Waits until the daemon tells something by its status. */
export function told(pod: FrrPod, check: (status: Status) => void, milliseconds = PATIENCE_MS): Promise<void> {
  return eventually(() => check(pod.status()), milliseconds, 200);
}

/** Waits until the log of a pod has an event of this name, after the first `before` of them. */
export function logged(pod: FrrPod, name: string, before = 0): Promise<Record<string, unknown>> {
  return eventually(() => {
    const event = pod.events(name)[before];
    if (!event)
      throw new Error(`${pod.address} has not logged ${name}: ${JSON.stringify(pod.log.slice(-5))} ${pod.errors}`);
    return event;
  }, PATIENCE_MS);
}

/** Fails as soon as `check` does, all along this time. */
export async function throughout(milliseconds: number, check: () => void): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end;) {
    check();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  check();
}
