import { readManifests } from '../manifests/read';
import { Objects } from '../manifests/objects';
import { ClientPlan, clientsFor } from './clients';
import { groupsOf, LabGroup } from './groups';
import { NodePlan, nodesFor } from './nodes';

/** What a lab is made from. */
export interface LabPlan {
  readonly objects: Objects;
  readonly groups: readonly LabGroup[];
  readonly nodes: readonly NodePlan[];
  readonly clients: readonly ClientPlan[];
}

/**
 * The lab for the manifests in a folder: the fewest nodes that have room for all pods, and two clients for each region
 * or pair.
 *
 * @throws LabError for what cannot be run
 */
export function planFor(folder: string): LabPlan {
  const objects = readManifests(folder);
  const groups = groupsOf(objects);
  return { objects, groups, nodes: nodesFor(groups), clients: clientsFor(groups) };
}
