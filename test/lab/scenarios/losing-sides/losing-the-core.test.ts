import { LabPlan, planOf } from '../../../../lab/plan/plan';
import { derive } from '../../../../lib/model';
import { configuredNeighbors, untilNeighborsFollowDns } from '../../../scenarios/support/configured-neighbors';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';
import { coreOf, promisedRoutes, sideOf } from '../../../scenarios/support/promised-routes';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';

const PATIENCE_MS = 300_000;
const CORE_LABEL = 'meshrr_region_core';
const CORE_NODES = ['core1', 'core2', 'core3'];

/** The app with its core on nodes of its own, one more than a region has sessions upstream. */
function planWithCoreApart(): LabPlan {
  const plan = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  const sides = plan.topology.nodes.map((node) => {
    const { [CORE_LABEL]: _, ...labels } = node.labels;
    return { ...node, labels };
  });
  const core = CORE_NODES.map((name) => ({
    ...{ id: name, name, cluster: '', labels: { [CORE_LABEL]: 'true' }, assumed: true },
  }));
  return planOf(plan.objects, derive({ ...plan.topology, nodes: [...sides, ...core] }));
}

describeLab('two regions lose their core', planWithCoreApart, (lab) => {
  const plan = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  const everything = promisedRoutes(plan);
  const core = coreOf(plan);
  const ofRegions = promisedRoutes(plan, new Set(core));
  const regional = () =>
    [...sideOf(plan, 'a'), ...sideOf(plan, 'b')].flatMap((workload) => lab().cluster.podsOf(workload));
  const upstreams = () =>
    Promise.all(
      regional().map(async (pod) => ({
        pod,
        addresses: (await configuredNeighbors(pod)).get('MESHRR-UPSTREAM') ?? [],
      })),
    );
  const follow = async () => {
    await untilNeighborsFollowDns(lab());
    await lab().untilConverged();
  };

  beforeAll(async () => {
    await lab().cluster.scale(core[0], CORE_NODES.length);
    await follow();
    await untilPromiseHolds(lab(), everything);
  }, PATIENCE_MS);

  test(
    'a core pod loses power: regions choose another one, and meanwhile no route is lost',
    async () => {
      const [{ addresses }] = await upstreams();
      const victim = lab().cluster.pods.find(({ address }) => address === addresses[0])!;
      await losesNoRoute(lab(), everything, async () => {
        await lab().cluster.failNode(victim.node);
        await follow();
      });
      for (const { addresses: chosen } of await upstreams()) {
        expect(chosen).toHaveLength(2);
        expect(chosen).not.toContain(victim.address);
      }
      await untilPromiseHolds(lab(), everything);
    },
    PATIENCE_MS,
  );

  test(
    'the last core pods lose power: clients keep the routes of their region, and lose those of the other',
    async () => {
      const last = core.flatMap((workload) => lab().cluster.podsOf(workload));
      await losesNoRoute(lab(), ofRegions, async () => {
        await lab().cluster.failNode(...last.map(({ node }) => node));
        await untilPromiseHolds(lab(), ofRegions);
      });
      expect(core.flatMap((workload) => lab().cluster.podsOf(workload))).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'the core is back: everything is as before',
    async () => {
      await losesNoRoute(lab(), ofRegions, async () => {
        await lab().cluster.recoverNode(...CORE_NODES);
        await follow();
        await untilPromiseHolds(lab(), everything);
      });
    },
    PATIENCE_MS,
  );
});
