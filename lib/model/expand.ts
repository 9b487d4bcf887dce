import { hashedIdentifier, identifierOf } from '../settings';
import { addressesAtNodes } from './addresses-at-nodes';
import { assumedClients, servingReflectors } from './assumed-clients';
import { ClusterNode, Declarations, OutsideSpeaker, RouterGroup } from './declarations';
import { assumedReflectors, importedFrom } from './imported-regions';
import { grouped } from './multimap';
import { sorted } from './order';
import { assumedNodes, nodeId, NodeIndex, placesOf } from './placement';
import { sessionsInside, sessionsOfListed, sessionsOfReflectors, sessionsOutside } from './sessions';
import { BgpTopology, Speaker } from './topology';

/**
 * Derives the topology from what constructs declared, whatever their order. Nodes of a cluster for which none are
 * declared are assumed, and so are clients of regions and pairs for which there are none.
 */
export function expand(declarations: Declarations): BgpTopology {
  const groups = identified(declarations.groups);
  const nodes = nodesOf(declarations.nodes, groups);
  const imported = importedFrom(declarations.imported ?? [], groups);
  const declared = [
    ...declarations.outside.map((router) => besideAll(router, nodes)),
    ...imported.flatMap((region) => (region.clientOf === undefined ? assumedReflectors(region) : [])),
  ];
  return derive({
    groups,
    nodes,
    outside: sorted(
      [...declared, ...assumedClients([...groups, ...servingReflectors(declared)], declared, imported)],
      ({ id }) => id,
    ),
    metallb: sorted(declarations.metallb, ({ path }) => path),
  });
}

/** A router that stands next to every node of a cluster, with these nodes. */
function besideAll(router: OutsideSpeaker, nodes: readonly ClusterNode[]): OutsideSpeaker {
  if (router.besideCluster === undefined) return router;
  return { ...router, nodes: nodes.filter(({ cluster }) => cluster === router.besideCluster).map(({ id }) => id) };
}

/** What all of a topology can be derived from: what is declared or assumed, with ids and in order. */
export type Basis = Pick<BgpTopology, 'groups' | 'nodes' | 'outside' | 'metallb'>;

/** Derives routers and sessions: pods on nodes, and who peers with whom. */
export function derive({ groups, nodes, outside, metallb }: Basis): BgpTopology {
  const index = new NodeIndex(nodes);
  const speakers = new Map(groups.map((group) => [group, speakersAt(group, placesOf(group, index))]));
  const speakersOf = (group: RouterGroup) => speakers.get(group) as readonly Speaker[];
  const { sessions, choices, idle } = sessionsInside(groups, speakersOf, outside);
  const reach = addressesAtNodes({ groups, nodes, outside, metallb }, speakersOf);
  return {
    nodes,
    groups,
    speakers: groups.flatMap(speakersOf),
    outside,
    sessions,
    choices: [
      ...choices,
      ...sessionsOutside(outside, groups, speakersOf, reach),
      ...sessionsOfListed(outside, groups, speakersOf),
      ...sessionsOfReflectors(outside),
    ],
    idle,
    addressesAtNodes: reach,
    metallb,
  };
}

/** Groups with ids, which are as short as they can be without two being the same, and in the order of these. */
function identified(groups: Declarations['groups']): readonly RouterGroup[] {
  const named = grouped(groups, ({ workload }) => workload);
  const withIds = groups.map((group): RouterGroup => {
    const { workload, namespace, cluster } = group;
    const same = named.get(workload) as readonly unknown[];
    const place = [cluster, namespace].filter((name) => name !== undefined && name !== '');
    return { id: [...(same.length > 1 ? place : []), workload].join('/'), ...group };
  });
  return sorted(withIds, ({ id }) => id);
}

function nodesOf(declared: Declarations['nodes'], groups: readonly RouterGroup[]): readonly ClusterNode[] {
  const known = declared.map((node): ClusterNode => ({ id: nodeId(node.cluster, node.name), ...node, assumed: false }));
  const clusters = new Set(known.map(({ cluster }) => cluster));
  const missing = [...grouped(groups, ({ cluster }) => cluster)].filter(([cluster]) => !clusters.has(cluster));
  const assumed = missing.flatMap(([cluster, theirs]) => assumedNodes(cluster, theirs));
  return [...sorted(known, ({ id }) => id), ...assumed];
}

function speakersAt(group: RouterGroup, places: readonly ClusterNode[]): readonly Speaker[] {
  const mark = ({ name }: ClusterNode, ordinal: number) => (group.replicas === undefined ? `@${name}` : `-${ordinal}`);
  return places.map((node, ordinal) => {
    const id = `${group.id}${mark(node, ordinal)}`;
    const instance = instanceOf(group, { name: `${group.workload}-${ordinal}`, node: node.name });
    // A rule reports a pod that none of the given identifiers is for.
    const routerId = identifierOf(group.identifiers, instance) ?? hashedIdentifier(id);
    return { id, group, node, ordinal, instance, routerId };
  });
}

/** What a pod has in common with its successor. */
export const instanceOf = (
  { workloadKind }: Pick<RouterGroup, 'workloadKind'>,
  pod: { readonly name: string; readonly node: string },
): string => (workloadKind === 'StatefulSet' ? pod.name : pod.node);
