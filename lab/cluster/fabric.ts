import { LabError } from '../lab-error';
import { hostRoute, Link } from '../network/link';
import { Namespace } from '../network/namespace';
import { routeOver } from '../network/routes';
import { Node, NodePlan } from './node';
import { Addressing } from '../plan/addressing';

/** The hosts of a lab, and the network between nodes, the name server and routers outside. */
export class Fabric {
  readonly nodes: Node[] = [];
  private readonly hosts = new Set<Namespace>();
  /** Hosts that are being created. */
  private readonly making = new Set<Promise<Namespace>>();
  /** Names of the nodes that each address is routed to. */
  private readonly routes = new Map<string, string>();
  private core?: Namespace;
  private links = 0;
  private closed = false;

  /** @param prefix of the names of all namespaces */
  constructor(
    private readonly prefix: string,
    private readonly addressing: Addressing,
  ) {}

  /** Creates a host without a link. @throws LabError while the lab is being removed */
  async host(name: string, sysctls: readonly string[] = []): Promise<Namespace> {
    if (this.closed) throw new LabError('the lab is being taken down');
    const making = Namespace.create(`${this.prefix}-${name}`, sysctls);
    this.making.add(making);
    try {
      const host = await making;
      this.hosts.add(host);
      return host;
    } finally {
      this.making.delete(making);
    }
  }

  /** Creates a host on the network between the nodes. */
  async attach(name: string, addresses: readonly string[]): Promise<Namespace> {
    const host = await this.host(name);
    await this.plug(host, addresses);
    return host;
  }

  async addNode(plan: NodePlan): Promise<Node> {
    const number = this.nodes.length + 1;
    const namespace = await this.host(plan.name);
    const addresses = this.addressing.node(number);
    const node = new Node(plan, number, namespace, addresses, await this.plug(namespace, addresses));
    await this.routePods(node);
    this.nodes.push(node);
    return node;
  }

  /** Connects a node, or disconnects it as a loss of power does. */
  async power(node: Node, up: boolean): Promise<void> {
    node.up = up;
    await node.link.connected(up);
    if (!up) return;
    await this.routePods(node);
    this.routes.clear();
  }

  /** Routes an address to those of these nodes that are up. */
  async routeTo(address: string, names: readonly string[]): Promise<void> {
    const over = this.nodes.filter((node) => node.up && names.includes(node.name));
    const key = over.map(({ name }) => name).join(' ');
    if (this.routes.get(address) === key) return;
    const links = over.map(({ link }) => link);
    await routeOver(await this.network(), hostRoute(address), links);
    this.routes.set(address, key);
  }

  forget(host: Namespace): void {
    this.hosts.delete(host);
  }

  /** Removes all hosts, also those that are being created. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.making);
    await Promise.all([...this.hosts].map((host) => host.close()));
  }

  private async network(): Promise<Namespace> {
    return (this.core ??= await this.host('net'));
  }

  private async plug(host: Namespace, addresses: readonly string[]): Promise<Link> {
    const gateway = { namespace: await this.network(), address: this.addressing.gateway };
    return Link.connect(gateway, host, `link${++this.links}`, addresses);
  }

  private async routePods(node: Node): Promise<void> {
    for (const prefix of this.addressing.podPrefixes(node.number)) {
      await routeOver(await this.network(), prefix, [node.link]);
    }
  }
}
