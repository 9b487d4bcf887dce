import { follow, reflectorsComeAndGo, routeServersComeAndGo, SIDE_B } from '../../../scenarios/pods-come-and-go';
import { untilNeighborsFollowDns } from '../../../scenarios/support/configured-neighbors';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { promisedRoutes } from '../../../../test-support/testbed/promised-routes';
import { onlyConcerns } from '../../../scenarios/support/session-counters';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';

const PATIENCE_MS = 300_000;

describe('pods of route reflectors come and go', () => {
  const plan = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  const everything = promisedRoutes(plan);

  describeLab(
    'two regions below a core',
    () => plan,
    (lab, testbed) => {
      reflectorsComeAndGo(plan, testbed);

      test(
        'a pod that is killed without a word is forgotten, and nobody else notices',
        async () => {
          const [killed] = lab().cluster.podsOf(SIDE_B.workload);
          await onlyConcerns(testbed(), [killed.name, killed.address, SIDE_B.address], () =>
            losesNoRoute(testbed(), everything, async () => {
              await lab().cluster.killPod(killed);
              await untilNeighborsFollowDns(testbed());
            }),
          );
          expect(lab().cluster.podsOf(SIDE_B.workload)).toEqual([]);
        },
        PATIENCE_MS,
      );

      test(
        'another one takes its place under a new address',
        async () => {
          await onlyConcerns(testbed(), [SIDE_B.address], () =>
            losesNoRoute(testbed(), everything, async () => {
              await lab().cluster.settle();
              await follow(testbed());
            }),
          );
          expect(lab().cluster.podsOf(SIDE_B.workload)).toHaveLength(1);
          await untilPromiseHolds(testbed(), everything);
        },
        PATIENCE_MS,
      );
    },
  );
});

describe('pods of route servers come and go', () => {
  const plan = assumedPlanOfApp('two-regions-route-servers-frr');

  describeLab(
    'route servers in one mesh',
    () => plan,
    (_, testbed) => routeServersComeAndGo(plan, testbed),
  );
});
