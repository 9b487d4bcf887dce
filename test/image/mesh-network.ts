import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Network, NetworkHost } from '../../test-support/network';

/** Hosts for pods of a mesh, and a real DNS server that lists them under the name of their Service. */
export class MeshNetwork {
  static readonly nameserver = '10.42.0.2';
  readonly hosts: readonly NetworkHost[];
  private readonly network = new Network();
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-dns-'));

  /** @param addresses of the pods, with prefix length */
  constructor(service: string, addresses: readonly string[]) {
    this.hosts = addresses.map((address) => this.network.host(address));
    const records = path.join(this.folder, 'hosts');
    fs.writeFileSync(
      records,
      this.hosts.map((host) => `${host.addresses[0]} ${service}.default.svc.cluster.local\n`).join(''),
    );
    const options = ['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--pid-file='];
    const server = this.network.host(`${MeshNetwork.nameserver}/16`);
    server.spawn('dnsmasq', [...options, '--user=root', '--local=/cluster.local/', `--addn-hosts=${records}`], {
      stdio: 'ignore',
    });
  }

  close(): void {
    this.network.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
