import { isIPv6 } from 'net';
import { Namespace } from './namespace';

/** The IPv6 address of a gateway on each of its links. */
const LINK_LOCAL = 'fe80::1';

/** A host that routes for others, and its IPv4 address. */
export interface Gateway {
  readonly namespace: Namespace;
  readonly address: string;
}

const familyOf = (address: string) => (isIPv6(address) ? 6 : 4);
/** The prefix that has this address alone. */
export const hostRoute = (address: string) => `${address}/${isIPv6(address) ? 128 : 32}`;

/**
 * A virtual cable (veth) between a host and its gateway: a pod and its node, or a node or an outside router and the
 * network between them. The host has its addresses as host routes, as pods have with most network plugins.
 */
export class Link {
  private constructor(
    private readonly gateway: Gateway,
    private readonly child: Namespace,
    /** The interface at the gateway. */
    readonly port: string,
    readonly addresses: readonly string[],
  ) {}

  /** @param port name of the interface at the gateway; that of the other host is `eth0` */
  static async connect(gateway: Gateway, child: Namespace, port: string, addresses: readonly string[]): Promise<Link> {
    const link = new Link(gateway, child, port, addresses);
    await gateway.namespace.ip(
      `link add ${port} type veth peer name eth0 netns ${child.name}`,
      `link set ${port} up`,
      `addr add ${gateway.address}/32 dev ${port}`,
      `addr add ${LINK_LOCAL}/64 dev ${port} nodad`,
    );
    await child.ip('link set eth0 up', ...addresses.map((address) => `addr add ${hostRoute(address)} dev eth0`));
    await link.route();
    return link;
  }

  /** Takes the interface at the gateway down, or up again; programs at both ends are not notified. */
  async connected(on: boolean): Promise<void> {
    const { namespace } = this.gateway;
    await namespace.ip(`link set ${this.port} ${on ? 'up' : 'down'}`);
    // Routes and IPv6 addresses go with an interface that is down.
    if (!on) return;
    await namespace.ip(`addr replace ${LINK_LOCAL}/64 dev ${this.port} nodad`);
    await this.route();
  }

  /** A next hop through this link, as `ip route` takes it; undefined where the host has no address of the family. */
  nextHop(family: 4 | 6): string | undefined {
    const address = this.addresses.find((candidate) => familyOf(candidate) === family);
    return address && `via ${address} dev ${this.port}${family === 4 ? ' onlink' : ''}`;
  }

  private async route(): Promise<void> {
    const { namespace, address: via } = this.gateway;
    const families = new Set(this.addresses.map(familyOf));
    await namespace.ip(...this.addresses.map((address) => `route replace ${hostRoute(address)} dev ${this.port}`));
    await this.child.ip(
      ...(families.has(4)
        ? [`route replace ${via} dev eth0 scope link`, `route replace default via ${via} dev eth0`]
        : []),
      ...(families.has(6) ? [`route replace default via ${LINK_LOCAL} dev eth0`] : []),
    );
  }
}
