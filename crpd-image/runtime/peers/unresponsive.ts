/** A configured router whose session has not been Established for this long counts as unresponsive. */
const UNRESPONSIVE_MS = 30_000;
/** How long an unresponsive router is remembered after its removal. Then it may be chosen again. */
const MEMORY_MS = 300_000;

interface Record {
  /** Since when it has been configured without a session. Undefined while its session is Established. */
  readonly downSince?: number;
  /** Whether its session has been Established since it was configured. */
  readonly hasBeenUp: boolean;
  /** When it was configured last. */
  readonly seen: number;
}

/** The responses of the upstream routers, by address. Immutable. */
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
    const remembered = now - record.seen <= MEMORY_MS && isUnresponsive(record, now);
    if (!configured.has(address) && remembered) next.set(address, { ...record, hasBeenUp: false });
  }
  for (const address of configured) {
    const before = state.get(address);
    const isUp = established.has(address);
    next.set(address, {
      downSince: isUp ? undefined : (before?.downSince ?? now),
      hasBeenUp: isUp || (before?.hasBeenUp ?? false),
      seen: now,
    });
  }
  return next;
}

export function unresponsive(state: ResponseState, now: number): ReadonlySet<string> {
  return new Set([...state].flatMap(([address, record]) => (isUnresponsive(record, now) ? [address] : [])));
}

/** The configured routers whose session has ended. */
export function lost(state: ResponseState): ReadonlySet<string> {
  return new Set(
    [...state].flatMap(([address, { downSince, hasBeenUp }]) =>
      downSince !== undefined && hasBeenUp ? [address] : [],
    ),
  );
}

function isUnresponsive({ downSince }: Record, now: number): boolean {
  return downSince !== undefined && now - downSince >= UNRESPONSIVE_MS;
}
