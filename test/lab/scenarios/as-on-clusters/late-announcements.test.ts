import { METALLB_DELAYS } from '../../../../lab/cluster/announcer';
import { eventually } from '../../../../lab/eventually';
import { follow } from '../../../scenarios/pods-come-and-go';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { promisedRoutes } from '../../../../test-support/testbed/promised-routes';
import { assumedPlanOfApp, describeLab } from '../../support/describe-lab';

const SIDE = { workload: 'meshrr-lothlorien-a', address: '192.0.2.1' };
const PATIENCE_MS = 300_000;

describe.each(Object.entries(METALLB_DELAYS))('MetalLB with its back end %s', (_, announcementDelays) => {
  const plan = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  const everything = promisedRoutes(plan);

  describeLab(
    'that withdraws and announces late',
    () => ({ ...plan, announcementDelays }),
    (lab, testbed) => {
      const clientsWith = async (address: string) =>
        (await lab().sessionsOfClients()).flatMap(({ name, sessions }) =>
          sessions.some((one) => one.address === address && one.state === 'Established') ? [name] : [],
        );

      test(
        'a pod is deleted: its address is withdrawn before its sessions end, and no route is lost',
        async () => {
          await untilPromiseHolds(testbed(), everything);
          const [old] = lab().cluster.podsOf(SIDE.workload);
          expect(lab().cluster.announcersOf(SIDE.address)).toEqual([old.node]);
          await losesNoRoute(testbed(), everything, async () => {
            const deleted = testbed().deletePod(old);
            await eventually(() => expect(lab().cluster.announcersOf(SIDE.address)).toEqual([]), PATIENCE_MS / 2, 50);
            expect(await clientsWith(SIDE.address)).not.toEqual([]);
            await deleted;
            await follow(testbed());
          });
          await untilPromiseHolds(testbed(), everything);
        },
        PATIENCE_MS,
      );

      test(
        'both sides are deleted at once: one goes after the other, and no route is lost',
        async () => {
          const sides = ['meshrr-lothlorien-a', 'meshrr-lothlorien-b'].flatMap((one) => lab().cluster.podsOf(one));
          await losesNoRoute(testbed(), everything, async () => {
            await Promise.all(sides.map((pod) => testbed().deletePod(pod)));
            await follow(testbed());
            await untilPromiseHolds(testbed(), everything);
          });
        },
        2 * PATIENCE_MS,
      );
    },
  );
});
