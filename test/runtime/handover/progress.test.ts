import * as fc from 'fast-check';
import { advance, Limits, Progress } from '../../../crpd-image/runtime/handover/progress';

const LIMITS: Limits = { asking: 0, margin: { least: 3_000, most: 10_000 }, sending: 45_000, withdrawing: 15_000 };
const LOOK_MS = 250;

/** Runs a drain whose queues are empty as `empty` says. @returns when each phase ended, and whether all was sent */
function run(empty: (now: number) => boolean, deadline = Infinity, begin = 0) {
  let progress: Progress = { phase: 'sending', since: begin };
  let drained: { at: number; sent: boolean } | undefined;
  for (let now = begin; ; now += LOOK_MS) {
    progress = advance(progress, { now, empty: empty(now), deadline }, LIMITS);
    if (progress.phase === 'withdrawing' && !drained) drained = { at: now - begin, sent: progress.sent };
    if (progress.phase === 'over') return { ...drained!, over: now - begin };
  }
}

describe('the progress of a drain', () => {
  test('queues that are empty at once get the least margin', () => {
    expect(run(() => true)).toEqual({ at: 3_000, sent: true, over: 18_000 });
  });

  test('the margin is as long as the queues took to become empty, up to a limit', () => {
    expect(run((now) => now >= 5_000)).toEqual({ at: 10_000, sent: true, over: 25_000 });
    expect(run((now) => now >= 20_000)).toEqual({ at: 30_000, sent: true, over: 45_000 });
  });

  test('queues that fill again begin the margin again', () => {
    expect(run((now) => now !== 2_000)).toEqual({ at: 5_250, sent: true, over: 20_250 });
  });

  test('queues that never become empty do not hold a pod', () => {
    expect(run(() => false)).toEqual({ at: 45_000, sent: false, over: 60_000 });
  });

  test('the time to withdraw the address is reserved before the deadline', () => {
    expect(run(() => false, 30_000)).toEqual({ at: 15_000, sent: false, over: 30_000 });
  });

  test('a deadline that has passed ends it in two looks', () => {
    expect(run(() => true, -1)).toEqual({ at: 0, sent: false, over: LOOK_MS });
  });

  test('whatever the queues do: nothing is skipped that there is time for, and the deadline is kept', () => {
    const looks = fc.array(fc.boolean(), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(looks, fc.nat(200_000), fc.nat(1_000_000), (seen, left, begin) => {
        const isEmpty = (elapsed: number) => seen[Math.min(Math.floor(elapsed / LOOK_MS), seen.length - 1)];
        const { at, sent, over } = run((now) => isEmpty(now - begin), begin + left, begin);
        expect(over).toBeLessThan(Math.max(left, 0) + 2 * LOOK_MS);
        expect(at).toBeLessThanOrEqual(LIMITS.sending);
        // The address has its time, or what is left of it.
        expect(over - at).toBeGreaterThanOrEqual(Math.min(LIMITS.withdrawing, left - at));
        if (sent) {
          expect(at).toBeGreaterThanOrEqual(LIMITS.margin.least);
          for (let t = at - LIMITS.margin.least; t <= at; t += LOOK_MS) expect(isEmpty(t)).toBe(true);
        } else expect(at).toBeGreaterThanOrEqual(Math.min(LIMITS.sending, left - LIMITS.withdrawing));
      }),
    );
  });
});
