/** How long a drain may take, in milliseconds. */
export interface Limits {
  /** How long to ask a router again that does not answer: it may be busy. */
  readonly asking: number;
  /**
   * The margin after the output queues have become empty, in which the neighbors and theirs choose other paths. It is
   * as long as the queues took to become empty, within these bounds: on a busy machine both take longer.
   */
  readonly margin: { readonly least: number; readonly most: number };
  /** How long to wait at most until the queues are empty and the margin is over. */
  readonly sending: number;
  /** How long to wait after the pod is not ready any more, until its address is withdrawn. */
  readonly withdrawing: number;
}

/** What is left of a drain. Times are in milliseconds of a monotonic clock. */
export type Progress =
  | { readonly phase: 'sending'; readonly since: number; readonly emptySince?: number }
  | { readonly phase: 'withdrawing'; readonly since: number; readonly sent: boolean }
  | { readonly phase: 'over' };

/** One look at the output queues. */
export interface Look {
  readonly now: number;
  /** Whether nothing waits to be sent to a neighbor; false if the router did not answer. */
  readonly empty: boolean;
  /** When the pod has to be done. */
  readonly deadline: number;
}

/**
 * The next step of a drain that has asked the neighbors to prefer other paths. The queues have to stay empty for the
 * whole margin: a router begins to send a moment after it was asked to.
 */
export function advance(progress: Progress, { now, empty, deadline }: Look, limits: Limits): Progress {
  if (progress.phase === 'over') return progress;
  const { since } = progress;
  if (progress.phase === 'withdrawing') {
    return now >= Math.min(since + limits.withdrawing, deadline) ? { phase: 'over' } : progress;
  }
  const emptySince = empty ? (progress.emptySince ?? now) : undefined;
  const margin = clamp((emptySince ?? now) - since, limits.margin);
  const sent = emptySince !== undefined && now - emptySince >= margin;
  if (sent || now >= Math.min(since + limits.sending, deadline - limits.withdrawing)) {
    return { phase: 'withdrawing', since: now, sent };
  }
  return { phase: 'sending', since, emptySince };
}

function clamp(value: number, { least, most }: Limits['margin']): number {
  return Math.min(Math.max(value, least), most);
}
