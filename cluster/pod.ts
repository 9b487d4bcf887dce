import * as fs from 'fs';
import * as path from 'path';
import { Status } from '../crpd-image/runtime/daemon/status';
import { readStatus } from '../crpd-image/runtime/daemon/status-file';
import { Session } from '../crpd-image/runtime/router/driver';
import { parseSessions } from '../crpd-image/runtime/router/frr/sessions';
import { LearnedRoute } from '../lab/clients/client';
import { frrRoutes } from '../lab/clients/frr-routes';
import { runVty } from '../lab/clients/vty';
import { Family } from '../lib/addressing';
import { KubernetesObject } from './control-plane/api';
import { cgroupFolder, cpuSecondsOf, memoryBytesOf, processesIn } from './machine/cgroups';

/** A pod of an app on the cluster, as the API reported it. */
export class RealPod {
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  /** IPv4 first. Empty while it is being created. */
  readonly addresses: readonly string[];
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly uid: string;
  readonly workload: { readonly name: string; readonly namespace: string };

  /** @param cgroup the name of the cgroup of its node; undefined before it has a node */
  constructor(
    { metadata, spec, status }: KubernetesObject,
    private readonly cgroup: string | undefined,
  ) {
    this.name = metadata.name;
    this.namespace = metadata.namespace ?? 'default';
    this.uid = metadata.uid ?? '';
    this.node = spec.nodeName ?? '';
    this.addresses = (status.podIPs ?? []).map(({ ip }: { readonly ip: string }) => ip);
    const conditions: readonly { readonly type: string; readonly status: string }[] = status.conditions ?? [];
    this.ready = conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
    this.terminating = metadata.deletionTimestamp !== undefined;
    const owner = metadata.ownerReferences?.[0]?.name ?? this.name;
    const hash = metadata.labels?.['pod-template-hash'];
    this.workload = { name: hash ? owner.replace(`-${hash}`, '') : owner, namespace: this.namespace };
  }

  get address(): string {
    return this.addresses[0];
  }

  /** The output of a command of its bgpd, by the socket of bgpd's terminal: no process is started in the pod. */
  async show(command: string): Promise<string> {
    const [text] = await runVty(this.inside('/run/frr/bgpd.vty'), this.name, command);
    return text;
  }

  /** Configures bgpd as an operator does. @throws Error where a line is rejected */
  async configure(...lines: readonly string[]): Promise<void> {
    await runVty(this.inside('/run/frr/bgpd.vty'), this.name, 'configure terminal', ...lines, 'end');
  }

  /** The last status of the runtime. */
  status(): Status | undefined {
    return readStatus(this.inside('/run/frr/meshrr.status.json'));
  }

  async sessions(): Promise<readonly Session[]> {
    return parseSessions(await this.show('show bgp summary json'));
  }

  /** All paths of a family from neighbors, not only the best. */
  async paths(family: Family): Promise<readonly LearnedRoute[]> {
    return frrRoutes((command) => this.show(command), family);
  }

  /** The path on this machine of a file in its container. */
  private inside(file: string): string {
    const pid = this.processes.find((one) => programOf(one) === 'bgpd');
    if (pid === undefined) throw new Error(`${this.name}: bgpd does not run`);
    return `/proc/${pid}/root${file}`;
  }

  /** The ids of its processes on this machine. */
  get processes(): readonly number[] {
    const folder = this.cgroupIn('pids');
    return folder ? processesIn(folder) : [];
  }

  /** CPU seconds that it has used, with its probes. */
  get cpuSeconds(): number {
    return cpuSecondsOf((controller) => this.cgroupIn(controller));
  }

  get memoryBytes(): number {
    return memoryBytesOf((controller) => this.cgroupIn(controller));
  }

  /** Its cgroup. Its quality of service decides where that is. */
  private cgroupIn(controller: string): string | undefined {
    if (this.cgroup === undefined) return undefined;
    const node = cgroupFolder(controller, this.cgroup);
    const classes = ['', 'burstable', 'besteffort'];
    return classes.map((name) => path.join(node, 'kubepods', name, `pod${this.uid}`)).find((one) => fs.existsSync(one));
  }
}

function programOf(pid: number): string | undefined {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
