import { IpPrefix, IpSpan, overlaps, parseAddress, parsePrefix } from '../../lib/addressing';
import { LabError } from '../lab-error';
import { Objects } from '../manifests/objects';
import { selects } from '../manifests/exactly';
import { routerOf } from './router-of';

/** Where pods get their addresses from, unless the manifests say: the default of k3s, and one of RFC 4193. */
const POD_NETWORKS = { 4: '10.42.0.0/16', 6: 'fd00:10:42::/48' } as const;
/** The network between nodes and outside routers; nothing in a manifest may be in it. */
const LAB_NETWORKS = { 4: '172.31.0.0/16', 6: 'fd00:172:31::/48' } as const;

/** Addresses of the lab's hosts. */
export interface Addressing {
  /** Networks of the pods, IPv4 first; IPv6 only where the app has a use for it. */
  readonly podNetworks: readonly IpPrefix[];
  /** By which all hosts of the network reach the others. */
  readonly gateway: string;
  readonly nameserver: string;
  /** Of node `i`, counted from 1. */
  node(i: number): readonly string[];
  /** The prefixes that node `i` gives its pods addresses from. */
  podPrefixes(i: number): readonly string[];
  /** The addresses of pod `j` on node `i`, both counted from 1. */
  pod(i: number, j: number): readonly string[];
}

/** Chooses addresses that the manifests leave room for. @throws LabError where they leave none */
export function addressingFor(objects: Objects): Addressing {
  const podNetworks = podNetworksOf(objects);
  for (const own of Object.values(LAB_NETWORKS).map(parsePrefix)) {
    const other = everythingNamed(objects).find((span) => overlaps(span, own));
    if (other)
      throw new LabError(`got ${other.text}, want addresses apart from ${own.text}, which the lab itself uses`);
  }
  const of = (network: IpPrefix, offset: bigint) => textOf(network, network.first + offset);
  const lab = (offset: bigint) => podNetworks.map(({ family }) => of(parsePrefix(LAB_NETWORKS[family]), offset));
  // A node has a /24 of IPv4 and a /64 of IPv6.
  const nodeBits = (network: IpPrefix) => (network.family === 4 ? 8n : 64n);
  return {
    podNetworks,
    gateway: lab(0xfffen)[0],
    nameserver: lab(0xff35n)[0],
    node: (i) => lab(BigInt(i)),
    podPrefixes: (i) =>
      podNetworks.map((network) => `${of(network, BigInt(i) << nodeBits(network))}/${network.family === 4 ? 24 : 64}`),
    pod: (i, j) => podNetworks.map((network) => of(network, (BigInt(i) << nodeBits(network)) + BigInt(j))),
  };
}

/** Those that the pods are told, or else ranges of those whose clients are pods. */
function podNetworksOf(objects: Objects): IpPrefix[] {
  const routers = objects.workloads.map((workload) => ({ workload, router: routerOf(workload, objects) }));
  const told = routers.flatMap(({ router }) => router.podNetworks ?? []);
  const upstreams = new Set(
    routers.flatMap(({ router }) =>
      router.discovered.flatMap(({ kind, service }) => (kind === 'upstream' ? [service.name] : [])),
    ),
  );
  const ranges = routers.flatMap(({ workload, router }) => {
    const isUpstream = objects.services.some(
      ({ name, selector }) => upstreams.has(name) && selects(selector, workload.podLabels),
    );
    return isUpstream ? router.clients.flatMap((group) => group.ranges) : [];
  });
  const needs6 = everythingNamed(objects).some(({ family }) => family === 6);
  return ([4, 6] as const).flatMap((family) => {
    const range = [...told, ...ranges].find((one) => one.family === family);
    if (!range && family === 6 && !needs6) return [];
    const network = range ?? parsePrefix(POD_NETWORKS[family]);
    const longest = family === 4 ? 20 : 56;
    if (network.length > longest) {
      throw new LabError(
        `got ${network.text} for pods, want a network of at least /${longest}: a node takes a part of it`,
      );
    }
    return [network];
  });
}

/** What the manifests name of the world outside of the cluster. */
function everythingNamed(objects: Objects): readonly IpSpan[] {
  const { workloads, services } = objects;
  const addresses = [
    ...services.flatMap((service) => service.addresses),
    ...workloads.flatMap(({ pod }) => pod.hostPorts.map(({ address }) => address)),
  ];
  const ranges = workloads.flatMap((workload) => routerOf(workload, objects).clients.flatMap((group) => group.ranges));
  return [...addresses.map(parseAddress), ...ranges];
}

function textOf(network: IpPrefix, value: bigint): string {
  const bytes = network.family === 4 ? 4 : 16;
  const hex = value.toString(16).padStart(bytes * 2, '0');
  if (network.family === 6) return parseAddress((hex.match(/.{4}/g) as string[]).join(':')).text;
  return (hex.match(/.{2}/g) as string[]).map((byte) => parseInt(byte, 16)).join('.');
}
