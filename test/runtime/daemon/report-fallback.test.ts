import { reportFallback } from '../../../crpd-image/runtime/daemon/report-fallback';
import { Answer } from '../../../crpd-image/runtime/discovery/discovery';
import { withFallback } from '../../../crpd-image/runtime/discovery/with-fallback';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../../crpd-image/runtime/logging/log';

const CORE = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const FOUND: Answer = { kind: 'found', endpoints: [{ address: '10.42.0.1' }], source: 'dns' };
const FAILED: Answer = { kind: 'failed', reason: 'the API server does not answer' };

/** Discovery by EndpointSlices as a daemon has it, asked each second of a simulated clock. */
function daemon() {
  const lines: string[] = [];
  const clock = { now: 0 };
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  const conditions = new Conditions(log, () => clock.now);
  let answer = FOUND;
  const slices = { lookup: async () => answer, close: () => undefined };
  const dns = { lookup: async () => FOUND, close: () => undefined };
  const discovery = withFallback(slices, dns, reportFallback(conditions));
  return {
    conditions,
    events: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    async seconds(count: number, says: Answer) {
      answer = says;
      for (let i = 0; i < count; i++, clock.now += 1000) {
        await discovery.lookup(CORE);
        conditions.logPending();
      }
    },
  };
}

test('an API server that does not answer is logged once at the fallback to DNS, and once at its end', async () => {
  const { seconds, events, conditions } = daemon();
  await seconds(10, FOUND);
  await seconds(100, FAILED);
  expect(conditions.current).toEqual(['discovery-fallback core.default: the API server does not answer']);
  await seconds(10, FOUND);
  expect(conditions.current).toEqual([]);
  expect(events()).toMatchObject([
    { level: 'warn', event: 'discovery-fallback', service: 'core.default', reason: 'the API server does not answer' },
    { level: 'info', event: 'discovery-fallback-ended', service: 'core.default', seconds: 100 },
  ]);
});

test('one that flaps every five seconds for an hour is logged a few times, then every 20 seconds', async () => {
  const { seconds, events } = daemon();
  const HOUR_S = 3_600;
  for (let at = 0; at < HOUR_S; at += 5) await seconds(5, (at / 5) % 2 ? FOUND : FAILED);
  const begun = events().filter(({ event }) => event === 'discovery-fallback');
  expect(begun.length).toBeGreaterThan(100);
  expect(begun.length).toBeLessThanOrEqual(5 + HOUR_S / 20);
  expect(events().length).toBeLessThanOrEqual(2 * begun.length);
  expect(begun.reduce((sum, { times = 1 }) => sum + Number(times), 0)).toBeGreaterThan(HOUR_S / 10 - 5);
});
