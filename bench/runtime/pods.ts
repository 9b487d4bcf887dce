import { ChildProcess } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { bundleRuntime } from '../../test-support/bundle';
import { FrrPod } from '../../test-support/frr-pod';
import { Network, NetworkHost } from '../../test-support/network';
import { launcherOfImages } from '../../test-support/launcher';
import { SliceServer } from '../../test-support/slice-server';

/** The DNS server of all {@link Pods}. */
export const NAMESERVER = '10.42.255.1';

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
  private slices?: SliceServer;

  /** @param root where the bgpd of the pods is. @default this machine */
  constructor(private readonly root?: string) {
    fs.chmodSync(this.names, 0o755);
    const options = ['--keep-in-foreground', '--user=root', '--conf-file=/dev/null', '--no-resolv', '--no-hosts'];
    const listen = ['--bind-interfaces', `--listen-address=${NAMESERVER}`, '--pid-file=', '--log-facility=-'];
    this.dnsHost = this.network.host(`${NAMESERVER}/16`);
    this.dns = this.dnsHost.spawn('dnsmasq', [...options, ...listen, `--hostsdir=${this.names}`], { stdio: 'ignore' });
  }

  /** Lets the pods that are made after this watch EndpointSlices of an API server. */
  async serveSlices(): Promise<void> {
    this.slices = await SliceServer.start(this.dnsHost, NAMESERVER);
  }

  /** A pod that was not started yet, in the mesh of this Service. */
  pod(address: string, service: string, environment: Readonly<Record<string, string>> = {}): FrrPod {
    const pod = new FrrPod(this.network.host(`${address}/16`), {
      bundle: this.bundle,
      nameserver: NAMESERVER,
      node: this.launcher.node,
      nodeArguments: this.launcher.nodeArguments,
      account: this.slices?.account,
      root: this.root,
      environment: {
        ...this.slices?.environment,
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
    this.slices?.list(
      service,
      addresses.map((address) => ({ address })),
    );
  }

  /** Makes DNS forget what is not listed any more. */
  forget(): void {
    this.dns.kill('SIGHUP');
  }

  close(): void {
    this.slices?.close();
    this.network.close();
    for (const pod of this.all) pod.close();
    fs.rmSync(this.names, { recursive: true });
  }
}
