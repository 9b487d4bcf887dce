import { CONNECT_RETRY_SECONDS } from '../configuration';
import { BgpTopology, chosenOf, grouped, RouterGroup } from '../model';
import { Failure } from './result';

/** The workloads that are applied together: all of a cluster, or one of two steps that keep the sides apart. */
export type RolloutStep = 'everything' | 'all but side b' | 'side b';

/** Workloads of one cluster that replace their pods at the same time. */
export interface Rollout {
  readonly cluster: string;
  readonly step: RolloutStep;
  /** What is away together, at each of the moments that are looked at. */
  readonly moments: readonly Failure[];
}

/** The label selector of what is applied first where the sides are to be kept apart. */
export const APPLIED_FIRST = 'meshrr/side!=b';

/**
 * Seconds from the end of a pod until its address takes connections again: an assumption. 4.6 to 5.4 s were measured on
 * Kubernetes 1.34 with MetalLB, with the image on the node; an image that has to be pulled adds its time.
 */
const POD_START_SECONDS = 5;

/**
 * Seconds for which a client has no routes where a rollout takes all its sessions. With a client that dials each 10
 * seconds, 13.0 to 13.4 s were measured, of at most 15.
 */
export const ROLLOUT_SECONDS = POD_START_SECONDS + CONNECT_RETRY_SECONDS;

/**
 * How many moments of a rollout are looked at. They differ only in which pods of a workload with several pods are away,
 * and the pods of a workload are configured alike.
 */
const MOST_MOMENTS = 4;

/**
 * What `kubectl apply`, or a GitOps tool, replaces at the same time. Each workload takes away one pod after the other:
 * a DaemonSet (`maxUnavailable: 1`), a Deployment (`maxSurge: 0`, `maxUnavailable: 1`) and a StatefulSet alike. No
 * workload waits for another. At the moment number k the pod number k of each of them is away. Of the pods behind an
 * address, the one that serves a client may be away at any of these moments, so all sessions to the address count as lost.
 */
export function rolloutsOf({ groups, speakers }: BgpTopology): readonly Rollout[] {
  const pods = grouped(speakers, ({ group }) => group.id);
  const rolloutOf = (cluster: string, step: RolloutStep, applied: readonly RouterGroup[]): Rollout => {
    const most = Math.max(0, ...applied.map(({ id }) => pods.get(id)?.length ?? 0));
    const name = cluster === '' ? `of ${step}` : `of ${step} in cluster ${cluster}`;
    const moments = Array.from({ length: Math.min(most, MOST_MOMENTS) }, (_, moment): Failure => {
      const failed = applied.flatMap(({ id, addresses }) => {
        const own = pods.get(id) ?? [];
        return own.length === 0 ? [] : [own[moment % own.length].id, ...addresses.map(({ text }) => text)];
      });
      return { id: `rollout ${name}`, kind: 'rollout', name, failed };
    });
    return { cluster, step, moments };
  };
  return [...grouped([...groups], ({ cluster }) => cluster)].flatMap(([cluster, own]) => {
    const [b, others] = [own.filter(({ side }) => side === 'b'), own.filter(({ side }) => side !== 'b')];
    return [
      rolloutOf(cluster, 'everything', own),
      ...(b.length > 0 ? [rolloutOf(cluster, 'all but side b', others), rolloutOf(cluster, 'side b', b)] : []),
    ];
  });
}

/**
 * A topology in which nobody chooses others in place of those that are away. Pods and clients do so only after their
 * sessions are gone, so routes are missing until then.
 */
export const pinned = (topology: BgpTopology): BgpTopology => ({
  ...topology,
  choices: topology.choices.map((choice) => ({ ...choice, candidates: chosenOf(choice) })),
});
