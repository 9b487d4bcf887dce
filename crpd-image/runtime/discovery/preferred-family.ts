/** How long the preferred family must have been empty before the other one is used, in milliseconds. */
const FALLBACK_AFTER_MS = 2_000;

/**
 * Which address family the peers of a Service are taken from. Only ever one: a dual-stack pod would otherwise be
 * peered with twice.
 *
 * The preferred one is that of POD_IP. The other one is used where the Service has never had an address of the
 * preferred one, and has had none for a while: the records of both families of a new Service do not come at the same
 * moment.
 */
export class PreferredFamily {
  private seen = false;
  private emptySince?: number;

  constructor(readonly family: 4 | 6) {}

  get other(): 4 | 6 {
    return this.family === 4 ? 6 : 4;
  }

  /** The preferred family has addresses. */
  found(): void {
    this.seen = true;
  }

  /**
   * The preferred family has definitely no address; `now` is in milliseconds of a clock that never jumps.
   *
   * @returns whether the other family may be used
   */
  empty(now: number): boolean {
    this.emptySince ??= now;
    return !this.seen && now - this.emptySince >= FALLBACK_AFTER_MS;
  }
}
