import { setTimeout as pause } from 'timers/promises';
import { eventually } from '../../lab/eventually';
import { LabPlan } from '../../lab/plan/plan';
import { podsOf, podsOn, Testbed, TestbedPod } from '../../test-support/testbed/testbed';
import { untilNeighborsFollowDns } from './support/configured-neighbors';
import { losesNoRoute, untilPromiseHolds } from './support/kept-promises';
import { promisedRoutes } from '../../test-support/testbed/promised-routes';
import { onlyConcerns } from './support/session-counters';

const PATIENCE_MS = 300_000;

/**
 * When packets of a client go to another node, where no pod knows its session, it notices with its next keepalive, or
 * when its hold time of 9 s is over.
 */
const HOLD_TIME_MS = 10_000;

export const SIDE_B = { workload: 'meshrr-lothlorien-b', address: '192.0.2.2' } as const;

/** Tests on two regions of route reflectors below a core. They leave two nodes more. */
export function reflectorsComeAndGo(plan: LabPlan, testbed: () => Testbed): void {
  const everything = promisedRoutes(plan);
  const CORE = 'meshrr-core';
  const SIDE_A = { workload: 'meshrr-lothlorien-a', address: '192.0.2.1' };

  test(
    'a node for the core and a replica more: the core takes the new pod into its mesh',
    async () => {
      let added = '';
      await onlyConcerns(testbed(), [], () =>
        losesNoRoute(testbed(), everything, async () => {
          added = await testbed().addNode({ meshrr_region_core: 'true' });
          await testbed().scale(CORE, 3);
          await follow(testbed());
        }),
      );
      expect(podsOn(testbed(), added)).toHaveLength(1);
      expect(podsOf(testbed(), CORE)).toHaveLength(3);
      await untilPromiseHolds(testbed(), everything);
    },
    PATIENCE_MS,
  );

  test(
    'a replica less: the pod drains, its regions choose another one upstream, and no route is lost',
    async () => {
      const before = [...podsOf(testbed(), CORE)];
      const concerned: string[] = [];
      await onlyConcerns(testbed(), concerned, () =>
        losesNoRoute(testbed(), everything, async () => {
          await testbed().scale(CORE, 2);
          for (const { name, address } of before.filter((pod) => !testbed().pods.includes(pod))) {
            concerned.push(name, address);
          }
          await follow(testbed());
        }),
      );
      expect(podsOf(testbed(), CORE)).toHaveLength(2);
      expect(before).toEqual(expect.arrayContaining([...podsOf(testbed(), CORE)]));
      await untilPromiseHolds(testbed(), everything);
    },
    PATIENCE_MS,
  );

  test(
    'a new node of a region gets a pod, and all of its region peer with it',
    async () => {
      // Its address is announced by one node more, to which routers may move what they send there.
      await onlyConcerns(testbed(), [SIDE_A.address], () =>
        losesNoRoute(testbed(), everything, async () => {
          await testbed().addNode({ meshrr_region_lothlorien: 'true', redundancy_group: 'a' });
          await follow(testbed());
          await untilAnnounced(testbed(), SIDE_A.address, podsOf(testbed(), SIDE_A.workload));
          await pause(HOLD_TIME_MS);
          await testbed().untilConverged();
        }),
      );
      expect(podsOf(testbed(), SIDE_A.workload)).toHaveLength(2);
      await untilPromiseHolds(testbed(), everything);
    },
    PATIENCE_MS,
  );

  test(
    'a pod that is deleted drains, another one takes its place, and no route is lost',
    async () => {
      const [old] = podsOf(testbed(), SIDE_B.workload);
      await onlyConcerns(testbed(), [old.name, old.address, SIDE_B.address], () =>
        losesNoRoute(testbed(), everything, async () => {
          await testbed().deletePod(old);
          await follow(testbed());
        }),
      );
      expectReplaced(testbed(), old);
      await untilPromiseHolds(testbed(), everything);
    },
    PATIENCE_MS,
  );
}

/** Tests on route servers in one mesh. They leave everything as it was. */
export function routeServersComeAndGo(plan: LabPlan, testbed: () => Testbed): void {
  const everything = promisedRoutes(plan);
  const SIDE_A = { workload: 'routeserver-1-a', address: '192.0.2.1' };

  /** Its address, where several nodes announce it: routers may move what they send there from one of them to another. */
  function movable(): readonly string[] {
    const nodes = new Set(podsOf(testbed(), SIDE_A.workload).map(({ node }) => node));
    return nodes.size > 1 ? [SIDE_A.address] : [];
  }

  test(
    'a replica more behind an address: all route servers peer with it, and no session with another address flaps',
    async () => {
      const concerned: string[] = [];
      await onlyConcerns(testbed(), concerned, () =>
        losesNoRoute(testbed(), everything, async () => {
          await testbed().scale(SIDE_A.workload, 2);
          concerned.push(...movable());
          await follow(testbed());
        }),
      );
      const names = podsOf(testbed(), SIDE_A.workload).map(({ name }) => name);
      expect([...names].sort()).toEqual([`${SIDE_A.workload}-0`, `${SIDE_A.workload}-1`]);
    },
    PATIENCE_MS,
  );

  test(
    'a replica less: the last pod drains and is forgotten, and no route is lost',
    async () => {
      const last = podsOf(testbed(), SIDE_A.workload).find(({ name }) => name.endsWith('-1'))!;
      await onlyConcerns(testbed(), [last.name, last.address, ...movable()], () =>
        losesNoRoute(testbed(), everything, async () => {
          await testbed().scale(SIDE_A.workload, 1);
          await follow(testbed());
        }),
      );
      expect(testbed().pods).not.toContain(last);
    },
    PATIENCE_MS,
  );

  test(
    'a pod that is deleted drains, returns by its name, and no route is lost',
    async () => {
      const [old] = podsOf(testbed(), SIDE_A.workload);
      await onlyConcerns(testbed(), [old.name, old.address, SIDE_A.address], () =>
        losesNoRoute(testbed(), everything, async () => {
          await testbed().deletePod(old);
          await follow(testbed());
        }),
      );
      expectReplaced(testbed(), old);
      expect(podsOf(testbed(), SIDE_A.workload)[0].name).toBe(old.name);
      await untilPromiseHolds(testbed(), everything);
    },
    PATIENCE_MS,
  );
}

function expectReplaced(testbed: Testbed, old: TestbedPod): void {
  const own = podsOf(testbed, old.workload.name);
  expect(own).toHaveLength(1);
  expect(own).not.toContain(old);
  if (!testbed.reusesAddresses) expect(own[0].address).not.toBe(old.address);
}

/** Waits until routers outside send packets for an address to each node with one of these pods. */
async function untilAnnounced(testbed: Testbed, address: string, pods: readonly TestbedPod[]): Promise<void> {
  const nodes = [...new Set(pods.map(({ node }) => node))].sort();
  const announced = async () => expect([...(await testbed.announcersOf(address))].sort()).toEqual(nodes);
  await eventually(announced, PATIENCE_MS / 2);
}

/**
 * Waits until all routers have followed the last change.
 *
 * @param milliseconds for sessions to come up; default: that of the testbed
 */
export async function follow(testbed: Testbed, milliseconds?: number): Promise<void> {
  await eventually(() => expect(testbed.pods.filter(({ ready }) => !ready)).toEqual([]), PATIENCE_MS / 2);
  await testbed.untilConverged(milliseconds);
  await untilNeighborsFollowDns(testbed);
}
