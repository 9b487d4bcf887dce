import { eventually } from '../../../../lab/eventually';
import { Pod } from '../../../../lab/pod/pod';
import { Fault } from '../../../../test-support/dns-server';
import { describeLab } from '../../support/describe-lab';
import { FaultyNameServer, Lie } from '../../support/faulty-name-server';
import { eventsOf } from '../../support/runtime-events';
import { onlyConcerns } from '../../../scenarios/support/session-counters';
import { throughout } from '../../../scenarios/support/throughout';
import {
  allNeighbors,
  CORE,
  joinCore,
  labOptions,
  leaveCore,
  LONG_ENOUGH_MS,
  neighborsOf,
  PATIENCE_MS,
  SIDE_A,
  untilForgotten,
} from './topology';

const CORE_NAME = 'meshrr-core.default.svc.cluster.local';
const REGION_NAME = 'meshrr-lothlorien.default.svc.cluster.local';
/**
 * A router that DNS lists in a region and that never answers. Neighbors that are Established outlive an answer that
 * lacks them by a minute; this one shows within seconds whether a fault is taken for such an answer.
 */
const DEAD = '10.42.200.1';

let dns: FaultyNameServer;

const options = () => ({
  ...labOptions(),
  startNameServer: async (...args: Parameters<typeof FaultyNameServer.start>) =>
    (dns = await FaultyNameServer.start(...args)),
});

/** What DNS says while nothing is wrong, but for a fault within it. */
const withDead =
  (lie: Lie = (_, addresses) => [addresses]): Lie =>
  (name, addresses) =>
    lie(name, name === REGION_NAME ? [...addresses, DEAD] : addresses);

describeLab('a fault of DNS costs no session, and hidden changes are applied after it:', options, (lab, testbed) => {
  const pods = () => lab().cluster.pods;
  const region = () => pods().filter(({ workload }) => workload.name.startsWith('meshrr-lothlorien'));

  const untilDeadIsConfigured = () =>
    eventually(async () => {
      for (const pod of region()) expect(await neighborsOf(pod)).toContain(DEAD);
    }, PATIENCE_MS);

  beforeAll(async () => {
    await dns.tellInstead(withDead());
    await untilDeadIsConfigured();
  });

  /** Waits until each of these pods has logged this event once more than `before`. */
  const untilLogged = (
    event: string,
    before: ReadonlyMap<Pod, number>,
    matches: Record<string, unknown> = {},
  ): Promise<void> =>
    eventually(() => {
      for (const [pod, count] of before) {
        const news = eventsOf(pod, event).slice(count);
        expect({ pod: pod.name, news }).toEqual({
          pod: pod.name,
          news: expect.arrayContaining([expect.objectContaining(matches)]),
        });
      }
    }, PATIENCE_MS);

  const counts = (event: string, some: readonly Pod[] = pods()) =>
    new Map(some.map((pod) => [pod, eventsOf(pod, event).length]));

  /**
   * Answers that cannot be used, for as long as a pod takes that joins meanwhile, and longer than it takes to remove a
   * neighbor.
   */
  async function outlives(event: string, reason: string, begin: () => unknown, mend: () => unknown): Promise<void> {
    await onlyConcerns(testbed(), [DEAD], async () => {
      const old = [...pods()];
      const configured = await allNeighbors(old);
      const [begun, ended] = [counts(event), counts(`${event}-ended`)];
      await begin();
      await untilLogged(event, begun, { reason });
      const nobodyGoes = async () => expect(await allNeighbors(old)).toEqual(configured);
      const [fresh] = await Promise.all([joinCore(lab()), throughout(LONG_ENOUGH_MS, nobodyGoes)]);
      await mend();
      await untilLogged(`${event}-ended`, ended);
      await lab().untilConverged();
      await leaveCore(lab(), fresh);
      expect(await allNeighbors(old)).toEqual(configured);
    });
  }

  test.each<[string, Fault, string, string]>([
    ['no Service is known (NXDOMAIN)', 'nxdomain', 'service-empty', 'NXDOMAIN'],
    ['all Services are empty (NODATA)', 'nodata', 'service-empty', 'NODATA'],
    ['SERVFAIL', 'servfail', 'discovery-failed', 'SERVFAIL'],
    ['REFUSED', 'refused', 'discovery-failed', 'refused'],
    ['no answer at all', 'silent', 'discovery-failed', 'timeout'],
    ['truncated, and TCP is refused', 'truncated-tcp-closed', 'discovery-failed', 'connection refused'],
    ['truncated, and TCP is not answered', 'truncated-tcp-silent', 'discovery-failed', 'timeout'],
  ])('%s', (_, fault, event, reason) =>
    outlives(
      event,
      reason,
      () => dns.fault(fault),
      () => dns.fault('none'),
    ),
  );

  test('the server is killed, and is back', () =>
    outlives(
      'discovery-failed',
      'connection refused',
      () => dns.kill(),
      () => dns.restart(),
    ));

  /** Answers that can be used and are wrong. What is seen of them is waited for in `meanwhile`; a pod joins before. */
  async function outlivesLie(
    lie: Lie,
    meanwhile: (fresh: Pod, old: readonly Pod[]) => Promise<unknown>,
  ): Promise<void> {
    await onlyConcerns(testbed(), [DEAD], async () => {
      const old = [...pods()];
      const configured = await allNeighbors(old);
      await dns.tellInstead(withDead(lie));
      const fresh = await joinCore(lab());
      await meanwhile(fresh, old);
      await dns.tellInstead(withDead());
      await lab().untilConverged();
      await leaveCore(lab(), fresh);
      await untilDeadIsConfigured();
      await eventually(async () => expect(await allNeighbors(old)).toEqual(configured), PATIENCE_MS);
    });
  }

  test('half of each Service vanishes: one router is the only one in its answer, others are missing in theirs', () =>
    outlivesLie(
      (_, addresses) => [addresses.slice(0, Math.floor(addresses.length / 2))],
      async (fresh, old) => {
        const before = await allNeighbors(old);
        // The answer is taken seriously: who is down and missing goes.
        await untilForgotten(lab(), DEAD);
        await throughout(LONG_ENOUGH_MS, async () => {
          for (const [name, neighbors] of Object.entries(await allNeighbors(old))) {
            expect([...neighbors, DEAD]).toEqual(expect.arrayContaining(before[name]));
            expect(neighbors).not.toContain(fresh.address);
          }
        });
      },
    ));

  test('records come in another order each time, and repeatedly: no configuration changes', () => {
    const shuffled: Lie = (_, addresses) => [[...addresses, ...addresses], [...addresses].reverse()];
    return outlivesLie(shuffled, async () => {
      await lab().untilConverged();
      const changes = counts('peers-changed');
      await throughout(LONG_ENOUGH_MS, () => expect(counts('peers-changed')).toEqual(changes));
    });
  });

  test('addresses that no host or no pod of the cluster can have are reported once, and are no neighbors', async () => {
    const unusable = ['127.0.0.1', '0.0.0.0', '255.255.255.255', '224.0.0.5', '169.254.1.1'];
    const outside = '192.0.2.200';
    const [told, toldOutside] = [counts('address-unusable'), counts('addresses-outside')];
    await outlivesLie(
      (name, addresses) => [name === REGION_NAME ? [...addresses, ...unusable, outside] : addresses],
      async () => {
        await lab().untilConverged();
        for (const pod of region()) {
          const outsideNews = () => eventsOf(pod, 'addresses-outside').slice(toldOutside.get(pod));
          await eventually(() => expect(outsideNews()).toHaveLength(1), PATIENCE_MS);
          expect(outsideNews()[0].reason).toContain(outside);
          expect(await neighborsOf(pod)).not.toContain(outside);
          const news = eventsOf(pod, 'address-unusable').slice(told.get(pod));
          expect(news.map(({ address }) => address).sort()).toEqual([...unusable].sort());
        }
      },
    );
  });

  test('a Service lists the address of a router of another group, with which sessions stand', async () => {
    const [upstream] = lab().cluster.podsOf(CORE.workload);
    await outlivesAddressOfAnother(REGION_NAME, upstream.address, region());
  });

  test('a Service lists the address of a client', async () => {
    const [client] = lab().cluster.podsOf(SIDE_A);
    await outlivesAddressOfAnother(CORE_NAME, client.address, lab().cluster.podsOf(CORE.workload));
  });

  /** The Service of this name lists an address that is another's, as these pods tell. */
  async function outlivesAddressOfAnother(service: string, address: string, told: readonly Pod[]): Promise<void> {
    const begun = counts('address-in-two-groups', told);
    await outlivesLie(
      (name, addresses) => [name === service ? [...addresses, address] : addresses],
      async () => {
        await untilLogged('address-in-two-groups', begun, { address });
        await lab().untilConverged();
        await throughout(LONG_ENOUGH_MS, () => lab().untilConverged(0));
      },
    );
  }

  test('a Service still lists an address that a new router of another group has by now', () => {
    // The last node is the one that has room for it.
    const isFresh = (address: string) => address.startsWith('10.42.3.');
    let address: string | undefined;
    const stale: Lie = (name, addresses) => {
      if (name === CORE_NAME) address = addresses.find(isFresh) ?? address;
      return [name === REGION_NAME && address ? [...addresses, address] : addresses];
    };
    return outlivesLie(stale, async (fresh) => {
      expect(fresh.address).toBe(address);
      for (const pod of region()) {
        await eventually(async () => expect(await neighborsOf(pod)).toContain(address), PATIENCE_MS);
      }
      await eventually(() => fresh.sessions(), PATIENCE_MS);
      // It has the region neither for clients nor in its mesh.
      const others = new Set(region().flatMap(({ addresses }) => addresses));
      await throughout(LONG_ENOUGH_MS, async () =>
        expect((await fresh.sessions()).filter((session) => others.has(session.address))).toEqual([]),
      );
    });
  });
});
