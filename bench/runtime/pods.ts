import { API_PORT, ApiServer } from '../../lab/api/api-server';
import { EndpointSlice } from '../../lab/api/endpoint-slice';
import { ChildProcess } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { bundleRuntime } from '../../test-support/bundle';
import { FrrPod } from '../../test-support/frr-pod';
import { Network, NetworkHost } from '../../test-support/network';
import { launcherOfImages } from '../../test-support/launcher';

/** The DNS server of all {@link Pods}. */
export const NAMESERVER = '10.42.255.1';

/** The variables of pods that watch EndpointSlices. */
const WATCHES_SLICES = {
  MESHRR_DISCOVERY: 'endpointslice',
  KUBERNETES_SERVICE_HOST: NAMESERVER,
  KUBERNETES_SERVICE_PORT: `${API_PORT}`,
};

function sliceOf(service: string, addresses: readonly string[]): EndpointSlice {
  const conditions = { ready: true, serving: true, terminating: false };
  return {
    metadata: { name: service, namespace: 'default', labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions, nodeName: address })),
  };
}

/** Pods on FRR, each in a network namespace, and a DNS server that names them. */
export class Pods {
  private readonly network = new Network();
  private readonly names = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-names-'));
  private readonly bundle = bundleRuntime();
  private readonly launcher = launcherOfImages();
  private readonly all: FrrPod[] = [];
  /** Where the DNS server runs. */
  readonly dnsHost: NetworkHost;
  private readonly dns: ChildProcess;
  /** The API server that serves EndpointSlices, and the folder with what a pod needs to reach it. */
  private api?: { readonly server: ApiServer; readonly folder: string };
  private readonly listed = new Map<string, readonly string[]>();

  constructor() {
    fs.chmodSync(this.names, 0o755);
    const options = ['--keep-in-foreground', '--user=root', '--conf-file=/dev/null', '--no-resolv', '--no-hosts'];
    const listen = ['--bind-interfaces', `--listen-address=${NAMESERVER}`, '--pid-file=', '--log-facility=-'];
    this.dnsHost = this.network.host(`${NAMESERVER}/16`);
    this.dns = this.dnsHost.spawn('dnsmasq', [...options, ...listen, `--hostsdir=${this.names}`], { stdio: 'ignore' });
  }

  /** Lets the pods that are made after this watch EndpointSlices of an API server. */
  async serveSlices(): Promise<void> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-api-'));
    const server = await ApiServer.start(this.dnsHost, NAMESERVER, folder, () => true);
    this.api = { server, folder };
    fs.writeFileSync(path.join(folder, 'token'), 'token');
    fs.writeFileSync(path.join(folder, 'ca.crt'), server.authority);
  }

  /** A pod that was not started yet, in the mesh of this Service. */
  pod(address: string, service: string, environment: Readonly<Record<string, string>> = {}): FrrPod {
    const pod = new FrrPod(this.network.host(`${address}/16`), {
      bundle: this.bundle,
      nameserver: NAMESERVER,
      node: this.launcher.node,
      nodeArguments: this.launcher.nodeArguments,
      account: this.api?.folder,
      environment: {
        ...(this.api && WATCHES_SLICES),
        MESH_SERVICE_NAME: service,
        AUTONOMOUS_SYSTEM: '64496',
        MESHRR_CLIENTRANGE: '10.42.0.0/16',
        ...this.launcher.environment,
        ...environment,
      },
    });
    this.all.push(pod);
    return pod;
  }

  /** Makes the Service list exactly these addresses. dnsmasq sees new ones by itself, and forgets when it is told to. */
  list(service: string, addresses: readonly string[]): void {
    const name = `${service}.default.svc.cluster.local`;
    fs.writeFileSync(path.join(this.names, service), addresses.map((address) => `${address} ${name}\n`).join(''));
    this.listed.set(service, addresses);
    this.api?.server.publish([...this.listed].map(([name, all]) => sliceOf(name, all)));
  }

  /** Makes DNS forget what is not listed any more. */
  forget(): void {
    this.dns.kill('SIGHUP');
  }

  close(): void {
    this.api?.server.close();
    this.network.close();
    if (this.api) fs.rmSync(this.api.folder, { recursive: true });
    for (const pod of this.all) pod.close();
    fs.rmSync(this.names, { recursive: true });
  }
}
