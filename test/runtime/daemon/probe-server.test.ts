import * as fc from 'fast-check';
import * as net from 'net';
import { PROBE_ANSWERS, Probed } from '../../../crpd-image/runtime/daemon/probe-answers';
import { ProbeServer } from '../../../crpd-image/runtime/daemon/probe-server';
import { HTTP_PORT, PROBES } from '../../../lib/settings';
import { eventually } from '../../../test-support/eventually';

describe('the answers to probes', () => {
  const asked = (fault: string | undefined, readiness: ReturnType<Probed['readiness']>): Probed => ({
    routerFault: async () => fault,
    readiness: () => readiness,
  });
  const reason = fc.string();
  const fault = fc.option(fc.string(), { nil: undefined });
  const readiness = fc.option(fc.record({ ready: fc.boolean(), reason }), { nil: undefined });

  test('a pod is live exactly if its router answers', async () => {
    await fc.assert(
      fc.asyncProperty(fault, readiness, async (why, decided) => {
        expect((await PROBE_ANSWERS['/livez'](asked(why, decided))).ok).toBe(why === undefined);
      }),
    );
  });

  test('a pod is ready exactly if the daemon says so and the router answers', async () => {
    await fc.assert(
      fc.asyncProperty(fault, readiness, async (why, decided) => {
        const { ok } = await PROBE_ANSWERS['/readyz'](asked(why, decided));
        expect(ok).toBe(decided?.ready === true && why === undefined);
      }),
    );
  });

  test('an answer says why', async () => {
    expect(await PROBE_ANSWERS['/readyz'](asked('gone', { ready: false, reason: 'no session' }))).toEqual({
      ok: false,
      text: 'not ready: no session',
    });
    expect(await PROBE_ANSWERS['/readyz'](asked('gone', { ready: true, reason: '' }))).toEqual({
      ok: false,
      text: 'the router does not answer: gone',
    });
  });
});

describe('the server', () => {
  let server: ProbeServer | undefined;
  const ask = async (address: string, path: string) => {
    const answer = await fetch(`http://${address}:${HTTP_PORT.number}${path}`);
    return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
  };
  let metrics: () => Promise<string>;
  beforeEach(() => {
    metrics = async () => 'meshrr_ready 1\n';
  });
  const serve = (address: string, ready = true, onFault?: (reason?: string) => void) => {
    const probed = { routerFault: async () => undefined, readiness: () => ({ ready, reason: 'a\nb' }) };
    server = new ProbeServer(address, probed, metrics, onFault);
    server.listen();
  };
  afterEach(() => server?.close());

  test.each(['127.0.0.2', '[::1]'])('answers at the address of the pod: %s', async (address) => {
    serve(address.replace(/[[\]]/g, ''));
    await eventually(async () => {
      expect(await ask(address, PROBES.liveness.path)).toEqual({ status: 200, text: 'ok\n', type: 'text/plain' });
    });
    expect((await ask(address, PROBES.readiness.path)).status).toBe(200);
    for (const path of ['/', '/healthz', '/livez/', '/toString']) expect((await ask(address, path)).status).toBe(404);
    await expect(ask('127.0.0.3', '/livez')).rejects.toThrow();
  });

  test('answers 503 with one line if the pod is not ready', async () => {
    serve('127.0.0.2', false);
    await eventually(async () => {
      const answer = await ask('127.0.0.2', '/readyz');
      expect(answer).toMatchObject({ status: 503, text: expect.stringMatching(/^not ready: a[^\n]+b\n$/) });
    });
  });

  test('serves the metrics in the text format of Prometheus', async () => {
    serve('127.0.0.2');
    const answer = { status: 200, text: 'meshrr_ready 1\n', type: 'text/plain; version=0.0.4; charset=utf-8' };
    await eventually(async () => expect(await ask('127.0.0.2', '/metrics')).toEqual(answer));
  });

  test('answers 500 with one line if there are no metrics because of a bug, and goes on', async () => {
    metrics = async () => {
      throw new Error('a\nb');
    };
    serve('127.0.0.2');
    await eventually(async () => {
      expect(await ask('127.0.0.2', '/metrics')).toMatchObject({
        status: 500,
        text: expect.stringMatching(/^Error: a[^\n]+b\n$/),
      });
    });
    expect((await ask('127.0.0.2', '/livez')).status).toBe(200);
  });

  test('waits for a port that is in use', async () => {
    const other = net.createServer().listen(HTTP_PORT.number, '127.0.0.2');
    await new Promise((resolve) => other.once('listening', resolve));
    const onFault = jest.fn();
    serve('127.0.0.2', true, onFault);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(onFault).not.toHaveBeenCalled();
    other.close();
    await eventually(async () => expect((await ask('127.0.0.2', '/livez')).status).toBe(200));
    expect(onFault.mock.calls).toEqual([[undefined]]);
  });

  test('reports a port that stays in use for a minute', async () => {
    const other = net.createServer().listen(HTTP_PORT.number, '127.0.0.2');
    await new Promise((resolve) => other.once('listening', resolve));
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    try {
      const onFault = jest.fn();
      serve('127.0.0.2', true, onFault);
      const ticks = async (count: number) => {
        for (let i = 0; i < count; i++) {
          await new Promise((resolve) => setImmediate(resolve));
          await new Promise((resolve) => setImmediate(resolve));
          jest.advanceTimersByTime(200);
        }
      };
      await ticks(250);
      expect(onFault).not.toHaveBeenCalled();
      await ticks(100);
      expect(onFault).toHaveBeenCalledWith(expect.stringContaining('EADDRINUSE'));
    } finally {
      jest.useRealTimers();
      other.close();
    }
  });

  test('does not wait for a connection that sends nothing', async () => {
    serve('127.0.0.2');
    const silent = await eventually(
      () =>
        new Promise<net.Socket>((resolve, reject) => {
          const socket = net.connect(HTTP_PORT.number, '127.0.0.2', () => resolve(socket)).on('error', reject);
        }),
    );
    const begun = Date.now();
    await new Promise((resolve) => silent.once('close', resolve));
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});
