import * as path from 'path';
import { eventually } from '../../lab/eventually';
import { attempt, CommandResult, run } from '../../lab/network/command';
import { Machine, PREFIX } from '../machine/machine';
import { Api } from './api';
import { Certificates } from './certificates';

/** The default network of Services of k3s, the address of the API in it, and that of DNS. */
export const SERVICES = { network: '10.43.0.0/16', api: '10.43.0.1', dns: '10.43.0.10' } as const;

const PORT = 6443;
const ETCD = 'http://127.0.0.1:2379';
/** How long the API server may take to answer, in milliseconds: it creates its tables at its first start. */
const PATIENCE_MS = 180_000;

/** The name of the host of the control plane. */
export const CONTROL_PLANE = 'control-plane';
/** Not `ip netns exec`, which hides the cgroups. */
const INSIDE = ['nsenter', `--net=/run/netns/${PREFIX}${CONTROL_PLANE}`];

/** Starts a program again when it ends, as the kubelet does with that of a static pod; its command line follows. */
const RESTARTING = [
  'sh',
  '-c',
  'trap "trap - TERM; kill 0" TERM; while :; do "$@" & wait $!; sleep 1; done',
  'restarting',
];

/** The command line that runs kubectl where the API server is reached; its arguments follow. @param programs their folder */
export function kubectlCommandOf(programs: string, kubeconfig: string): readonly string[] {
  return [...INSIDE, path.join(programs, 'kubectl'), '--kubeconfig', kubeconfig];
}

type Flags = Readonly<Record<string, string | number | boolean>>;

const serverAt = (address: string) => `https://${address}:${PORT}`;

/** What the control plane needs to know of the cluster. */
export interface ControlPlaneOptions {
  readonly machine: Machine;
  readonly address: string;
  /** The folder of the programs of Kubernetes. */
  readonly programs: string;
  readonly podNetwork: string;
}

/** etcd, the API server, the controllers and the scheduler, on a host of their own. */
export class ControlPlane {
  readonly api: Api;

  private constructor(
    private readonly options: ControlPlaneOptions,
    readonly certificates: Certificates,
  ) {
    this.api = new Api(options.machine.at('api.sock'));
  }

  /** Returns when the API answers. */
  static async start(options: ControlPlaneOptions): Promise<ControlPlane> {
    const certificates = await Certificates.create(options.machine.folder('certificates'), serverAt(options.address));
    const service = 'kubernetes.default.svc';
    await certificates.issue({
      name: 'apiserver',
      alternativeNames: [
        ...[`DNS:kubernetes`, `DNS:kubernetes.default`, `DNS:${service}`, `DNS:${service}.cluster.local`],
        ...[`IP:${options.address}`, `IP:${SERVICES.api}`, 'IP:127.0.0.1'],
      ],
    });
    await certificates.issue({ name: 'admin', user: 'admin', group: 'system:masters' });
    for (const name of ['kube-controller-manager', 'kube-scheduler', 'kube-proxy']) await certificates.issue({ name });
    const plane = new ControlPlane(options, certificates);
    plane.startEtcd();
    plane.startApiServer();
    plane.startProxy();
    await plane.untilReady();
    plane.startControllers();
    return plane;
  }

  /** Runs kubectl as an administrator, to its end. @throws Error where it fails */
  kubectl(args: readonly string[], input?: string): Promise<string> {
    const [command, ...first] = this.kubectlCommand;
    return run(command, [...first, ...args], { input, timeoutMs: PATIENCE_MS + 10_000 });
  }

  /**
   * Waits until all pods of a workload are those of its template, and ready.
   *
   * @param workload `deployment/coredns`
   */
  async rollout(namespace: string, workload: string, patienceMs = PATIENCE_MS): Promise<void> {
    const look = () => this.kubectl(['-n', namespace, 'rollout', 'status', workload, '--timeout=60s']);
    await eventually(look, patienceMs, 500);
  }

  /** As {@link kubectl}, but a failure is a result. */
  attemptKubectl(args: readonly string[], input?: string): Promise<CommandResult> {
    const [command, ...first] = this.kubectlCommand;
    return attempt(command, [...first, ...args], { input, timeoutMs: PATIENCE_MS + 10_000 });
  }

  /** That of an administrator. */
  get kubeconfig(): string {
    return this.certificates.kubeconfigOf('admin');
  }

  /** The command line that runs kubectl; its arguments follow. */
  get kubectlCommand(): readonly string[] {
    return kubectlCommandOf(this.options.programs, this.kubeconfig);
  }

  /** Kills the API server, as a failure of its machine does. */
  stopApiServer(): Promise<void> {
    return this.options.machine.processes.stop('kube-apiserver', 'SIGKILL');
  }

  /** Returns when it answers. */
  async startApiServerAgain(): Promise<void> {
    this.startApiServer();
    await this.untilReady();
  }

  private startEtcd(): void {
    this.start('etcd', 'etcd', [
      ...['--data-dir', this.options.machine.folder('etcd'), '--log-level', 'warn'],
      ...['--listen-client-urls', ETCD, '--advertise-client-urls', ETCD],
      ...['--listen-peer-urls', 'http://127.0.0.1:2380', '--unsafe-no-fsync'],
    ]);
  }

  private startApiServer(): void {
    const { certificates } = this;
    const key = certificates.keyOf('service-accounts');
    this.startProgram('kube-apiserver', {
      'etcd-servers': ETCD,
      'advertise-address': this.options.address,
      'secure-port': PORT,
      'service-cluster-ip-range': SERVICES.network,
      'allow-privileged': true,
      'authorization-mode': 'Node,RBAC',
      'enable-admission-plugins': 'NodeRestriction',
      // Webhooks are pods, and no kube-proxy runs beside the API server.
      'enable-aggregator-routing': true,
      'client-ca-file': certificates.authority,
      'tls-cert-file': certificates.certificateOf('apiserver'),
      'tls-private-key-file': certificates.keyOf('apiserver'),
      'kubelet-client-certificate': certificates.certificateOf('admin'),
      'kubelet-client-key': certificates.keyOf('admin'),
      'kubelet-certificate-authority': certificates.authority,
      'kubelet-preferred-address-types': 'InternalIP',
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': key,
      'service-account-signing-key-file': key,
    });
  }

  /**
   * They elect a leader, as everywhere: when the API server is away for longer than 10 seconds, they end, and start anew.
   * Otherwise they would list their objects again as late as a minute after it is back, and would have taken all nodes for
   * dead by then, so that no Service has an endpoint.
   */
  private startControllers(): void {
    const configOf = (name: string) => {
      const file = this.certificates.kubeconfigOf(name);
      return { kubeconfig: file, 'authentication-kubeconfig': file, 'authorization-kubeconfig': file };
    };
    const restarting = (name: string, flags: Flags) => this.startProgram(name, flags, RESTARTING);
    restarting('kube-controller-manager', {
      ...configOf('kube-controller-manager'),
      'root-ca-file': this.certificates.authority,
      'service-account-private-key-file': this.certificates.keyOf('service-accounts'),
      'use-service-account-credentials': true,
      'cluster-cidr': this.options.podNetwork,
      'allocate-node-cidrs': false,
    });
    restarting('kube-scheduler', configOf('kube-scheduler'));
  }

  private startProxy(): void {
    const [command, ...args] = this.kubectlCommand;
    this.options.machine.processes.start('api-socket', command, [
      ...args,
      ...['proxy', `--unix-socket=${this.options.machine.at('api.sock')}`, '--reject-methods=^$'],
    ]);
  }

  private async untilReady(): Promise<void> {
    await eventually(() => this.api.request('GET', '/readyz'), PATIENCE_MS, 200).catch((error) => {
      throw new Error(
        `the API server: ${error.message}: ${this.options.machine.processes.lastLines('kube-apiserver')}`,
      );
    });
  }

  private startProgram(name: string, flags: Flags, wrapper: readonly string[] = []): void {
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    const [command, ...others] = [...wrapper, path.join(this.options.programs, name), ...args];
    this.start(name, command, others);
  }

  private start(name: string, command: string, args: readonly string[]): void {
    const [first, ...rest] = [...INSIDE, command, ...args];
    this.options.machine.processes.start(name, first, rest);
  }
}
