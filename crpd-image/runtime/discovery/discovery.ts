import { ServiceName } from '../../../lib/configuration';

/** A router that discovery found behind a Service. */
export interface Endpoint {
  /** The canonical text of its address. */
  readonly address: string;
  /** What it fails together with, where discovery knows: its zone, or else its node. DNS does not tell. */
  readonly redundancyGroup?: string;
}

/** What discovery says of a Service at one time. */
export type Answer =
  /** At least one endpoint, each once. */
  | { readonly kind: 'found'; readonly endpoints: readonly Endpoint[]; readonly source: 'dns' | 'endpointslice' }
  /** The Service has no endpoint (NODATA) or is not there (NXDOMAIN). */
  | { readonly kind: 'empty'; readonly reason: string }
  /** No answer, or none that can be believed: `timeout`, `SERVFAIL`, `refused`. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Finds the routers behind a Service. */
export interface Discovery {
  /** Never throws: what goes wrong is an answer, too. */
  lookup(service: ServiceName): Promise<Answer>;
  close(): void;
}
