import { ServiceName } from '../../../lib/configuration';

/** A router that discovery found behind a Service. */
export interface Endpoint {
  /** The canonical text of its address. */
  readonly address: string;
  /** Its failure domain: the zone or else the node. Not known from DNS. */
  readonly redundancyGroup?: string;
  /** It will be gone soon: its pod terminates (not known from DNS), or enough answers in a row did not list it. */
  readonly departing?: true;
}

/** At least one endpoint, without duplicates. */
export interface Found {
  readonly kind: 'found';
  readonly endpoints: readonly Endpoint[];
  /**
   * `file`: the last answer from before a restart of the container, while discovery fails. `settings`: the addresses are
   * given, and nothing is asked.
   */
  readonly source: 'dns' | 'endpointslice' | 'file' | 'settings';
}

export type Answer =
  | Found
  /** The Service has no endpoints (NODATA) or does not exist (NXDOMAIN). */
  | { readonly kind: 'empty'; readonly reason: string }
  /** No usable answer: `timeout`, `SERVFAIL`, `refused`. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface Discovery {
  /** Never rejects: errors are answers, too. */
  lookup(service: ServiceName): Promise<Answer>;
  close(): void;
}
