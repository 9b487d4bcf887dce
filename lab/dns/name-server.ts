/** The addresses behind names, by the full name. A name without addresses exists all the same. */
export type Records = ReadonlyMap<string, readonly string[]>;

/** The DNS of the lab's cluster. */
export interface NameServer {
  /** Answers with these records from now on. */
  publish(records: Records): Promise<void>;
}
