import { Family } from '../../../lib/addressing';
import { LearnedRoute } from '../../../lab/clients/client';
import { parseFrrRoutes, SHOW_PATHS } from '../../../lab/clients/frr-routes';
import { Pod } from '../../../lab/pod/pod';

/** All paths of a family that a pod's bgpd has from its neighbors, chosen or not. @throws RouterUnavailable */
export async function heldPaths(pod: Pod, family: Family): Promise<readonly LearnedRoute[]> {
  return parseFrrRoutes(await pod.show(SHOW_PATHS[family]), family);
}
