import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { createClient } from '../../../lab/clients/create-client';
import { Client, ClientProps } from '../../../lab/clients/client';
import { Link } from '../../../lab/network/link';
import { closeNamespace, Namespace } from '../../../lab/network/namespace';
import { Bgpd, FrrRelease } from '../../../test-support/bgpd';
import { asNetworkHost } from '../../../test-support/lab-host';
import { render } from '../../../test-support/configuration-cases';

let counter = 0;

/** What a client is made of, beside its addresses. */
export type ClientOptions = Omit<ClientProps, 'routerId' | 'neighbors' | 'name'> & {
  readonly neighborAs: number;
  /** Whether it accepts all paths to a route. @default false */
  readonly addPath?: boolean;
  /** The families of the addresses that sessions run between, one session each. @default IPv4 alone */
  readonly transports?: readonly (4 | 6)[];
};

/** A router in one namespace, and clients of it in others, all of them two hops from each other. */
export class Site {
  readonly clients: Client[] = [];
  bgpd?: Bgpd;
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clients-'));
  private readonly prefix = `lc${process.pid.toString(36)}${(counter++).toString(36)}`;
  private readonly names: string[] = [];
  private hub?: Namespace;

  /** The router's addresses. */
  readonly router = { 4: '10.98.0.1', 6: '2001:db8:98::1' };

  /** The addresses of a client, by its number from 1. */
  static addresses(number: number): { 4: string; 6: string } {
    return { 4: `10.98.1.${number}`, 6: `2001:db8:98:1::${number}` };
  }

  async startRouter(environment: Readonly<Record<string, string>>, release: FrrRelease = '8.4'): Promise<Bgpd> {
    const namespace = await this.host('router', Object.values(this.router));
    const env = {
      POD_IP: this.router[4],
      MESH_SERVICE_NAME: 'meshrr-core',
      MESHRR_CLIENTRANGE: '10.98.1.0/24, 2001:db8:98:1::/64',
      ...environment,
    };
    this.bgpd = await Bgpd.start(
      asNetworkHost(namespace, Object.values(this.router)),
      render({ name: '', env }, 'frr'),
      release,
    );
    return this.bgpd;
  }

  /** A client that was not started yet. */
  async client({ neighborAs, transports = [4], addPath, ...options }: ClientOptions): Promise<Client> {
    const number = this.clients.length + 1;
    const own = Site.addresses(number);
    const namespace = await this.host(`${number}`, [own[4], own[6]]);
    const folder = path.join(this.folder, `${number}`);
    fs.mkdirSync(folder);
    const client = createClient(namespace, folder, {
      name: `client ${number}`,
      routerId: own[4],
      neighbors: transports.map((transport) => ({
        address: this.router[transport],
        localAddress: own[transport],
        autonomousSystem: neighborAs,
        addPath,
      })),
      ...options,
    });
    this.clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.stop()));
    this.bgpd?.close();
    await Promise.all(this.names.map(closeNamespace));
    fs.rmSync(this.folder, { recursive: true });
  }

  private async host(suffix: string, addresses: readonly string[]): Promise<Namespace> {
    this.hub ??= await this.namespace('hub');
    const namespace = await this.namespace(suffix);
    await Link.connect({ namespace: this.hub, address: '169.254.1.1' }, namespace, `port-${suffix}`, addresses);
    return namespace;
  }

  private async namespace(suffix: string): Promise<Namespace> {
    const name = `${this.prefix}-${suffix}`;
    this.names.push(name);
    return Namespace.create(name, ['net.ipv4.ip_unprivileged_port_start=0']);
  }
}
