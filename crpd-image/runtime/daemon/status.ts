import { PodConfiguration, SessionState } from '../../../lib/configuration';
import { Change, OriginData, Session } from '../router/driver';
import { Readiness } from './readiness';
import { RouterView } from './router-view';
import { GroupState, nameOf, Synchronizer } from './synchronizer';

/** A neighbor of a group, from discovery, configuration and sessions. */
export interface PeerStatus {
  readonly address: string;
  /** Whether the last usable answer of discovery has it. */
  readonly discovered: boolean;
  readonly configured: boolean;
  readonly redundancyGroup?: string;
  /** The state of its session; undefined if the router has none. */
  readonly state?: SessionState;
  readonly establishedSeconds?: number;
  readonly prefixesReceived?: number;
}

export interface GroupStatus {
  readonly name: string;
  readonly kind: 'mesh' | 'upstream' | 'clients';
  /** The DNS name of the Service that lists the neighbors, or their addresses. */
  readonly service: string;
  /** The last answer: `found 3 by dns`, `SERVFAIL`. */
  readonly lastAnswer?: string;
  /** How old the last answer was when this was written, in seconds. A failed lookup is no answer. */
  readonly answerAgeSeconds?: number;
  readonly peers: readonly PeerStatus[];
}

/** The daemon's status, as `meshrr status --json` prints it. Times are in ISO 8601. */
export interface Status {
  readonly time: string;
  readonly startedAt: string;
  readonly router: {
    readonly kind: 'crpd' | 'frr';
    readonly reachable: boolean;
    /** Whether the router is drained. Only `meshrr status` asks the router for this. */
    readonly draining?: boolean;
    readonly autonomousSystem: number;
    readonly routerId: string;
  };
  readonly readiness: Readiness;
  readonly groups: readonly GroupStatus[];
  /** Sessions of clients, from ranges and from discovery. */
  readonly clients: { readonly established: number; readonly total: number };
  /** The most sessions with clients that were Established at once in the last 150 seconds; undefined without a Lease. */
  readonly recentClients?: number;
  /** By which the router validates origins; undefined if it validates none. */
  readonly origins?: OriginData;
  readonly lastChange?: { readonly time: string; readonly changes: readonly Change[] };
  /** The current faults, one line each. */
  readonly problems: readonly string[];
}

export interface StatusSources {
  readonly model: PodConfiguration;
  readonly synchronizer: Synchronizer;
  readonly router: RouterView;
  readonly startedAt: Date;
  readonly readiness: Readiness;
  readonly problems: readonly string[];
  readonly recentClients?: number;
}

export function statusOf(sources: StatusSources): Status {
  const { model, synchronizer, router, startedAt, readiness, problems, recentClients } = sources;
  const { lastChange } = synchronizer;
  const groups = synchronizer.groups.map((state) => groupStatus(state, synchronizer, router));
  return {
    time: new Date().toISOString(),
    startedAt: startedAt.toISOString(),
    router: {
      kind: model.router,
      reachable: router.reachable,
      autonomousSystem: model.autonomousSystem,
      routerId: model.routerId.text,
    },
    readiness,
    groups,
    clients: countClients(router.sessions, groups),
    recentClients,
    origins: router.originData,
    lastChange: lastChange && { time: lastChange.at.toISOString(), changes: lastChange.changes },
    problems,
  };
}

export function withSessions(status: Status, sessions: readonly Session[]): Status {
  const byAddress = new Map(sessions.map((session) => [session.address, session]));
  const groups = status.groups.map((group) => ({
    ...group,
    peers: group.peers.map((peer) => ({ ...peer, ...sessionStatus(byAddress.get(peer.address)) })),
  }));
  return { ...status, groups, clients: countClients(sessions, groups) };
}

function groupStatus(state: GroupState, synchronizer: Synchronizer, router: RouterView): GroupStatus {
  const { group, answer, found } = state;
  const { wanted } = synchronizer;
  const endpoints = new Map(found?.endpoints.map((endpoint) => [endpoint.address, endpoint]));
  const inGroup = (neighbors: Synchronizer['wanted']) =>
    neighbors.flatMap((neighbor) => (neighbor.group === group.name ? [neighbor.address] : []));
  const configured = new Set(inGroup(router.configured));
  const peers = [...new Set([...inGroup(wanted), ...configured])].sort().map((address): PeerStatus => {
    return {
      address,
      discovered: endpoints.has(address),
      configured: configured.has(address),
      redundancyGroup: endpoints.get(address)?.redundancyGroup,
      ...sessionStatus(router.session(address)),
    };
  });
  const lastAnswer = answer?.kind === 'found' ? `found ${answer.endpoints.length} by ${answer.source}` : answer?.reason;
  const answerAgeSeconds = synchronizer.ageOf(state);
  return { name: group.name, kind: group.kind, service: nameOf(group), lastAnswer, answerAgeSeconds, peers };
}

function sessionStatus(session: Session | undefined) {
  const { state, establishedSeconds, prefixesReceived } = session ?? {};
  return { state, establishedSeconds, prefixesReceived };
}

/** As in the hand-over: all sessions but those of meshes and with routers upstream. */
function countClients(sessions: readonly Session[], groups: readonly GroupStatus[]): Status['clients'] {
  const others = new Set(groups.flatMap(({ kind, peers }) => (kind === 'clients' ? [] : peers.map((p) => p.address))));
  const clients = sessions.filter(({ address }) => !others.has(address));
  return { established: clients.filter(({ state }) => state === 'Established').length, total: clients.length };
}
