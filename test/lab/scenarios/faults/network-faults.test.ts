import * as fs from 'fs';
import { setTimeout as pause } from 'timers/promises';
import { eventually } from '../../../../lab/eventually';
import { Pod } from '../../../../lab/pod/pod';
import { describeLab } from '../../support/describe-lab';
import { losesNoRoute, untilPromiseHolds } from '../../../scenarios/support/kept-promises';
import { promisedRoutes } from '../../../../test-support/testbed/promised-routes';
import { onlyConcerns } from '../../../scenarios/support/session-counters';
import { throughout } from '../../../scenarios/support/throughout';
import {
  addressesOf,
  allNeighbors,
  CORE,
  joinCore,
  labOptions,
  leaveCore,
  LONG_ENOUGH_MS,
  PATIENCE_MS,
  plan,
} from './topology';

/** What comes in and goes out is lost, without a word to either end. */
const BLACK_HOLE = `table inet blackhole {
  chain in { type filter hook input priority -300; policy drop; }
  chain out { type filter hook output priority -300; policy drop; }
}
`;
const MEND = 'delete table inet blackhole\n';

/** Less than the hold time of 30 s between routers, in milliseconds. */
const SHORT_BLACK_HOLE_MS = 5_000;

const title = 'a fault of the network, or in the life of a pod, costs no session but its own, and passes without help:';

describeLab(title, labOptions, (lab, testbed) => {
  const core = () => lab().cluster.podsOf(CORE.workload);
  const everything = promisedRoutes(plan());

  const isUp = async (pod: Pod, address: string) =>
    (await pod.sessions()).some((session) => session.address === address && session.state === 'Established');

  /** Files and sockets that each process has open. */
  const descriptors = () =>
    new Map(
      lab().cluster.pods.flatMap((pod) =>
        (['bgpd', 'meshrr'] as const).map((service) => [
          `${service} of ${pod.name}`,
          fs.readdirSync(`/proc/${pod.services[service].pid}/fd`).length,
        ]),
      ),
    );

  test('all runtimes are killed at once, and stay down for a while: sessions stay up, and no neighbor is removed', () =>
    losesNoRoute(testbed(), everything, () =>
      onlyConcerns(testbed(), [], async () => {
        const old = [...lab().cluster.pods];
        const configured = await allNeighbors(old);
        await Promise.all(old.map((pod) => pod.services.meshrr.kill()));
        const fresh = await joinCore(lab());
        await throughout(LONG_ENOUGH_MS, async () => expect(await allNeighbors(old)).toEqual(configured));
        for (const pod of old) pod.services.meshrr.start();
        await lab().untilConverged();
        await leaveCore(lab(), fresh);
      }),
    ));

  test('a pod is in a black hole for less than the hold time: not even its own sessions are lost', () =>
    onlyConcerns(testbed(), [], async () => {
      const [pod] = core();
      await pod.namespace.nft(BLACK_HOLE);
      const [fresh] = await Promise.all([joinCore(lab()), pause(SHORT_BLACK_HOLE_MS)]);
      expect(await isUp(fresh, pod.address)).toBe(false);
      await pod.namespace.nft(MEND);
      await lab().untilConverged();
      await leaveCore(lab(), fresh);
    }));

  test('a pod is in a black hole until its sessions are lost: no other waits for it, and it is back when that is over', async () => {
    const [pod, other] = core();
    await losesNoRoute(testbed(), everything, () =>
      onlyConcerns(testbed(), [pod.name, pod.address], async () => {
        await pod.namespace.nft(BLACK_HOLE);
        const fresh = await joinCore(lab());
        // Those who have a dead neighbor peer with the new one all the same.
        await eventually(async () => expect(await isUp(other, fresh.address)).toBe(true), PATIENCE_MS);
        expect(await isUp(other, pod.address)).toBe(true);
        await eventually(async () => expect(await isUp(other, pod.address)).toBe(false), PATIENCE_MS);
        await pod.namespace.nft(MEND);
        await lab().untilConverged();
        await leaveCore(lab(), fresh);
      }),
    );
  });

  /** The preference of a route of the other region that a pod has from a neighbor. */
  async function preference(pod: Pod, neighbor: string): Promise<number | undefined> {
    const { paths } = JSON.parse(await pod.show('show bgp ipv4 unicast 198.18.0.7/32 json')) as {
      paths: readonly { readonly peer: { readonly peerId: string }; readonly locPrf?: number }[];
    };
    return paths.find(({ peer }) => peer.peerId === neighbor)?.locPrf;
  }

  /** A pod that is deleted asks for other paths first, then is not ready, and ends its sessions last. */
  async function leavesInOrder(pod: Pod, observer: Pod): Promise<void> {
    const { address } = pod;
    const before = observer.log('bgpd').length;
    const said = () => observer.log('bgpd').slice(before);
    const farewell = `received from neighbor ${address} 6/2 (Cease/Administrative Shutdown)`;
    // RFC 8326: the lowest preference.
    await eventually(async () => expect(await preference(observer, address)).toBe(0), PATIENCE_MS);
    expect(pod.ready).toBe(true);
    // An address is announced as long as its pod is ready.
    await eventually(() => expect(pod.ready).toBe(false), PATIENCE_MS);
    expect(await isUp(observer, address)).toBe(true);
    expect(said()).not.toContain(farewell);
    await eventually(() => expect(said()).toContain(farewell), PATIENCE_MS);
  }

  /**
   * Waits until each pod of a region has every route that its clients are promised from one of them, or from each router
   * of the core: sessions are up before all routes have come through them.
   */
  const untilCoreServes = () =>
    eventually(async () => {
      const addresses = core().map(({ address }) => address);
      for (const pod of lab().cluster.pods.filter(({ workload }) => workload.name !== CORE.workload)) {
        const held = await pod.paths('inet');
        const others = new Set(lab().cluster.pods.map(({ address }) => address));
        const clients = plan().clients.filter(({ neighbors }) =>
          neighbors.some(({ address }) => addressesOf(pod).includes(address)),
        );
        for (const destination of new Set(clients.flatMap(({ name }) => [...everything.get(name)!]))) {
          const from = held.filter((path) => path.destination === destination).map((path) => path.from);
          if (from.every((address) => others.has(address))) {
            expect({ pod: pod.name, destination, from }).toMatchObject({ from: expect.arrayContaining(addresses) });
          }
        }
      }
    }, PATIENCE_MS);

  test('core and regions are updated, one side after the other: pods drain first, and no client is ever without a route', async () => {
    const { cluster } = lab();
    const ofSide = (side: string) => cluster.pods.filter(({ workload }) => workload.name.endsWith(`-${side}`));
    const [a, b] = [ofSide('a'), ofSide('b')];
    const [first, second] = core();
    await losesNoRoute(testbed(), everything, async () => {
      const count = cluster.pods.length;
      for (const [pods, observer] of [
        [[first, ...a], b[0]],
        [[second, ...b], undefined],
      ] as const) {
        const leaving = observer ? leavesInOrder(pods[0], observer) : undefined;
        await Promise.all([leaving, ...pods.map((pod) => cluster.deletePod(pod))]);
        await eventually(() => expect(cluster.pods.filter(({ ready }) => !ready)).toEqual([]), PATIENCE_MS);
        await lab().untilConverged();
        await untilPromiseHolds(testbed(), everything);
        await untilCoreServes();
        expect(cluster.pods).toHaveLength(count);
      }
    });
    for (const pod of [first, second, ...a, ...b]) expect(cluster.pods).not.toContain(pod);
  });

  test('after pods have come and gone, no process has more files and sockets open', async () => {
    const before = descriptors();
    for (let i = 0; i < 3; i++) await leaveCore(lab(), await joinCore(lab()));
    // The first look may have met an open request, so a process may have fewer now.
    const grown = () => [...descriptors()].filter(([process, count]) => count > (before.get(process) ?? 0));
    await eventually(() => expect(grown()).toEqual([]), PATIENCE_MS);
  });
});
