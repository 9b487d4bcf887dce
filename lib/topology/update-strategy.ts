import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Check, integer, optional, shapeOf } from '../input';
import { formOf } from '../model';
import { DeclaredGroup, reject } from '../registry';
import type { Workload } from './router-group';

/** How an update replaces the pods of a workload. */
export interface UpdateStrategyProps {
  /**
   * How many pods may be away at once. More than 1 needs the `interlock`, which lets them end one after the other all the
   * same.
   * @default - 1; 0 with `maxSurge`, and where the new pod comes first
   */
  readonly maxUnavailable?: number;
  /**
   * How many new pods may start before old ones end.
   * @default - 1 for sides that no port of their node is in the way of, else 0; 0 with `maxUnavailable`
   */
  readonly maxSurge?: number;
}

const checkProps = shapeOf<UpdateStrategyProps>()({
  maxUnavailable: optional(integer(0, 1000)),
  maxSurge: optional(integer(0, 1000)),
});

/** Reads the `updateStrategy` of a construct. */
export const checkUpdateStrategy: Check<'OnDelete' | ReturnType<typeof checkProps>> = (value) =>
  value === 'OnDelete' ? value : checkProps(value);

type UpdateStrategy = k8s.DaemonSetUpdateStrategy & k8s.DeploymentStrategy & k8s.StatefulSetUpdateStrategy;

/**
 * The strategy of a workload.
 *
 * @throws InvalidPropError for one that Kubernetes does not have for the kind of workload, or that would never end
 */
export function updateStrategyOf(
  scope: Construct,
  workload: Workload,
  kind: DeclaredGroup['workloadKind'],
): UpdateStrategy {
  const { updateStrategy: given, interlock } = workload.owner.props;
  const refuse = (value: unknown, allowed: string, prop = 'updateStrategy') => reject(scope, prop, value, allowed);
  if (given === 'OnDelete') {
    if (kind === 'Deployment') refuse(given, 'maxUnavailable or maxSurge: a Deployment has no OnDelete');
    return { type: 'OnDelete' };
  }
  if (kind === 'StatefulSet') {
    if (given) refuse(given, '"OnDelete": a StatefulSet replaces one pod after the other');
    // Apply removes only what a manifest had: a default of the API server would stay beside OnDelete, and be refused.
    // The partition is for whoever rolls out a canary.
    return { type: 'RollingUpdate', rollingUpdate: {} };
  }
  const hasPorts = Boolean(formOf(workload.reachedBy)?.isOnNodes);
  // A core has a pod on each of its nodes: there is no room for a surge, and the rollout would wait for ever.
  const comesFirst = kind === 'DaemonSet' && !hasPorts;
  const usual = comesFirst ? { maxSurge: 1, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: 1 };
  const { maxSurge, maxUnavailable } = given
    ? {
        maxSurge: given.maxSurge ?? (given.maxUnavailable === 0 ? 1 : 0),
        maxUnavailable: given.maxUnavailable ?? (given.maxSurge ? 0 : 1),
      }
    : usual;
  if (maxSurge === 0 && maxUnavailable === 0)
    refuse(given, 'maxUnavailable or maxSurge above 0: no pod could be replaced');
  if (kind === 'DaemonSet' && maxSurge > 0 && maxUnavailable > 0) {
    refuse(given, 'either maxUnavailable or maxSurge for the DaemonSets of sides');
  }
  if (hasPorts && maxSurge > 0) {
    refuse(
      maxSurge,
      '0: the new pod would wait for the port that the old one has on the node',
      'updateStrategy.maxSurge',
    );
  }
  if (maxUnavailable > 1 && !interlock) {
    refuse(maxUnavailable, '1, or an interlock: without it all of them end at once', 'updateStrategy.maxUnavailable');
  }
  const number = (value: number) => k8s.IntOrString.fromNumber(value);
  const unavailable = { maxUnavailable: number(maxUnavailable) };
  // Kubernetes has 0 as the default of a DaemonSet.
  const surge = kind === 'DaemonSet' && maxSurge === 0 ? {} : { maxSurge: number(maxSurge) };
  // A type that only the API server fills in makes each later apply look like a change.
  return { type: 'RollingUpdate', rollingUpdate: { ...surge, ...unavailable } };
}
