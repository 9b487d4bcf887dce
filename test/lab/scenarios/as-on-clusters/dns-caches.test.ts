import { follow } from '../../../scenarios/pods-come-and-go';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { promisedRoutes } from '../../../scenarios/support/promised-routes';
import { onlyConcerns } from '../../../scenarios/support/session-counters';
import { assumedPlanOfApp, describeLab } from '../../support/describe-lab';
import { eventsOf } from '../../support/runtime-events';

const CORE = 'meshrr-core';
const PATIENCE_MS = 300_000;

describe.each([
  ['two servers, each with a cache of 5 s', { seconds: 5 }],
  ['two servers, each with a cache of 30 s', { seconds: 30 }],
  ['two servers, each with a cache of 30 s, and another on each node', { seconds: 30, onNodes: true }],
])('%s', (_, dnsCaches) => {
  const plan = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  const everything = promisedRoutes(plan);

  describeLab(
    'two regions whose pods find each other by DNS',
    () => ({ ...plan, dnsCaches, environment: { MESHRR_DISCOVERY: 'dns' } }),
    (lab, testbed) => {
      test('from a cold start, no pod serves clients before it has a session with another one', () => {
        const reasons = lab().cluster.pods.map((pod) => eventsOf(pod, 'ready').map(({ reason }) => reason));
        expect(reasons.filter((own) => own.length === 0)).toEqual([]);
        for (const reason of reasons.flat()) expect(reason).toMatch(/sessions? .*Established/);
      });

      test(
        'a core pod is replaced: answers list it for a while, and no route is lost',
        async () => {
          await untilPromiseHolds(testbed(), everything);
          const [old] = lab().cluster.podsOf(CORE);
          const begun = performance.now();
          await onlyConcerns(testbed(), [old.name, old.address], () =>
            losesNoRoute(testbed(), everything, async () => {
              await testbed().deletePod(old);
              await follow(testbed());
            }),
          );
          console.log(`${(performance.now() - begun) / 1000} s from delete until all routers had followed`);
          await untilPromiseHolds(testbed(), everything);
        },
        PATIENCE_MS,
      );
    },
  );
});
