import * as fs from 'fs';
import * as path from 'path';
import { eventually } from '../../lab/eventually';
import { run } from '../../lab/network/command';
import { NodeHost } from '../network/network';
import { Certificates } from '../control-plane/certificates';
import { createCgroup } from '../machine/cgroups';
import { Machine, PREFIX } from '../machine/machine';
import * as configuration from './configuration';

const SOCKET = '/run/containerd/containerd.sock';
/** How long containerd may take to answer, and an import of an image to end, in milliseconds. */
const PATIENCE_MS = 180_000;
/** Folders of a machine that each node has to itself, by names of folders of the cluster. */
const OWN_FOLDERS = { lib: '/var/lib', log: '/var/log', run: '/run' } as const;

/** A node's place in the cluster. */
export interface NodeProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Counted from 1. */
  readonly number: number;
  readonly address: string;
  readonly podNetwork: string;
}

/** What all nodes share. */
export interface NodeContext {
  readonly machine: Machine;
  readonly certificates: Certificates;
  /** The folder of the programs of Kubernetes. */
  readonly programs: string;
  /** The folder of kube-router. */
  readonly policyEngine: string;
  /** The network of Services. */
  readonly services: string;
  /** All pods of the cluster. */
  readonly podNetwork: string;
  /** The name server of pods; undefined: the node itself. */
  readonly nameServer?: string;
}

/** A node: a network namespace with a mount and a UTS namespace, in which containerd, a kubelet, kube-proxy and kube-router run. */
export class ClusterNode {
  readonly name: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;

  constructor(
    readonly props: NodeProps,
    private readonly host: NodeHost,
    private readonly context: NodeContext,
  ) {
    this.name = props.name;
    this.address = props.address;
    this.labels = props.labels;
  }

  /** The cgroup of its pods. */
  get cgroup(): string {
    return `${PREFIX}${this.name}`;
  }

  /** Starts all its programs. It is ready once the API says so. */
  async start(): Promise<void> {
    const { certificates } = this.context;
    const user = `system:node:${this.name}`;
    const alternativeNames = [`DNS:${this.name}`, `IP:${this.address}`];
    await certificates.issue({ name: this.name, user, group: 'system:nodes', alternativeNames });
    createCgroup(this.cgroup);
    this.configure();
    await this.openNamespaces();
    this.startContainerd();
    await eventually(() => this.run('ctr', '--address', SOCKET, 'version'), PATIENCE_MS, 200);
    this.startKubelet();
    this.startKubeProxy();
  }

  /** Runs a program on the node, to its end. @throws Error where it fails */
  run(command: string, ...args: readonly string[]): Promise<string> {
    const [first, ...rest] = [...this.inside, command, ...args];
    return run(first, rest, { timeoutMs: PATIENCE_MS });
  }

  /** The command line that runs a program on the node: the program follows it. */
  get inside(): readonly string[] {
    const pid = this.context.machine.processes.pidOf(this.process('namespaces'));
    if (pid === undefined) throw new Error(`${this.name} has no namespaces`);
    return ['nsenter', '--net', '--mount', '--uts', '--target', String(pid)];
  }

  /** Gives containerd an image. */
  async importImage(archive: string): Promise<void> {
    await this.run('ctr', '--address', SOCKET, '--namespace', 'k8s.io', 'images', 'import', archive);
  }

  /** Adds an address to its loopback, as an operator does for host ports. */
  async carry(address: string): Promise<void> {
    await this.host.namespace.ip(`addr replace ${address}/32 dev lo`);
  }

  /** Connects it to its rack, or disconnects it as a loss of power does. Its programs go on. */
  connected(on: boolean): Promise<void> {
    return this.host.connected(on);
  }

  /** Kills the kubelet. Its pods go on. */
  stopKubelet(): Promise<void> {
    return this.context.machine.processes.stop(this.process('kubelet'), 'SIGKILL');
  }

  startKubelet(): void {
    this.startProgram('kubelet', {
      config: this.file('kubelet.yaml'),
      kubeconfig: this.context.certificates.kubeconfigOf(this.name),
      'hostname-override': this.name,
      'node-ip': this.address,
      v: 2,
    });
  }

  private startKubeProxy(): void {
    this.startProgram('kube-proxy', { config: this.file('kube-proxy.yaml'), v: 2 });
  }

  /** Enforces NetworkPolicies from now on. The node must be registered. kube-router does nothing else here. */
  async enforcePolicies(): Promise<void> {
    const { certificates, policyEngine, services } = this.context;
    this.launch('kube-router', path.join(policyEngine, 'kube-router'), [
      ...['--run-firewall=true', '--run-router=false', '--run-service-proxy=false', '--run-loadbalancer=false'],
      `--kubeconfig=${certificates.kubeconfigOf('admin')}`,
      `--hostname-override=${this.name}`,
      `--service-cluster-ip-range=${services}`,
    ]);
    await eventually(() => this.run('iptables', '--list', 'KUBE-ROUTER-FORWARD'), PATIENCE_MS, 500);
  }

  private startContainerd(): void {
    this.launch('containerd', 'containerd', ['--config', this.file('containerd.toml')]);
  }

  /** A process that keeps the mount and the UTS namespace. */
  private async openNamespaces(): Promise<void> {
    const { machine } = this.context;
    const mounts = Object.entries(OWN_FOLDERS).map(([name, at]) => {
      return `mount --bind ${machine.folder('nodes', this.name, name)} ${at}`;
    });
    const ready = this.file('ready');
    const script = [
      'set -e',
      `hostname ${this.name}`,
      'mount --make-rshared /',
      ...mounts,
      'mkdir -p /run/netns /run/lock',
      `touch ${ready}`,
      'exec sleep infinity',
    ].join('\n');
    machine.processes.start(this.process('namespaces'), 'nsenter', [
      `--net=/run/netns/${this.host.namespace.name}`,
      ...['unshare', '--mount', '--uts', '--propagation', 'slave', 'sh', '-c', script],
    ]);
    await eventually(() => fs.statSync(ready)).catch(() => {
      throw new Error(`${this.name}: ${machine.processes.lastLines(this.process('namespaces'))}`);
    });
  }

  private configure(): void {
    const { machine, certificates, podNetwork, nameServer } = this.context;
    machine.folder('nodes', this.name, 'cni');
    fs.writeFileSync(this.file('resolv.conf'), 'nameserver 127.0.0.1\n');
    const write = (file: string, text: string) => fs.writeFileSync(this.file(file), text);
    write('containerd.toml', configuration.containerd(SOCKET, this.file('cni')));
    write('cni/10-pods.conflist', configuration.cni(this.props.podNetwork));
    write(
      'kubelet.yaml',
      configuration.kubelet({
        address: this.address,
        authority: certificates.authority,
        certificate: certificates.certificateOf(this.name),
        key: certificates.keyOf(this.name),
        cgroup: this.cgroup,
        resolvConf: this.file('resolv.conf'),
        nameServer: nameServer ?? this.address,
        socket: SOCKET,
      }),
    );
    const kubeconfig = certificates.kubeconfigOf('kube-proxy');
    write('kube-proxy.yaml', configuration.kubeProxy(this.name, kubeconfig, podNetwork));
  }

  private startProgram(name: string, flags: Readonly<Record<string, string | number>>): void {
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    this.launch(name, path.join(this.context.programs, name), args);
  }

  private launch(name: string, command: string, args: readonly string[]): void {
    const [first, ...rest] = [...this.inside, command, ...args];
    this.context.machine.processes.start(this.process(name), first, rest);
  }

  private process(name: string): string {
    return `${this.name}-${name}`;
  }

  private file(name: string): string {
    return this.context.machine.at('nodes', this.name, name);
  }
}
