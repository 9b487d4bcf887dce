import { lost, observeSessions, unresponsive, ResponseState } from '../../../crpd-image/runtime/peers/unresponsive';

/** The state after one observation a second, from second `from` to second `to`. */
function watch(state: ResponseState, from: number, to: number, configured: string[], established: string[] = []) {
  for (let second = from; second <= to; second++) {
    state = observeSessions(state, second * 1000, new Set(configured), new Set(established));
  }
  return state;
}

describe('unresponsive', () => {
  test('are configured routers without a session for 30 seconds', () => {
    const state = watch(new Map(), 0, 29, ['a', 'b'], ['b']);
    expect([...unresponsive(state, 29_000)]).toEqual([]);
    expect([...unresponsive(watch(state, 30, 30, ['a', 'b'], ['b']), 30_000)]).toEqual(['a']);
  });

  test('are cleared by a session', () => {
    const state = watch(watch(new Map(), 0, 40, ['a']), 41, 41, ['a'], ['a']);
    expect([...unresponsive(state, 41_000)]).toEqual([]);
  });

  test('are remembered for five minutes after they were given up, and no longer', () => {
    const given = watch(watch(new Map(), 0, 40, ['a']), 41, 340, ['b'], ['b']);
    expect([...unresponsive(given, 340_000)]).toEqual(['a']);
    expect([...unresponsive(watch(given, 341, 341, ['b'], ['b']), 341_000)]).toEqual([]);
  });

  test('are not those that were removed for another reason', () => {
    const state = watch(watch(new Map(), 0, 10, ['a']), 11, 60, ['b'], ['b']);
    expect([...unresponsive(state, 60_000)]).toEqual([]);
  });

  test('are those of the last 30 seconds and no others, whatever the clock shows', () => {
    const state = watch(new Map(), 1000, 1029, ['a']);
    expect([...unresponsive(state, 1_029_999)]).toEqual([]);
    expect([...unresponsive(state, 1_030_000)]).toEqual(['a']);
  });

  test('are remembered if they were removed after the 30 seconds, not before', () => {
    const givenUpAfter = (seconds: number) =>
      watch(watch(new Map(), 1000, 1000 + seconds - 1, ['a']), 1000 + seconds, 1000 + seconds, ['b'], ['b']);
    expect([...unresponsive(givenUpAfter(30), 1_060_000)]).toEqual(['a']);
    expect([...unresponsive(givenUpAfter(29), 1_060_000)]).toEqual([]);
  });
});

describe('lost', () => {
  test('are configured routers whose session was Established and is not, from then on until it returns', () => {
    const up = watch(new Map(), 0, 5, ['a', 'b'], ['a']);
    expect([...lost(up)]).toEqual([]);
    const down = watch(up, 6, 6, ['a', 'b']);
    expect([...lost(down)]).toEqual(['a']);
    expect([...lost(watch(down, 7, 100, ['a', 'b']))]).toEqual(['a']);
    expect([...lost(watch(down, 7, 7, ['a', 'b'], ['a']))]).toEqual([]);
  });

  test('are not those that were removed, nor if they are configured again', () => {
    const removed = watch(watch(watch(new Map(), 0, 5, ['a'], ['a']), 6, 40, ['a']), 41, 41, []);
    expect([...unresponsive(removed, 41_000)]).toEqual(['a']);
    expect([...lost(removed)]).toEqual([]);
    expect([...lost(watch(removed, 42, 42, ['a']))]).toEqual([]);
  });
});
