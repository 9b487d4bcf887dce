import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import {
  accepted,
  Cluster,
  drops,
  end,
  expectSession,
  logged,
  members,
  neighbor,
  start,
  told,
  untilMeshed,
} from './cluster';

/** An address that DNS lists and nobody has. */
const DEAD = '10.42.200.1';

describeWith(['root', 'ip', 'bgpd'], 'a mesh of pods whose client range takes them in', () => {
  let cluster: Cluster;
  let a: FrrPod;
  let b: FrrPod;
  let c: FrrPod;
  const pod = (address: string) => cluster.pod(address, { MESH_SERVICE_NAME: 'core' });

  beforeAll(async () => {
    cluster = await Cluster.start();
    [a, b, c] = ['10.42.0.1', '10.42.0.2', '10.42.0.3'].map(pod);
  });
  afterAll(() => cluster?.close());

  test('forms, all cold at once, while DNS lists one that is dead', async () => {
    await cluster.list('core', a, b, c, DEAD);
    start(a, b, c);
    await untilMeshed([a, b, c]);
    for (const one of [a, b, c]) expect(neighbor(one, { address: DEAD })?.bgpState).not.toBe('Established');
  });

  test('is what status and the probes show', async () => {
    await told(a, ({ readiness, router, groups, clients, problems }) => {
      expect({ readiness, router, clients, problems }).toEqual({
        readiness: { ready: true, reason: expect.any(String) },
        router: { kind: 'frr', reachable: true, draining: false, autonomousSystem: 64496, routerId: a.address },
        clients: { established: 0, total: 0 },
        problems: [],
      });
      expect(groups).toMatchObject([
        {
          name: 'MESHRR-MESH',
          service: 'core.default.svc.cluster.local',
          lastAnswer: 'found 4 by dns',
          peers: [
            { address: b.address, discovered: true, configured: true, state: 'Established' },
            { address: c.address, discovered: true, configured: true, state: 'Established' },
            { address: DEAD, discovered: true, configured: true },
          ],
        },
      ]);
    });
    const { status, stdout, stderr } = a.meshrr('status');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^MESHRR-MESH {2}10\.42\.0\.2 +yes {2}yes +Established {2}\d+s +0$/m);
    for (const one of [a, b, c]) {
      await logged(one, 'ready');
      for (const path of ['/livez', '/readyz'] as const) expect(one.probe(path)).toEqual({ status: 200, text: 'ok' });
    }
  });

  test('forgets one that is dead and that DNS has dropped, in seconds', async () => {
    await cluster.list('core', a, b, c);
    for (const one of [a, b, c]) await eventually(() => expect(members(one, 'MESHRR-MESH')).not.toContain(DEAD));
    expect(members(a, 'MESHRR-MESH')).toEqual([b.address, c.address]);
  });

  test('takes in one that joins, and replaces it under another address, while no other session is lost', async () => {
    const before = drops([a, b, c]);
    const fourth = pod('10.42.0.4');
    start(fourth);
    await cluster.list('core', a, b, c, fourth);
    await untilMeshed([a, b, c, fourth]);

    await Promise.all([end(fourth.bgpd, 'SIGKILL'), end(fourth.runtime, 'SIGKILL')]);
    const fifth = pod('10.42.0.5');
    start(fifth);
    await cluster.list('core', a, b, c, fifth);
    await untilMeshed([a, b, c, fifth]);
    for (const one of [a, b, c]) {
      await eventually(() => expect(members(one, 'MESHRR-MESH')).not.toContain(fourth.address));
    }
    expect(drops([a, b, c])).toEqual(before);
  });

  test('learns when one drains and undrains, and keeps its sessions', async () => {
    a.vtysh(
      ...['configure terminal', 'router bgp 64496', 'no bgp network import-check'],
      ...['address-family ipv4 unicast', 'network 192.0.2.0/24'],
    );
    const route = () => JSON.parse(b.vtysh('show bgp ipv4 unicast 192.0.2.0/24 json')).paths?.[0];
    await eventually(() => expect(route()).toMatchObject({ locPrf: 100 }));
    const before = drops([a, b, c]);
    const { status, stdout, stderr } = a.meshrr('drain');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ event: 'draining' }, { event: 'drained', sent: true }]);
    expect(route()).toMatchObject({ locPrf: 0, community: { string: 'graceful-shutdown' } });
    const isDrained = async () => {
      await told(a, ({ readiness }) => expect(readiness).toMatchObject({ ready: false, otherwise: true }));
      expect(a.meshrr('status').stdout).toContain('\ndrained ');
      expect(a.probe('/readyz')).toEqual({ status: 503, text: 'not ready: drained; "meshrr undrain" ends this' });
    };
    await isDrained();
    await logged(a, 'drained');

    // A runtime that restarts leaves the pod drained.
    await end(a.runtime, 'SIGKILL');
    a.startRuntime();
    await isDrained();
    const back = a.meshrr('undrain');
    expect({ status: back.status, stderr: back.stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(back.stdout)).toMatchObject({ event: 'undrained' });
    await eventually(() => expect(route()).toMatchObject({ locPrf: 100 }));
    await told(a, ({ readiness }) => expect(readiness).toMatchObject({ ready: true }));
    await logged(a, 'undrained');
    expect(JSON.parse(a.meshrr('status', '--json').stdout).router).toMatchObject({ draining: false });
    expectSession(a, b);
    expect(drops([a, b, c])).toEqual(before);
  });

  test('has never had one of them as a client, not for a moment', () => {
    expect(cluster.pods.map((one) => accepted(one))).toEqual(cluster.pods.map(() => []));
  });

  test('cause no warning of a runtime', () => {
    expect(cluster.pods.map(({ errors }) => errors).join('')).toBe('');
    const warnings = cluster.pods.flatMap(({ log }) =>
      log.filter(({ level }) => level === 'warn' || level === 'error'),
    );
    // On a machine that is busy enough, even the DNS server next door may be late.
    const expected = (event: unknown) => event === 'session-lost' || event === 'discovery-failed';
    expect(warnings.filter(({ event }) => !expected(event))).toEqual([]);
  });
});
