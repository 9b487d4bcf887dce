import { BgpTopology, RouterGroup } from '../../../lib/model';
import { LiveApp, namespaceIn } from '../live-app';
import { ClusterSnapshot, LiveRouter, Unread } from '../snapshot';

/** What is wrong, and what to do. */
export interface Finding {
  /** The node, the workload, the pod or other object that it is about. */
  readonly subject: string;
  readonly problem: string;
  readonly remedy: string;
}

export type Result =
  | { readonly state: 'ok'; readonly fine: string }
  | { readonly state: 'wrong'; readonly findings: readonly Finding[] }
  /** The caller may not read what decides. */
  | { readonly state: 'unknown'; readonly why: string };

/** One cluster of an app, as a rule looks at it. */
export interface Examined {
  readonly app: LiveApp;
  readonly snapshot: ClusterSnapshot;
  /** The groups of the cluster. */
  readonly groups: readonly RouterGroup[];
  readonly routers: readonly LiveRouter[];
  readonly metallb: BgpTopology['metallb'];
  /** See {@link comparedSessions}. Undefined but for the first cluster: sessions are those of the whole app. */
  readonly missing?: readonly string[];
}

/** One line of the doctor. */
export interface Rule {
  readonly name: string;
  /** Without the right to read these, the line is unknown. */
  readonly needs?: readonly Unread[];
  /** Undefined where the app has nothing that the rule is about. */
  readonly look: (of: Examined) => Result | undefined;
}

export function examined(app: LiveApp, snapshot: ClusterSnapshot, missing?: readonly string[]): Examined {
  const { cluster, routers } = snapshot;
  const { groups, metallb } = app.topology;
  return {
    ...{ app, snapshot, routers, missing },
    groups: groups.filter((group) => group.cluster === cluster),
    metallb: metallb.filter((one) => one.cluster === cluster),
  };
}

/** Wrong where there are findings, else fine. */
export const resultOf = (findings: readonly Finding[], fine: string): Result =>
  findings.length > 0 ? { state: 'wrong', findings } : { state: 'ok', fine };

export const unknown = (why: string): Result => ({ state: 'unknown', why });

/** The pods of a group that are not being deleted. */
export const podsOf = ({ routers }: Examined, group: RouterGroup): readonly LiveRouter[] =>
  routers.filter((one) => one.group === group && one.pod.metadata.deletionTimestamp === undefined);

/** `-n NAMESPACE NAME`, as the remedies have it. */
export const inNamespace = ({ name: { name, namespace } }: LiveRouter): string => `-n ${namespace} ${name}`;

/** The workload of a group in the cluster. */
export const workloadIn = ({ snapshot }: Examined, group: RouterGroup) =>
  snapshot.workloads.find(
    ({ kind, metadata }) =>
      kind === group.workloadKind &&
      metadata.name === group.workload &&
      metadata.namespace === namespaceIn(snapshot, group),
  );
