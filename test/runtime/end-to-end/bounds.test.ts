import { rssMb } from '../../../bench/runtime/process-figures';
import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import { Cluster, drops, expectSession, logged, members, start, throughout, told, untilMeshed } from './cluster';

const MESH = 'MESHRR-MESH';
/** What a manifest reserves. */
const RESERVED_MB = 256;

describeWith(['root', 'ip', 'bgpd'], 'a mesh of three whose DNS names a thousand others', () => {
  let cluster: Cluster;
  let all: readonly FrrPod[];

  beforeAll(async () => {
    cluster = await Cluster.start();
    all = ['10.42.0.1', '10.42.0.2', '10.42.0.3'].map((address) =>
      cluster.pod(address, { MESH_SERVICE_NAME: 'core', MESHRR_POD_NETWORKS: '10.42.0.0/16' }),
    );
  });
  afterAll(async () => {
    await cluster?.close();
  });

  const nobody = (count: number, network = '10.42') =>
    Array.from({ length: count }, (_, i) => `${network}.${200 + (i >> 8)}.${i & 255}`);

  test('keeps its sessions and stays small, reports the problem, and still admits a real router', async () => {
    const [a, b, c] = all;
    await cluster.list('core', a, b);
    start(a, b);
    await untilMeshed([a, b]);
    const before = drops([a, b]);
    await cluster.list('core', a, b, ...nobody(1000));
    await eventually(() => expect(members(a, MESH)).toHaveLength(1 + 64), 60_000, 200);
    await throughout(5_000, () => {
      expectSession(a, b);
      expect(members(a, MESH).length).toBeLessThanOrEqual(1 + 64);
      expect(rssMb(a.bgpd?.pid as number)).toBeLessThan(RESERVED_MB);
    });
    await told(a, ({ problems }) =>
      expect(problems).toContain(`routers-left-out ${MESH}: discovery found more routers than the peer limit of 256`),
    );
    expect(a.events('routers-left-out')).toHaveLength(1);
    await cluster.list('core', a, b, c);
    start(c);
    await untilMeshed(all, 60_000);
    await logged(a, 'routers-left-out-ended');
    expect(drops([a, b])).toEqual(before);
  });

  test('takes no address outside of the pod networks', async () => {
    const [a] = all;
    const before = members(a, MESH);
    await cluster.list('core', ...all, ...nobody(1000, '10.77'));
    await logged(a, 'addresses-outside');
    await told(a, ({ groups }) => expect(groups[0].lastAnswer).toBe('found 3 by dns'));
    expect(members(a, MESH).filter((address) => address.startsWith('10.77.'))).toEqual([]);
    expect(members(a, MESH)).toEqual(expect.arrayContaining([...before].filter((each) => each < '10.42.1')));
    await cluster.list('core', ...all);
    await logged(a, 'addresses-outside-ended');
  });
});
