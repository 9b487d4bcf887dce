import { MemberNeighbor, SessionState } from '../../../lib/configuration';
import { inBrief } from '../../../lib/input';

/** A configured neighbor in a group that the runtime manages. */
export interface Neighbor {
  readonly group: string;
  /** The canonical text of its address. */
  readonly address: string;
}

export interface Session {
  /** The canonical text of the neighbor's address. */
  readonly address: string;
  readonly state: SessionState;
  /** Whether the neighbor was accepted from a range, not configured. */
  readonly dynamic: boolean;
  /** How long it has been Established, in seconds. */
  readonly establishedSeconds?: number;
  /** How long ago it was lost, in seconds, if it is down and has been up. */
  readonly lostSeconds?: number;
  readonly prefixesReceived?: number;
  /** The number of messages that wait to be sent to the neighbor, if there are any. */
  readonly queued?: number;
}

/** What the router knows about the session of a configured neighbor that is down. */
export interface Attempts {
  readonly address: string;
  readonly state: SessionState;
  /** Whether the router only waits for the connection of the neighbor. */
  readonly passive: boolean;
  /** Whether the neighbor accepts connections, but closes them before its OPEN. */
  readonly closed: boolean;
  /** The NOTIFICATION that ends the attempts, in the router's words: `sent OPEN Message Error/Bad Peer AS`. */
  readonly notification?: string;
  /** Why the last session ended, in the router's words. */
  readonly lastEnd?: string;
}

/**
 * Whether a neighbor has sent End-of-RIB (RFC 4724) in every family of its session. `none`: it has not, and does not have
 * the capability for graceful restart at this end, so the router may never show it.
 */
export type EndOfRib = 'received' | 'missing' | 'none';

export interface Change {
  readonly action: 'add' | 'remove';
  readonly group: string;
  readonly address: string;
}

/** A change that the router refused, with the router's message on one line. */
export interface Refused {
  readonly change: Change;
  readonly reason: string;
}

/** What became of the declared neighbors. */
export interface MembersOutcome {
  /** The addresses of the neighbors that were added, removed or changed. */
  readonly changed: readonly string[];
  /** What the router refused, with its message, on one line each. */
  readonly refused: readonly string[];
}

/** What a router has from RTR servers, by which it validates the origins of routes. */
export interface OriginData {
  /** All configured servers, as the settings have them: `rtr.example.net:3323`. */
  readonly servers: readonly { readonly server: string; readonly isConnected: boolean }[];
  /** The number of signed prefixes. */
  readonly prefixes: number;
}

/**
 * The runtime's interface to a router. A driver connects at its first use and again after a failure; calls run one at a
 * time. Every method throws {@link RouterUnavailable} if the router cannot be reached, and no other error of the
 * router.
 */
export interface RouterDriver {
  /**
   * Prepares the router once after it starts: cRPD does not load its license by itself.
   *
   * @returns what the router refused, one line each
   */
  prepare?(): Promise<readonly string[]>;
  /**
   * Whether the connection has been up since the last call; sends no request. If not, the router may have restarted,
   * and the known state is invalid.
   */
  readonly connected: boolean;
  neighbors(): Promise<readonly Neighbor[]>;
  /** All sessions, including those of clients. */
  sessions(): Promise<readonly Session[]>;
  /** Reads details of sessions that are down. Neighbors that the router does not have are left out. */
  attempts(neighbors: readonly Neighbor[]): Promise<readonly Attempts[]>;
  /** Whether each of these neighbors has sent End-of-RIB. Neighbors that the router does not have are left out. */
  endOfRib(addresses: readonly string[]): Promise<ReadonlyMap<string, EndOfRib>>;
  /**
   * Makes the changes. A neighbor gets the key of its group, if that has one. Adding an existing neighbor or removing a missing
   * one is not an error.
   *
   * @returns the refused changes; the others took effect
   */
  apply(changes: readonly Change[]): Promise<readonly Refused[]>;
  /** Reads the data for the validation of origins, and validates routes again where it has changed; undefined if it validates none. */
  originData(): Promise<OriginData | undefined>;
  /** Makes the declared neighbors these, and touches no session of one that stays as it is. */
  applyMembers(neighbors: readonly MemberNeighbor[]): Promise<MembersOutcome>;
  /**
   * Begins or ends a graceful shutdown (RFC 8326): the neighbors prefer other paths, and all sessions stay.
   */
  gracefulShutdown(on: boolean): Promise<void>;
  draining(): Promise<boolean>;
  /** Whether the router answers on its control channel. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The router's configuration is locked or being changed by another user. The caller may try again. */
export class RouterBusy extends Error {}

/**
 * The router cannot be reached or does not answer in time. The caller may try again. The message is one short line.
 */
export class RouterUnavailable extends Error {
  constructor(what: string) {
    super(inBrief(what));
    this.name = 'RouterUnavailable';
  }
}
