import { setTimeout as pause } from 'timers/promises';
import { eventually } from '../../../../lab/eventually';
import { Lab } from '../../../../lab/lab';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';
import { untilNeighborsFollowDns } from '../../../scenarios/support/configured-neighbors';
import { promisedRoutes } from '../../../scenarios/support/promised-routes';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { onlyConcerns } from '../../../scenarios/support/session-counters';

const PATIENCE_MS = 300_000;

/** Within a keepalive a client notices that its packets go to another node, where nobody knows its session. */
const KEEPALIVE_MS = 4_000;

describe('pods of route reflectors come and go', () => {
  const plan = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  const everything = promisedRoutes(plan);
  const CORE = 'meshrr-core';
  const SIDE_A = { workload: 'meshrr-lothlorien-a', address: '192.0.2.1' };
  const SIDE_B = { workload: 'meshrr-lothlorien-b', address: '192.0.2.2' };

  describeLab(
    'two regions below a core',
    () => plan,
    (lab) => {
      const { follow, addressesOf } = verbs(lab);

      test(
        'a node for the core and a replica more: the core takes the new pod into its mesh',
        async () => {
          const labels = { meshrr_region_core: 'true' };
          await onlyConcerns(lab(), [], () =>
            losesNoRoute(lab(), everything, async () => {
              await lab().cluster.addNode({ name: 'core3', labels });
              await lab().cluster.scale(CORE, 3);
              await follow();
            }),
          );
          expect(lab().cluster.podsOn('core3')).toHaveLength(1);
          expect(lab().cluster.podsOf(CORE)).toHaveLength(3);
          await untilPromiseHolds(lab(), everything);
        },
        PATIENCE_MS,
      );

      test(
        'a replica less: the pod drains, its regions choose another one upstream, and no route is lost',
        async () => {
          const [, , last] = lab().cluster.podsOf(CORE);
          await onlyConcerns(lab(), [last.name, last.address], () =>
            losesNoRoute(lab(), everything, async () => {
              await lab().cluster.scale(CORE, 2);
              await follow();
            }),
          );
          expect(lab().cluster.pods).not.toContain(last);
          await untilPromiseHolds(lab(), everything);
        },
        PATIENCE_MS,
      );

      test(
        'a new node of a region gets a pod, and all of its region peer with it',
        async () => {
          const labels = { meshrr_region_lothlorien: 'true', redundancy_group: 'a' };
          // Its address is announced by one node more, to which routers may move what they send there.
          await onlyConcerns(lab(), [SIDE_A.address], () =>
            losesNoRoute(lab(), everything, async () => {
              await lab().cluster.addNode({ name: 'lothlorien-a2', labels });
              await follow();
              await pause(KEEPALIVE_MS);
              await lab().untilConverged();
            }),
          );
          expect(lab().cluster.podsOf(SIDE_A.workload)).toHaveLength(2);
          await untilPromiseHolds(lab(), everything);
        },
        PATIENCE_MS,
      );

      test(
        'a pod that is deleted drains, returns under a new address, and no route is lost',
        async () => {
          const [old] = lab().cluster.podsOf(SIDE_B.workload);
          const before = addressesOf(SIDE_B.workload);
          await onlyConcerns(lab(), [old.name, old.address, SIDE_B.address], () =>
            losesNoRoute(lab(), everything, async () => {
              await lab().cluster.deletePod(old);
              await follow();
            }),
          );
          const after = addressesOf(SIDE_B.workload);
          expect(after).toHaveLength(1);
          expect(before).not.toContain(after[0]);
          await untilPromiseHolds(lab(), everything);
        },
        PATIENCE_MS,
      );

      test(
        'a pod that is killed without a word is forgotten, and nobody else notices',
        async () => {
          const [killed] = lab().cluster.podsOf(SIDE_B.workload);
          await onlyConcerns(lab(), [killed.name, killed.address, SIDE_B.address], () =>
            losesNoRoute(lab(), everything, async () => {
              await lab().cluster.killPod(killed);
              await untilNeighborsFollowDns(lab());
            }),
          );
          expect(lab().cluster.podsOf(SIDE_B.workload)).toEqual([]);
        },
        PATIENCE_MS,
      );

      test(
        'another one takes its place under a new address',
        async () => {
          await onlyConcerns(lab(), [SIDE_B.address], () =>
            losesNoRoute(lab(), everything, async () => {
              await lab().cluster.settle();
              await follow();
            }),
          );
          expect(lab().cluster.podsOf(SIDE_B.workload)).toHaveLength(1);
          await untilPromiseHolds(lab(), everything);
        },
        PATIENCE_MS,
      );
    },
  );
});

describe('pods of route servers come and go', () => {
  const plan = assumedPlanOfApp('two-regions-route-servers-frr');
  const everything = promisedRoutes(plan);
  const SIDE_A = { workload: 'routeserver-1-a', address: '192.0.2.1' };

  describeLab(
    'route servers in one mesh',
    () => plan,
    (lab) => {
      const { follow, addressesOf } = verbs(lab);

      test(
        'a replica more behind an address: all route servers peer with it, and sessions stay where they are',
        async () => {
          await onlyConcerns(lab(), [], () =>
            losesNoRoute(lab(), everything, async () => {
              await lab().cluster.scale(SIDE_A.workload, 2);
              await follow();
            }),
          );
          expect(
            lab()
              .cluster.podsOf(SIDE_A.workload)
              .map(({ name }) => name),
          ).toEqual([`${SIDE_A.workload}-0`, `${SIDE_A.workload}-1`]);
        },
        PATIENCE_MS,
      );

      test(
        'a replica less: the last pod drains and is forgotten, and no route is lost',
        async () => {
          const [, last] = lab().cluster.podsOf(SIDE_A.workload);
          await onlyConcerns(lab(), [last.name, last.address], () =>
            losesNoRoute(lab(), everything, async () => {
              await lab().cluster.scale(SIDE_A.workload, 1);
              await follow();
            }),
          );
          expect(lab().cluster.pods).not.toContain(last);
        },
        PATIENCE_MS,
      );

      test(
        'a pod that is deleted drains, returns by its name under a new address, and no route is lost',
        async () => {
          const [old] = lab().cluster.podsOf(SIDE_A.workload);
          const before = addressesOf(SIDE_A.workload);
          await onlyConcerns(lab(), [old.name, old.address, SIDE_A.address], () =>
            losesNoRoute(lab(), everything, async () => {
              await lab().cluster.deletePod(old);
              await follow();
            }),
          );
          const [now] = lab().cluster.podsOf(SIDE_A.workload);
          expect(now.name).toBe(old.name);
          expect(before).not.toContain(now.address);
          await untilPromiseHolds(lab(), everything);
        },
        PATIENCE_MS,
      );
    },
  );
});

function verbs(lab: () => Lab) {
  return {
    /** Waits until all routers have followed the last change. */
    follow: async () => {
      await eventually(() => expect(lab().cluster.pods.filter(({ ready }) => !ready)).toEqual([]), PATIENCE_MS / 2);
      await lab().untilConverged();
      await untilNeighborsFollowDns(lab());
    },
    addressesOf: (workload: string) =>
      lab()
        .cluster.podsOf(workload)
        .map(({ address }) => address),
  };
}
