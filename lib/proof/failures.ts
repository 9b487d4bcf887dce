import { append, BgpTopology } from '../model';
import { Failure, FailureKind } from './result';

/**
 * All single failures of a topology: of each pod, address, side, and node with pods, and of each router outside that
 * stands next to nodes. With such a router fail the pods on nodes that no other one reaches.
 */
export function singleFailures({ speakers, groups, nodes, outside }: BgpTopology): readonly Failure[] {
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
  const addresses = new Set(groups.flatMap((group) => group.addresses.map(({ text }) => text)));
  return [
    ...speakers.map(({ id }) => failure('pod', id, [id])),
    ...[...addresses].map((address) => failure('address', address, [address])),
    ...groups.flatMap((group) => (group.side ? [failure('side', group.id, podsOf.get(group) ?? [])] : [])),
    ...nodes.flatMap(({ id }) => (podsOf.has(id) ? [failure('node', id, podsOf.get(id) as string[])] : [])),
    ...outside.flatMap(({ id, nodes: near }) => {
      const lost = near.filter((node) => reaching.get(node)?.length === 1).flatMap((node) => podsOf.get(node) ?? []);
      return near.length > 0 ? [failure('router', id, [id, ...lost])] : [];
    }),
  ];
}
