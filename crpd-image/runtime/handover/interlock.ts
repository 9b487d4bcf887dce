/**
 * How the wait for the other pods of a region or pair ended. `not-needed`: nobody depends on this pod, or the interlock
 * is off. `gave-up`: the deadline passed while another pod was away, or while the API did not answer.
 */
export interface Turn {
  readonly turn: 'acquired' | 'not-needed' | 'gave-up';
  /** Why it was not acquired. */
  readonly reason?: string;
}

/** Lets the pods of a region or pair leave one after the other. */
export interface Interlock {
  /**
   * Waits until the clients of all pods that left before are back. The pod keeps its sessions meanwhile. There is no
   * call to give the turn back: the pod that takes the place of this one does so when it has the clients.
   *
   * @param clients says how many sessions with clients are Established. Clients of host ports have them with a pod that is
   *   not ready, too
   * @param deadline in milliseconds of the clock `now` of the interlock
   */
  acquire(clients: () => Promise<number>, deadline: number): Promise<Turn>;
}

/** For pods without a Lease. */
export const NO_INTERLOCK: Interlock = { acquire: () => Promise.resolve({ turn: 'not-needed', reason: 'no Lease' }) };
