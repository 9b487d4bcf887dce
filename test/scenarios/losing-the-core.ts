import { LabPlan } from '../../lab/plan/plan';
import { podsOf, Testbed } from '../../test-support/testbed/testbed';
import { configuredNeighbors, untilNeighborsFollowDns } from './support/configured-neighbors';
import { losesNoRoute, untilPromiseHolds } from './support/kept-promises';
import { coreOf, promisedRoutes, sideOf } from '../../test-support/testbed/promised-routes';

const PATIENCE_MS = 300_000;

/**
 * Tests in which two regions lose their core.
 *
 * @param coreNodes nodes that are of the core alone, one more than a region has sessions upstream
 */
export function losingTheCore(plan: LabPlan, coreNodes: readonly string[], testbed: () => Testbed): void {
  const everything = promisedRoutes(plan);
  const core = coreOf(plan);
  const ofRegions = promisedRoutes(plan, new Set(core));
  const regional = () =>
    [...sideOf(plan, 'a'), ...sideOf(plan, 'b')].flatMap((workload) => podsOf(testbed(), workload));
  const upstreams = () =>
    Promise.all(
      regional().map(async (pod) => ({
        pod,
        addresses: (await configuredNeighbors(pod)).get('MESHRR-UPSTREAM') ?? [],
      })),
    );
  const follow = async () => {
    await untilNeighborsFollowDns(testbed());
    await testbed().untilConverged();
  };

  beforeAll(async () => {
    await testbed().scale(core[0], coreNodes.length);
    await follow();
    await untilPromiseHolds(testbed(), everything);
  }, PATIENCE_MS);

  test(
    'a core pod loses power: regions choose another one, and meanwhile no route is lost',
    async () => {
      const [{ addresses }] = await upstreams();
      const victim = testbed().pods.find(({ address }) => address === addresses[0])!;
      await losesNoRoute(testbed(), everything, async () => {
        await testbed().failNodes(victim.node);
        await follow();
      });
      for (const { addresses: chosen } of await upstreams()) {
        expect(chosen).toHaveLength(2);
        expect(chosen).not.toContain(victim.address);
      }
      await untilPromiseHolds(testbed(), everything);
    },
    PATIENCE_MS,
  );

  test(
    'the last core pods lose power: clients keep the routes of their region, and lose those of the other',
    async () => {
      const last = core.flatMap((workload) => podsOf(testbed(), workload));
      await losesNoRoute(testbed(), ofRegions, async () => {
        await testbed().failNodes(...last.map(({ node }) => node));
        await untilPromiseHolds(testbed(), ofRegions);
      });
      expect(core.flatMap((workload) => podsOf(testbed(), workload))).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'the core is back: everything is as before',
    async () => {
      await losesNoRoute(testbed(), ofRegions, async () => {
        await testbed().recoverNodes(...coreNodes);
        await follow();
        await untilPromiseHolds(testbed(), everything);
      });
    },
    PATIENCE_MS,
  );
}
