import { addressAt, IpPrefix, IpSpan, overlaps, parsePrefix } from '../../lib/addressing';
import { BgpTopology } from '../../lib/model';
import { LabError } from '../lab-error';

/** The default networks of pods: that of k3s, and a unique local one (RFC 4193). */
const POD_NETWORKS = { 4: '10.42.0.0/16', 6: 'fd00:10:42::/48' } as const;
/** The network between nodes and outside routers. The topology must not use it. */
const LAB_NETWORKS = { 4: '172.31.0.0/16', 6: 'fd00:172:31::/48' } as const;

/** Addresses of the lab's hosts. */
export interface Addressing {
  /** Networks of pods, IPv4 first. IPv6 only where the app uses it. */
  readonly podNetworks: readonly IpPrefix[];
  /** The default gateway of nodes and outside routers. */
  readonly gateway: string;
  readonly nameserver: string;
  /** Of the API server. */
  readonly apiServer: string;
  /** Of node `i`, counted from 1: in the networks of nodes that the app names, else in that of the lab. */
  node(i: number): readonly string[];
  /** The prefixes of the pods on node `i`. */
  podPrefixes(i: number): readonly string[];
  /** The addresses of pod `j` on node `i`, both counted from 1. */
  pod(i: number, j: number): readonly string[];
}

/** Chooses addresses that the topology does not use. @throws LabError where it uses those of the lab */
export function addressingFor(topology: BgpTopology): Addressing {
  const used = spansOf(topology);
  for (const own of Object.values(LAB_NETWORKS).map(parsePrefix)) {
    const other = used.find((span) => overlaps(span, own));
    if (other) throw new LabError(`got ${other.text}, want addresses outside ${own.text}, which the lab uses`);
  }
  const nodeNetworks = topology.groups.flatMap((group) => group.nodeNetworks ?? []);
  const podNetworks = podNetworksOf(topology, used, nodeNetworks);
  const at = (network: IpPrefix, offset: number) => addressAt(network, offset).text;
  const lab = (offset: number) => podNetworks.map(({ family }) => at(parsePrefix(LAB_NETWORKS[family]), offset));
  // The pods of a node have a /24 of IPv4 and a /64 of IPv6.
  const firstOf = (network: IpPrefix, node: number) => ({
    ...network,
    first: network.first + (BigInt(node) << (network.family === 4 ? 8n : 64n)),
  });
  return {
    podNetworks,
    gateway: lab(0xfffe)[0],
    nameserver: lab(0xff35)[0],
    apiServer: lab(0xff36)[0],
    node: (i) =>
      podNetworks.map(({ family }) =>
        at(nodeNetworks.find((one) => one.family === family) ?? parsePrefix(LAB_NETWORKS[family]), i),
      ),
    podPrefixes: (i) => podNetworks.map((one) => `${at(firstOf(one, i), 0)}/${one.family === 4 ? 24 : 64}`),
    pod: (i, j) => podNetworks.map((one) => at(firstOf(one, i), j)),
  };
}

function podNetworksOf({ groups }: BgpTopology, used: readonly IpSpan[], nodes: readonly IpPrefix[]): IpPrefix[] {
  const declared = groups.flatMap(({ podNetworks }) =>
    podNetworks.filter((one) => !nodes.some((other) => overlaps(one, other))),
  );
  return ([4, 6] as const).flatMap((family) => {
    const own = declared.find((one) => one.family === family);
    if (!own && family === 6 && !used.some((span) => span.family === 6)) return [];
    const network = own ?? parsePrefix(POD_NETWORKS[family]);
    const longest = family === 4 ? 20 : 56;
    if (network.length > longest) {
      throw new LabError(
        `got ${network.text} for pods, want a prefix length of ${longest} or less: each node has a part of it`,
      );
    }
    return [network];
  });
}

/** The addresses that clients peer with, and those of clients. */
function spansOf({ groups, outside }: BgpTopology): readonly IpSpan[] {
  const inside = groups.flatMap(({ addresses, clients }) => [...addresses, ...clients.flatMap(({ ranges }) => ranges)]);
  return [...inside, ...outside.flatMap(({ addresses }) => addresses)];
}
