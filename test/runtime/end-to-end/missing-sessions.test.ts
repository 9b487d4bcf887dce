import { describeWith } from '../../../test-support/needs';
import { Cluster, configure, end, logged, PATIENCE_MS, start, told, untilMeshed } from './cluster';

describeWith(['root', 'ip', 'bgpd'], 'sessions that do not come up', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
  });
  afterAll(() => cluster?.close());

  test(
    'make a region wait for its upstream and say why, until it has had one session there',
    async () => {
      const environment = { MESHRR_SESSION_SECONDS: '5', MESHRR_CLIENTRANGE: '198.51.100.0/24' };
      const core = cluster.pod('10.42.0.1', {
        ...environment,
        MESH_SERVICE_NAME: 'core',
        MESHRR_CLIENT_SERVICE: 'below',
      });
      const east = { ...environment, MESH_SERVICE_NAME: 'east', UPSTREAM_SERVICE_NAME: 'core' };
      const region = ['10.42.1.1', '10.42.1.2'].map((address) => cluster.pod(address, east));
      await cluster.list('core', core, '10.42.0.9');
      await cluster.list('east', ...region);
      // The core does not find its clients, so it closes their connections.
      await cluster.list('below', '10.42.9.9');
      // Nothing listens there yet, but the host answers.
      configure(core);
      start(...region);
      await untilMeshed(region);

      const [first] = region;
      await told(first, ({ readiness, problems }) => {
        expect(readiness).toEqual({ ready: false, reason: 'none of 2 sessions of MESHRR-UPSTREAM is Established' });
        expect([...problems].sort()).toEqual([
          'session-missing 10.42.0.1: MESHRR-UPSTREAM: connection refused: nothing listens on its BGP port',
          expect.stringMatching(/^session-missing 10\.42\.0\.9: MESHRR-UPSTREAM: it does not answer: no such host/),
        ]);
      });
      expect(first.probe('/readyz')).toEqual({ status: 503, text: expect.stringContaining('MESHRR-UPSTREAM') });
      expect(await logged(first, 'session-missing')).toMatchObject({ level: 'warn', group: 'MESHRR-UPSTREAM' });

      core.startBgpd();
      core.startRuntime();
      const closes = 'it closes each connection: this router is not in its client ranges';
      await told(first, ({ problems }) => expect(problems.join()).toContain(closes));
      expect(first.status().readiness.ready).toBe(false);

      await cluster.list('below', ...region);
      await told(first, ({ readiness, problems }) => {
        expect(readiness.ready).toBe(true);
        expect(problems).toEqual([expect.stringContaining('10.42.0.9')]);
      });
      expect(await logged(first, 'session-missing-ended')).toMatchObject({ address: '10.42.0.1' });

      const killed = Date.now();
      await end(core.bgpd, 'SIGKILL');
      const lost = await logged(first, 'session-lost');
      expect(lost).toMatchObject({
        level: 'warn',
        group: 'MESHRR-UPSTREAM',
        address: '10.42.0.1',
        reason: expect.any(String),
      });
      expect(Math.abs(Date.parse(String(lost.at)) - killed)).toBeLessThan(3_000);
      expect(first.status().readiness.ready).toBe(true);
      expect(cluster.pods.map(({ errors }) => errors).join('')).toBe('');
    },
    4 * PATIENCE_MS,
  );
});
