import { randomUUID } from 'crypto';
import * as fs from 'fs';
import { isIPv6 } from 'net';
import * as path from 'path';
import { parseSessions } from '../../crpd-image/runtime/router/frr/sessions';
import { runVty } from '../clients/vty';
import { Family } from '../../lib/addressing';
import { LearnedRoute } from '../clients/client';
import { frrRoutes } from '../clients/frr-routes';
import { Session } from '../../crpd-image/runtime/router/driver';
import { Status } from '../../crpd-image/runtime/daemon/status';
import { readStatus } from '../../crpd-image/runtime/daemon/status-file';
import { LabError } from '../lab-error';
import { Workload } from '../manifests/objects';
import { Probe } from '../manifests/pod-spec';
import { Namespace } from '../network/namespace';
import { Prober } from './prober';
import { Sandbox, SandboxOptions } from './sandbox';
import { Supervised } from './supervised';

/** The services of the image, in the order in which they are started. */
const SERVICES = {
  bgpd: '/etc/service/bgpd/run',
  meshrr: '/etc/service/meshrr/run',
  'stand-in': '/etc/service/stand-in/run',
} as const;
/** The filter of bgpd's log. */
const BGPD_LOG = '/etc/service/bgpd/log/run';
/** What the image runs before it stops bgpd. */
const BEFORE_STOP = '/etc/service/bgpd/control/t';
/** The socket of bgpd's terminal. */
const VTY = '/run/frr/bgpd.vty';
/** How long each service may take to stop, in milliseconds, as in the start script of the image. */
const STOP_MS = { bgpd: 10_000, meshrr: 5_000, 'stand-in': 5_000 } as const;
/** How long `meshrr init` may take on a busy machine, in milliseconds. */
const INIT_MS = 120_000;

/** What bgpd logs for a line of configuration that it rejects. It continues without the line. */
const REJECTED = /(?:No such command|Command returned [\w ]+) on config line [^"\n]*/g;
/** Lines of a log that an error shows. */
const LOG_LINES = 10;

export interface PodOptions extends Omit<SandboxOptions, 'mounts' | 'user' | 'group' | 'capabilities'> {
  readonly name: string;
  readonly workload: Workload;
  readonly node: string;
  /** The host on which its kubelet runs. */
  readonly kubelet: Namespace;
  /** One of each IP family of the cluster, IPv4 first. */
  readonly addresses: readonly string[];
  /** Variables that override those of the manifest. */
  readonly environment: Readonly<Record<string, string>>;
  readonly probed: boolean;
  /** Called when the pod becomes ready or not ready. */
  readonly onChange: () => void;
}

/** A pod: bgpd and the runtime, which start, stop and are probed by the manifest. */
export class Pod {
  readonly name: string;
  readonly uid = randomUUID();
  readonly workload: Workload;
  readonly node: string;
  readonly addresses: readonly string[];
  readonly namespace: Namespace;
  ready = false;
  terminating = false;
  /** When its start began, in milliseconds of `performance.now()`. */
  startedAt?: number;
  private readonly sandbox: Sandbox;
  /** Its processes: bgpd, the runtime, and what answers the probes in place of the runtime. */
  readonly services: Readonly<Record<keyof typeof SERVICES, Supervised>>;
  private prober?: Prober;

  constructor(private readonly options: PodOptions) {
    const { name, workload, node, addresses, namespace } = options;
    this.name = name;
    this.workload = workload;
    this.node = node;
    this.addresses = addresses;
    this.namespace = namespace;
    const { mounts, user, group, capabilities } = workload.pod;
    this.sandbox = new Sandbox({ ...options, mounts, user, group, capabilities });
    this.services = {
      bgpd: this.service('bgpd'),
      meshrr: this.service('meshrr'),
      'stand-in': this.service('stand-in'),
    };
  }

  get address(): string {
    return this.addresses[0];
  }

  /** The variables of its container. */
  get environment(): Readonly<Record<string, string>> {
    const fields = {
      'status.podIP': this.address,
      'status.podIPs': this.addresses.join(','),
      'metadata.name': this.name,
      'metadata.namespace': this.workload.namespace,
      'metadata.uid': this.uid,
      'spec.nodeName': this.node,
    };
    const given = this.workload.pod.variables.map((variable) => [
      variable.name,
      'field' in variable ? fields[variable.field] : variable.value,
    ]);
    return { ...Object.fromEntries(given), ...this.options.environment };
  }

  /** @throws LabError where `meshrr init` rejects its settings */
  async start(): Promise<void> {
    this.startedAt = performance.now();
    await this.sandbox.open();
    await this.startContainer();
  }

  /** Stops it as Kubernetes stops a deleted pod: preStop, then TERM. Returns when it has ended. */
  async terminate(): Promise<void> {
    this.terminating = true;
    this.prober?.terminate();
    this.options.onChange();
    const { preStop, terminationGracePeriodSeconds } = this.workload.pod;
    await this.sandbox.exec(preStop, this.processEnvironment, terminationGracePeriodSeconds * 1000);
    await this.sandbox.exec([BEFORE_STOP], this.processEnvironment, STOP_MS.bgpd);
    await this.services.bgpd.stop(STOP_MS.bgpd);
    await this.services.meshrr.stop(STOP_MS.meshrr);
    await this.services['stand-in'].stop(STOP_MS['stand-in']);
    await this.close();
  }

  /** Ends it at once, as the loss of its node does. */
  async close(): Promise<void> {
    this.terminating = true;
    this.ready = false;
    this.prober?.stop();
    for (const service of Object.values(this.services)) void service.kill();
    this.sandbox.close();
    // That of a node stays.
    if (!this.workload.pod.hostNetwork) await this.namespace.close();
  }

  /** The output of a command of bgpd. @throws RouterUnavailable */
  async show(command: string): Promise<string> {
    const [text] = await runVty(this.sandbox.outside(VTY), this.name, command);
    return text;
  }

  /** Configures bgpd as an operator does. @throws Error where a line is rejected */
  async configure(...lines: readonly string[]): Promise<void> {
    await runVty(this.sandbox.outside(VTY), this.name, 'configure terminal', ...lines, 'end');
  }

  /** @throws RouterUnavailable */
  async sessions(): Promise<readonly Session[]> {
    return parseSessions(await this.show('show bgp summary json'));
  }

  /** All paths of a family from neighbors, not only the best. @throws RouterUnavailable */
  async paths(family: Family): Promise<readonly LearnedRoute[]> {
    return frrRoutes((command) => this.show(command), family);
  }

  /** Why it cannot work: a program has ended by itself, or bgpd has rejected configuration. */
  get fault(): string | undefined {
    const services = Object.entries(this.services) as [keyof typeof SERVICES, Supervised][];
    // The stand-in ends when the runtime is back.
    const [ended] = services.find(([name, service]) => name !== 'stand-in' && service.endedByItself) ?? [];
    if (ended) {
      const lines = this.log(ended).trim().split('\n').slice(-LOG_LINES);
      return [`${this.name}: ${ended} has ended; its log:`, ...lines].join('\n  ');
    }
    const rejected = this.services.bgpd.starts > 0 ? this.log('bgpd').match(REJECTED) : null;
    return rejected ? `${this.name}: bgpd has rejected its configuration: ${rejected.join('; ')}` : undefined;
  }

  /** The last status of the runtime. */
  status(): Status | undefined {
    return readStatus(this.sandbox.outside('/run/frr/meshrr.status.json'));
  }

  log(service: keyof typeof SERVICES): string {
    return fs.readFileSync(this.logFile(service), 'utf8');
  }

  /** The command line that runs a program in the pod: the program follows it. */
  get execTarget(): readonly string[] {
    return this.sandbox.execTarget;
  }

  private async startContainer(): Promise<void> {
    const { status, stderr } = await this.sandbox.exec(['meshrr', 'init'], this.processEnvironment, INIT_MS);
    if (status !== 0) throw new LabError(`${this.name}: ${stderr.trim()}`);
    if (this.terminating) return;
    this.services.bgpd.start();
    this.services.meshrr.start();
    this.services['stand-in'].start();
    if (!this.options.probed) return;
    this.prober = new Prober(this.workload.pod, (probe) => this.probe(probe), {
      onReady: (ready) => this.setReady(ready),
      onFailed: () => void this.restart(),
    });
    this.prober.start();
  }

  /** Asks the pod at its address, from its node, as the kubelet does. */
  private async probe({ path: at, port, timeoutSeconds }: Probe): Promise<boolean> {
    const url = `http://${isIPv6(this.address) ? `[${this.address}]` : this.address}:${this.workload.pod.ports.get(port)}${at}`;
    const { status } = await this.options.kubelet.attempt(
      'curl',
      '-sf',
      '-m',
      `${timeoutSeconds}`,
      '-o',
      '/dev/null',
      url,
    );
    return status === 0;
  }

  /** Restarts the container, as the kubelet does when the liveness probe fails. */
  private async restart(): Promise<void> {
    this.prober?.stop();
    this.setReady(false);
    const names = Object.keys(SERVICES) as (keyof typeof SERVICES)[];
    await Promise.all(names.map((name) => this.services[name].stop(STOP_MS[name])));
    if (!this.terminating) await this.startContainer();
  }

  private setReady(ready: boolean): void {
    if (this.ready === ready) return;
    this.ready = ready;
    this.options.onChange();
  }

  private service(name: keyof typeof SERVICES): Supervised {
    return new Supervised(() => {
      const child = this.sandbox.spawn([SERVICES[name]], this.processEnvironment);
      const log = fs.createWriteStream(this.logFile(name), { flags: 'a' });
      const { stdout } = child;
      const writer =
        name === 'bgpd' && stdout ? this.sandbox.spawn([BGPD_LOG], this.processEnvironment, stdout) : child;
      writer.stdout?.pipe(log, { end: false });
      for (const { stderr } of new Set([child, writer])) stderr?.pipe(log, { end: false });
      writer.once('close', () => log.end());
      return child;
    });
  }

  private logFile(service: keyof typeof SERVICES): string {
    return path.join(this.options.folder, `${service}.log`);
  }

  get processEnvironment(): NodeJS.ProcessEnv {
    return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...this.environment };
  }
}
