import { BgpTopology, formOf, grouped, MetalLBNeighbor, OutsideSpeaker, RouterGroup, selects } from '../model';

/**
 * Routers in place of those that an app does not declare: beside the nodes of each cluster whose pods clients reach, one
 * for each neighbor of MetalLB of an IP family; and a client of each region and pair.
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

function routersBesideNodes(topology: BgpTopology): readonly OutsideSpeaker[] {
  const { nodes, speakers, outside, metallb, groups } = topology;
  const clusters = [...grouped(nodes, ({ cluster }) => cluster)];
  const declared = new Set(outside.flatMap((router) => router.nodes));
  return clusters.flatMap(([cluster, theirs]): readonly OutsideSpeaker[] => {
    if (theirs.some(({ id }) => declared.has(id))) return [];
    const facing = new Set(
      speakers.filter(({ group }) => needsConfiguration(group) && group.cluster === cluster).map(({ node }) => node.id),
    );
    if (facing.size === 0) return [];
    const beside = theirs.filter(({ id }) => facing.has(id));
    const neighbors = metallb
      .filter((each) => each.cluster === cluster)
      .flatMap((each) => each.neighbors)
      .filter((neighbor) => beside.some((node) => selects(neighbor, node)));
    const [group] = groups.filter((each) => each.cluster === cluster);
    const name = cluster === '' ? 'rack' : `rack-${dnsName(cluster)}`;
    const routers = apart(neighbors);
    return routers.map((own) => ({
      ...NOTHING_DECLARED,
      id: routers.length > 1 ? `${name}-${own[0].name}` : name,
      autonomousSystem: asNumberBeside(own, group.autonomousSystem),
      addresses: [],
      clientOf: [],
      nodes: beside.map(({ id }) => id),
      metallbPeers: own.map((neighbor) => neighbor.name),
    }));
  });
}

/** Whether routers beside the nodes need sessions with MetalLB, or static routes. */
const needsConfiguration = ({ reachedBy }: RouterGroup) =>
  reachedBy === 'metallb' || formOf(reachedBy)?.isOnNodes === true;

const dnsName = (text: string) => text.toLowerCase().replace(/[^a-z0-9.-]/g, '-');

/**
 * The neighbors of MetalLB by router. Two of one IP family are two routers; the first ones of both families are taken
 * for one router, and so on. Without neighbors there is one router, too: it has static routes.
 */
function apart(neighbors: readonly MetalLBNeighbor[]): readonly (readonly MetalLBNeighbor[])[] {
  const routers: MetalLBNeighbor[][] = [[]];
  for (const neighbor of neighbors) {
    const family = neighbor.address?.family;
    const free = routers.find((own) => own.every(({ address }) => address?.family !== family || family === undefined));
    if (free) free.push(neighbor);
    else routers.push([neighbor]);
  }
  return routers;
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
    outside.filter(({ assumed, listed }) => assumed && !listed),
    (router) => router.clientOf[0],
  );
  const parts = [...new Map(groups.map(({ part }) => [part.path, part])).values()];
  return parts.flatMap(({ path, name }) => {
    const [client] = clientOf.get(path) ?? [];
    return client ? [{ ...client, ...NOTHING_DECLARED, id: `client-${name}` }] : [];
  });
}

const NOTHING_DECLARED = { assumed: true, platform: 'generic', announces: [], routes: 0, nodeAddresses: {} } as const;
