import { Daemon } from '../../../crpd-image/runtime/daemon/daemon';
import { MissingSessions } from '../../../crpd-image/runtime/daemon/missing-sessions';
import { RouterView } from '../../../crpd-image/runtime/daemon/router-view';
import { Status } from '../../../crpd-image/runtime/daemon/status';
import { SILENT_SECONDS } from '../../../crpd-image/runtime/daemon/status-file';
import { Handover } from '../../../crpd-image/runtime/handover/handover-file';
import { Synchronizer } from '../../../crpd-image/runtime/daemon/synchronizer';
import { Answer, Discovery, Found } from '../../../crpd-image/runtime/discovery/discovery';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../../crpd-image/runtime/logging/log';
import { FakeRouter } from '../../../test-support/fake-router';
import { NOTHING_KEPT } from '../../../test-support/nothing-kept';
import { podModel } from '../../../test-support/pod-model';

const [OWN, PEER] = ['10.42.0.1', '10.42.0.2'];
const POLL_MS = 1000;

const MODEL = podModel();

const found = (...addresses: string[]): Answer => {
  return { kind: 'found', source: 'dns', endpoints: addresses.map((address) => ({ address })) };
};

function setUp({ wasReady = false, pollMilliseconds = POLL_MS } = {}) {
  const lines: string[] = [];
  const now = () => Date.now();
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  const conditions = new Conditions(log, now);
  const router = new FakeRouter();
  const state = {
    answer: found(OWN, PEER),
    turns: [] as number[],
    fails: undefined as Error | undefined,
    handover: undefined as Handover | undefined,
  };
  let gate: Promise<void> | undefined;
  const discovery: Discovery = {
    async lookup() {
      state.turns.push(now());
      await gate;
      if (state.fails) throw state.fails;
      return state.answer;
    },
    close: () => undefined,
  };
  const view = new RouterView(router, log, conditions, now);
  const own = new Set([OWN]);
  const synchronizer = new Synchronizer({
    model: MODEL,
    discovery,
    router: view,
    log,
    conditions,
    kept: NOTHING_KEPT,
    now,
    own,
  });
  const dial = async () => 'refused' as const;
  const missing = new MissingSessions({ model: MODEL, router: view, conditions, now, limit: 60_000, dial });
  const reports: { readonly at: number; readonly status: Status }[] = [];
  const onReady = jest.fn();
  const onHandover = jest.fn();
  const release = { observe: jest.fn(), recentClients: () => 7 };
  const onReport = jest.fn((status: Status) => void reports.push({ at: now(), status }));
  const daemon = new Daemon({
    model: MODEL,
    synchronizer,
    router: view,
    missing,
    checkAssumptions: () => undefined,
    release,
    conditions,
    now,
    pollMilliseconds,
    wasReady,
    onReady,
    // As from a file: each look gets another object.
    handover: () => state.handover && { ...state.handover },
    onHandover,
    onStep: () => undefined,
    onReport,
  });
  const ended = jest.fn();
  return {
    daemon,
    router,
    state,
    reports,
    onReady,
    onHandover,
    release,
    onReport,
    ended,
    start: () => void daemon.run().then(ended),
    events: (name: string) => lines.map((line) => JSON.parse(line)).filter(({ event }) => event === name),
    /** Makes lookups wait until the returned function is called. */
    hold(): () => void {
      let open: () => void = () => undefined;
      gate = new Promise((resolve) => (open = resolve));
      return () => {
        gate = undefined;
        open();
      };
    },
  };
}

describe('the daemon', () => {
  let running: ReturnType<typeof setUp> | undefined;
  const started = (prepare?: (pod: ReturnType<typeof setUp>) => void, options?: Parameters<typeof setUp>[0]) => {
    running = setUp(options);
    prepare?.(running);
    running.start();
    return running;
  };
  const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(async () => {
    running?.daemon.stop();
    await pass(POLL_MS);
    expect(running?.ended).toHaveBeenCalledTimes(1);
    running = undefined;
    jest.useRealTimers();
  });

  test('takes a turn at least once in its period, and not in step with others', async () => {
    const { state } = started();
    await pass(200 * POLL_MS);
    const gaps = state.turns.slice(1).map((time, i) => time - state.turns[i]);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0.8 * POLL_MS);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(POLL_MS + 1);
    expect(new Set(gaps).size).toBeGreaterThan(20);
    // A tenth shorter in the mean.
    expect(Math.abs(gaps.length - 222)).toBeLessThan(10);
  });

  test('takes a turn no more than once a second while EndpointSlices are watched, and at once when they change', async () => {
    const watched: Answer = {
      kind: 'found',
      source: 'endpointslice',
      endpoints: [{ address: OWN }, { address: PEER }],
    };
    const { daemon, state } = started((pod) => (pod.state.answer = watched), { pollMilliseconds: 100 });
    await pass(20_000);
    expect(state.turns.length).toBeGreaterThan(20);
    expect(state.turns.length).toBeLessThan(26);
    const before = state.turns.length;
    daemon.wake();
    await pass(0);
    expect(state.turns).toHaveLength(before + 1);
    state.answer = found(OWN, PEER);
    await pass(1_000);
    const late = state.turns.length;
    await pass(10_000);
    expect(state.turns.length - late).toBeGreaterThan(100);
  });

  describe('at rest', () => {
    const watched: Answer = { ...(found(OWN, PEER) as Found), source: 'endpointslice' };
    const atRest = async (options?: Parameters<typeof setUp>[0]) => {
      const pod = started(
        (made) => {
          made.state.answer = watched;
          made.router.up.add(PEER);
        },
        { pollMilliseconds: 100, ...options },
      );
      await pass(30_000);
      expect(pod.daemon.readinessNow.ready).toBe(true);
      return pod;
    };
    const turnsIn = async ({ state }: ReturnType<typeof setUp>, seconds: number) => {
      const before = state.turns.length;
      await pass(1000 * seconds);
      return (state.turns.length - before) / seconds;
    };

    test('takes a turn each two seconds while EndpointSlices are watched, and each second after something happened', async () => {
      const pod = await atRest();
      expect(await turnsIn(pod, 40)).toBeLessThan(0.7);
      pod.daemon.wake();
      pod.state.answer = { ...watched, endpoints: [...watched.endpoints, { address: '10.42.0.3' }] };
      pod.router.up.add('10.42.0.3');
      await pass(100);
      expect(await turnsIn(pod, 9)).toBeGreaterThan(0.9);
      await pass(5_000);
      expect(await turnsIn(pod, 40)).toBeLessThan(0.7);
    });

    test.each([
      ['a session is down', ({ router }: ReturnType<typeof setUp>) => void router.up.delete(PEER)],
      ['the pod is handed over', ({ state }) => void (state.handover = { state: 'draining' })],
      [
        'a router is missing from the answer',
        ({ state }) => void (state.answer = { ...watched, endpoints: [{ address: OWN }] }),
      ],
    ])('does not last while %s', async (_, happens) => {
      const pod = await atRest();
      happens(pod);
      await pass(3_000);
      expect(await turnsIn(pod, 30)).toBeGreaterThan(0.9);
    });

    test('sees within two seconds that a session is lost, also with a long poll period', async () => {
      const pod = await atRest({ pollMilliseconds: 60_000 });
      pod.router.up.delete(PEER);
      await pass(2_001);
      expect(pod.events('session-lost')).toHaveLength(1);
      expect(pod.state.turns).toHaveLength(1);
    });

    test('a pod that is not ready has none', async () => {
      const pod = started((made) => (made.state.answer = { ...watched, endpoints: [{ address: OWN }] }), {
        pollMilliseconds: 100,
      });
      await pass(3_000);
      expect(await turnsIn(pod, 6)).toBeGreaterThan(0.9);
    });
  });

  test('does not ask again before the answer arrives, and then at once if it was late', async () => {
    const { state, hold } = started();
    await pass(10);
    const release = hold();
    await pass(10 * POLL_MS);
    expect(state.turns).toHaveLength(2);
    release();
    await pass(2);
    expect(state.turns).toHaveLength(3);
  });

  test('takes a turn at once when it is woken', async () => {
    const { daemon, state } = started();
    await pass(500);
    expect(state.turns).toHaveLength(1);
    daemon.wake();
    await pass(0);
    expect(state.turns).toHaveLength(2);
    await pass(1.2 * POLL_MS);
    expect(state.turns).toHaveLength(3);
  });

  test('takes one more turn when it is woken in the midst of one, however often', async () => {
    const { daemon, state, hold } = started();
    await pass(10);
    const release = hold();
    await pass(POLL_MS);
    for (let i = 0; i < 5; i++) daemon.wake();
    release();
    await pass(100);
    expect(state.turns).toHaveLength(3);
  });

  test('stops at once while it waits, and after the turn during a turn', async () => {
    const idle = started();
    await pass(100);
    idle.daemon.stop();
    await pass(0);
    expect(idle.ended).toHaveBeenCalledTimes(1);

    const busy = started();
    await pass(10);
    const release = busy.hold();
    busy.state.answer = found(OWN, PEER, '10.42.0.3');
    await pass(POLL_MS);
    busy.daemon.stop();
    await pass(3 * POLL_MS);
    expect(busy.ended).not.toHaveBeenCalled();
    release();
    await pass(0);
    expect(busy.ended).toHaveBeenCalledTimes(1);
    expect(busy.router.configured.map(({ address }) => address)).toEqual([PEER, '10.42.0.3']);
    expect(busy.state.turns).toHaveLength(2);
  });

  test('asks a router that is not there yet sooner than the next turn is due', async () => {
    const { router, state } = started((pod) => (pod.router.there = false));
    await pass(60);
    expect(router.configured).toEqual([]);
    router.there = true;
    await pass(300);
    expect(router.configured).toHaveLength(1);
    expect(state.turns.length).toBeGreaterThan(1);
  });

  test('reports what changed after the turn that found it, and every five seconds when nothing does', async () => {
    const { router, state, reports } = started();
    await pass(0);
    expect(reports.at(-1)?.status.lastChange?.changes).toMatchObject([{ action: 'add', address: PEER }]);
    router.up.add(PEER);
    await pass(2 * POLL_MS);
    expect(reports.at(-1)?.status.groups[0].peers).toMatchObject([{ address: PEER, state: 'Established' }]);
    await pass(60 * POLL_MS);
    const gaps = reports.slice(1).map(({ at }, i) => at - reports[i].at);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5000 + POLL_MS);
    expect(reports.length).toBeLessThan(30);
    state.answer = found(OWN, PEER, '10.42.0.3');
    await pass(1.2 * POLL_MS);
    expect(reports.at(-1)?.status.lastChange?.changes).toMatchObject([{ action: 'add', address: '10.42.0.3' }]);
  });

  test('reports between two turns, too, so that it does not look dead with a long poll period', async () => {
    const { state, reports } = started(undefined, { pollMilliseconds: 60_000 });
    await pass(300_000);
    expect(state.turns.length).toBeLessThan(8);
    const gaps = reports.slice(1).map(({ at }, i) => at - reports[i].at);
    expect(Math.max(...gaps) / 1000).toBeLessThan(SILENT_SECONDS / 2);
  });

  test('sees a session that comes up or is lost within a second or two, however long the poll period is', async () => {
    const { router, reports, state } = started(undefined, { pollMilliseconds: 60_000 });
    await pass(2_500);
    router.up.add(PEER);
    await pass(2_000);
    expect(reports.at(-1)?.status).toMatchObject({
      readiness: { ready: true },
      groups: [{ peers: [{ state: 'Established' }] }],
    });
    router.up.delete(PEER);
    await pass(2_000);
    expect(reports.at(-1)?.status.groups[0].peers).toMatchObject([{ address: PEER, state: 'Active' }]);
    expect(state.turns).toHaveLength(1);
  });

  test('reports a session that has been down for too long, within a second or two, however long the poll period is', async () => {
    const { reports } = started(undefined, { pollMilliseconds: 60_000 });
    await pass(59_000);
    expect(reports.at(-1)?.status.problems).toEqual([]);
    await pass(10_000);
    expect(reports.at(-1)?.status.problems).toEqual([
      expect.stringMatching(/^session-missing 10\.42\.0\.2: MESHRR-MESH: /),
    ]);
  });

  test('falls silent in a turn that hangs, whatever the poll period is', async () => {
    const { reports, hold } = started(undefined, { pollMilliseconds: 60_000 });
    await pass(10);
    const release = hold();
    await pass(60_000);
    const before = reports.length;
    await pass(60_000);
    expect(reports).toHaveLength(before);
    release();
    await pass(0);
    expect(reports.length).toBeGreaterThan(before);
  });

  test('is ready once, with the first session', async () => {
    const { router, reports, onReady } = started();
    await pass(3 * POLL_MS);
    expect(onReady).not.toHaveBeenCalled();
    expect(reports.at(-1)?.status.readiness).toEqual({ ready: false, reason: 'none of 1 sessions is Established' });
    router.up.add(PEER);
    await pass(2 * POLL_MS);
    expect(onReady).toHaveBeenCalledTimes(1);
    expect(reports.at(-1)?.status.readiness.ready).toBe(true);
    router.up.delete(PEER);
    await pass(60 * POLL_MS);
    expect(onReady).toHaveBeenCalledTimes(1);
    expect(reports.at(-1)?.status.readiness.ready).toBe(true);
  });

  test('is not ready before its neighbor has sent its table, and says so', async () => {
    const { router, reports, onReady } = started((pod) => {
      pod.router.up.add(PEER);
      pod.router.loading.add(PEER);
    });
    await pass(8_000);
    const reason = expect.stringContaining(`without the whole table of ${PEER}: waits for at most `);
    expect(reports.at(-1)?.status.readiness).toEqual({ ready: false, reason });
    router.loading.clear();
    await pass(2_000);
    expect(onReady).toHaveBeenCalledTimes(1);
  });

  test('is ready from its first report if it was ready before its restart', async () => {
    const { reports, onReady } = started((pod) => (pod.router.there = false), { wasReady: true });
    await pass(10 * POLL_MS);
    expect(reports[0].status).toMatchObject({ readiness: { ready: true }, router: { reachable: false } });
    expect(reports.every(({ status }) => status.readiness.ready)).toBe(true);
    expect(onReady).not.toHaveBeenCalled();
  });

  test('is not ready while it is drained, and is what it was after that', async () => {
    const { state, reports, onReady, onHandover, release } = started((pod) => pod.router.up.add(PEER));
    await pass(2 * POLL_MS);
    const readiness = () => reports.at(-1)?.status.readiness;
    // Clients of a pod that drains are about to go.
    for (const [handover, ready, hasClients] of [
      ['handover-waiting', true, true],
      ['draining', true, false],
      ['drained', false, false],
      [undefined, true, true],
    ] as const) {
      state.handover = handover && { state: handover, fields: { sent: true } };
      await pass(2 * POLL_MS);
      expect(onHandover).toHaveBeenLastCalledWith(state.handover);
      expect(readiness()).toMatchObject({ ready });
      const leaving = handover !== undefined;
      expect(release.observe).toHaveBeenLastCalledWith(expect.objectContaining({ ready: hasClients, leaving }));
    }
    expect(onHandover).toHaveBeenCalledTimes(4);
    expect(onReady).toHaveBeenCalledTimes(2);
  });

  test.each([true, false])('knows whether it is ready after a drain: %s', async (up) => {
    const { reports } = started(({ router, state }) => {
      if (up) router.up.add(PEER);
      state.handover = { state: 'drained' };
    });
    await pass(3 * POLL_MS);
    expect(reports.at(-1)?.status.readiness).toEqual({
      ready: false,
      reason: 'drained; "meshrr undrain" ends this',
      otherwise: up,
    });
  });

  test('logs an internal error once, reports it, continues, and logs its end', async () => {
    const { router, state, reports, events } = started();
    await pass(0);
    state.fails = new Error('nobody thought of this');
    await pass(60 * POLL_MS);
    expect(state.turns.length).toBeGreaterThan(50);
    expect(events('internal-error')).toMatchObject([
      { level: 'warn', reason: expect.stringContaining('nobody thought') },
    ]);
    // Who asks for the status must not be told that there is no daemon.
    expect(Date.now() - (reports.at(-1)?.at ?? 0)).toBeLessThan(7 * POLL_MS);
    expect(reports.at(-1)?.status.problems.join()).toContain('nobody thought of this');
    state.fails = undefined;
    router.up.add(PEER);
    await pass(10 * POLL_MS);
    expect(events('internal-error-ended')).toHaveLength(1);
    expect(reports.at(-1)?.status.problems).toEqual([]);
  });

  test('names ten of many neighbors that the router refuses, and counts the others, however long that lasts', async () => {
    const many = Array.from({ length: 1050 }, (_, i) => `10.42.${(i >> 8) + 1}.${i & 255}`);
    const { router, reports, events } = started(({ router, state }) => {
      state.answer = found(OWN, PEER, ...many);
      for (const address of many) router.refuses.set(address, 'no room');
    });
    await pass(20 * POLL_MS);
    expect(router.configured).toEqual([{ group: 'MESHRR-MESH', address: PEER }]);
    expect(events('change-refused').map(({ address, others }) => address ?? others)).toEqual([
      ...[...many].sort().slice(0, 10),
      990,
    ]);
    expect(reports.at(-1)?.status.problems).toHaveLength(11);
    router.refuses.clear();
    await pass(40 * POLL_MS);
    expect(reports.at(-1)?.status.problems).toEqual([]);
    expect(events('change-refused-ended')).toHaveLength(11);
  });

  test('continues if its reports cannot be written, and logs that once', async () => {
    const { router, state, onReport, events } = started();
    await pass(0);
    onReport.mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    });
    await pass(60 * POLL_MS);
    expect(events('status-not-written')).toMatchObject([{ reason: 'ENOSPC: no space left on device' }]);
    expect(events('internal-error')).toEqual([]);
    state.answer = found(OWN, PEER, '10.42.0.3');
    await pass(2 * POLL_MS);
    expect(router.configured).toHaveLength(2);
    onReport.mockImplementation(() => undefined);
    await pass(10 * POLL_MS);
    expect(events('status-not-written-ended')).toHaveLength(1);
  });
});
