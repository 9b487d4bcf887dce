/** For how long changes are kept, in milliseconds: longer than a hold lasts. */
const KEPT_MS = 3_600_000;

/** How many clients a pod had at which time, since its daemon started. */
export class ClientHistory {
  /** Where the number changed, the oldest first. Times are in milliseconds of a monotonic clock. */
  private changes: { readonly at: number; readonly clients: number }[] = [];

  /** Call it each second. */
  record(at: number, clients: number): void {
    if (this.changes.at(-1)?.clients === clients) return;
    this.changes.push({ at, clients });
    // The last one before that time says what was then.
    const [, second] = this.changes;
    if (second !== undefined && at - second.at > KEPT_MS) this.changes.shift();
  }

  /** The largest number since a time. */
  most(since: number): number {
    const later = this.changes.filter(({ at }) => at > since).map(({ clients }) => clients);
    return Math.max(this.at(since) ?? 0, ...later);
  }

  /** @returns undefined for a time before the first record */
  at(time: number): number | undefined {
    return this.changes.filter(({ at }) => at <= time).at(-1)?.clients;
  }
}
