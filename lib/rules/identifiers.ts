import { IpAddress } from '../addressing';
import { BgpTopology, includes, RouterGroup, tolerates } from '../model';
import { problem, Registry } from '../registry';
import { identifierOf } from '../settings';
import { TopologyRule } from './rule';

/** A router, and the construct that it is from. */
interface Identified {
  readonly path: string;
  readonly name: string;
  readonly id: IpAddress;
}

/** What tells the pods of a workload apart: their numbers, or the nodes that are declared and may run one. */
function instancesOf(group: RouterGroup, { nodes }: BgpTopology): readonly string[] {
  const { workload, workloadKind, cluster, replicas = 0, nodeSelector, tolerations } = group;
  if (workloadKind === 'StatefulSet') return Array.from({ length: replicas }, (_, i) => `${workload}-${i}`);
  return nodes.flatMap((node) => {
    const isDeclared = !node.assumed && node.cluster === cluster;
    return isDeclared && includes(node.labels, nodeSelector) && tolerates(tolerations, node.taints) ? [node.name] : [];
  });
}

function podsOf(group: RouterGroup, topology: BgpTopology): readonly Identified[] {
  return instancesOf(group, topology).flatMap((instance) => {
    const id = identifierOf(group.identifiers, instance);
    const name = group.workloadKind === 'StatefulSet' ? instance : `${group.id}@${instance}`;
    return id ? [{ path: group.part.path, name, id }] : [];
  });
}

function* identifierForEach(_: Registry, topology: BgpTopology) {
  for (const group of topology.groups) {
    const { identifiers, part } = group;
    for (const instance of instancesOf(group, topology)) {
      if (identifierOf(identifiers, instance)) continue;
      const given = Object.keys(identifiers.routerIds ?? {});
      yield problem(part.path, 'routerIds', given, `an identifier for ${instance}, too, where ${group.id} may run`);
    }
  }
}

function* ownIdentifier(_: Registry, topology: BgpTopology) {
  const owners = new Map<string, string>();
  for (const { id: name, autonomousSystem, addresses } of topology.outside) {
    const id = addresses.find(({ family }) => family === 4);
    if (id) owners.set(`${autonomousSystem} ${id.text}`, name);
  }
  for (const group of topology.groups) {
    for (const { path, name, id } of podsOf(group, topology)) {
      const key = `${group.autonomousSystem} ${id.text}`;
      const other = owners.get(key);
      if (other === undefined) owners.set(key, name);
      else yield problem(path, 'routerIds', id.text, `an identifier of its own for ${name}: ${other} has it already`);
    }
  }
}

function* ownClusterId(_: Registry, topology: BgpTopology) {
  const owners = new Map<string, string>();
  const reflectors = topology.groups.filter(({ mode }) => mode === 'route-reflector');
  const shared = reflectors.flatMap(({ clusterId, ...group }) => (clusterId ? [{ clusterId, group }] : []));
  for (const { clusterId, group } of shared) {
    const { path } = group.part;
    const key = `${group.autonomousSystem} ${clusterId.text}`;
    const pods = reflectors.flatMap((one) => (one.clusterId ? [] : podsOf(one, topology)));
    const owner =
      owners.get(key) ?? pods.find((pod) => pod.id.text === clusterId.text && pod.path !== path)?.path ?? path;
    owners.set(key, owner);
    if (owner !== path)
      yield problem(path, 'clusterId', clusterId.text, `a cluster id of its own: ${owner} has it already`);
  }
}

export const IDENTIFIERS: readonly TopologyRule[] = [
  {
    id: 'router-id-for-each-pod',
    wants: 'If a region has `routerIds`, each declared node on which its pods may run is in them.',
    check: identifierForEach,
  },
  {
    id: 'own-router-id',
    wants:
      'No two routers of an AS have the same BGP identifier, on declared nodes; that of a router outside is its IPv4 address.',
    source: 'RFC 6286, section 2.1',
    check: ownIdentifier,
  },
  {
    id: 'own-cluster-id',
    wants: 'No two regions of an AS have the same cluster id.',
    source: 'RFC 4456, section 8: a route reflector drops routes with its own cluster id',
    check: ownClusterId,
  },
];
