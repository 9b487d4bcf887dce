/**
 * How the wait for the other pods of a region or pair ended. `not-needed`: nobody depends on this pod, or the interlock
 * is off. `gave-up`: the deadline passed while another pod was away, or while the API did not answer.
 */
export type Turn = 'acquired' | 'not-needed' | 'gave-up';

/** What depends on a pod that is asked to leave. */
export interface Dependents {
  /** Whether the pod is ready: nobody should lose its routes by the end of one that is not. */
  readonly ready: boolean;
  /** How many sessions with clients are Established. */
  readonly clients: number;
}

/** Lets the pods of a region or pair leave one after the other. */
export interface Interlock {
  /**
   * Waits until the clients of all pods that left before are back. The pod keeps its sessions meanwhile. There is no
   * call to give the turn back: the pod that takes the place of this one does so when it has the clients.
   *
   * @param deadline in milliseconds of the clock `now` of the interlock
   */
  acquire(dependents: Dependents, deadline: number): Promise<Turn>;
}

/** For pods without a Lease. */
export const NO_INTERLOCK: Interlock = { acquire: () => Promise.resolve('not-needed') };
