import { CONNECT_RETRY_SECONDS } from '../configuration';
import { BgpTopology, chosenOf, compare, grouped, listed, RouterGroup, Speaker } from '../model';
import { Failure } from './result';

/** Workloads that are applied together. */
export interface RolloutStep {
  /** `all but side b`, `all but sides b and c`; or `side b`. */
  readonly name: string;
  /** What `kubectl apply -l` applies: the workloads of this step and of those before. Undefined: everything. */
  readonly applied?: string;
  /** The label selector of the workloads of this step. */
  readonly labels: string;
  readonly groups: readonly RouterGroup[];
}

/** Workloads of one cluster that replace their pods at the same time. */
export interface Rollout {
  readonly cluster: string;
  /** The name of the step; `everything` if all workloads of the cluster are applied together. */
  readonly step: string;
  /** What is away together, at each of the moments that are looked at. */
  readonly moments: readonly Failure[];
}

/**
 * The steps of a rollout that keeps the sides of a cluster apart by hand, in the order of their names: first all workloads
 * but those of the other sides, then one side after the other. None for fewer than two sides without an interlock.
 */
export function stepsOf(groups: readonly RouterGroup[]): readonly RolloutStep[] {
  const sides = [...new Set(groups.flatMap(({ side, interlock }) => (interlock ? [] : (side ?? []))))].sort(compare);
  const later = sides.slice(1);
  if (later.length === 0) return [];
  const [label, first] = ['meshrr/side', groups.filter(({ side }) => side === undefined || !later.includes(side))];
  const without = (left: readonly string[]) =>
    left.length === 1 ? `${label}!=${left[0]}` : `${label} notin (${left.join(',')})`;
  const steps = later.map((side, i): RolloutStep => {
    const left = later.slice(i + 1);
    const own = { labels: `${label}=${side}`, groups: groups.filter((group) => group.side === side) };
    return { name: `side ${side}`, ...(left.length > 0 && { applied: without(left) }), ...own };
  });
  const name = `all but ${later.length === 1 ? 'side' : 'sides'} ${listed(later)}`;
  return [{ name, applied: without(later), labels: without(later), groups: first }, ...steps];
}

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

/** Pods of which one after the other is away. */
interface Sequence {
  readonly pods: readonly Speaker[];
  /** After how many moments the next one is away. */
  readonly stride: number;
}

/**
 * The pods of one workload, or with an interlock those of all workloads of a region or pair. These change more slowly
 * than those without sides, so that the pods of a core are away together with those of each side.
 */
function sequencesOf(
  applied: readonly RouterGroup[],
  pods: ReadonlyMap<string, readonly Speaker[]>,
): readonly Sequence[] {
  const together = grouped([...applied], ({ id, part, interlock }) =>
    interlock ? `part ${part.path}` : `group ${id}`,
  );
  const all = [...together.values()].map((groups) => ({
    groups,
    pods: groups.flatMap(({ id }) => pods.get(id) ?? []),
  }));
  const isSided = ([{ side, interlock }]: readonly RouterGroup[]) => interlock && side !== undefined;
  const others = all.filter(({ groups }) => !isSided(groups)).map((one) => one.pods.length);
  return all.map((one) => ({ pods: one.pods, stride: isSided(one.groups) ? Math.max(1, ...others) : 1 }));
}

/**
 * What `kubectl apply`, or a GitOps tool, replaces at the same time. Each workload takes away one pod after the other:
 * a DaemonSet, a Deployment (`maxSurge: 0`, `maxUnavailable: 1`) and a StatefulSet alike. Without an interlock no
 * workload waits for another; with it, those of one region or pair do. At the moment number k the pod number k of each
 * is away. Of the pods behind an address, the one that serves a client may be away at any of these moments, so all
 * sessions to the address count as lost.
 */
export function rolloutsOf({ groups, speakers }: BgpTopology): readonly Rollout[] {
  const pods = grouped(speakers, ({ group }) => group.id);
  const rolloutOf = (cluster: string, step: string, applied: readonly RouterGroup[]): Rollout => {
    const sequences = sequencesOf(applied, pods).filter((one) => one.pods.length > 0);
    const most = Math.max(0, ...sequences.map((one) => one.pods.length * one.stride));
    const name = cluster === '' ? `of ${step}` : `of ${step} in cluster ${cluster}`;
    const moments = Array.from({ length: Math.min(most, MOST_MOMENTS) }, (_, moment): Failure => {
      const failed = sequences.flatMap(({ pods: own, stride }) => {
        const { id, group } = own[Math.floor(moment / stride) % own.length];
        return [id, ...group.addresses.map(({ text }) => text)];
      });
      return { id: `rollout ${name}`, kind: 'rollout', name, failed };
    });
    return { cluster, step, moments };
  };
  return [...grouped([...groups], ({ cluster }) => cluster)].flatMap(([cluster, own]) => {
    const steps = stepsOf(own).map(({ name, groups }) => rolloutOf(cluster, name, groups));
    return [rolloutOf(cluster, 'everything', own), ...steps];
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
