import { parseAddress } from '../../lib/addressing';
import { PlacedGroup, RouterGroup, ServingGroup } from '../../lib/model';
import { LABEL } from '../../lib/topology/labels';
import { selects } from '../manifests/exactly';
import { Objects, Workload } from '../manifests/objects';
import { addressingFor } from './addressing';
import { routerOf } from './router-of';

/** A workload in the words of the model of BGP topologies, read back from its manifest. */
export type LabGroup = PlacedGroup & ServingGroup;

export function groupsOf(objects: Objects): LabGroup[] {
  const { podNetworks } = addressingFor(objects);
  return objects.workloads.map((workload) => {
    const { name, pod, podLabels, replicas } = workload;
    const router = routerOf(workload, objects);
    const part = podLabels.get(LABEL.part) ?? name;
    return {
      id: name,
      part: { path: part, name: part, kind: router.mode === 'route-server' ? 'pair' : 'region' },
      side: podLabels.get(LABEL.side) as RouterGroup['side'],
      mode: router.mode,
      autonomousSystem: router.autonomousSystem,
      families: router.families,
      clients: router.clients,
      clientRoutes: router.clientRoutes,
      podNetworks,
      communities: router.communities,
      addresses: addressesOf(workload, objects).map(parseAddress),
      nodeSelector: Object.fromEntries(pod.nodeSelector),
      preferredNodes: Object.fromEntries(pod.preferredLabels),
      onePerNode: pod.oneOnNode,
      replicas,
    };
  });
}

/** What clients outside of the cluster peer with. */
function addressesOf({ pod, podLabels }: Workload, { services }: Objects): string[] {
  const own = services.filter(({ selector }) => selects(selector, podLabels));
  return [...own.flatMap(({ addresses }) => addresses), ...pod.hostPorts.map(({ address }) => address)];
}
