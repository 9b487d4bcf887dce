import { parseRunningConfig } from '../../../crpd-image/runtime/router/frr/running-config';
import { eventually } from '../../../lab/eventually';
import { BgpTopology, RouterGroup } from '../../../lib';
import { Testbed, TestbedPod } from '../../../test-support/testbed/testbed';

/** How long the runtime may take, in milliseconds: an Established neighbor is removed after a minute. */
const PATIENCE_MS = 120_000;

/** The neighbors in bgpd's running configuration, and the clients that may dial, by the name of their group. */
export async function configuredNeighbors(pod: TestbedPod): Promise<ReadonlyMap<string, readonly string[]>> {
  const { neighbors, singleAddressRanges } = parseRunningConfig(await pod.show('show running-config'));
  const groups = new Map<string, string[]>();
  for (const [address, group] of [...neighbors, ...singleAddressRanges])
    groups.set(group, [...(groups.get(group) ?? []), address]);
  return groups;
}

/**
 * Waits until every pod has configured whom DNS lists: all of a mesh, of those upstream as many as it is to, and all
 * clients in pods.
 */
export async function untilNeighborsFollowDns(testbed: Testbed): Promise<void> {
  await eventually(
    async () => {
      for (const pod of testbed.pods) {
        const configured = await configuredNeighbors(pod);
        for (const { name: group, service, sessions = Infinity } of soughtBy(pod, testbed.topology)) {
          const { namespace } = pod.workload;
          const listed = testbed.listed({ name: service, namespace });
          // The first family that a pod has is the one that it peers by.
          const sameFamily = listed.filter((one) => one.includes(':') === pod.address.includes(':'));
          const others = sameFamily.filter((one) => !pod.addresses.includes(one));
          const own = configured.get(group) ?? [];
          const named = { pod: pod.name, group, stray: own.filter((one) => !others.includes(one)) };
          const wanted = Math.min(others.length, sessions);
          expect({ ...named, configured: own.length }).toEqual({ ...named, stray: [], configured: wanted });
        }
      }
    },
    PATIENCE_MS,
    200,
  );
}

/** The groups of neighbors that a pod looks for behind Services. */
function soughtBy({ workload }: TestbedPod, { groups }: BgpTopology) {
  const { meshes, upstreams, clients } = groups.find((group) => group.workload === workload.name) as RouterGroup;
  const listed = clients.flatMap(({ name, service }) => (service === undefined ? [] : [{ name, service }]));
  const behindServices = [...meshes, ...upstreams].flatMap((group) => (group.service === undefined ? [] : [group]));
  const sought: { name: string; service: string; sessions?: number }[] = [...behindServices, ...listed];
  return sought;
}
