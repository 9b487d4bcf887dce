import { drain, DrainParts } from '../../../crpd-image/runtime/handover/drain';
import { LIMITS } from '../../../crpd-image/runtime/handover/limits';
import { RouterUnavailable, Session } from '../../../crpd-image/runtime/router/driver';

/** A drain of a router in memory, on a clock that runs while the drain pauses. @returns what happened, with its time */
async function run(
  { absentMs = 0, queuedMs = 0, onTheWayMs = 0, silentMs = 0, fault = undefined as Error | undefined },
  options: Partial<DrainParts> = {},
) {
  let now = 0;
  const happened: [number, string][] = [];
  const unavailable = new RouterUnavailable('not there');
  const driver: DrainParts['driver'] = {
    async gracefulShutdown(on) {
      if (now < absentMs) throw unavailable;
      happened.push([now, `graceful shutdown ${on}`]);
    },
    async sessions() {
      if (fault) throw fault;
      if (now < silentMs) throw unavailable;
      const session: Session = { address: '10.42.0.2', state: 'Established', dynamic: false };
      return [session, now < queuedMs ? { ...session, queued: 1 } : session];
    },
  };
  const end = await drain({
    driver,
    bytesOnTheWay: () => (now < onTheWayMs ? 100 : 0),
    record: (state, fields) => happened.push([now, [state, fields?.sent].join(' ').trim()]),
    now: () => now,
    pause: async (milliseconds) => void (now += milliseconds),
    limits: LIMITS,
    deadline: Infinity,
    untilWithdrawn: true,
    ...options,
  }).then(
    () => 'over',
    (error: Error) => error.message,
  );
  return [...happened, [now, end]];
}

const [MARGIN, WAIT] = [LIMITS.margin.least, LIMITS.withdrawing];

describe('a drain', () => {
  test('asks the neighbors, lets them have the margin, makes the pod not ready, and waits for its address', async () => {
    expect(await run({})).toEqual([
      [0, 'graceful shutdown true'],
      [0, 'draining'],
      [MARGIN, 'drained true'],
      [MARGIN + WAIT, 'over'],
    ]);
  });

  test('by hand ends when the pod is not ready', async () => {
    expect((await run({}, { untilWithdrawn: false })).slice(-2)).toEqual([
      [MARGIN, 'drained true'],
      [MARGIN, 'over'],
    ]);
  });

  test.each([
    ['the router has messages for a neighbor', { queuedMs: 12_000 }],
    ['the kernel has bytes for a neighbor', { onTheWayMs: 12_000 }],
    ['the router does not answer', { silentMs: 12_000 }],
  ])('waits while %s', async (_, state) => {
    expect(await run(state)).toContainEqual([22_000, 'drained true']);
  });

  test('goes on when a neighbor does not read', async () => {
    expect(await run({ onTheWayMs: Infinity })).toContainEqual([LIMITS.sending, 'drained false']);
  });

  test('asks a router again that does not answer, for a while', async () => {
    expect((await run({ absentMs: 5_000 }))[0]).toEqual([5_000, 'graceful shutdown true']);
    expect(await run({ absentMs: Infinity })).toEqual([[LIMITS.asking, 'not there']]);
  });

  test('hands on a fault of ours', async () => {
    expect((await run({ fault: new Error('ours') })).at(-1)).toEqual([0, 'ours']);
  });

  test('keeps its deadline', async () => {
    expect((await run({ onTheWayMs: Infinity }, { deadline: 20_000 })).slice(-2)).toEqual([
      [20_000 - WAIT, 'drained false'],
      [20_000, 'over'],
    ]);
  });
});
