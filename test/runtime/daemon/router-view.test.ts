import { RouterView } from '../../../crpd-image/runtime/daemon/router-view';
import { Conditions } from '../../../crpd-image/runtime/logging/conditions';
import { createLog } from '../../../crpd-image/runtime/logging/log';
import { RouterUnavailable } from '../../../crpd-image/runtime/router/driver';
import { FakeRouter } from '../../../test-support/fake-router';

const G = 'MESHRR-MESH';
const add = (address: string) => ({ action: 'add' as const, group: G, address });
const remove = (address: string) => ({ action: 'remove' as const, group: G, address });

function setUp(isDraining?: () => boolean) {
  const lines: string[] = [];
  const clock = { now: 0 };
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  const router = new FakeRouter();
  const now = () => clock.now;
  const view = new RouterView(router, log, new Conditions(log, now), now, isDraining);
  const events = () => lines.map((line) => JSON.parse(line).event as string);
  return { router, view, clock, events, lines: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

describe('the view of a router', () => {
  test.each([
    [1, 60],
    [19, 30],
    [49, 12],
    [150, 6],
  ])('if the sessions take %d ms to read, it reads them %d times a minute', async (milliseconds, times) => {
    const { router, view, clock } = setUp();
    for (let second = 0; second < 60; second++) {
      clock.now = 1000 * second;
      router.onSessions = () => (clock.now += milliseconds);
      await view.refresh(false);
      clock.now = 1000 * second;
    }
    expect(router.calls).toMatchObject({ neighbors: 2, sessions: times });
    await view.refresh(true);
    await view.refresh(true);
    expect(router.calls.sessions).toBe(times + 2);
  });

  test('says why the router does not answer, and asks it only if nothing was read for a while', async () => {
    const { router, view, clock } = setUp();
    const ping = jest.spyOn(router, 'ping');
    await view.refresh(true);
    clock.now += 11_000;
    expect(await view.fault()).toBeUndefined();
    expect(ping).not.toHaveBeenCalled();
    clock.now += 2_000;
    expect(await view.fault()).toBeUndefined();
    expect(ping).toHaveBeenCalledTimes(1);
    router.there = false;
    expect(await view.fault()).toBe('not there');
    await view.refresh(true);
    expect(await view.fault()).toBe('not there');
  });

  test('asks a router that hangs once, however many probes there are', async () => {
    jest.useFakeTimers();
    try {
      const { router, view } = setUp();
      const ping = jest.spyOn(router, 'ping').mockReturnValue(new Promise(() => undefined));
      const faults = Promise.all([view.fault(), view.fault()]);
      await jest.advanceTimersByTimeAsync(2_000);
      expect(await faults).toEqual(['no answer in time', 'no answer in time']);
      expect(ping).toHaveBeenCalledTimes(1);
    } finally {
      jest.useRealTimers();
    }
  });

  test('a router whose connection has ended is asked', async () => {
    const { router, view } = setUp();
    await view.refresh(true);
    [router.connected, router.there] = [false, false];
    expect(await view.fault()).toBe('not there');
  });

  test('knows which sessions have brought a whole table, until they end', async () => {
    const { router, view } = setUp();
    const neighbors = ['a', 'b', 'c'].map((address) => ({ group: G, address }));
    router.configured = [...neighbors];
    [router.up, router.loading] = [new Set(['a', 'b']), new Set(['b'])];
    await view.refresh(true);
    expect(await view.loading(neighbors)).toEqual(['b']);
    // What was whole stays so, without a question.
    router.loading = new Set(['a']);
    expect(await view.loading(neighbors)).toEqual([]);
    router.up = new Set(['b']);
    await view.refresh(true);
    expect(await view.loading(neighbors)).toEqual([]);
    router.up = new Set(['a', 'b']);
    await view.refresh(true);
    expect(await view.loading(neighbors)).toEqual(['a']);
    router.there = false;
    expect(await view.loading(neighbors)).toEqual(['a']);
  });

  test('a neighbor that never sends End-of-RIB has sent its table if no prefix has come for five seconds', async () => {
    const { router, view, clock } = setUp();
    const neighbors = [{ group: G, address: 'a' }];
    router.configured = [...neighbors];
    router.up = new Set(['a']);
    const after = async (milliseconds: number, prefixes: number) => {
      clock.now += milliseconds;
      router.silent.set('a', prefixes);
      await view.refresh(true);
      return view.loading(neighbors);
    };
    expect(await after(0, 5)).toEqual(['a']);
    expect(await after(4_000, 5)).toEqual(['a']);
    expect(await after(2_000, 6)).toEqual(['a']);
    expect(await after(4_999, 6)).toEqual(['a']);
    // Nothing was read since.
    clock.now += 60_000;
    expect(await view.loading(neighbors)).toEqual(['a']);
    expect(await after(0, 6)).toEqual([]);
  });

  test('counts the sessions that come, change and go, of clients too', async () => {
    const { router, view } = setUp();
    const client = (address: string, state: 'Established' | 'Active' = 'Established') => ({
      address,
      state,
      dynamic: true,
    });
    const counts: number[] = [];
    for (const clients of [[], [client('a')], [client('a')], [client('a', 'Active')], [client('b', 'Active')], []]) {
      router.clients = clients;
      await view.refresh(true);
      counts.push(view.transitions);
    }
    expect(counts).toEqual([0, 1, 1, 2, 3, 4]);
  });

  test('a slow read among fast ones delays the next one little', async () => {
    const { router, view, clock } = setUp();
    let took = 10;
    router.onSessions = () => (clock.now += took);
    await view.refresh(true);
    took = 5000;
    await view.refresh(true);
    clock.now += 1500;
    await view.refresh(false);
    expect(router.calls.sessions).toBe(3);
  });

  test('logs when a session came up and was lost, by the clock of the router, and why', async () => {
    const { router, view, clock, lines } = setUp();
    await view.refresh(true);
    await view.apply([add('a'), add('b')]);
    const session = (state: 'Established' | 'Active', seconds: object) => ({
      address: 'a',
      state,
      dynamic: false,
      ...seconds,
    });
    const at = (line: Record<string, unknown>) => Math.round((Date.now() - Date.parse(String(line.at))) / 1000);
    router.sessions = async () => [session('Established', { establishedSeconds: 7 })];
    await view.refresh(true);
    router.sessions = async () => [session('Active', { lostSeconds: 3 })];
    router.attempts = async (neighbors) => {
      expect(neighbors).toEqual([{ group: G, address: 'a' }]);
      return [{ address: 'a', state: 'Active', passive: false, closed: false, lastEnd: 'received Cease' }];
    };
    clock.now += 1000;
    await view.refresh(true);
    const [up, lost] = lines().slice(-2);
    expect(up).toMatchObject({ event: 'session-established', group: G, address: 'a' });
    expect(lost).toMatchObject({ event: 'session-lost', group: G, address: 'a', reason: 'received Cease' });
    expect([at(up), at(lost)]).toEqual([7, 3]);
  });

  test('knows after a change what is configured, without asking', async () => {
    const { router, view } = setUp();
    await view.refresh(false);
    await view.apply([add('a'), add('b')]);
    await view.apply([remove('a')]);
    expect(view.configured).toEqual([{ group: G, address: 'b' }]);
    expect(router.calls.neighbors).toBe(1);
  });

  test('reads the configuration again after any interruption of the connection', async () => {
    const { router, view, clock } = setUp();
    await view.refresh(false);
    await view.apply([add('a')]);
    router.configured = [];
    router.connected = false;
    clock.now += 1000;
    await view.refresh(false);
    expect(view.configured).toEqual([]);
    expect(view.reachable).toBe(true);
  });

  test('tries again at growing intervals up to five seconds, and logs once that the router does not answer', async () => {
    const { router, view, clock, events } = setUp();
    router.there = false;
    let attempts = 0;
    for (clock.now = 0; clock.now < 60_000; clock.now += 10) {
      const due = view.nextAttempt ?? 0;
      if (clock.now >= due) attempts++;
      expect(await view.refresh(false)).toBe(false);
      expect((view.nextAttempt ?? 0) - clock.now).toBeLessThanOrEqual(5000);
    }
    expect(attempts).toBeGreaterThan(12);
    expect(attempts).toBeLessThan(25);
    expect(events()).toEqual(['router-unreachable']);
    router.there = true;
    clock.now += 5000;
    expect(await view.refresh(false)).toBe(true);
    expect(events()).toEqual(['router-unreachable', 'router-unreachable-ended']);
  });

  test('reports a router that hangs after the first timeout, and only once', async () => {
    const { router, view, clock, events } = setUp();
    await view.refresh(false);
    const reasons = ['no reply to "show"', 'no reply to "enable"', 'connection refused'];
    router.sessions = async () => {
      clock.now += 5000;
      throw new RouterUnavailable(reasons.shift() ?? 'not there');
    };
    expect(await view.refresh(true)).toBe(false);
    expect(events()).toEqual(['router-unreachable']);
    for (let i = 0; i < 5; i++, clock.now += 5000) await view.refresh(true);
    expect(events()).toEqual(['router-unreachable']);
  });

  test('does not tell of a router that is there within half a second', async () => {
    const { router, view, clock, events } = setUp();
    router.there = false;
    for (; clock.now < 400; clock.now += 10) await view.refresh(false);
    router.there = true;
    for (; clock.now < 1000; clock.now += 10) await view.refresh(false);
    expect(view.reachable).toBe(true);
    expect(events()).toEqual([]);
  });

  test('does not trust what it knew when a change died on the way', async () => {
    const { router, view, clock } = setUp();
    await view.refresh(false);
    router.onApply = () => {
      throw new RouterUnavailable('gone in the midst of it');
    };
    expect(await view.apply([add('a'), add('b')])).toEqual([]);
    expect(view.reachable).toBe(false);
    router.onApply = undefined;
    clock.now += 5000;
    await view.refresh(false);
    expect(view.configured).toEqual([{ group: G, address: 'a' }]);
  });

  test('makes the other changes if one is refused, logs that once, and tries it again at growing intervals', async () => {
    const { router, view, clock, events } = setUp();
    router.refuses.set('b', 'no');
    await view.refresh(false);
    expect(await view.apply([add('a'), add('b'), add('c')])).toEqual([add('a'), add('c')]);
    for (let second = 1; second <= 600; second++) {
      clock.now = second * 1000;
      await view.apply([add('b')]);
    }
    expect(router.calls.apply).toBeGreaterThan(10);
    expect(router.calls.apply).toBeLessThan(20);
    expect(events()).toEqual(['change-refused']);
    router.refuses.clear();
    clock.now += 60_000;
    expect(await view.apply([add('b')])).toEqual([add('b')]);
    expect(events()).toEqual(['change-refused', 'change-refused-ended']);
  });

  test('reads the configuration again after a refusal, because another user may have changed it', async () => {
    const { router, view } = setUp();
    await view.refresh(false);
    await view.apply([add('a')]);
    router.configured = [{ group: G, address: 'c' }];
    router.refuses.set('b', 'no');
    await view.apply([add('b')]);
    expect(view.configured).toEqual([{ group: G, address: 'c' }]);
  });

  test('forgets the refusal of a change that is no longer wanted', async () => {
    const { router, view, events } = setUp();
    router.refuses.set('b', 'no');
    await view.refresh(false);
    await view.apply([add('b')]);
    await view.apply([add('a')]);
    expect(events()).toEqual(['change-refused', 'change-refused-ended']);
  });

  test('logs gained and lost sessions of configured neighbors only', async () => {
    const { router, view, clock, events } = setUp();
    router.clients = [{ address: 'client', state: 'Established', dynamic: true }];
    await view.refresh(true);
    await view.apply([add('a')]);
    router.up.add('a');
    await view.refresh(true);
    router.up.clear();
    clock.now += 1000;
    await view.refresh(true);
    expect(events()).toEqual(['session-established', 'session-lost']);
  });

  test('prepares the router until it refuses nothing, at most once a minute', async () => {
    const { router, view, clock, events } = setUp();
    let prepared = 0;
    router.prepare = async () => (++prepared < 3 ? ['license /config/license/x: not now'] : []);
    for (clock.now = 0; clock.now < 600_000; clock.now += 1000) await view.refresh(false);
    expect(prepared).toBe(3);
    expect(events()).toEqual(['router-not-prepared', 'router-not-prepared-ended']);
  });

  test('drains a router again that has restarted during a drain', async () => {
    let draining = false;
    const { router, view } = setUp(() => draining);
    const asked = jest.spyOn(router, 'gracefulShutdown');
    await view.refresh(true);
    draining = true;
    await view.refresh(true);
    expect(asked).not.toHaveBeenCalled();
    router.connected = false;
    await view.refresh(true);
    expect(asked.mock.calls).toEqual([[true]]);
  });

  test('hands on what is a fault of ours, not of the router', async () => {
    const { router, view } = setUp();
    await view.refresh(false);
    router.onApply = () => {
      throw new TypeError('a bug');
    };
    await expect(view.apply([add('a')])).rejects.toThrow('a bug');
  });

  test('does not trust what it knew when a fault of ours ended a change', async () => {
    const { router, view } = setUp();
    await view.refresh(false);
    router.onApply = () => {
      throw new TypeError('a bug');
    };
    await view.apply([add('a'), add('b')]).catch(() => undefined);
    await view.refresh(false);
    expect(view.configured).toEqual([{ group: G, address: 'a' }]);
  });
});
