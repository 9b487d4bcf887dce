import { eventually } from '../../../../lab/eventually';
import { LearnedRoute } from '../../../../lab/clients/client';
import { untilNeighborsFollowDns } from '../../../scenarios/support/configured-neighbors';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';
import { promisedRoutes, sideOf } from '../../../scenarios/support/promised-routes';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';

const PATIENCE_MS = 300_000;

describe.each(['two-regions-hrr-metallb-frr', 'two-regions-route-servers-frr'])('%s', (app) => {
  const plan = assumedPlanOfApp(app);

  describeLab(
    'one side loses power in all regions, and then the other',
    () => plan,
    (lab) => {
      const nodesOf = (workloads: readonly string[]) => [
        ...new Set(workloads.flatMap((workload) => lab().cluster.podsOf(workload)).map(({ node }) => node)),
      ];
      const addressesOf = (workloads: readonly string[]) =>
        plan.objects.services.flatMap(({ name, addresses }) => (workloads.includes(name) ? addresses : []));

      /** Waits until the clients have noticed that nobody is behind these addresses. */
      const untilGivenUp = (addresses: readonly string[]) =>
        eventually(
          async () => {
            const routes: LearnedRoute[] = [...(await lab().learned()).values()].flat();
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
          await losesNoRoute(lab(), promised, async () => {
            await lab().cluster.failNode(...failed);
            await untilGivenUp(addressesOf(lost));
          });
          expect(lost.flatMap((workload) => lab().cluster.podsOf(workload))).toEqual([]);
          await untilPromiseHolds(lab(), promised);

          await losesNoRoute(lab(), promised, async () => {
            await lab().cluster.recoverNode(...failed);
            await lab().untilConverged();
          });
          await untilPromiseHolds(lab(), promisedRoutes(plan));
        },
        PATIENCE_MS,
      );

      test('in the end no router peers with removed pods', () => untilNeighborsFollowDns(lab()), PATIENCE_MS);
    },
  );
});
