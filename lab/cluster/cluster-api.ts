import { randomUUID } from 'crypto';
import { Access, API_PORT, ApiServer } from '../api/api-server';
import { Objects, Role, Workload } from '../manifests/objects';
import { Namespace } from '../network/namespace';
import { Endpoint, slicesOf } from './endpoints';
import { Node } from './node';

/** The well-known label of a node's zone. */
const ZONE = 'topology.kubernetes.io/zone';

/** The API server of a cluster, as its pods see it: what a kubelet gives them, and what Roles permit. */
export class ClusterApi {
  /** ServiceAccounts by token: `namespace/name`. */
  private readonly owners = new Map<string, string>();
  private server!: ApiServer;

  private constructor(
    private readonly objects: Objects,
    private readonly address: string,
  ) {}

  static async start(host: Namespace, address: string, folder: string, objects: Objects): Promise<ClusterApi> {
    const api = new ClusterApi(objects, address);
    const access: Access = {
      slices: (token, namespace) => api.rolesOf(token, namespace).some(({ readsSlices }) => readsSlices),
      lease: (token, { namespace, name }) => api.rolesOf(token, namespace).some(({ leases }) => leases.includes(name)),
    };
    api.server = await ApiServer.start(host, address, folder, access, objects.leases);
    return api;
  }

  publish(endpoints: readonly Endpoint[], nodes: readonly Node[]): void {
    const zones = new Map(nodes.map(({ name, labels }) => [name, labels[ZONE] ?? '']));
    this.server.publish(slicesOf(this.objects, endpoints, zones));
  }

  /** The variables of every container. */
  get variables(): Record<string, string> {
    return { KUBERNETES_SERVICE_HOST: this.address, KUBERNETES_SERVICE_PORT: `${API_PORT}` };
  }

  /** The files of a new pod's ServiceAccount, by name; undefined where the pod has none. */
  accountOf({ namespace, pod: { serviceAccount } }: Workload): Record<string, string> | undefined {
    if (serviceAccount === undefined) return undefined;
    const token = randomUUID();
    this.owners.set(token, `${namespace}/${serviceAccount}`);
    return { token, namespace, 'ca.crt': this.server.authority };
  }

  /** Whether it answers, or refuses every connection. */
  async setUp(up: boolean): Promise<void> {
    if (up) await this.server.resume();
    else this.server.suspend();
  }

  close(): void {
    this.server.close();
  }

  /** The Roles of a namespace that the owner of a token has. */
  private rolesOf(token: string, namespace: string): Role[] {
    const owner = this.owners.get(token);
    const { roles, bindings } = this.objects;
    return bindings.flatMap(({ role, account }) => {
      const read = account === owner && role.startsWith(`${namespace}/`) ? roles.get(role) : undefined;
      return read ? [read] : [];
    });
  }
}
