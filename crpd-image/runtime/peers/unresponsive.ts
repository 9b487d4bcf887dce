/** A configured router whose session has not been Established for this long counts as unresponsive. */
const UNRESPONSIVE_MS = 30_000;
/** How long an unresponsive router is remembered after its removal. Then it may be chosen again. */
const MEMORY_MS = 300_000;

interface Record {
  /** Since when it has been configured without a session. */
  readonly downSince: number;
  /** When it was configured last. */
  readonly seen: number;
}

/** When each upstream router was last Established or configured, by address. Immutable. */
export type ResponseState = ReadonlyMap<string, Record>;

/** Records which configured routers have a session. `now` is in milliseconds of a monotonic clock. */
export function observeSessions(
  state: ResponseState,
  now: number,
  configured: ReadonlySet<string>,
  established: ReadonlySet<string>,
): ResponseState {
  const next = new Map<string, Record>();
  for (const [address, record] of state) {
    const remembered = now - record.seen <= MEMORY_MS && now - record.downSince >= UNRESPONSIVE_MS;
    if (!configured.has(address) && remembered) next.set(address, record);
  }
  for (const address of configured) {
    if (!established.has(address)) next.set(address, { downSince: state.get(address)?.downSince ?? now, seen: now });
  }
  return next;
}

export function unresponsive(state: ResponseState, now: number): ReadonlySet<string> {
  return new Set(
    [...state].flatMap(([address, { downSince }]) => (now - downSince >= UNRESPONSIVE_MS ? [address] : [])),
  );
}
