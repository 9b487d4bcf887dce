import { SessionState } from '../../../lib/configuration';
import { inBrief } from '../../../lib/input';

/** A neighbor that the router's configuration names, in a group whose neighbors the runtime keeps. */
export interface Neighbor {
  readonly group: string;
  /** The canonical text of its address. */
  readonly address: string;
}

/** A BGP session as the router reports it. */
export interface Session {
  /** The canonical text of the neighbor's address. */
  readonly address: string;
  readonly state: SessionState;
  /** Whether the neighbor was accepted from a range, rather than configured. */
  readonly dynamic: boolean;
  readonly remoteAs?: number;
  /** How long it has been Established, in seconds. */
  readonly establishedSeconds?: number;
  readonly prefixesReceived?: number;
}

/** One change of the router's configuration. */
export interface Change {
  readonly action: 'add' | 'remove';
  readonly group: string;
  readonly address: string;
}

/** A change that the router refused, in its own words, on one line. */
export interface Refused {
  readonly change: Change;
  readonly reason: string;
}

/**
 * What the runtime asks of a router. A driver connects when it is first used and again after a failure; one call at a
 * time. Every method throws {@link RouterUnavailable} where the router cannot be reached, and nothing else on account
 * of the router.
 */
export interface RouterDriver {
  /**
   * What the router needs once, before its sessions count: cRPD does not load its license by itself.
   *
   * @returns what the router refused, on a line each
   */
  prepare?(): Promise<readonly string[]>;
  /**
   * Whether the router has been there without a break since the last call; nothing is asked. Where it has not, it may
   * have been started anew, and what was known of it is void.
   */
  readonly connected: boolean;
  /** The configured neighbors of the groups that the driver was made for. */
  neighbors(): Promise<readonly Neighbor[]>;
  /** All sessions, those of clients included. */
  sessions(): Promise<readonly Session[]>;
  /**
   * Makes the changes; a neighbor of a mesh gets the mesh's key. Adding what is there and removing what is not are no
   * faults.
   *
   * @returns those that were refused; the others took effect
   */
  apply(changes: readonly Change[]): Promise<readonly Refused[]>;
  /**
   * Announces, or no longer, that the router is about to go (RFC 8326): its neighbors come to prefer other paths,
   * and all sessions stay.
   */
  gracefulShutdown(on: boolean): Promise<void>;
  /** Whether the router announces that. */
  draining(): Promise<boolean>;
  /** Whether the router answers on its control channel. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The router is there, and will not be changed now: others are at work on it. It is worth trying again. */
export class RouterBusy extends Error {}

/**
 * The router is not there, not there yet, not any more, or does not answer in time. It is worth trying again. The
 * message is one short line, whatever of the router's words is in it.
 */
export class RouterUnavailable extends Error {
  constructor(what: string) {
    super(inBrief(what));
    this.name = 'RouterUnavailable';
  }
}
