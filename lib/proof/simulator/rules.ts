import { Family } from '../../addressing';
import { Announced } from './propagation';
import { NetworkRouter } from './network';
import { Path } from './selection';

/** Why a route does not go over a session: its router does not send it, or the neighbor does not keep it. */
export type Rule =
  'family' | 'back' | 'outside' | 'non-client' | 'only' | 'own AS' | 'ORIGINATOR_ID' | 'CLUSTER_LIST' | 'import policy';

/**
 * Why a router does not send its best path to a neighbor.
 *
 * @param to the place of the neighbor
 * @param best the place of the neighbor that it has the path from; or `own`, where it announces the route itself
 * @returns undefined where it sends it
 */
export function keptBack(
  { neighbors, outside, communities: { only } }: NetworkRouter,
  to: number,
  best: number | 'own',
  path: Path,
  family: Family,
): Rule | undefined {
  const neighbor = neighbors[to];
  if (!neighbor.families.includes(family)) return 'family';
  if (best === 'own') return undefined;
  if (best === to) return 'back';
  if (outside) return 'outside';
  // RFC 4456, 6; RFC 4271, 9.2 for routers that are no reflectors.
  if (neighbors[best].type === 'non-client' && neighbor.type === 'non-client') return 'non-client';
  if (neighbor.filtered && only !== undefined && path.communities.includes(only)) return 'only';
  return undefined;
}

/**
 * Why a router does not keep what a neighbor sent: there would be a loop, or the import policy drops it.
 *
 * @param from the place of the neighbor
 * @param announced the route that the path is of
 * @returns undefined where it keeps it
 */
export function dropped(
  { autonomousSystem, routerId, clusterId = routerId, neighbors }: NetworkRouter,
  from: number,
  path: Path,
  { family, route }: Announced,
): Rule | undefined {
  // RFC 4271, 9.1.2.
  if (path.asPath.includes(autonomousSystem)) return 'own AS';
  if (neighbors[from].refuses?.({ family, route, communities: path.communities })) return 'import policy';
  if (neighbors[from].type === 'external') return undefined;
  // RFC 4456, 8.
  if (path.originatorId === routerId) return 'ORIGINATOR_ID';
  return path.clusterList.includes(clusterId) ? 'CLUSTER_LIST' : undefined;
}
