import { execFileSync } from 'child_process';
import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import { Cluster, drops, expectSession, logged, members, meshOfTwo, throughout } from './cluster';

/** Longer than a status is believed, 15 s. */
const OUTDATED_MS = 17_000;

describeWith(['root', 'ip', 'bgpd'], 'a pod whose /run/frr has become read-only', () => {
  let cluster: Cluster;
  let a: FrrPod;
  let b: FrrPod;
  beforeAll(async () => {
    ({ cluster, a, b } = await meshOfTwo());
  });
  afterAll(async () => {
    await cluster?.close();
  });

  /** For the daemon alone: commands see the same folder. */
  const mounted = (how: 'ro' | 'rw') =>
    execFileSync('nsenter', ['-t', String(a.runtime?.pid), '-m', 'mount', '-o', `remount,bind,${how}`, '/run/frr']);
  const probes = () => (['/livez', '/readyz'] as const).map((path) => a.probe(path).status);

  test('keeps its sessions and does its work, says once that its status is not written, and its probes ask bgpd', async () => {
    const before = drops([a, b]);
    mounted('ro');
    expect(await logged(a, 'status-not-written')).toMatchObject({
      level: 'warn',
      reason: expect.stringMatching(/^EROFS: read-only file system, open '\/run\/frr\/\S+'$/),
    });
    await throughout(OUTDATED_MS, () => expectSession(a, b));
    // bgpd can still be changed.
    await cluster.list('core', a, b, '10.42.200.1');
    await eventually(() => expect(members(a, 'MESHRR-MESH')).toEqual(['10.42.0.2', '10.42.200.1']));
    const { status, stderr, stdout } = a.meshrr('status');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/the daemon has not reported for \d+ seconds/)]);
    expect(stdout).toContain('10.42.0.2');
    expect(probes()).toEqual([200, 200]);
    expect(drops([a, b])).toEqual(before);

    // On a busy machine for longer than the hold time.
    a.bgpd?.kill('SIGSTOP');
    try {
      await eventually(() => expect(probes()).toEqual([503, 503]));
    } finally {
      a.bgpd?.kill('SIGCONT');
    }

    mounted('rw');
    await logged(a, 'status-not-written-ended');
    await eventually(() => expect(a.meshrr('status').status).toBe(0));
    expect(a.events('status-not-written')).toHaveLength(1);
    expect(a.events('internal-error')).toEqual([]);
  });
});
