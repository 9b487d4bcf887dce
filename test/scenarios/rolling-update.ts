import { LabPlan } from '../../lab/plan/plan';
import { Testbed } from '../../test-support/testbed/testbed';
import { losesNoRoute, untilPromiseHolds } from './support/kept-promises';
import { promisedRoutes } from '../../test-support/testbed/promised-routes';

/** How long a rolling update of all workloads may take, in milliseconds. */
const PATIENCE_MS = 900_000;

/** The pods of all workloads are replaced by one apply: both sides at once, if nothing kept them apart. */
export function rollingUpdate(plan: LabPlan, testbed: () => Testbed): void {
  const everything = promisedRoutes(plan);

  test(
    'a rolling update of every workload by one apply costs no client a route',
    async () => {
      const before = new Set(testbed().pods);
      const begun = performance.now();
      await losesNoRoute(testbed(), everything, async () => {
        await testbed().rollOut();
        await testbed().untilConverged(PATIENCE_MS);
      });
      console.log(`all pods replaced in ${((performance.now() - begun) / 1000).toFixed(0)} s, no route lost`);
      expect(testbed().pods.filter((pod) => before.has(pod))).toEqual([]);
      await untilPromiseHolds(testbed(), everything);
    },
    PATIENCE_MS,
  );
}
