import { Family } from '../../lib/addressing';
import { SessionState } from '../../lib/configuration';
import { Announcement } from './announcement';

/** A router that a client dials. */
export interface ClientNeighbor {
  readonly address: string;
  /** The client's own end, of the same family as {@link address}. */
  readonly localAddress: string;
  /** That of the client itself: iBGP. */
  readonly autonomousSystem: number;
}

/** A router outside the cluster, as its operator would set it up. */
export interface ClientProps {
  readonly name: string;
  /** BIRD speaks no EVPN in release 2.0. FRR is set up by {@link configuration}. */
  readonly implementation: 'bird' | 'gobgp' | 'frr';
  /** For FRR alone: the text that makes it a neighbor. The other two are set up by these props. @default none */
  readonly configuration?: string;
  readonly autonomousSystem: number;
  readonly routerId: string;
  /** Spoken in every session, whatever the family of its addresses. */
  readonly families: readonly Family[];
  readonly neighbors: readonly ClientNeighbor[];
  readonly announcements: readonly Announcement[];
  /** Offered to the neighbor; the smaller of both counts. @default 9 */
  readonly holdSeconds?: number;
  /** From one attempt to reach a neighbor to the next. GoBGP 3 waits 5 to 9, whatever its configuration says. @default 1 */
  readonly connectRetrySeconds?: number;
}

/** The timers of a client that sets none: a lab is to converge soon. */
export const CLIENT_DEFAULTS = { holdSeconds: 9, connectRetrySeconds: 1 };

/** A session as the client sees it. */
export interface ClientSession {
  /** The neighbor's. */
  readonly address: string;
  readonly state: SessionState;
  /** How many times it has become Established. */
  readonly ups: number;
}

/** A route that a client has from a neighbor. */
export interface LearnedRoute {
  readonly family: Family;
  /** A prefix in its canonical text; of EVPN what {@link evpnDestination} writes. */
  readonly destination: string;
  readonly nextHop: string;
  /** The nearest AS first; numbers of a set one after the other. */
  readonly asPath: readonly number[];
  readonly localPreference?: number;
  readonly med?: number;
  /** Standard communities: `64496:101`. */
  readonly communities: readonly string[];
  /** `64496:100`, AS numbers plain. */
  readonly routeTargets: readonly string[];
  /** The VNI of a route of EVPN; of type 3 that of its tunnel. */
  readonly label?: number;
  /** RFC 4456: the router that brought the route into the AS. */
  readonly originatorId?: string;
  /** RFC 4456: the route reflectors it came through, the last one first. */
  readonly clusterList: readonly string[];
  /** Address of the neighbor. */
  readonly from: string;
  /** Whether it is the one that the client would use. */
  readonly best: boolean;
}

/** A real BGP daemon in a namespace. It dials its neighbors until they answer. */
export interface Client {
  readonly name: string;
  /** Returns when the daemon runs and has all announcements; sessions come up later. @throws Error with its log */
  start(): Promise<void>;
  sessions(): Promise<readonly ClientSession[]>;
  /** All routes that it accepted from neighbors, not only the best ones, and none of its own. */
  learned(): Promise<readonly LearnedRoute[]>;
  /** Adds an announcement, or replaces the one with its destination. */
  announce(announcement: Announcement): Promise<void>;
  /** Takes the announcement with this one's destination back. */
  withdraw(announcement: Announcement): Promise<void>;
  /** Ends the daemon, which closes its sessions. It may be started again. */
  stop(): Promise<void>;
  /** What the daemon has written so far. */
  log(): string;
}
