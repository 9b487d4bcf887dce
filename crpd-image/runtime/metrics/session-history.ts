import { MOST_SESSION_SERIES } from '../../../lib/settings';
import { Session } from '../router/driver';

/** How long a client from a range that has no session any more is remembered, in milliseconds. */
const REMEMBERED_MS = 3_600_000;
/** The seconds of a session may be rounded, and bgpd counts them on a clock of its own. */
const SLACK_SECONDS = 2;

/** The group of a session. Clients are from ranges; `client-pods` are those that a Service lists. */
export interface SessionGroup {
  readonly group: string;
  readonly kind: 'mesh' | 'upstream' | 'clients' | 'client-pods';
}

/** A session and how often it was lost. */
export interface SessionRecord extends SessionGroup {
  readonly peer: string;
  readonly dynamic: boolean;
  up: boolean;
  losses: number;
  prefixes?: number;
  /** When the router last had the session, and for how long it was Established then, in seconds. */
  seen: number;
  establishedSeconds?: number;
}

/**
 * Counts how often each session was lost. The router forgets a client from a range when its session ends. So such a client
 * is remembered for an hour: its next session goes on with the count.
 */
export class SessionHistory {
  private readonly records = new Map<string, SessionRecord>();
  private last?: readonly Session[];
  /** The sessions that are not recorded, because there are too many. */
  leftOut = 0;

  get sessions(): readonly SessionRecord[] {
    return [...this.records.values()];
  }

  /**
   * @param sessions all of the router, as it reported them at `now`, in milliseconds
   * @param groupOf the group of a session; undefined if it is of none that the runtime knows
   */
  observe(sessions: readonly Session[], now: number, groupOf: (session: Session) => SessionGroup | undefined): void {
    // The daemon looks each second, and reads many sessions less often.
    if (sessions === this.last) return;
    this.last = sessions;
    this.leftOut = 0;
    const current = new Set(sessions.map(({ address }) => address));
    for (const [peer, record] of this.records) {
      if (current.has(peer)) continue;
      if (record.up) record.losses++;
      Object.assign(record, { up: false, prefixes: undefined, establishedSeconds: undefined });
      if (!record.dynamic || now - record.seen >= REMEMBERED_MS) this.records.delete(peer);
    }
    const room = { true: MOST_SESSION_SERIES, false: MOST_SESSION_SERIES };
    for (const { dynamic } of this.records.values()) room[`${dynamic}`]--;
    // Those that are gone make room.
    const past = [...this.records.values()].filter(({ peer, dynamic }) => dynamic && !current.has(peer));
    for (const session of sessions) {
      const record = this.records.get(session.address);
      if (record && record.dynamic === session.dynamic) update(record, session, now);
      else if (room[`${session.dynamic}`] > 0 || (session.dynamic && this.records.delete(past.pop()?.peer ?? ''))) {
        const group = groupOf(session);
        if (!group) continue;
        room[`${session.dynamic}`]--;
        this.records.set(session.address, newRecord(session, group, now));
      } else this.leftOut++;
    }
  }
}

function newRecord({ address, dynamic, ...session }: Session, group: SessionGroup, seen: number): SessionRecord {
  const { state, prefixesReceived: prefixes, establishedSeconds } = session;
  return {
    peer: address,
    dynamic,
    ...group,
    up: state === 'Established',
    losses: 0,
    prefixes,
    establishedSeconds,
    seen,
  };
}

function update(record: SessionRecord, session: Session, now: number): void {
  const up = session.state === 'Established';
  const { establishedSeconds = Infinity } = session;
  // It was lost and came back between two looks.
  const least = (record.establishedSeconds ?? 0) + (now - record.seen) / 1000 - SLACK_SECONDS;
  if (record.up && (!up || establishedSeconds < least)) record.losses++;
  record.up = up;
  record.prefixes = up ? session.prefixesReceived : undefined;
  record.establishedSeconds = session.establishedSeconds;
  record.seen = now;
}
