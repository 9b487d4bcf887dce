/** A taint of a node. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** A toleration of a pod, as Kubernetes defines it. */
export interface Toleration {
  /** Undefined: all keys. */
  readonly key?: string;
  /** @default 'Equal' */
  readonly operator?: string;
  readonly value?: string;
  /** Undefined: all effects. */
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** Whether a pod with these tolerations may stay on a node with these taints. */
export const tolerates = (tolerations: readonly Toleration[] = [], taints: readonly Taint[] = []): boolean =>
  taints.every(
    (taint) => taint.effect === 'PreferNoSchedule' || tolerations.some((toleration) => matches(toleration, taint)),
  );

function matches({ key, operator, value, effect, tolerationSeconds }: Toleration, taint: Taint): boolean {
  // A pod that tolerates a taint for some seconds is evicted after them.
  if (taint.effect === 'NoExecute' && tolerationSeconds !== undefined) return false;
  if ((effect ?? taint.effect) !== taint.effect || (key ?? taint.key) !== taint.key) return false;
  return operator === 'Exists' || (value ?? '') === (taint.value ?? '');
}
