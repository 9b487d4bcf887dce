import { Family } from '../../lib/addressing';
import { SessionState } from '../../lib/configuration';
import { Announcement, destinationOf, resolve, Resolved } from './announcement';
import { Namespace } from '../network/namespace';
import { Daemon } from './daemon';

/** A router that a client dials. */
export interface ClientNeighbor {
  readonly address: string;
  /** The client's address of the session, of the same family as {@link address}. */
  readonly localAddress: string;
  /** The AS number of the client itself: iBGP. */
  readonly autonomousSystem: number;
  /** The families of the session. @default all of the client */
  readonly families?: readonly Family[];
  /** The file in pods with the TCP MD5 key of the session. @default none */
  readonly keyFile?: string;
  /** The TCP MD5 key of the session. @default none */
  readonly password?: string;
  /** Whether it accepts all paths to a route (RFC 7911), which FRR does anyway. @default false */
  readonly addPath?: boolean;
}

/** The settings of a router outside of the cluster. */
export interface ClientProps {
  readonly name: string;
  /** BIRD 2.0 has no EVPN. FRR loads {@link configuration}. */
  readonly implementation: 'bird' | 'gobgp' | 'frr';
  /** FRR only: the configuration that the library writes for its operator. @default none */
  readonly configuration?: string;
  /**
   * FRR only: zebra runs with this configuration, and resolves addresses by the routes of the host, which are a default
   * route. @default without zebra, bgpd treats every address as reachable
   */
  readonly zebra?: string;
  readonly autonomousSystem: number;
  readonly routerId: string;
  /** The families of all sessions together. */
  readonly families: readonly Family[];
  readonly neighbors: readonly ClientNeighbor[];
  readonly announcements: readonly Announcement[];
  /** The hold time that the client offers; the smaller of both ends counts. @default 9 */
  readonly holdSeconds?: number;
}

/** Short, so that a lab converges soon. */
export const DEFAULT_HOLD_SECONDS = 9;

/** From one attempt to reach a neighbor to the next, in seconds: a lab is to converge soon. */
export const CONNECT_RETRY_SECONDS = 1;

/** A session as the client reports it. */
export interface ClientSession {
  /** Of the neighbor. */
  readonly address: string;
  readonly state: SessionState;
  /** How many times it has become Established. */
  readonly ups: number;
}

/** A route that a client has from a neighbor. */
export interface LearnedRoute {
  readonly family: Family;
  /** A prefix in canonical form, of a VPN after `RD:`; of EVPN, the text of {@link evpnDestination}. */
  readonly destination: string;
  readonly nextHop: string;
  /** The nearest AS first. The members of an AS_SET follow each other. */
  readonly asPath: readonly number[];
  readonly localPreference?: number;
  readonly med?: number;
  /** Standard communities, then large ones: `64496:101`, `64496:1:2`. */
  readonly communities: readonly string[];
  /** `64496:100`, AS numbers in asplain. */
  readonly routeTargets: readonly string[];
  /** The MPLS label; of an EVPN route the VNI, of type 3 that of its tunnel. */
  readonly label?: number;
  /** ORIGINATOR_ID (RFC 4456). */
  readonly originatorId?: string;
  /** CLUSTER_LIST (RFC 4456), the nearest reflector first. */
  readonly clusterList: readonly string[];
  /** Address of the neighbor. */
  readonly from: string;
  /** Whether the client has selected it. */
  readonly best: boolean;
}

/** A session's state, and how many times it has become Established. */
export type SessionReport = Omit<ClientSession, 'address'>;

/** A real BGP daemon in a namespace. It dials its neighbors until they answer. */
export abstract class Client {
  readonly name: string;
  /** What it announces, by family and destination. */
  private readonly byDestination = new Map<string, Resolved>();

  /** @throws Error for an announcement of a family that its sessions do not carry */
  protected constructor(
    readonly namespace: Namespace,
    protected readonly props: ClientProps,
    protected readonly daemon: Daemon,
  ) {
    this.name = props.name;
    for (const announcement of props.announcements) {
      const resolved = this.resolve(announcement);
      this.byDestination.set(keyOf(resolved), resolved);
    }
  }

  /** Returns when the daemon runs and has all announcements. Sessions come up later. @throws Error with its log */
  abstract start(): Promise<void>;

  /** The sessions that the daemon reports, by address of the neighbor. */
  protected abstract reported(): Promise<ReadonlyMap<string, SessionReport>>;

  /** The routes of a family that the daemon has from neighbors. */
  protected abstract routesOf(family: Family): Promise<readonly LearnedRoute[]>;

  /** Adds an announcement to the daemon, which runs, or withdraws it. */
  protected abstract update(announcement: Resolved, isWithdrawn: boolean): Promise<void>;

  protected get announcements(): readonly Resolved[] {
    return [...this.byDestination.values()];
  }

  async sessions(): Promise<readonly ClientSession[]> {
    const reported = await this.reported();
    return this.props.neighbors.map(({ address }) => ({ address, state: 'Idle', ups: 0, ...reported.get(address) }));
  }

  /** All routes that it accepted from neighbors, not only the best ones, and none of its own. */
  async learned(): Promise<readonly LearnedRoute[]> {
    return (await Promise.all(this.props.families.map((family) => this.routesOf(family)))).flat();
  }

  /** Adds an announcement, or replaces the one with the same destination. */
  async announce(announcement: Announcement): Promise<void> {
    const resolved = this.resolve(announcement);
    this.byDestination.set(keyOf(resolved), resolved);
    if (this.daemon.running) await this.update(resolved, false);
  }

  /** Withdraws the announcement with the same destination. */
  async withdraw(announcement: Announcement): Promise<void> {
    const key = keyOf(this.resolve(announcement));
    const known = this.byDestination.get(key);
    this.byDestination.delete(key);
    if (known && this.daemon.running) await this.update(known, true);
  }

  /** Ends the daemon, which closes its sessions. It may be started again. */
  stop(): Promise<void> {
    return this.daemon.stop();
  }

  /** What the daemon has written so far. */
  log(): string {
    return this.daemon.log();
  }

  private resolve(announcement: Announcement): Resolved {
    const { name, families, neighbors } = this.props;
    if (!families.includes(announcement.family)) {
      throw new Error(`${name}: got an announcement of ${announcement.family}, want ${families.join(' or ')}`);
    }
    const addresses = neighbors.map(({ localAddress }) => localAddress);
    return resolve(announcement, addresses);
  }
}

const keyOf = (announcement: Resolved) => `${announcement.family} ${destinationOf(announcement)}`;
