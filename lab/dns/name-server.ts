import { Namespace } from '../network/namespace';

/** Addresses by full name. A name without addresses exists, too. */
export type Records = ReadonlyMap<string, readonly string[]>;

/** The DNS of the lab's cluster. */
export interface NameServer {
  /** Replaces all records. */
  publish(records: Records): Promise<void>;
  /** Starts what a node has of it. @default nothing */
  addNode?(node: Namespace): Promise<void>;
}
