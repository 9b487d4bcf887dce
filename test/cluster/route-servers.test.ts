import { rollingUpdate } from '../scenarios/rolling-update';
import { routeServersComeAndGo } from '../scenarios/pods-come-and-go';
import { promisedRoutes } from '../../test-support/testbed/promised-routes';
import { describeCluster } from './support/describe-cluster';
import { milestonesOf, milestonesText } from './support/milestones';

describeCluster('two-regions-route-servers-frr', [], (on, plan) => {
  test('after it is applied, all pods get ready, all sessions come up, and clients get all routes', async () => {
    const begun = performance.now();
    await on().cluster.applyApp();
    const reached = await milestonesOf(on().testbed, promisedRoutes(plan), begun);
    console.log(milestonesText(reached));
  });

  rollingUpdate(plan, () => on().testbed);

  routeServersComeAndGo(plan, () => on().testbed);
});
