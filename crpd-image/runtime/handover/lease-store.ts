import { ApiError, PodApi } from '../discovery/pod-api';
import { Lease } from './lease';

/** Where the Lease of a region or pair is. */
export interface LeaseStore {
  /** @returns the Lease and the time, in milliseconds since 1970. @throws ApiError */
  read(): Promise<{ readonly lease: Lease; readonly now: number }>;
  /** @returns false where the Lease has changed since it was read. @throws ApiError */
  write(lease: Lease): Promise<boolean>;
}

/** The Lease in the API of Kubernetes. The time is that of the API server: the clocks of two nodes may differ. */
export function leaseStore(api: Pick<PodApi, 'exchange'>, namespace: string, name: string): LeaseStore {
  const target = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
  return {
    async read() {
      const { document, date } = await api.exchange(target);
      if (typeof document !== 'object' || document === null || !('metadata' in document)) {
        throw new ApiError(undefined, 'the API sent something else than a Lease');
      }
      return { lease: document as Lease, now: Number.isNaN(date) ? Date.now() : date };
    },
    async write(lease) {
      try {
        await api.exchange(target, lease);
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) return false;
        throw error;
      }
    },
  };
}
