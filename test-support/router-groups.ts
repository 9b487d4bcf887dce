import { parseAddress, parsePrefix } from '../lib/addressing';
import { BgpTopology, Declarations, expand, OutsideSpeaker, RouterGroup } from '../lib/model';

/** Declarations without constructs, for rules whose cases no construct can produce. */

export type DeclaredGroup = Declarations['groups'][number];

/** A workload of one route reflector without neighbors, with these changes. */
export function reflectors(workload: string, changes: Partial<RouterGroup> = {}): DeclaredGroup {
  return {
    part: { path: `test/${workload}`, kind: 'region', name: workload },
    ...{ workload, workloadKind: 'StatefulSet', cluster: '', service: workload, listedBy: [] },
    ...{ mode: 'route-reflector', router: 'frr', autonomousSystem: 64496, families: ['inet'] },
    ...{ exported: false, looksInClusterSet: false, meshes: [], meshMd5: true, upstreams: [], clients: [] },
    ...{
      podNetworks: [],
      identifiers: { identity: workload },
      communities: {},
      clientLimit: 5000,
      resetsLocalPreference: false,
      reachedBy: 'none',
      addresses: [],
    },
    ...{
      nodeSelector: {},
      preferredNodes: {},
      replicas: 1,
      onePerNode: true,
      interlock: false,
      memory: {},
      secrets: [],
    },
    ...changes,
  };
}

/** A router outside that is a client of the parts of these workloads. */
export function client(id: string, changes: Partial<OutsideSpeaker> = {}): OutsideSpeaker {
  return {
    ...{ id, assumed: false, platform: 'frr', autonomousSystem: 64496, clientOf: [], nodes: [] },
    ...{ addresses: [parseAddress('198.51.100.1')], announces: [], routes: 0 },
    ...changes,
  };
}

/** The topology of workloads and of what else is declared. */
export function topologyWith(groups: readonly DeclaredGroup[], others: Partial<Declarations> = {}): BgpTopology {
  return expand({ groups, nodes: [], outside: [], metallb: [], ...others });
}

/** Nodes by name, each with its labels, in one cluster. */
export function nodesWith(
  labels: Readonly<Record<string, Readonly<Record<string, string>>>>,
  cluster = '',
): Declarations['nodes'] {
  return Object.entries(labels).map(([name, theirs]) => ({ name, cluster, labels: theirs }));
}

export const prefixes = (...texts: readonly string[]) => texts.map((text) => parsePrefix(text));
export const addresses = (...texts: readonly string[]) => texts.map((text) => parseAddress(text));
