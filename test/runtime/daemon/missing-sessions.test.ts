import { MissingSessions } from '../../../crpd-image/runtime/daemon/missing-sessions';
import { RouterView } from '../../../crpd-image/runtime/daemon/router-view';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../../crpd-image/runtime/logging/log';
import { Answered } from '../../../crpd-image/runtime/router/dial';
import { FakeRouter } from '../../../test-support/fake-router';

const service = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };
const MODEL = {
  discovered: [
    { kind: 'mesh', name: 'MESH', service, key: 'k' },
    { kind: 'upstream', name: 'UPSTREAM', service },
  ],
} as const;

const neighbor = (number: number, group = 'UPSTREAM') => ({ group, address: `10.42.0.${number}` });

function setUp(limitSeconds = 60) {
  const lines: string[] = [];
  const clock = { now: 0 };
  const now = () => clock.now;
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  const conditions = new Conditions(log, now);
  const router = new FakeRouter();
  const view = new RouterView(router, log, conditions, now);
  const dialed: string[] = [];
  const answers = { answer: 'refused' as Answered | Promise<Answered> };
  const dial = async (address: string) => {
    dialed.push(address);
    return answers.answer;
  };
  const missing = new MissingSessions({
    model: MODEL,
    router: view,
    conditions,
    now,
    limit: limitSeconds * 1000,
    dial,
  });
  return {
    router,
    dialed,
    answers,
    problems: () => conditions.current,
    events: (name: string) => lines.map((line) => JSON.parse(line)).filter(({ event }) => event === name),
    /** A second of the daemon, this many times. */
    async seconds(count: number) {
      for (let i = 0; i < count; i++) {
        await view.refresh(true);
        missing.observe(router.configured);
        conditions.logPending();
        // The diagnosis runs beside the turns.
        await new Promise((resolve) => setImmediate(resolve));
        clock.now += 1000;
      }
    },
  };
}

describe('sessions that do not come up', () => {
  test('are reported after the limit, with the cause, until they come up', async () => {
    const pod = setUp();
    pod.router.configured = [neighbor(1), neighbor(2)];
    pod.router.up.add('10.42.0.1');
    await pod.seconds(60);
    expect(pod.problems()).toEqual([]);
    await pod.seconds(3);
    const problem = 'session-missing 10.42.0.2: UPSTREAM: connection refused: nothing listens on its BGP port';
    expect(pod.problems()).toEqual([problem]);
    expect(pod.events('session-missing')).toMatchObject([{ level: 'warn', group: 'UPSTREAM', address: '10.42.0.2' }]);
    pod.router.up.add('10.42.0.2');
    await pod.seconds(1);
    expect(pod.problems()).toEqual([]);
    expect(pod.events('session-missing-ended')).toHaveLength(1);
  });

  test('count from when a session was lost, and anew from each loss', async () => {
    const pod = setUp(10);
    pod.router.configured = [neighbor(1)];
    pod.router.up.add('10.42.0.1');
    await pod.seconds(100);
    for (let i = 0; i < 5; i++) {
      pod.router.up.delete('10.42.0.1');
      await pod.seconds(9);
      pod.router.up.add('10.42.0.1');
      await pod.seconds(1);
    }
    expect(pod.events('session-missing')).toEqual([]);
    pod.router.up.delete('10.42.0.1');
    await pod.seconds(13);
    expect(pod.problems()).toHaveLength(1);
  });

  test('end with the neighbor', async () => {
    const pod = setUp(10);
    pod.router.configured = [neighbor(1)];
    await pod.seconds(13);
    expect(pod.problems()).toHaveLength(1);
    pod.router.configured = [];
    await pod.seconds(31);
    expect(pod.problems()).toEqual([]);
  });

  test('are not looked up while the router does not answer', async () => {
    const pod = setUp(10);
    pod.router.configured = [neighbor(1)];
    await pod.seconds(5);
    pod.router.there = false;
    const explain = jest.spyOn(pod.router, 'attempts');
    await pod.seconds(60);
    expect(explain).not.toHaveBeenCalled();
    expect(pod.problems()).toEqual(['router-unreachable: not there']);
  });

  test('are diagnosed once at a time, however long a connection takes', async () => {
    const pod = setUp(10);
    pod.answers.answer = new Promise(() => undefined);
    pod.router.configured = [neighbor(1)];
    await pod.seconds(60);
    expect(pod.dialed).toHaveLength(1);
    expect(pod.problems()).toEqual([]);
  });

  test.each([
    ['UPSTREAM', 'it accepts the connection, but the session does not come up'],
    ['MESH', 'it ignores the TCP MD5 key of the mesh'],
  ])('of the group %s, which accepts a connection without a key: %s', async (group, cause) => {
    const pod = setUp(10);
    pod.answers.answer = 'accepted';
    pod.router.configured = [neighbor(1, group)];
    await pod.seconds(13);
    expect(pod.problems()).toEqual([expect.stringContaining(`${group}: ${cause}`)]);
  });

  test('are diagnosed again after half a minute, because the cause may change', async () => {
    const pod = setUp(10);
    pod.router.configured = [neighbor(1)];
    await pod.seconds(20);
    expect(pod.dialed).toHaveLength(1);
    pod.answers.answer = 'silent';
    await pod.seconds(30);
    expect(pod.dialed).toHaveLength(2);
    expect(pod.problems()).toEqual([expect.stringContaining('no such host')]);
  });

  test('need no connection if the router knows the cause', async () => {
    const pod = setUp(10);
    pod.router.configured = [neighbor(1), neighbor(2, 'MESH')];
    pod.router.closes = new Set(['10.42.0.1', '10.42.0.2']);
    await pod.seconds(13);
    expect(pod.dialed).toEqual([]);
    expect(pod.problems()).toEqual([
      expect.stringContaining('client ranges'),
      expect.stringContaining('its mesh does not'),
    ]);
  });

  test('are named up to ten, and a thousand cost no more connections', async () => {
    const pod = setUp(10);
    pod.router.configured = Array.from({ length: 1000 }, (_, i) => ({
      group: 'MESH',
      address: `10.42.${i >> 8}.${i & 255}`,
    }));
    await pod.seconds(13);
    expect(pod.dialed).toHaveLength(10);
    expect(pod.problems()).toHaveLength(11);
    expect(pod.problems().at(-1)).toMatch(/and (at least )?\d+ more$/);
  });
});
