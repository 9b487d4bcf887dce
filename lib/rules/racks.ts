import {
  alternativesOf,
  asNumberToward,
  BgpTopology,
  formOf,
  MetalLBNeighbor,
  OutsideSpeaker,
  selects,
} from '../model';
import { rackPeerings } from '../neighbors';
import { Problem, problem, Registry } from '../registry';
import { TopologyRule } from './rule';

/** A rule about each router outside that a construct declares, and the path of that. */
export const ofRouter = (
  check: (path: string, router: OutsideSpeaker, topology: BgpTopology) => Iterable<Problem>,
): TopologyRule['check'] =>
  function* ({ declared }, topology) {
    // The topology has the nodes of a router that stands next to all of a cluster.
    const placed = new Map(topology.outside.map((router) => [router.id, router]));
    for (const { path, router } of declared.outside) yield* check(path, placed.get(router.id) ?? router, topology);
  };

function* nodesAreThere(registry: Registry, { nodes }: BgpTopology) {
  const declared = nodes.filter(({ assumed }) => !assumed);
  const ids = new Set(declared.map(({ id }) => id));
  for (const { path, cluster, router } of registry.declared.outside) {
    const names = declared.filter((node) => node.cluster === cluster).map(({ name }) => name);
    const allowed =
      names.length > 0 ? `one of ${names.join(', ')}` : 'a node that KubernetesNodes declares, where there is none';
    for (const [i, id] of router.nodes.entries()) {
      const name = cluster === '' ? id : id.slice(cluster.length + 1);
      if (!ids.has(id)) yield problem(path, `nodes[${i}]`, name, allowed);
    }
  }
}

/** The AS number must make the session what MetalLB takes it for. */
function asNumberWanted(own: number, neighbor: MetalLBNeighbor): string | undefined {
  const { name, nodesAutonomousSystem: nodes } = neighbor;
  if (asNumberToward(neighbor, own) !== nodes) return undefined;
  if (neighbor.autonomousSystem === 'external') {
    return `another AS number than the nodes have: peer ${name} is external`;
  }
  // No platform lets a router pretend to be in the AS of its neighbor.
  return own === nodes ? undefined : `${nodes}, that of the nodes: peer ${name} of MetalLB is iBGP`;
}

/** Addresses on links to nodes that sessions and static routes need, each with what for. */
function* neededOnLinks(router: OutsideSpeaker, topology: BgpTopology) {
  for (const { neighbor, nodes } of rackPeerings(router, topology)) {
    if (!neighbor.address) continue;
    const { family, text } = neighbor.address;
    const purpose = `from where the node dials ${text}, peer ${neighbor.name}`;
    for (const node of nodes) yield { node, family, purpose };
  }
  for (const { group, node } of topology.speakers) {
    if (!formOf(group.reachedBy)?.isOnNodes || !router.nodes.includes(node.id)) continue;
    for (const { family, text } of group.addresses) {
      yield { node, family, purpose: `for the static route to ${text} of ${group.id}` };
    }
  }
}

export const RACKS: readonly TopologyRule[] = [
  {
    id: 'router-nodes-there',
    wants: 'The nodes next to a router are declared.',
    check: nodesAreThere,
  },
  {
    id: 'router-beside-metallb',
    wants: 'A router next to nodes that run MetalLB is next to at least one node with a MetalLB peer.',
    check: ofRouter(function* (path, { nodes }, topology) {
      const beside = topology.nodes.filter(({ id }) => nodes.includes(id));
      for (const metallb of topology.metallb) {
        const theirs = beside.filter((node) => node.cluster === metallb.cluster);
        const isMet = metallb.neighbors.some((neighbor) => theirs.some((node) => selects(neighbor, node)));
        if (theirs.length === 0 || isMet) continue;
        const allowed = `a node that a peer of ${metallb.path} is for: its node selectors match none of these`;
        yield problem(
          path,
          'nodes',
          theirs.map(({ name }) => name),
          allowed,
        );
      }
    }),
  },
  {
    id: 'router-as-toward-metallb',
    wants:
      'The AS number of a router next to nodes makes its session with MetalLB internal or external, as its peer is configured.',
    source: 'RFC 4271: a session is internal where both ends have one AS number',
    check: ofRouter(function* (path, router, topology) {
      for (const { neighbor } of rackPeerings(router, topology)) {
        const allowed = asNumberWanted(router.autonomousSystem, neighbor);
        if (allowed) yield problem(path, 'autonomousSystem', router.autonomousSystem, allowed);
      }
    }),
  },
  {
    id: 'router-is-one-peer',
    wants: 'If MetalLB has several peers on a node, a router next to the node has the address of exactly one.',
    source: 'RFC 4271, 6.8: a router has one session with a neighbor',
    check: ofRouter(function* (path, router, topology) {
      const alternatives = alternativesOf(rackPeerings(router, topology));
      if (!alternatives) return;
      const names = alternatives.map(({ neighbor: { name, address } }) => `${name} (${address?.text})`);
      const given = router.addresses.length > 0 ? router.addresses.map(({ text }) => text) : undefined;
      const allowed = `the address of one of the peers ${names.join(' and ')}, which share nodes`;
      yield problem(path, 'addresses', given, allowed);
    }),
  },
  {
    id: 'router-reaches-nodes',
    wants: 'If the link addresses of a node are given, one is of the IP family that BGP or a static route needs.',
    check: ofRouter(function* (path, router, topology) {
      const { nodeAddresses = {}, nodeRanges = [] } = router;
      for (const { node, family, purpose } of neededOnLinks(router, topology)) {
        const known = node.id in nodeAddresses ? nodeAddresses[node.id] : undefined;
        if (!known || [...known, ...nodeRanges].some((each) => each.family === family)) continue;
        const texts = known.map(({ text }) => text);
        yield problem(path, `nodes.${node.name}`, texts, `an address of IPv${family}, ${purpose}`);
      }
    }),
  },
];
