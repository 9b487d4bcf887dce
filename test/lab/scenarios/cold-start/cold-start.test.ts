import { eventually } from '../../../../lab/eventually';
import { Lab } from '../../../../lab/lab';
import { LabPlan } from '../../../../lab/plan/plan';
import { assumedPlanOfApp, labBase } from '../../support/describe-lab';
import { expectedRoutes, untilRoutesAre } from '../../../scenarios/support/expected-routes';
import { lostSessions, meshLosses } from '../../../scenarios/support/lost-sessions';
import { processAge } from '../../support/process-age';
import { LabTestbed } from '../../../../test-support/testbed/lab-testbed';
import { describeWith } from '../../../../test-support/needs';

const COMMUNITIES = { only: '64496:101', preferred: '64496:102' };
/** Of each milestone, and of the test, in milliseconds, on a machine that is busy with other things. */
const PATIENCE_MS = 90_000;
const TEST_MS = 300_000;
/** How long sessions are to stand, to show that they do. */
const HELD_MS = 3_000;

describeWith(['root', 'ip', 'nft', 'curl', 'bgpd', 'dnsmasq', 'bird', 'gobgpd'], 'all pods start cold at once', () => {
  let lab: Lab | undefined;
  afterEach(() => lab?.down());

  test.each(['two-regions-hrr-metallb-frr', 'two-regions-route-servers-frr'])(
    '%s converges without help, and no session is lost after that',
    async (app) => {
      const plan = withQuickClients(assumedPlanOfApp(app));
      const cold = (lab = await Lab.prepare({ ...plan, base: labBase() }));
      const testbed = new LabTestbed(cold);
      const begun = performance.now();
      const started = cold.start();
      const [ready, established, learned] = await Promise.all([
        secondsUntil(cold, untilReady(cold, plan)),
        secondsUntil(
          cold,
          started.then(() => cold.untilConverged(PATIENCE_MS)),
        ),
        secondsUntil(
          cold,
          started.then(() => untilRoutesAre(testbed, expectedRoutes(plan, COMMUNITIES), PATIENCE_MS)),
        ),
      ]);
      const whole = (performance.now() - begun) / 1000;
      const before = await meshLosses(testbed);
      await new Promise((resolve) => setTimeout(resolve, HELD_MS));
      expect(await lostSessions(testbed, before)).toEqual([]);
      const times = [ready, established, learned, whole].map((seconds) => `${seconds.toFixed(1)} s`);
      console.log(
        `${app}: ${cold.cluster.pods.length} pods, ${plan.clients.length} clients: all ready after ${times[0]}, ` +
          `all Established after ${times[1]}, all routes learned after ${times[2]}; from nothing ${times[3]}`,
      );
    },
    TEST_MS,
  );
});

/** The time is to be that of the pods: BIRD tries again each second. GoBGP, which EVPN needs, waits 5 to 9. */
function withQuickClients(plan: LabPlan): LabPlan {
  const quick = plan.clients.map((client) =>
    client.families.includes('evpn') ? client : { ...client, implementation: 'bird' as const },
  );
  return { ...plan, clients: quick };
}

/** Waits until all pods that there are to be are there, and ready. */
async function untilReady({ cluster }: Lab, { topology }: LabPlan): Promise<void> {
  await eventually(() => {
    expect(cluster.pods.filter(({ ready }) => ready).length).toBe(topology.speakers.length);
  }, PATIENCE_MS);
}

/** How long after the start of the first bgpd something is reached, in seconds. */
async function secondsUntil({ cluster }: Lab, reached: Promise<void>): Promise<number> {
  await reached;
  return Math.max(...cluster.pods.map((pod) => processAge(pod.services.bgpd.pid!)));
}
