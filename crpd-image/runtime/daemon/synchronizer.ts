import { covers, parseAddress } from '../../../lib/addressing';
import { PodConfiguration, DiscoveredGroup, ServiceName } from '../../../lib/configuration';
import { Answer, Discovery, Endpoint, Found } from '../discovery/discovery';
import { KeptAnswers } from '../discovery/kept-answers';
import { hasMissing, Membership, newMembership, observe } from '../discovery/membership';
import { PodNetworks } from '../discovery/pod-networks';
import { Conditions } from '../logging/conditions';
import { Log } from '../logging/log';
import { admit, Admission, ADMISSION_RULES, CLIENT_ADMISSION_RULES, EMPTY_ADMISSION } from '../peers/admission';
import { Conflict, changesBetween, GroupView, wantedNeighbors } from '../peers/wanted-neighbors';
import { lost, observeSessions, unresponsive, ResponseState } from '../peers/unresponsive';
import { Change, Neighbor, Session } from '../router/driver';
import { RouterView } from './router-view';
import { UnlistedClients } from './unlisted-clients';

/** How long routers must be left out before this is logged, in milliseconds: a large mesh is added in steps. */
const LEFT_OUT_MS = 15_000;

/** The number of added, and of removed, addresses in one event: a pipe writes at most 4 kB atomically. */
const MAX_ADDRESSES = 30;

export interface GroupState {
  readonly group: DiscoveredGroup;
  /** The answer for a group whose addresses are given. */
  readonly given?: Found;
  members: Membership;
  admission: Admission;
  /** Since when routers have been left out, and the reason once it is logged. */
  leftOut?: { readonly since: number; reason?: string };
  readonly networks: PodNetworks;
  /** The logged address outside of the pod networks. */
  outside?: string;
  responses: ResponseState;
  /** The last answer, and the last one with endpoints. */
  answer?: Answer;
  found?: Found;
  /** When discovery answered last, on the daemon's clock. */
  answeredAt?: number;
}

export interface SynchronizerOptions {
  readonly model: PodConfiguration;
  readonly discovery: Discovery;
  readonly router: RouterView;
  readonly log: Log;
  readonly conditions: Conditions;
  readonly kept: Pick<KeptAnswers, 'of' | 'keep' | 'write'>;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly own: ReadonlySet<string>;
}

/**
 * Synchronizes the router with discovery. Each turn derives the wanted neighbors from the answers and applies the
 * changes.
 */
export class Synchronizer {
  readonly groups: readonly GroupState[];
  wanted: readonly Neighbor[] = [];
  lastChange?: { readonly at: Date; readonly changes: readonly Change[] };
  /** Whether every Service has had endpoints, and the router was configured with them, at least once. */
  synchronized = false;
  /** The addresses that two groups found in the last turn. */
  private contested: ReadonlySet<string> = new Set();
  private readonly unlisted: UnlistedClients;

  constructor(private readonly options: SynchronizerOptions) {
    this.unlisted = new UnlistedClients(options.model, options.conditions);
    const { discovered, podNetworks } = options.model;
    this.groups = discovered.map((group) => ({
      group,
      given: givenAnswer(group),
      members: newMembership({ listsSelf: group.kind === 'mesh' && group.service !== undefined }),
      admission: EMPTY_ADMISSION,
      networks: new PodNetworks(group.service && podNetworks),
      responses: new Map(),
    }));
  }

  /** The wanted neighbors in meshes and upstream groups, which bring the routes to reflect. */
  get peers(): readonly Neighbor[] {
    const clients = new Set(this.groups.flatMap(({ group }) => (group.kind === 'clients' ? [group.name] : [])));
    return this.wanted.filter(({ group }) => !clients.has(group));
  }

  /** The source of the current answers for these neighbors, the least current one; undefined if a lookup failed. */
  get source(): Exclude<Found['source'], 'settings'> | undefined {
    const sources = this.groups.flatMap(({ group, given, answer }) =>
      group.kind === 'clients' || given ? [] : [answer?.kind === 'found' ? answer.source : undefined],
    );
    if (sources.includes(undefined)) return undefined;
    return (['file', 'dns', 'endpointslice'] as const).find((source) => sources.includes(source));
  }

  /** Whether the router has all neighbors that discovery lists, and no others, and all their sessions are Established. */
  get isSettled(): boolean {
    const { router } = this.options;
    return !this.groups.some(isChanging) && this.peers.every(({ address }) => router.isEstablished(address));
  }

  /** How long ago discovery answered, in seconds; undefined before it has, and for addresses that are given. */
  ageOf({ answeredAt }: GroupState): number | undefined {
    return answeredAt === undefined ? undefined : (this.options.now() - answeredAt) / 1000;
  }

  async turn(): Promise<void> {
    const { discovery, router } = this.options;
    const answers = await Promise.all(
      this.groups.map(({ group, given }) => given ?? discovery.lookup(group.service as ServiceName)),
    );
    this.groups.forEach((state, i) => this.recordAnswer(state, answers[i]));
    this.keepAnswers();
    if (!(await router.refresh(this.sessionsMatter()))) return;

    const clients = this.establishedClients();
    this.unlisted.observe(clients);
    const { wanted, conflicts } = wantedNeighbors(
      this.groups.map((state) => this.view(state)),
      this.options.model.podIp.text,
      clients,
    );
    this.reportConflicts(conflicts);
    this.wanted = wanted;
    const found = router.configured.filter(({ group }) => this.groups.some((state) => state.group.name === group));
    await this.apply(changesBetween(found, wanted));
    // An empty answer does not count: DNS may not know the Service yet, or may have cached its absence.
    const answered = this.groups.every(({ group, found }) => group.kind === 'clients' || found !== undefined);
    if (answered && router.reachable && !this.synchronized) {
      this.synchronized = true;
      this.options.log.info('synchronized', { neighbors: wanted.length });
    }
  }

  private async apply(changes: readonly Change[]): Promise<void> {
    const done = await this.options.router.apply(changes);
    if (done.length === 0) return;
    this.lastChange = { at: new Date(), changes: done };
    const of = (action: Change['action'], name: string) =>
      done.flatMap((change) => (change.action === action && change.group === name ? [change.address] : []));
    for (const { group } of this.groups) {
      const [added, removed] = [of('add', group.name), of('remove', group.name)];
      for (let i = 0; i < Math.max(added.length, removed.length); i += MAX_ADDRESSES) {
        const part = (addresses: readonly string[]) => addresses.slice(i, i + MAX_ADDRESSES);
        this.options.log.info('peers-changed', { group: group.name, added: part(added), removed: part(removed) });
      }
    }
  }

  private recordAnswer(state: GroupState, given: Answer): void {
    const { conditions } = this.options;
    const service = nameOf(state.group);
    const { answer, outside } = state.networks.filter(given);
    if (given.kind === 'found') this.reportOutside(state, outside);
    if (given.kind !== 'failed' && !state.given) state.answeredAt = this.options.now();
    state.answer = answer;
    if (answer.kind === 'found') {
      state.found = answer;
      conditions.end('discovery-failed', service, { service });
      conditions.end('service-empty', service, { service });
    } else if (answer.kind === 'failed') {
      conditions.begin('discovery-failed', service, answer.reason, { service });
      if (state.found === undefined || state.found.source === 'file') this.takeKept(state, service);
    } else {
      conditions.end('discovery-failed', service, { service });
      conditions.begin('service-empty', service, answer.reason, { service });
    }
  }

  /** Takes the answer from before the restart, until there is a new one. */
  private takeKept(state: GroupState, service: string): void {
    state.found ??= this.options.kept.of(service);
    if (state.found) state.answer = state.networks.filter(state.found).answer;
  }

  private keepAnswers(): void {
    const { kept, conditions } = this.options;
    for (const { group, given, found } of this.groups) {
      if (found && !given && found.source !== 'file') kept.keep(nameOf(group), found.endpoints);
    }
    try {
      kept.write();
      conditions.end('answers-not-kept', '');
    } catch (error) {
      conditions.begin('answers-not-kept', '', (error as Error).message);
    }
  }

  /**
   * Whether this turn needs the current sessions: a neighbor may be removed or moved to another group, or one or the
   * readiness of the pod waits for a session to come up.
   */
  private sessionsMatter(): boolean {
    const { router } = this.options;
    const none = this.peers.length > 0 && !this.peers.some(({ address }) => router.isEstablished(address));
    return none || this.groups.some(isChanging) || this.findsForeignNeighbor();
  }

  /** Whether a group has just found an address that is a client or a neighbor of another group. */
  private findsForeignNeighbor(): boolean {
    const { router } = this.options;
    const own = new Map(router.configured.map(({ group, address }) => [address, group]));
    return this.groups.some(({ group, answer }) => {
      if (answer?.kind !== 'found') return false;
      return answer.endpoints.some(({ address }) => {
        const isDynamic = group.kind !== 'clients' && router.session(address)?.dynamic;
        const isForeign = own.has(address) ? own.get(address) !== group.name : isDynamic;
        return isForeign && !this.contested.has(address);
      });
    });
  }

  private view(state: GroupState): GroupView {
    const { router, now, own, log } = this.options;
    const { group } = state;
    const configured = new Set(router.configured.flatMap((n) => (n.group === group.name ? [n.address] : [])));
    const established = new Set([...configured].filter((address) => router.isEstablished(address)));
    const time = now();
    const answer: Answer = state.answer ?? { kind: 'failed', reason: 'not asked' };
    const seen = observe(state.members, { now: time, answer, configured, established, own });
    state.members = seen.state;
    for (const { level, event, fields } of seen.notices) log[level](event, { group: group.name, ...fields });
    if (group.sessions !== undefined) {
      state.responses = observeSessions(state.responses, time, configured, established);
    }
    const there = group.kind === 'clients' ? this.withoutRanges(seen.present) : seen.present;
    const present = this.admitted(state, time, there, configured, established);
    const { responses } = state;
    const silent = { lost: lost(responses), unresponsive: unresponsive(responses, time) };
    return { group, present, configured, established, ...silent };
  }

  /** The present routers that may become neighbors. Upstream groups have no limit: they choose a few later. */
  private admitted(
    state: GroupState,
    now: number,
    present: readonly Endpoint[],
    configured: ReadonlySet<string>,
    established: ReadonlySet<string>,
  ): readonly Endpoint[] {
    const { kind, limit } = state.group;
    if (limit === undefined) return present;
    const self = this.options.model.podIp.text;
    const applicants = { now, self, present, configured, established, limit };
    const rules = kind === 'clients' ? CLIENT_ADMISSION_RULES : ADMISSION_RULES;
    const { state: next, admitted } = admit(state.admission, applicants, rules);
    state.admission = next;
    this.reportLeftOut(state, now, admitted.length < present.length, present.length > limit);
    return admitted;
  }

  private reportLeftOut(state: GroupState, now: number, isLeftOut: boolean, isOverLimit: boolean): void {
    const { conditions } = this.options;
    const { name, kind, limit } = state.group;
    if (!isLeftOut) {
      state.leftOut = undefined;
      conditions.end('routers-left-out', name, { group: name });
      return;
    }
    const leftOut = (state.leftOut ??= { since: now });
    // Both reasons are one fault; the first one stays.
    if (isOverLimit)
      leftOut.reason ??= `discovery found more routers than the ${kind === 'clients' ? 'client' : 'peer'} limit of ${limit}`;
    else if (now - leftOut.since >= LEFT_OUT_MS)
      leftOut.reason ??= 'the routers on trial do not answer, so others have to wait';
    if (leftOut.reason) conditions.begin('routers-left-out', name, leftOut.reason, { group: name });
  }

  private reportOutside(state: GroupState, outside: string | undefined): void {
    const { conditions } = this.options;
    const { name } = state.group;
    // All addresses are one fault; the first one stays.
    state.outside = outside === undefined ? undefined : (state.outside ?? outside);
    if (state.outside === undefined) conditions.end('addresses-outside', name, { group: name });
    else {
      const reason = `discovery found ${state.outside}, and maybe others, outside of MESHRR_POD_NETWORKS`;
      conditions.begin('addresses-outside', name, reason, { group: name });
    }
  }

  /** Leaves out clients that a range already accepts: FRR refuses a range within another one. */
  private withoutRanges(clients: readonly Endpoint[]): readonly Endpoint[] {
    const ranges = this.options.model.clients.flatMap((group) => group.ranges);
    if (ranges.length === 0) return clients;
    return clients.filter(({ address }) => !ranges.some((range) => covers(range, parseAddress(address))));
  }

  /** The addresses of clients from ranges. */
  private establishedClients(): ReadonlySet<string> {
    const { sessions, configured } = this.options.router;
    const found = new Set(configured.map(({ address }) => address));
    const fromRange = ({ address, dynamic, state }: Session) =>
      dynamic && state === 'Established' && !found.has(address);
    return new Set(sessions.flatMap((session) => (fromRange(session) ? [session.address] : [])));
  }

  private reportConflicts(conflicts: readonly Conflict[]): void {
    const { conditions } = this.options;
    const now = new Set(conflicts.map(({ address }) => address));
    for (const address of this.contested) if (!now.has(address)) conditions.end('address-in-two-groups', address);
    for (const { address, wantedBy, owner } of conflicts) {
      const reason = `it belongs to ${owner}, but ${wantedBy} found it, too`;
      conditions.begin('address-in-two-groups', address, reason, { address });
    }
    this.contested = now;
  }
}

const isChanging = ({ members, leftOut }: GroupState) => hasMissing(members) || leftOut !== undefined;

function givenAnswer({ addresses }: DiscoveredGroup): Found | undefined {
  const endpoints = addresses?.map(({ text }) => ({ address: text }));
  return endpoints && { kind: 'found', endpoints, source: 'settings' };
}

/** Where its neighbors are: the DNS name of the Service, or their addresses. */
export function nameOf({ service, addresses = [] }: DiscoveredGroup): string {
  if (!service) return addresses.map(({ text }) => text).join(', ');
  return `${service.name}.${service.namespace}.${service.rootDomain}`;
}
