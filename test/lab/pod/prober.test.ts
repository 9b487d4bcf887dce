import { Prober } from '../../../lab/pod/prober';
import { Probe } from '../../../lab/manifests/pod-spec';

const probe = (name: string, periodSeconds: number, failureThreshold: number): Probe => ({
  path: `/${name}`,
  port: 'http',
  periodSeconds,
  failureThreshold,
  timeoutSeconds: 1,
});
const PROBES = {
  startup: probe('startup', 2, 3),
  liveness: probe('liveness', 10, 2),
  readiness: probe('readiness', 5, 2),
};

describe('a container is probed as the kubelet does', () => {
  let events: string[];
  let attempts: string[];
  let answers: Record<string, boolean>;
  let prober: Prober;

  beforeEach(() => {
    jest.useFakeTimers();
    events = [];
    attempts = [];
    answers = { startup: true, liveness: true, readiness: true };
  });
  afterEach(() => {
    prober.stop();
    jest.useRealTimers();
  });

  /** Starts to probe a container that answers like this. */
  function begin(first: Record<string, boolean> = {}): void {
    Object.assign(answers, first);
    const attempt = async ({ path }: Probe) => {
      const name = path.slice(1);
      attempts.push(name);
      return answers[name];
    };
    prober = new Prober(PROBES, attempt, {
      onReady: (ready) => events.push(ready ? 'ready' : 'not ready'),
      onFailed: () => events.push('failed'),
    });
    prober.start();
  }

  const pass = (seconds: number) => jest.advanceTimersByTimeAsync(seconds * 1000);

  test('it is ready as soon as it has started and its first readiness probe succeeds', async () => {
    begin();
    await pass(0.1);
    expect(events).toEqual(['ready']);
    await pass(60);
    expect(events).toEqual(['ready']);
  });

  test('nothing but the startup probe runs before that has succeeded', async () => {
    begin({ startup: false });
    await pass(3.9);
    expect(attempts).toEqual(['startup', 'startup']);
    answers.startup = true;
    await pass(0.2);
    expect(events).toEqual(['ready']);
  });

  test('it is restarted when the startup probe has failed failureThreshold times', async () => {
    begin({ startup: false });
    await pass(3.9);
    expect(events).toEqual([]);
    await pass(100);
    expect(events).toEqual(['failed']);
    expect(attempts).toEqual(['startup', 'startup', 'startup']);
  });

  test('it is not ready after as many failures in a row, and ready again after one success', async () => {
    begin();
    await pass(0.1);
    answers.readiness = false;
    await pass(5);
    expect(events).toEqual(['ready']);
    await pass(5);
    expect(events).toEqual(['ready', 'not ready']);
    answers.readiness = true;
    await pass(5);
    expect(events).toEqual(['ready', 'not ready', 'ready']);
  });

  test('one failure of liveness has no effect, and two in a row restart it', async () => {
    begin();
    await pass(0.1);
    answers.liveness = false;
    await pass(10);
    answers.liveness = true;
    await pass(10);
    answers.liveness = false;
    await pass(10);
    expect(events).toEqual(['ready']);
    await pass(10);
    expect(events).toEqual(['ready', 'failed']);
  });

  test('a stopped prober reports nothing', async () => {
    begin();
    await pass(0.1);
    prober.stop();
    answers.readiness = false;
    await pass(100);
    expect(events).toEqual(['ready']);
  });

  test('while the pod terminates, its readiness is probed, and no failure restarts the container', async () => {
    begin();
    await pass(0.1);
    prober.terminate();
    Object.assign(answers, { liveness: false, readiness: false });
    await pass(100);
    expect(new Set(events)).toEqual(new Set(['ready', 'not ready']));
  });
});
