import { ApiError, PodApi } from '../../../crpd-image/runtime/discovery/pod-api';
import { SliceWatch } from '../../../crpd-image/runtime/discovery/slice-watch';

const SERVICE = { name: 'core', namespace: 'default', rootDomain: 'svc.cluster.local' };

/** An API of which nothing comes until it is closed, as one behind a dead node. */
function silentApi(): PodApi {
  const pending: ((error: Error) => void)[] = [];
  const silence = () => new Promise<never>((_, reject) => void pending.push(reject));
  return {
    get: silence,
    exchange: silence,
    watch: silence,
    close: () => pending.forEach((reject) => reject(new ApiError(undefined, 'closed'))),
  };
}

describe('a watch that is closed', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const watchOf = (api: PodApi) => {
    const onFailure = jest.fn();
    return {
      onFailure,
      watch: new SliceWatch({ api, service: SERVICE, now: Date.now, onChange: jest.fn(), onFailure }),
    };
  };

  test('in the midst of an attempt starts no pause: a timer would keep the process alive', async () => {
    const api = silentApi();
    const { watch, onFailure } = watchOf(api);
    await jest.advanceTimersByTimeAsync(0);
    watch.close();
    api.close();
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(0);
    expect(onFailure).not.toHaveBeenCalled();
  });

  test('between two attempts ends the pause, and makes no further attempt', async () => {
    const get = jest.fn(() => Promise.reject(new ApiError(503, 'not now')));
    const { watch, onFailure } = watchOf({ ...silentApi(), get });
    await jest.advanceTimersByTimeAsync(0);
    expect(onFailure).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(1);
    watch.close();
    expect(jest.getTimerCount()).toBe(0);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(get).toHaveBeenCalledTimes(1);
  });
});
