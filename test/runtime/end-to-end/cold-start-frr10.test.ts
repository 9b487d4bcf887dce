import { BUILD_MILLISECONDS, frr10Rootfs } from '../../../test-support/images';
import { describeWith } from '../../../test-support/needs';
import { Cluster, members, start, untilMeshed } from './cluster';

const PODS = 8;
const STARTS = 3;

describeWith(['root', 'ip', 'bgpd', 'debootstrap', 'buildah'], 'cold starts of a mesh on FRR 10.3', () => {
  beforeAll(() => void frr10Rootfs(), BUILD_MILLISECONDS);

  test('lose no session although both routers of each session open the connection', async () => {
    for (let i = 0; i < STARTS; i++) {
      const cluster = await Cluster.start();
      try {
        const pods = Array.from({ length: PODS }, (_, at) =>
          cluster.pod(`10.42.0.${at + 1}`, { MESH_SERVICE_NAME: 'core' }, frr10Rootfs()),
        );
        start(...pods);
        await cluster.list('core', ...pods);
        await untilMeshed(pods);
        for (const pod of pods) {
          expect(members(pod, 'MESHRR-MESH')).toHaveLength(PODS - 1);
          expect(pod.vtysh('show running-config')).not.toMatch(/^ neighbor \S+\.\S+ passive$/m);
          const neighbors: Record<string, { connectionsDropped: number }> = JSON.parse(
            pod.vtysh('show bgp neighbors json'),
          );
          const dropped = Object.entries(neighbors).filter(([, one]) => one.connectionsDropped > 0);
          expect(dropped).toEqual([]);
        }
      } finally {
        await cluster.close();
      }
    }
  });
});
