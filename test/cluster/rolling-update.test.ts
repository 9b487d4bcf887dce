import { promisedRoutes } from '../../test-support/testbed/promised-routes';
import { rollingUpdate } from '../scenarios/rolling-update';
import { describeCluster } from './support/describe-cluster';
import { milestonesOf, milestonesText } from './support/milestones';

// The apps whose other files have no rolling update. Each takes a cluster of its own, so they run with EVERY_APP=1 only.
(process.env.EVERY_APP === undefined ? describe.skip : describe)('every app on FRR', () => {
  for (const app of ['two-regions-hrr-host-ports-frr', 'load-balanced-route-servers-frr']) {
    describeCluster(app, [], (on, plan) => {
      test('after it is applied, clients get all routes', async () => {
        const begun = performance.now();
        await on().cluster.applyApp();
        console.log(milestonesText(await milestonesOf(on().testbed, promisedRoutes(plan), begun)));
      });

      rollingUpdate(plan, () => on().testbed);
    });
  }
});
