/** A configured router that has not been Established for this long is suspected to be dead. */
const PATIENCE_MS = 30_000;
/** One that was given up is tried again after this long, where others do not answer either. */
const MEMORY_MS = 300_000;

interface Record {
  /** Since when it has been configured without a session. */
  readonly downSince: number;
  /** When it was configured last. */
  readonly seen: number;
}

/** What is remembered of routers upstream that do not answer, by address. Not changed in place. */
export type SuspectState = ReadonlyMap<string, Record>;

/** Takes note of which configured routers have a session. `now` is in milliseconds of a clock that never jumps. */
export function observeSessions(
  state: SuspectState,
  now: number,
  configured: ReadonlySet<string>,
  established: ReadonlySet<string>,
): SuspectState {
  const next = new Map<string, Record>();
  for (const [address, record] of state) {
    const remembered = now - record.seen <= MEMORY_MS && now - record.downSince >= PATIENCE_MS;
    if (!configured.has(address) && remembered) next.set(address, record);
  }
  for (const address of configured) {
    if (!established.has(address)) next.set(address, { downSince: state.get(address)?.downSince ?? now, seen: now });
  }
  return next;
}

/** The addresses that are suspected to be dead. */
export function suspects(state: SuspectState, now: number): ReadonlySet<string> {
  return new Set([...state].flatMap(([address, { downSince }]) => (now - downSince >= PATIENCE_MS ? [address] : [])));
}
