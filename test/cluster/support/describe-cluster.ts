import * as path from 'path';
import { RealCluster } from '../../../cluster/real-cluster';
import { LabPlan, planFor } from '../../../lab/plan/plan';
import { ClusterTestbed } from '../../../test-support/testbed/cluster-testbed';

const ROOT = path.join(__dirname, '..', '..', '..');

/** What tests on a cluster work with, once it is up. */
export interface OnCluster {
  readonly cluster: RealCluster;
  readonly testbed: ClusterTestbed;
}

/**
 * Tests on a real cluster, which is up before the first of them; the app is not applied. They run in order.
 *
 * @param spare nodes that get no labels at first
 */
export function describeCluster(
  app: string,
  spare: readonly string[],
  tests: (on: () => OnCluster, plan: LabPlan) => void,
): void {
  const folder = path.join(ROOT, 'dist', app);
  const topologyFile = path.join(ROOT, 'topology', app, 'topology.json');
  const plan = planFor(folder, topologyFile);

  describe(app, () => {
    let on: OnCluster | undefined;
    beforeAll(async () => {
      const cluster = await RealCluster.up({ folder, topologyFile });
      try {
        on = { cluster, testbed: await ClusterTestbed.follow(cluster, plan, spare) };
      } catch (error) {
        await cluster.down();
        throw error;
      }
    });
    afterAll(async () => {
      await on?.testbed.close();
      await on?.cluster.down();
    });
    tests(() => on as OnCluster, plan);
  });
}
