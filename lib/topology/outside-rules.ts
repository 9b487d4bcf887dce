import { IConstruct } from 'constructs';
import { covers, formatAsRange, IpAddress, parsePrefix } from '../addressing';
import { clusterOf } from '../registry/declared';
import { reject } from '../registry/invalid-prop';
import { BgpTopology, ClusterNode, clientGroupOf, MetalLBNeighbor, OutsideSpeaker, RouterGroup } from '../model';
import { asNumberToward, rackPeerings, selects } from '../neighbors';

/**
 * Holds a router outside against the topology, once all of it is there. cdk8s may ask more than once, so this is pure.
 *
 * @throws InvalidPropError where a region or pair would not have it for a client, and for nodes that are not there
 */
export function rejectOutside(construct: IConstruct, router: OutsideSpeaker, topology: BgpTopology): void {
  const { groups, speakers } = topology;
  if (speakers.some(({ id }) => id === router.id)) {
    reject(construct, 'name', router.id, 'a name of its own: a pod has it already');
  }
  rejectUnknownNodes(construct, router, topology);
  rejectAsRackRouter(construct, router, topology);
  router.addresses.forEach((address, i) => {
    const owner = groups.find(({ addresses }) => addresses.some(({ text }) => text === address.text));
    if (!owner) return;
    const allowed = `an address of its own: it is what clients of ${owner.part.path} peer with`;
    reject(construct, `addresses[${i}]`, address.text, allowed);
  });
  const parts = router.clientOf.map((path) => groups.filter(({ part }) => part.path === path));
  parts.forEach((sides, i) => {
    const reached = sides.filter(({ addresses }) => addresses.length > 0);
    const allowed = 'a region or pair with addresses that clients peer with';
    if (reached.length === 0) reject(construct, `clientOf[${i}]`, router.clientOf[i], allowed);
    reached.forEach((group) => rejectAsClient(construct, router, group));
    if (reached.length > 0) rejectOutOfBounds(construct, router, reached[0]);
  });
  router.announces.forEach(({ family, route }, i) => {
    if (parts.some(([{ families }]) => families.includes(family))) return;
    const carried = [...new Set(parts.flatMap(([{ families }]) => families))].join(', ');
    const allowed = `a route of ${carried}, what ${router.clientOf.join(', ')} carries`;
    reject(construct, `announces[${i}]`, route, allowed);
  });
}

/** Refuses what a region drops; the proof would count on it. */
function rejectOutOfBounds(construct: IConstruct, router: OutsideSpeaker, group: RouterGroup): void {
  const { announceable } = group;
  if (!announceable) return;
  router.announces.forEach(({ family, route }, i) => {
    if (family === 'evpn' || !group.families.includes(family)) return;
    const prefix = parsePrefix(route);
    if (announceable.some((bound) => covers(bound, prefix))) return;
    const allowed = `a route within those that clients of ${group.part.path} may announce (clientRoutes): ${announceable.map(({ text }) => text).join(', ')}`;
    reject(construct, `announces[${i}]`, route, allowed);
  });
}

function rejectUnknownNodes(construct: IConstruct, router: OutsideSpeaker, { nodes }: BgpTopology): void {
  const declared = new Set(nodes.filter(({ assumed }) => !assumed).map(({ id }) => id));
  const index = router.nodes.findIndex((id) => !declared.has(id));
  if (index < 0) return;
  const cluster = clusterOf(construct);
  const names = nodes.filter((node) => declared.has(node.id) && node.cluster === cluster).map(({ name }) => name);
  const allowed =
    names.length > 0 ? `one of ${names.join(', ')}` : 'a node that KubernetesNodes declares, where there is none';
  const name = cluster === '' ? router.nodes[index] : router.nodes[index].slice(cluster.length + 1);
  reject(construct, `nodes[${index}]`, name, allowed);
}

/** Refuses a router beside nodes that their MetalLB, or the static routes to them, could not have there. */
function rejectAsRackRouter(construct: IConstruct, router: OutsideSpeaker, topology: BgpTopology): void {
  const beside = topology.nodes.filter(({ id }) => router.nodes.includes(id));
  const peerings = rackPeerings(router, topology);
  for (const { path, cluster, neighbors } of topology.metallb) {
    const theirs = beside.filter((node) => node.cluster === cluster);
    if (theirs.length === 0 || neighbors.some((neighbor) => theirs.some((node) => selects(neighbor, node)))) continue;
    const names = theirs.map(({ name }) => name);
    reject(construct, 'nodes', names, `a node that a peer of ${path} is for: its node selectors match none of these`);
  }
  for (const { neighbor, nodes } of peerings) {
    rejectAsNumber(construct, router, neighbor);
    if (neighbor.address) {
      const { family, text } = neighbor.address;
      rejectUnreached(construct, router, nodes, family, `from where the node dials ${text}, peer ${neighbor.name}`);
    }
  }
  for (const { group, node } of topology.speakers) {
    if (group.reachedBy !== 'host-ports' || !router.nodes.includes(node.id)) continue;
    for (const { family, text } of group.addresses) {
      rejectUnreached(construct, router, [node], family, `for the static route to ${text} of ${group.id}`);
    }
  }
}

/** Refuses nodes whose addresses are given, but none of this family. */
function rejectUnreached(
  construct: IConstruct,
  { nodeAddresses = {} }: OutsideSpeaker,
  nodes: readonly ClusterNode[],
  family: 4 | 6,
  purpose: string,
): void {
  for (const { id, name } of nodes) {
    const known = id in nodeAddresses ? nodeAddresses[id] : undefined;
    if (!known || known.some((address) => address.family === family)) continue;
    const texts = known.map(({ text }) => text);
    reject(construct, `nodes.${name}`, texts, `an address of IPv${family}, ${purpose}`);
  }
}

/** Refuses a router whose AS number makes the session something else than MetalLB takes it for. */
function rejectAsNumber(construct: IConstruct, router: OutsideSpeaker, neighbor: MetalLBNeighbor): void {
  const { autonomousSystem: own } = router;
  const { name, nodesAutonomousSystem: nodes } = neighbor;
  const internal = asNumberToward(neighbor, own) === nodes;
  if (internal && neighbor.autonomousSystem === 'external') {
    reject(construct, 'autonomousSystem', own, `another AS number than the nodes have: peer ${name} is external`);
  }
  // No platform lets a router pretend to be in the AS of its neighbor.
  if (internal && own !== nodes) {
    reject(construct, 'autonomousSystem', own, `${nodes}, that of the nodes: peer ${name} of MetalLB is iBGP`);
  }
}

/** Refuses what a side of a region or pair would not accept. */
function rejectAsClient(construct: IConstruct, router: OutsideSpeaker, group: RouterGroup): void {
  const { path } = group.part;
  if (router.vrf !== undefined && group.families.includes('evpn')) {
    reject(construct, 'vrf', router.vrf, `the default VRF: ${path} carries EVPN, which no router has in another`);
  }
  const served = (address: IpAddress) => group.addresses.some(({ family }) => family === address.family);
  if (!router.addresses.some(served)) {
    const families = group.addresses.map(({ family }) => `IPv${family}`).join(' or ');
    const texts = router.addresses.map(({ text }) => text);
    reject(construct, 'addresses', texts, `an address of ${families}, as clients of ${path} have`);
  }
  router.addresses.forEach((address, i) => {
    if (!served(address)) return;
    const prop = `addresses[${i}]`;
    const network = group.podNetworks.find((candidate) => covers(candidate, address));
    if (network) reject(construct, prop, address.text, `an address apart from the pod network ${network.text}`);
    const clients = clientGroupOf(group.clients, address);
    if (!clients) {
      const ranges = group.clients.flatMap((each) => each.ranges).filter((range) => !group.podNetworks.includes(range));
      const allowed = `an address in the client ranges of ${path}: ${ranges.map(({ text }) => text).join(', ')}`;
      return reject(construct, prop, address.text, allowed);
    }
    const as = router.autonomousSystem;
    if (group.mode === 'route-reflector' && as !== group.autonomousSystem) {
      reject(construct, 'autonomousSystem', as, `${group.autonomousSystem}, that of ${path}: the session is iBGP`);
    }
    if (group.mode === 'route-server' && !clients.asRanges.some(({ first, last }) => first <= as && as <= last)) {
      const ranges = clients.asRanges.map(formatAsRange).join(', ');
      reject(construct, 'autonomousSystem', as, `an AS number that ${path} accepts: ${ranges}`);
    }
  });
}
