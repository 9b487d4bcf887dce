import { spawnSync } from 'child_process';
import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import { samplesOf } from '../metrics/samples';
import { Cluster, end, meshOfTwo } from './cluster';

const MESH = 'group="MESHRR-MESH",kind="mesh"';

describeWith(['root', 'ip', 'bgpd', 'prometheus'], 'the metrics of a mesh of two', () => {
  let cluster: Cluster;
  let a: FrrPod;
  let b: FrrPod;

  beforeAll(async () => {
    ({ cluster, a, b } = await meshOfTwo());
  });
  afterAll(async () => {
    await cluster?.close();
  });

  /** The page of a pod, which promtool has to read. */
  function page(pod: FrrPod): Record<string, number> {
    const { status, text } = pod.probe('/metrics');
    expect(status).toBe(200);
    const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: `${text}\n`, encoding: 'utf8' });
    expect(stdout + stderr).toBe('');
    return samplesOf(text);
  }
  const untilPage = (expected: Record<string, unknown>) =>
    eventually(() => expect(page(a)).toMatchObject(expected), 60_000, 200);

  test('tell the session, and how long it took', async () => {
    await untilPage({
      meshrr_runtime_up: 1,
      meshrr_ready: 1,
      meshrr_router_reachable: 1,
      [`meshrr_sessions{${MESH},state="Established"}`]: 1,
      [`meshrr_session_up{${MESH},peer="${b.address}"}`]: 1,
      [`meshrr_session_prefixes_received{${MESH},peer="${b.address}"}`]: 0,
      [`meshrr_session_losses_total{${MESH},peer="${b.address}"}`]: 0,
      [`meshrr_peers_discovered{${MESH}}`]: 1,
      [`meshrr_peers_configured{${MESH}}`]: 1,
      'meshrr_changes_total{group="MESHRR-MESH",action="add"}': 1,
      meshrr_discovery_to_established_seconds_count: 1,
    });
    expect(page(a)[`meshrr_discovery_age_seconds{${MESH}}`]).toBeLessThan(5);
    expect(Object.keys(page(a))).toContainEqual(expect.stringMatching(/^meshrr_build_info\{version="\d+\.\d+\.\d+"/));
  });

  test('count a session that was lost and came back', async () => {
    a.vtysh(`clear bgp ${b.address}`);
    await untilPage({
      [`meshrr_session_losses_total{${MESH},peer="${b.address}"}`]: 1,
      [`meshrr_session_up{${MESH},peer="${b.address}"}`]: 1,
    });
  });

  test('tell that DNS fails, and that it answers again', async () => {
    await cluster.dns.fault('servfail');
    await untilPage({ 'meshrr_problems{kind="discovery-failed"}': 1 });
    await eventually(() => expect(page(a)[`meshrr_discovery_age_seconds{${MESH}}`]).toBeGreaterThan(3), 60_000, 200);
    await cluster.dns.fault('none');
    await untilPage({ 'meshrr_problems{kind="discovery-failed"}': 0 });
  });

  test('of the stand-in say that the runtime is away, and nothing that it does not know', async () => {
    await end(a.runtime, 'SIGKILL');
    const standIn = a.startStandIn();
    try {
      await untilPage({ meshrr_runtime_up: 0, meshrr_ready: 1, meshrr_router_reachable: 1 });
      expect(Object.keys(page(a)).filter((name) => /session|peers|discovery/.test(name))).toEqual([]);
    } finally {
      await end(standIn, 'SIGTERM');
    }
    a.startRuntime();
    await untilPage({ meshrr_runtime_up: 1, [`meshrr_sessions{${MESH},state="Established"}`]: 1 });
  });
});
