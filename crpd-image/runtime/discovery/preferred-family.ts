/** How long the preferred family must have been empty before the other one is used, in milliseconds. */
const FALLBACK_AFTER_MS = 2_000;

/**
 * Chooses the address family of a Service's peers. It is always one: a dual-stack pod would otherwise get two sessions.
 *
 * The preferred family is that of POD_IP. The other one is used if the Service has never had an address of the
 * preferred family for a while: the records of a new Service do not appear in both families at the same moment.
 */
export class PreferredFamily {
  private seen = false;
  private emptySince?: number;

  constructor(readonly family: 4 | 6) {}

  get other(): 4 | 6 {
    return this.family === 4 ? 6 : 4;
  }

  found(): void {
    this.seen = true;
  }

  /**
   * The preferred family has no address for certain; `now` is in milliseconds of a monotonic clock.
   *
   * @returns whether the other family may be used
   */
  empty(now: number): boolean {
    this.emptySince ??= now;
    return !this.seen && now - this.emptySince >= FALLBACK_AFTER_MS;
  }
}
