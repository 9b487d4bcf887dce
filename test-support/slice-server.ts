import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { API_PORT, ApiHost, ApiServer } from '../lab/api/api-server';

/** A router behind a Service. */
export interface SliceMember {
  readonly address: string;
  readonly terminating?: boolean;
}

/** An API server on a host, which lists the routers of Services of the namespace `default` in EndpointSlices. */
export class SliceServer {
  private readonly members = new Map<string, readonly SliceMember[]>();

  private constructor(
    private readonly api: ApiServer,
    private readonly address: string,
    /** The token and certificate of every pod, as in the folder of its ServiceAccount. */
    readonly account: string,
  ) {}

  static async start(host: ApiHost, address: string): Promise<SliceServer> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'meshrr-api-'));
    const api = await ApiServer.start(host, address, folder, { slices: () => true, lease: () => false });
    fs.writeFileSync(path.join(folder, 'token'), 'token');
    fs.writeFileSync(path.join(folder, 'ca.crt'), api.authority);
    return new SliceServer(api, address, folder);
  }

  /** The variables of a pod that watches EndpointSlices. */
  get environment(): Readonly<Record<string, string>> {
    return {
      MESHRR_DISCOVERY: 'endpointslice',
      KUBERNETES_SERVICE_HOST: this.address,
      KUBERNETES_SERVICE_PORT: `${API_PORT}`,
    };
  }

  /** Makes the Service list exactly these routers. It publishes addresses that are not ready. */
  list(service: string, members: readonly SliceMember[]): void {
    this.members.set(service, members);
    this.api.publish(
      [...this.members].map(([name, all]) => ({
        metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
        addressType: 'IPv4',
        endpoints: all.map(({ address, terminating = false }) => ({
          addresses: [address],
          conditions: { ready: true, serving: true, terminating },
          nodeName: address,
        })),
      })),
    );
  }

  close(): void {
    this.api.close();
    fs.rmSync(this.account, { recursive: true });
  }
}
