import { OWN_GROUPS } from '../../../../lib/settings';
import { follow } from '../../../scenarios/pods-come-and-go';
import { bgpNeighborsOf, establishedIn } from '../../../scenarios/support/bgp-neighbors';
import { untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { promisedRoutes } from '../../../../test-support/testbed/promised-routes';
import { throughout } from '../../../scenarios/support/throughout';
import { assumedPlanOfApp, describeLab } from '../../support/describe-lab';

const CORE = 'meshrr-core';
const PATIENCE_MS = 300_000;
/** DNS still lists the address for this time, in seconds. */
const STALE_SECONDS = 30;
/**
 * How long sessions may take in the end, in milliseconds: both ends ask DNS, which has a stale answer for them, and routers
 * that have not answered meanwhile are tried again.
 */
const SESSIONS_MS = 180_000;

const plan = assumedPlanOfApp('two-regions-hrr-metallb-frr');
const options = () => ({
  ...plan,
  reuseAddresses: true,
  dnsCaches: { seconds: STALE_SECONDS },
  environment: { MESHRR_DISCOVERY: 'dns' },
});

describeLab('an address that DNS still lists belongs to a pod of another role by now', options, (lab, testbed) => {
  /** Sessions of the groups that the runtime fills, with a pod that has another role. */
  async function wrongSessions(): Promise<string[]> {
    const { pods } = lab().cluster;
    const core = lab().cluster.podsOf(CORE);
    const addressesOf = (some: typeof pods) => new Set(some.flatMap(({ addresses }) => addresses));
    const roleOf = (name: string) => name.replace(/-[ab]$/, '');
    const wrong = pods.map(async (pod) => {
      const neighbors = await bgpNeighborsOf(pod).catch(() => []);
      const mates = addressesOf(pods.filter((one) => roleOf(one.workload.name) === roleOf(pod.workload.name)));
      const strangers = [
        ...establishedIn(neighbors, OWN_GROUPS.mesh).filter((one) => !mates.has(one)),
        ...establishedIn(neighbors, OWN_GROUPS.upstream).filter((one) => !addressesOf(core).has(one)),
        ...(core.includes(pod) ? establishedIn(neighbors, OWN_GROUPS.clients).filter((one) => mates.has(one)) : []),
      ];
      return strangers.map((address) => `${pod.name}: ${address}`);
    });
    return (await Promise.all(wrong)).flat();
  }

  test(
    'no session comes up in a group of its former owner, and all sessions are up in the end',
    async () => {
      await untilPromiseHolds(testbed(), promisedRoutes(plan));
      const [gone] = lab().cluster.podsOf(CORE);
      const [side] = lab().cluster.pods.filter((pod) => pod.node === gone.node && pod.workload.name !== CORE);
      await lab().cluster.stopPod(gone);
      await lab().cluster.deletePod(side);
      const [heir] = lab().cluster.podsOf(side.workload.name);
      expect(heir.address).toBe(gone.address);
      await throughout(STALE_SECONDS * 1000, async () => expect(await wrongSessions()).toEqual([]));
      await lab().cluster.startPod(gone.name);
      await follow(testbed(), SESSIONS_MS);
      expect(await wrongSessions()).toEqual([]);
      await untilPromiseHolds(testbed(), promisedRoutes(plan));
    },
    PATIENCE_MS,
  );
});
