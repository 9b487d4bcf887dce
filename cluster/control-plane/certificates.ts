import * as fs from 'fs';
import * as path from 'path';
import { run } from '../../lab/network/command';

const DAYS = '30';

/** A user or a server of the API. */
export interface Identity {
  readonly name: string;
  /** The name that Kubernetes knows it by. @default its name with the prefix `system:` */
  readonly user?: string;
  readonly group?: string;
  /** Names and addresses of a server: `DNS:n1`, `IP:192.0.2.129`. */
  readonly alternativeNames?: readonly string[];
}

/** The certificates of a cluster, as files in one folder. */
export class Certificates {
  private constructor(
    private readonly folder: string,
    /** The URL of the API. */
    private readonly server: string,
  ) {}

  /** Creates the authority that signs all others, and the key that signs tokens of service accounts. */
  static async create(folder: string, server: string): Promise<Certificates> {
    const certificates = new Certificates(folder, server);
    await certificates.key('service-accounts');
    await certificates.key('authority');
    await run('openssl', [
      ...['req', '-x509', '-new', '-key', certificates.keyOf('authority'), '-days', DAYS],
      ...['-subj', '/CN=cluster', '-out', certificates.authority],
    ]);
    return certificates;
  }

  get authority(): string {
    return this.certificateOf('authority');
  }

  keyOf(name: string): string {
    return path.join(this.folder, `${name}.key`);
  }

  kubeconfigOf(name: string): string {
    return path.join(this.folder, `${name}.kubeconfig`);
  }

  certificateOf(name: string): string {
    return path.join(this.folder, `${name}.crt`);
  }

  /** Creates a certificate, and a kubeconfig with it. */
  async issue({ name, user = `system:${name}`, group, alternativeNames = [] }: Identity): Promise<void> {
    await this.key(name);
    const request = path.join(this.folder, `${name}.csr`);
    const extensions = path.join(this.folder, `${name}.ext`);
    const names = alternativeNames.length > 0 ? [`subjectAltName=${alternativeNames.join(',')}`] : [];
    fs.writeFileSync(extensions, ['extendedKeyUsage=clientAuth,serverAuth', ...names, ''].join('\n'));
    const subject = `${group ? `/O=${group}` : ''}/CN=${user}`;
    await run('openssl', ['req', '-new', '-key', this.keyOf(name), '-subj', subject, '-out', request]);
    await run('openssl', [
      ...['x509', '-req', '-in', request, '-CA', this.authority, '-CAkey', this.keyOf('authority')],
      ...['-days', DAYS, '-extfile', extensions, '-out', this.certificateOf(name)],
    ]);
    this.writeKubeconfig(name);
  }

  private writeKubeconfig(name: string): void {
    const { server } = this;
    const config = {
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'cluster' },
      clusters: [{ name: 'cluster', cluster: { server, 'certificate-authority': this.authority } }],
      users: [{ name, user: { 'client-certificate': this.certificateOf(name), 'client-key': this.keyOf(name) } }],
      contexts: [{ name: 'cluster', context: { cluster: 'cluster', user: name } }],
    };
    fs.writeFileSync(this.kubeconfigOf(name), JSON.stringify(config, null, 2), { mode: 0o600 });
  }

  private async key(name: string): Promise<void> {
    await run('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', this.keyOf(name)]);
  }
}
