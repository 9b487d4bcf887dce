import { addressAt, append, BgpTopology, grouped } from '../model';
import { Failure, FailureKind } from './result';

/**
 * All single failures of a topology: of each pod, address, side, and node with pods, and of each router outside that
 * stands next to nodes or has a route to an address from MetalLB. With such a router fail the pods on nodes that no other
 * one reaches, and the routes to addresses on other nodes that no other one has.
 */
export function singleFailures(topology: BgpTopology): readonly Failure[] {
  const { speakers, groups, nodes, outside } = topology;
  const failure = (kind: FailureKind, name: string, failed: readonly string[]): Failure => ({
    ...{ id: `${kind} ${name}`, kind, name, failed },
  });
  const podsOf = new Map<unknown, string[]>();
  for (const { id, group, node } of speakers) {
    append(podsOf, group, id);
    append(podsOf, node.id, id);
  }
  const reaching = new Map<string, string[]>();
  for (const router of outside) {
    for (const node of router.nodes) append(reaching, node, router.id);
  }
  const onlyHeardBy = addressesOf(topology);
  const addresses = new Set(groups.flatMap((group) => group.addresses.map(({ text }) => text)));
  return [
    ...speakers.map(({ id }) => failure('pod', id, [id])),
    ...[...addresses].map((address) => failure('address', address, [address])),
    ...groups.flatMap((group) => (group.side ? [failure('side', group.id, podsOf.get(group) ?? [])] : [])),
    ...nodes.flatMap(({ id }) => (podsOf.has(id) ? [failure('node', id, podsOf.get(id) as string[])] : [])),
    ...outside.flatMap(({ id, nodes: near }) => {
      const lost = near.filter((node) => reaching.get(node)?.length === 1).flatMap((node) => podsOf.get(node) ?? []);
      const unheard = (onlyHeardBy.get(id) ?? []).filter(({ speaker }) => !lost.includes(speaker));
      const failed = [id, ...lost, ...unheard.map(({ address, speaker }) => addressAt(address, speaker))];
      return near.length > 0 || unheard.length > 0 ? [failure('router', id, failed)] : [];
    }),
  ];
}

/** An address that clients peer with, and a pod behind it. */
interface AddressOfPod {
  readonly address: string;
  readonly speaker: string;
}

/** The addresses at pods to which one router outside alone has a route, by its id. */
function addressesOf({ speakers, addressesAtNodes }: BgpTopology): ReadonlyMap<string, readonly AddressOfPod[]> {
  const podsAt = grouped(speakers, ({ group, node }) => `${group.id} ${node.id}`);
  const alone = new Map<string, AddressOfPod[]>();
  for (const { group, node, address, routers = [] } of addressesAtNodes) {
    if (routers.length !== 1) continue;
    for (const { id: speaker } of podsAt.get(`${group} ${node}`) ?? []) append(alone, routers[0], { address, speaker });
  }
  return alone;
}
