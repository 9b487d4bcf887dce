import { addressAt, append, BgpTopology, grouped } from '../model';
import { Failure, FailureKind } from './result';

/**
 * All single failures of a topology: of each pod, address, side, and node with pods, and of each router outside that
 * stands next to nodes, has a route to an address from MetalLB, or reflects routes. With such a router fail the pods on nodes that no other
 * one reaches, and the routes to addresses on other nodes that no other one has.
 */
export function singleFailures(topology: BgpTopology): readonly Failure[] {
  const { speakers, groups, nodes, outside } = topology;
  const failure = (kind: FailureKind, name: string, failed: readonly string[]): Failure => ({
    ...{ id: `${kind} ${name}`, kind, name, failed },
  });
  const podsOf = podsByPlace(topology);
  const besides = lostWithRouters(topology);
  const addresses = new Set(groups.flatMap((group) => group.addresses.map(({ text }) => text)));
  return [
    ...speakers.map(({ id }) => failure('pod', id, [id])),
    ...[...addresses].map((address) => failure('address', address, [address])),
    ...groups.flatMap((group) => (group.side ? [failure('side', group.id, podsOf.get(group) ?? [])] : [])),
    ...nodes.flatMap(({ id }) => (podsOf.has(id) ? [failure('node', id, podsOf.get(id) as string[])] : [])),
    ...outside.flatMap(({ id, nodes: near, reflects }) => {
      const lost = besides([id]);
      return near.length > 0 || lost.length > 0 || reflects ? [failure('router', id, [id, ...lost])] : [];
    }),
  ];
}

/** All pairs of single failures in which neither is part of the other. Of failures of the same, one is in pairs. */
export function* pairsOf(topology: BgpTopology, failures: readonly Failure[]): Generator<Failure> {
  const besides = lostWithRouters(topology);
  const different = [...grouped(failures, keyOf).values()].map(([first]) => first);
  for (const [i, one] of different.entries()) {
    for (const other of different.slice(i + 1)) {
      const routers = [one, other].every(({ kind }) => kind === 'router') ? besides([one.name, other.name]) : [];
      const failed = [...new Set([...one.failed, ...other.failed, ...routers])];
      const contained = [one, other].some((each) => new Set(each.failed).size === failed.length);
      if (!contained)
        yield { id: `${one.id} and ${other.id}`, kind: 'pair', name: `${one.id} and ${other.id}`, failed };
    }
  }
}

/** The same for failures of the same: a side of one pod fails as that pod does. */
export const keyOf = ({ failed }: Failure): string => [...failed].sort().join();

/** The ids of pods by the group, and by the id of the node. */
function podsByPlace({ speakers }: BgpTopology): ReadonlyMap<unknown, readonly string[]> {
  const pods = new Map<unknown, string[]>();
  for (const { id, group, node } of speakers) {
    append(pods, group, id);
    append(pods, node.id, id);
  }
  return pods;
}

/**
 * What fails with routers outside: the pods on nodes that no other router reaches, and at other pods the addresses that
 * no other router has a route to.
 */
function lostWithRouters(topology: BgpTopology): (routers: readonly string[]) => readonly string[] {
  const { speakers, outside, addressesAtNodes } = topology;
  const podsOf = podsByPlace(topology);
  const podsAt = grouped(speakers, ({ group, node }) => `${group.id} ${node.id}`);
  const near = new Map(outside.map(({ id, nodes }) => [id, nodes]));
  const reaching = new Map<string, string[]>();
  for (const { id, nodes } of outside) for (const node of nodes) append(reaching, node, id);
  const heardBy = new Map<string, (typeof addressesAtNodes)[number][]>();
  for (const each of addressesAtNodes) for (const router of each.routers ?? []) append(heardBy, router, each);
  return (routers) => {
    const alone = (others: readonly string[] = []) => others.every((router) => routers.includes(router));
    const nodes = routers.flatMap((id) => near.get(id) ?? []).filter((node) => alone(reaching.get(node)));
    const pods = new Set([...new Set(nodes)].flatMap((node) => podsOf.get(node) ?? []));
    const unheard = routers.flatMap((id) => heardBy.get(id) ?? []).filter((each) => alone(each.routers));
    const addresses = [...new Set(unheard)].flatMap(({ group, node, address }) =>
      (podsAt.get(`${group} ${node}`) ?? []).flatMap(({ id }) => (pods.has(id) ? [] : [addressAt(address, id)])),
    );
    return [...pods, ...addresses];
  };
}
