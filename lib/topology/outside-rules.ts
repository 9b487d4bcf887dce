import { IConstruct } from 'constructs';
import { covers, formatAsRange, IpAddress } from '../addressing';
import { clusterOf } from '../app/declared';
import { refuse } from '../app/invalid-prop';
import { BgpTopology, clientGroupOf, OutsideSpeaker, RouterGroup } from '../model';

/**
 * Holds a router outside against the topology, once all of it is there. cdk8s may ask more than once, so this is pure.
 *
 * @throws InvalidPropError where a region or pair would not have it for a client, and for nodes that are not there
 */
export function refuseOutside(construct: IConstruct, router: OutsideSpeaker, topology: BgpTopology): void {
  const { groups, speakers } = topology;
  if (speakers.some(({ id }) => id === router.id)) {
    refuse(construct, 'name', router.id, 'a name of its own: a pod has it already');
  }
  refuseUnknownNodes(construct, router, topology);
  router.addresses.forEach((address, i) => {
    const owner = groups.find(({ addresses }) => addresses.some(({ text }) => text === address.text));
    if (!owner) return;
    const allowed = `an address of its own: it is what clients of ${owner.part.path} peer with`;
    refuse(construct, `addresses[${i}]`, address.text, allowed);
  });
  const parts = router.clientOf.map((path) => groups.filter(({ part }) => part.path === path));
  parts.forEach((sides, i) => {
    const reached = sides.filter(({ addresses }) => addresses.length > 0);
    const allowed = 'a region or pair with addresses that clients peer with';
    if (reached.length === 0) refuse(construct, `clientOf[${i}]`, router.clientOf[i], allowed);
    reached.forEach((group) => refuseAsClient(construct, router, group));
  });
  router.announces.forEach(({ family, route }, i) => {
    if (parts.some(([{ families }]) => families.includes(family))) return;
    const carried = [...new Set(parts.flatMap(([{ families }]) => families))].join(', ');
    const allowed = `a route of ${carried}, what ${router.clientOf.join(', ')} carries`;
    refuse(construct, `announces[${i}]`, route, allowed);
  });
}

function refuseUnknownNodes(construct: IConstruct, router: OutsideSpeaker, { nodes }: BgpTopology): void {
  const declared = new Set(nodes.filter(({ assumed }) => !assumed).map(({ id }) => id));
  const index = router.nodes.findIndex((id) => !declared.has(id));
  if (index < 0) return;
  const cluster = clusterOf(construct);
  const names = nodes.filter((node) => declared.has(node.id) && node.cluster === cluster).map(({ name }) => name);
  const allowed =
    names.length > 0 ? `one of ${names.join(', ')}` : 'a node that KubernetesNodes declares, where there is none';
  const name = cluster === '' ? router.nodes[index] : router.nodes[index].slice(cluster.length + 1);
  refuse(construct, `nodes[${index}]`, name, allowed);
}

/** Refuses what a side of a region or pair would not accept. */
function refuseAsClient(construct: IConstruct, router: OutsideSpeaker, group: RouterGroup): void {
  const { path } = group.part;
  const served = (address: IpAddress) => group.addresses.some(({ family }) => family === address.family);
  if (!router.addresses.some(served)) {
    const families = group.addresses.map(({ family }) => `IPv${family}`).join(' or ');
    const texts = router.addresses.map(({ text }) => text);
    refuse(construct, 'addresses', texts, `an address of ${families}, as clients of ${path} have`);
  }
  router.addresses.forEach((address, i) => {
    if (!served(address)) return;
    const prop = `addresses[${i}]`;
    const network = group.podNetworks.find((candidate) => covers(candidate, address));
    if (network) refuse(construct, prop, address.text, `an address apart from the pod network ${network.text}`);
    const clients = clientGroupOf(group.clients, address);
    if (!clients) {
      const ranges = group.clients.flatMap((each) => each.ranges).filter((range) => !group.podNetworks.includes(range));
      const allowed = `an address in the client ranges of ${path}: ${ranges.map(({ text }) => text).join(', ')}`;
      return refuse(construct, prop, address.text, allowed);
    }
    const as = router.autonomousSystem;
    if (group.mode === 'route-reflector' && as !== group.autonomousSystem) {
      refuse(construct, 'autonomousSystem', as, `${group.autonomousSystem}, that of ${path}: the session is iBGP`);
    }
    if (group.mode === 'route-server' && !clients.asRanges.some(({ first, last }) => first <= as && as <= last)) {
      const ranges = clients.asRanges.map(formatAsRange).join(', ');
      refuse(construct, 'autonomousSystem', as, `an AS number that ${path} accepts: ${ranges}`);
    }
  });
}
