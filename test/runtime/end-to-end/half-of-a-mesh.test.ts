import { eventually } from '../../../test-support/eventually';
import { FrrPod } from '../../../test-support/frr-pod';
import { describeWith } from '../../../test-support/needs';
import { Cluster, drops, end, members, start, untilMeshed } from './cluster';

const MESH = 8;

describeWith(['root', 'ip', 'bgpd'], 'a mesh of which half is gone at once', () => {
  let cluster: Cluster;
  const pods = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => cluster.pod(`10.42.0.${from + i}`, { MESH_SERVICE_NAME: 'core' }));
  beforeAll(async () => {
    cluster = await Cluster.start();
  });
  afterAll(() => cluster?.close());

  const addressesBut = (own: FrrPod, all: readonly FrrPod[]) =>
    all.filter((other) => other !== own).map(({ address }) => address);

  test('forgets these, takes in others, and loses no session of those that stay', async () => {
    const all = pods(1, MESH);
    await cluster.list('core', ...all);
    start(...all);
    await untilMeshed(all);
    const [gone, staying] = [all.slice(0, MESH / 2), all.slice(MESH / 2)];
    const before = drops(staying);

    await Promise.all(gone.flatMap(({ bgpd, runtime }) => [end(bgpd, 'SIGKILL'), end(runtime, 'SIGKILL')]));
    await cluster.list('core', ...staying);
    for (const pod of staying) {
      await eventually(() => expect(members(pod, 'MESHRR-MESH')).toEqual(addressesBut(pod, staying)), 60_000, 200);
    }

    const fresh = pods(MESH + 1, MESH / 2);
    await cluster.list('core', ...staying, ...fresh);
    start(...fresh);
    await untilMeshed([...staying, ...fresh]);
    expect(drops(staying)).toEqual(before);
  });
});
