import { WHOLE_TABLES_MS } from '../../../crpd-image/runtime/daemon/readiness';
import { Bgpd, describeWithEachFrr } from '../../../test-support/bgpd';
import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { frr10Rootfs } from '../../../test-support/images';
import { describeWith } from '../../../test-support/needs';
import { Cluster, expectSession, logged, PATIENCE_MS, start, told } from './cluster';

/** How long a neighbor that sends no End-of-RIB has to send no prefix, in milliseconds. */
const QUIET_MS = 5_000;

let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.start();
});
afterEach(() => cluster?.close());

const timeOf = ({ time }: Record<string, unknown>) => Date.parse(time as string);

/** From when its first session was logged until the pod was ready, in milliseconds, and the reason. */
async function readyOf(pod: FrrPod) {
  await eventually(() => expect(pod.events('ready')).toHaveLength(1), WHOLE_TABLES_MS + PATIENCE_MS);
  const [ready] = pod.events('ready');
  return { reason: ready.reason, after: timeOf(ready) - timeOf(await logged(pod, 'session-established')) };
}

describeWith(
  ['root', 'ip', 'debootstrap', 'buildah'],
  'a mesh neighbor that never sends its End-of-RIB, FRR 10.3',
  () => {
    const NEIGHBOR = '10.42.0.9';

    test('delays readiness by 60 seconds, and log and status name it', async () => {
      const pod = cluster.pod(
        '10.42.0.1',
        { MESH_SERVICE_NAME: 'core', MESHRR_MESH_MD5: 'false', MESHRR_CLIENTRANGE: '192.0.2.0/24' },
        frr10Rootfs(),
      );
      await cluster.list('core', pod, NEIGHBOR);
      start(pod);
      // It sends nothing until all of its neighbors have sent their tables, and the second one does not exist.
      const peer = (address: string) => [`neighbor ${address} remote-as 64496`, `neighbor ${address} timers connect 1`];
      const lines = ['update-delay 600', ...[pod.address, '10.42.0.8'].flatMap(peer)];
      const configuration = ['router bgp 64496', `bgp router-id ${NEIGHBOR}`, ...lines, ''].join('\n ');
      const neighbor = await Bgpd.start(cluster.host(NEIGHBOR), configuration, '10.3');
      try {
        await logged(pod, 'session-established');
        const waiting = `1 of 1 sessions are Established, without the whole table of ${NEIGHBOR}`;
        await told(pod, ({ readiness }) =>
          expect(readiness).toEqual({ ready: false, reason: expect.stringContaining(`${waiting}: waits for at most`) }),
        );
        const { reason, after } = await readyOf(pod);
        expect(reason).toBe(waiting);
        // The runtime sees a session before it logs it.
        expect(after).toBeGreaterThan(WHOLE_TABLES_MS - 3_000);
        expect(pod.probe('/readyz').status).toBe(200);
      } finally {
        neighbor.close();
      }
    });
  },
);

describeWithEachFrr('a pod of a region', (release) => {
  test('takes the tables of the core for whole when no prefix has come for five seconds', async () => {
    const root = release === '8.4' ? undefined : frr10Rootfs();
    const core = cluster.pod('10.42.0.1', { MESH_SERVICE_NAME: 'core' }, root);
    const pod = cluster.pod('10.42.1.1', { MESH_SERVICE_NAME: 'region', UPSTREAM_SERVICE_NAME: 'core' }, root);
    await cluster.list('core', core);
    await cluster.list('region', pod);
    start(core, pod);
    await eventually(() => expectSession(pod, core, ['MESHRR-UPSTREAM', 'MESHRR-CLIENTS']), PATIENCE_MS);
    const { reason, after } = await readyOf(pod);
    expect(reason).toBe('1 of 1 sessions are Established');
    expect(after).toBeGreaterThan(QUIET_MS - 1_000);
    expect(after).toBeLessThan(WHOLE_TABLES_MS - 3_000);
  });
});
