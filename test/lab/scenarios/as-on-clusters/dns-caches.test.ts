import { setTimeout as pause } from 'timers/promises';
import { eventually } from '../../../../lab/eventually';
import { follow } from '../../../scenarios/pods-come-and-go';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { promisedRoutes } from '../../../../test-support/testbed/promised-routes';
import { onlyConcerns } from '../../../scenarios/support/session-counters';
import { assumedPlanOfApp, describeLab } from '../../support/describe-lab';
import { eventsOf } from '../../support/runtime-events';

const CORE = 'meshrr-core';
const PATIENCE_MS = 300_000;
/** A cache of a node may get an answer that a server has kept, and keep it for the least time. */
const EMPTY_MS = 36_000;

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

describe('a cold start after which caches list the first pod alone', () => {
  const plan = assumedPlanOfApp('two-regions-route-servers-frr');

  describeLab(
    'route servers that find each other by DNS',
    () => ({ ...plan, dnsCaches: { seconds: 30, onNodes: true }, environment: { MESHRR_DISCOVERY: 'dns' } }),
    (lab, testbed) => {
      test(
        'no pod serves clients before it has a session with another one',
        async () => {
          const [firstName, ...names] = lab().cluster.pods.map(({ name }) => name);
          for (const pod of [...lab().cluster.pods]) await lab().cluster.stopPod(pod);
          await pause(EMPTY_MS);
          await lab().cluster.startPod(firstName);
          const [first] = lab().cluster.pods;
          await eventually(() => expect(first.status()?.groups[0].lastAnswer).toBe('found 1 by dns'), PATIENCE_MS / 2);
          await Promise.all(names.map((name) => lab().cluster.startPod(name)));
          await follow(testbed());
          const reasons = lab().cluster.pods.map((pod) => eventsOf(pod, 'ready').map(({ reason }) => reason));
          for (const own of reasons) expect(own).toEqual([expect.stringMatching(/sessions? .*Established/)]);
          await untilPromiseHolds(testbed(), promisedRoutes(plan));
        },
        PATIENCE_MS,
      );
    },
  );
});
