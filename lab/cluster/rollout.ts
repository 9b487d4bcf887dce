import { setTimeout as pause } from 'timers/promises';
import { eventually } from '../eventually';
import { Workload } from '../manifests/objects';
import { Pod } from '../pod/pod';

/** How long a new pod may take to be ready, in milliseconds. */
const READY_MS = 180_000;

/** What a rollout needs of a cluster. */
export interface RolloutCluster {
  podsOf(workload: string): readonly Pod[];
  /** Deletes a pod, and starts those that are missing then. */
  deletePod(pod: Pod): Promise<void>;
  /** Starts another pod of the workload on the node of this one. */
  startBeside(pod: Pod): Promise<void>;
}

/**
 * Replaces the pods of all workloads, as their controllers do after an apply of other templates: each workload one pod
 * after the other, and no workload waits for another one.
 */
export async function rollOut(cluster: RolloutCluster, workloads: readonly Workload[]): Promise<void> {
  await Promise.all(workloads.map((workload) => replacePods(cluster, workload)));
}

async function replacePods(cluster: RolloutCluster, { name, surges, minReadySeconds }: Workload): Promise<void> {
  const ready = async () => {
    await eventually(() => {
      const late = cluster.podsOf(name).filter((pod) => !pod.ready && !pod.terminating);
      if (late.length > 0) throw new Error(`not ready: ${late.map((pod) => pod.name).join()}`);
    }, READY_MS);
    await pause(minReadySeconds * 1000);
  };
  for (const old of [...cluster.podsOf(name)]) {
    if (surges) {
      await cluster.startBeside(old);
      await ready();
    }
    await cluster.deletePod(old);
    if (!surges) await ready();
  }
}
