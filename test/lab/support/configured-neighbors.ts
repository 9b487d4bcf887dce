import { parseRunningConfig } from '../../../crpd-image/runtime/router/frr/running-config';
import { eventually } from '../../../lab/eventually';
import { expectationsOf } from '../../../lab/expected';
import { Lab } from '../../../lab/lab';
import { Objects } from '../../../lab/manifests/objects';
import { routerOf } from '../../../lab/plan/router-of';
import { Pod } from '../../../lab/pod/pod';

/** How long the runtime may take, in milliseconds: an Established neighbor is removed after a minute. */
const PATIENCE_MS = 120_000;

/** The neighbors in bgpd's running configuration, and the clients that may dial, by the name of their group. */
export async function configuredNeighbors(pod: Pod): Promise<ReadonlyMap<string, readonly string[]>> {
  const { neighbors, admitted } = parseRunningConfig(await pod.show('show running-config'));
  const groups = new Map<string, string[]>();
  for (const [address, group] of [...neighbors, ...admitted])
    groups.set(group, [...(groups.get(group) ?? []), address]);
  return groups;
}

/**
 * Waits until every pod has configured whom DNS lists: all of a mesh, of those upstream as many as it is to, and all
 * clients in pods.
 */
export async function untilNeighborsFollowDns(lab: Lab, objects: Objects): Promise<void> {
  await eventually(
    async () => {
      for (const pod of lab.cluster.pods) {
        const configured = await configuredNeighbors(pod);
        const router = { model: routerOf(pod.workload, objects), addresses: pod.addresses };
        const clients = router.model.discovered.flatMap(({ kind, name, service }) => {
          const addresses = lab.cluster.listed(service);
          return kind === 'clients' ? [{ group: name, addresses, atLeast: addresses.length }] : [];
        });
        const expected = expectationsOf(router, (service) => lab.cluster.listed(service));
        for (const { group, addresses, atLeast } of [...expected, ...clients]) {
          const own = configured.get(group) ?? [];
          const named = { pod: pod.name, group, stray: own.filter((one) => !addresses.includes(one)) };
          expect({ ...named, configured: own.length }).toEqual({ ...named, stray: [], configured: atLeast });
        }
      }
    },
    PATIENCE_MS,
    200,
  );
}
