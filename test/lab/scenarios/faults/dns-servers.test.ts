import { eventually } from '../../../../lab/eventually';
import { TRIALS } from '../../../../lib/settings';
import { describeLab } from '../../support/describe-lab';
import { DnsServers, TIME_TO_LIVE } from '../../support/dns-servers';
import { eventsOf } from '../../support/runtime-events';
import { onlyConcerns } from '../../../scenarios/support/session-counters';
import { throughout } from '../../../scenarios/support/throughout';
import { allNeighbors, joinCore, labOptions, leaveCore, LONG_ENOUGH_MS, neighborsOf, PATIENCE_MS } from './topology';

const REGION_NAME = 'meshrr-lothlorien.default.svc.cluster.local';
/** More than an answer over UDP has room for; nobody has these addresses. */
const MANY = Array.from({ length: 300 }, (_, i) => `10.42.${200 + (i >> 8)}.${i & 255}`).sort();
/** For how long the answers of a cache are looked at, in milliseconds. */
const WHILE_STALE_MS = 10_000;

let dns: DnsServers;

const options = () => ({
  ...labOptions(),
  startNameServer: async (...args: Parameters<typeof DnsServers.start>) => (dns = await DnsServers.start(...args)),
});

describeLab('faults of real DNS servers cost no session:', options, (lab, testbed) => {
  const pods = () => lab().cluster.pods;
  const region = () => pods().filter(({ workload }) => workload.name.startsWith('meshrr-lothlorien'));
  afterAll(() => dns?.close());

  test('a cache has answers of up to 30 seconds ago: a router that joined becomes a neighbor after that', () =>
    onlyConcerns(testbed(), [], async () => {
      const old = [...pods()];
      const configured = await allNeighbors(old);
      const filled = performance.now();
      await dns.fillCache();
      await dns.answerBy('cache');
      const fresh = await joinCore(lab());
      // On a machine that is so busy that little of the time is left, this sees less.
      const left = filled + 1000 * TIME_TO_LIVE - 2_000 - performance.now();
      const nobodyComes = async () => expect(await allNeighbors(old)).toEqual(configured);
      if (left > 0) await throughout(Math.min(left, WHILE_STALE_MS), nobodyComes);
      await lab().untilConverged();
      await dns.answerBy('current');
      await leaveCore(lab(), fresh);
    }));

  test('one of two servers is behind, and pods ask both in turn: a router that one of them lists is a neighbor', () =>
    onlyConcerns(testbed(), [], async () => {
      await dns.catchUp();
      await dns.answerBy('current', 'behind');
      const fresh = await joinCore(lab());
      await lab().untilConverged();
      await throughout(LONG_ENOUGH_MS, () => lab().untilConverged(0));
      await dns.answerBy('current');
      await leaveCore(lab(), fresh);
    }));

  test('an answer has 300 routers, and TCP is blocked: no part of it is used. When TCP passes, neighbors are added up to the limit', () =>
    onlyConcerns(testbed(), [], async () => {
      const configured = await allNeighbors(region());
      const begun = region().map((pod) => eventsOf(pod, 'discovery-failed').length);
      await dns.admitTcp(false);
      await dns.alsoList(REGION_NAME, MANY);
      for (const [i, pod] of region().entries()) {
        await eventually(
          () => expect(eventsOf(pod, 'discovery-failed').slice(begun[i])).toMatchObject([{ reason: 'timeout' }]),
          PATIENCE_MS,
        );
      }
      await throughout(LONG_ENOUGH_MS, async () => expect(await allNeighbors(region())).toEqual(configured));
      await dns.admitTcp(true);
      for (const pod of region()) {
        await eventually(async () => {
          const neighbors = await neighborsOf(pod);
          expect(neighbors).toEqual(expect.arrayContaining([...configured[pod.name]]));
          expect(neighbors.filter((address) => MANY.includes(address))).toHaveLength(TRIALS.least);
        }, PATIENCE_MS);
      }
      // Neighbors that are dead hold nobody up.
      const fresh = await joinCore(lab());
      await lab().untilConverged();
      await leaveCore(lab(), fresh);
    }));
});
