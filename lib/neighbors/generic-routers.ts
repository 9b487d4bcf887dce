import { BgpTopology, grouped, MetalLBNeighbor, OutsideSpeaker } from '../model';

/**
 * Routers to stand for those that an app does not declare: one beside the nodes of each cluster whose pods clients
 * reach, and a client of each region and pair.
 */
export function genericRouters(topology: BgpTopology): readonly OutsideSpeaker[] {
  const names = new Set(topology.outside.filter(({ assumed }) => !assumed).map(({ id }) => id));
  const named = (name: string): string => {
    let [free, number] = [name, 2];
    while (names.has(free)) free = `${name}-${number++}`;
    names.add(free);
    return free;
  };
  return [...routersBesideNodes(topology), ...clients(topology)].map((router) => ({ ...router, id: named(router.id) }));
}

function routersBesideNodes({ nodes, speakers, outside, metallb, groups }: BgpTopology): readonly OutsideSpeaker[] {
  const clusters = [...new Set(nodes.map(({ cluster }) => cluster))];
  return clusters.flatMap((cluster): OutsideSpeaker[] => {
    const theirs = nodes.filter((node) => node.cluster === cluster);
    if (outside.some((router) => theirs.some(({ id }) => router.nodes.includes(id)))) return [];
    const facing = new Set(
      speakers
        .filter(({ group }) => group.reachedBy !== 'none' && group.cluster === cluster)
        .map(({ node }) => node.id),
    );
    if (facing.size === 0) return [];
    const neighbors = metallb.filter((each) => each.cluster === cluster).flatMap((each) => each.neighbors);
    const [group] = groups.filter((each) => each.cluster === cluster);
    return [
      {
        ...NOTHING_DECLARED,
        id: cluster === '' ? 'rack' : `rack-${cluster.toLowerCase().replace(/[^a-z0-9.-]/g, '-')}`,
        autonomousSystem: asNumberBeside(neighbors, group.autonomousSystem),
        addresses: [],
        clientOf: [],
        nodes: theirs.filter(({ id }) => facing.has(id)).map(({ id }) => id),
      },
    ];
  });
}

/** AS numbers for documentation (RFC 5398). */
const FOR_DOCUMENTATION = [64511, 64510];

/** The AS number that MetalLB expects of its neighbor. Where any other than its own will do, that of the pods, if it is. */
function asNumberBeside(neighbors: readonly MetalLBNeighbor[], ofPods: number): number {
  const [expected] = neighbors.flatMap(({ autonomousSystem: as, nodesAutonomousSystem: ofNodes }) => {
    if (as === 'external') return [];
    return as === 'internal' ? ofNodes : as;
  });
  const taken = neighbors.map(({ nodesAutonomousSystem }) => nodesAutonomousSystem);
  const [free] = [ofPods, ...FOR_DOCUMENTATION].filter((as) => !taken.includes(as));
  return expected ?? free;
}

/** The clients that the topology assumes, one for each region or pair. */
function clients({ groups, outside }: BgpTopology): readonly OutsideSpeaker[] {
  const clientOf = grouped(
    outside.filter(({ assumed }) => assumed),
    (router) => router.clientOf[0],
  );
  const parts = [...new Map(groups.map(({ part }) => [part.path, part])).values()];
  return parts.flatMap(({ path, name }) => {
    const [client] = clientOf.get(path) ?? [];
    return client ? [{ ...client, ...NOTHING_DECLARED, id: `client-${name}` }] : [];
  });
}

const NOTHING_DECLARED = { assumed: true, platform: 'generic', announces: [], routes: 0, nodeAddresses: {} } as const;
