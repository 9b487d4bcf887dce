import { OWN_GROUPS } from '../../../lib/settings';
import { Testbed, TestbedPod } from '../../../test-support/testbed/testbed';
import { BgpNeighbor, bgpNeighborsOf } from './bgp-neighbors';

/** How often each session of a mesh has gone down, in words. */
export type MeshLosses = ReadonlySet<string>;

/**
 * The sessions of pods that were lost, by bgpd's own counters, in words.
 *
 * Sessions of a mesh may have been lost in the moment in which they came up: a bgpd that waits for its neighbor comes to
 * wait again by a timer, and on a machine that is too busy takes that for the end of a connection that it has accepted
 * in between. What had been lost of these before is therefore passed over.
 *
 * @param before what {@link meshLosses} were before
 */
export async function lostSessions(testbed: Testbed, before: MeshLosses): Promise<string[]> {
  return (await losses(testbed, () => true)).filter((loss) => !before.has(loss));
}

/** The sessions of meshes that were lost so far. */
export async function meshLosses(testbed: Testbed): Promise<MeshLosses> {
  return new Set(await losses(testbed, ({ group }) => group === OWN_GROUPS.mesh));
}

async function losses({ pods }: Testbed, of: (neighbor: BgpNeighbor) => boolean): Promise<string[]> {
  const ofPod = async (pod: TestbedPod) =>
    (await bgpNeighborsOf(pod))
      .filter((neighbor) => of(neighbor) && (neighbor.ups > 1 || neighbor.downs > 0))
      .map(({ address, group, ups, downs, lastReset }) => {
        return `${pod.name}: ${address} in ${group} came up ${ups} times and went down ${downs} times: ${lastReset}`;
      });
  return (await Promise.all(pods.map(ofPod))).flat();
}
