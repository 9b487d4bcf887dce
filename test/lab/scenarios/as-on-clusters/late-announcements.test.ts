import { METALLB_DELAYS } from '../../../../lab/cluster/announcer';
import { eventually } from '../../../../lab/eventually';
import { gapTexts, watchRoutes } from '../../../../test-support/testbed/route-watch';
import { follow } from '../../../scenarios/pods-come-and-go';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { promisedRoutes } from '../../../scenarios/support/promised-routes';
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
        'a pod is deleted: its clients have left before its address is withdrawn, and no route is lost',
        async () => {
          await untilPromiseHolds(testbed(), everything);
          const [old] = lab().cluster.podsOf(SIDE.workload);
          expect(await clientsWith(SIDE.address)).not.toEqual([]);
          await losesNoRoute(testbed(), everything, async () => {
            const deleted = testbed().deletePod(old);
            let announcers: readonly string[] = [];
            await eventually(
              async () => {
                announcers = lab().cluster.announcersOf(SIDE.address);
                expect(await clientsWith(SIDE.address)).toEqual([]);
              },
              PATIENCE_MS / 2,
              50,
            );
            // They did not wait for a hold time, in which the address would have gone.
            expect(announcers).toEqual([old.node]);
            await deleted;
            await follow(testbed());
          });
          await untilPromiseHolds(testbed(), everything);
        },
        PATIENCE_MS,
      );

      test(
        'both sides are deleted at once: routes are lost, and all of them come back without help',
        async () => {
          const sides = ['meshrr-lothlorien-a', 'meshrr-lothlorien-b'].flatMap((one) => lab().cluster.podsOf(one));
          const watched = await watchRoutes(testbed(), everything, async () => {
            await Promise.all(sides.map((pod) => testbed().deletePod(pod)));
            await follow(testbed());
            await untilPromiseHolds(testbed(), everything);
          });
          expect(watched.gaps.length).toBeGreaterThan(0);
          expect(watched.gaps.filter(({ open }) => open)).toEqual([]);
          console.log(gapTexts(watched).sort().at(-1));
        },
        PATIENCE_MS,
      );
    },
  );
});
