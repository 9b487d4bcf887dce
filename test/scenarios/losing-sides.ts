import { LearnedRoute } from '../../lab/clients/client';
import { eventually } from '../../lab/eventually';
import { LabPlan } from '../../lab/plan/plan';
import { podsOf, Testbed } from '../../test-support/testbed/testbed';
import { untilNeighborsFollowDns } from './support/configured-neighbors';
import { losesNoRoute, untilPromiseHolds } from './support/kept-promises';
import { promisedRoutes, sideOf } from '../../test-support/testbed/promised-routes';

const PATIENCE_MS = 300_000;

/** Tests in which one side loses power in all regions, and then the other. */
export function losingSides(plan: LabPlan, testbed: () => Testbed): void {
  const nodesOf = (workloads: readonly string[]) => [
    ...new Set(workloads.flatMap((workload) => podsOf(testbed(), workload)).map(({ node }) => node)),
  ];
  const addressesOf = (workloads: readonly string[]) =>
    plan.objects.services.flatMap(({ name, addresses }) => (workloads.includes(name) ? addresses : []));

  /** Waits until the clients have noticed that nobody is behind these addresses. */
  const untilGivenUp = (addresses: readonly string[]) =>
    eventually(
      async () => {
        const routes: LearnedRoute[] = [...(await testbed().learned()).values()].flat();
        expect(routes.filter(({ from }) => addresses.includes(from))).toEqual([]);
      },
      PATIENCE_MS / 2,
      200,
    );

  let failed: readonly string[] = [];

  test.each(['a', 'b'] as const)(
    'side %s: clients keep every route through the other side, from the first moment to the last',
    async (side) => {
      const lost = sideOf(plan, side);
      const promised = promisedRoutes(plan, new Set(lost));
      failed = nodesOf(lost);
      await losesNoRoute(testbed(), promised, async () => {
        await testbed().failNodes(...failed);
        await untilGivenUp(addressesOf(lost));
      });
      expect(lost.flatMap((workload) => podsOf(testbed(), workload))).toEqual([]);
      await untilPromiseHolds(testbed(), promised);

      await losesNoRoute(testbed(), promised, async () => {
        await testbed().recoverNodes(...failed);
        await testbed().untilConverged();
      });
      await untilPromiseHolds(testbed(), promisedRoutes(plan));
    },
    PATIENCE_MS,
  );

  test('in the end no router peers with removed pods', () => untilNeighborsFollowDns(testbed()), PATIENCE_MS);
}
