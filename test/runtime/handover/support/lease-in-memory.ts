import { ApiError } from '../../../../crpd-image/runtime/discovery/pod-api';
import { Lease } from '../../../../crpd-image/runtime/handover/lease';
import { LeaseStore } from '../../../../crpd-image/runtime/handover/lease-store';

/** A Lease as an API server keeps it: an update of an old version is refused. */
export class LeaseInMemory {
  private version = 1;
  private kept: Lease = { metadata: { name: 'east', resourceVersion: '1' } };

  /**
   * @param now milliseconds since 1970
   * @param fault how the API fails at this time
   */
  constructor(
    private readonly now: () => number,
    private readonly fault: () => ApiError | undefined,
  ) {}

  get lease(): Lease {
    return this.kept;
  }

  set(lease: Lease): void {
    this.kept = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(++this.version) } };
  }

  readonly store: LeaseStore = {
    read: async () => {
      this.fail();
      return { lease: this.kept, now: this.now() };
    },
    write: async (lease) => {
      this.fail();
      if (lease.metadata.resourceVersion !== this.kept.metadata.resourceVersion) return false;
      this.set(lease);
      return true;
    },
  };

  private fail(): void {
    const fault = this.fault();
    if (fault) throw fault;
  }
}
