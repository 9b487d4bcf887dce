import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import { Cluster, drops, expectSession, members, start, untilMeshed } from './cluster';
import { eventually } from '../../../test-support/eventually';

describeWith(['root', 'ip', 'bgpd'], 'meshrr selftest', () => {
  let cluster: Cluster;
  let pods: readonly FrrPod[];
  let below: FrrPod;

  beforeAll(async () => {
    cluster = await Cluster.start();
    pods = ['10.42.0.1', '10.42.0.2'].map((address) => cluster.pod(address, { MESH_SERVICE_NAME: 'core' }));
    below = cluster.pod('10.42.1.1', { MESH_SERVICE_NAME: 'below', UPSTREAM_SERVICE_NAME: 'core' });
    await cluster.list('core', ...pods);
    await cluster.list('below', below);
    start(...pods, below);
    await untilMeshed(pods);
    for (const pod of pods) await eventually(() => expectSession(below, pod, ['MESHRR-UPSTREAM', 'MESHRR-CLIENTS']));
  });
  afterAll(() => cluster?.close());

  /** What each item of the list says, by its name. */
  function selftest(pod: FrrPod) {
    const { status, stdout, stderr } = pod.meshrr('selftest');
    const lines = [...stdout.matchAll(/^(ok|FAILED|not checked) +(\S.*?\S) {2,}(.*)$/gm)];
    return { status, stderr, stdout, items: Object.fromEntries(lines.map(([, result, item]) => [item, result])) };
  }

  test('passes beside a running daemon, and leaves sessions, neighbors and communities as they were', () => {
    const before = drops([...pods, below]);
    const { status, stderr, stdout, items } = selftest(pods[0]);
    expect({ status, stderr, stdout }).toMatchObject({ status: 0, stderr: '' });
    expect(items).toEqual({
      'control channel': 'ok',
      'change and back': 'ok',
      'TCP MD5': 'ok',
      license: 'not checked',
      'drain and undrain': 'ok',
      persistence: 'not checked',
      sessions: 'ok',
    });
    expect(stdout).toContain('1 of 1 sessions are Established; 10.42.0.2 ignores a SYN without a key; 1 clients');
    expect(stdout).toContain('all 2 sessions stayed Established');
    expect(drops([...pods, below])).toEqual(before);
    expect(members(pods[0], 'MESHRR-MESH')).toEqual(['10.42.0.2']);
    expect(pods[0].vtysh('show running-config')).not.toMatch(/graceful-shutdown$|203\.0\.113\.254/m);
  });

  test('fails where the router does not answer', () => {
    const lonely = cluster.pod('10.42.2.1', { MESH_SERVICE_NAME: 'lonely' });
    const { status, stderr, items } = selftest(lonely);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^meshrr selftest: [1-9] of the checks failed\n$/);
    expect(items['control channel']).toBe('FAILED');
  });
});
