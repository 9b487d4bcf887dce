import { addressAt, IpAddress, IpPrefix, parseAddress, parsePrefix } from '../addressing';
import { ClusterNode } from '../model';

const ROUTER_ID = '198.18.255.255';

/**
 * Placeholders for networks and addresses of nodes that the app does not tell: ranges for documentation (RFC 5737,
 * RFC 3849) and, beyond the first one, for benchmarks (RFC 2544). Each stands for one thing, and has a line that says so.
 */
export class UnknownNetworks {
  readonly networks: IpPrefix[] = [];
  private readonly lines = new Set<string>();

  /** A line for each placeholder, for people who replace them. */
  get changes(): readonly string[] {
    return [...this.lines];
  }

  /** The network of some nodes; another one each time. */
  networkOf(nodes: readonly ClusterNode[], family: 4 | 6): IpPrefix {
    const network = placeholder(family, this.networks.filter((each) => each.family === family).length);
    this.networks.push(network);
    this.lines.add(`${network.text}: stands for the network of ${nodes.map(({ id }) => id).join(', ')}`);
    return network;
  }

  /** The BGP identifier of the router. */
  get routerId(): IpAddress {
    this.lines.add(`${ROUTER_ID}: stands for the BGP identifier of the router, an address that no other router has`);
    return parseAddress(ROUTER_ID);
  }

  /** The address of a node, by its place among the nodes beside the router. */
  addressOf({ id }: ClusterNode, place: number, family: 4 | 6): IpAddress {
    const address = addressAt(placeholder(family, 0), place + 1);
    this.lines.add(`${address.text}: stands for the address of ${id}`);
    return address;
  }
}

function placeholder(family: 4 | 6, number: number): IpPrefix {
  if (family === 6)
    return parsePrefix(`2001:db8:ffff:${number === 0 ? '' : number.toString(16)}::/64`.replace(':::', '::'));
  return parsePrefix(number === 0 ? '203.0.113.0/24' : `198.18.${number}.0/24`);
}
