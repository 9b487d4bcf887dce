import { RouterModel, DiscoveredGroup } from '../configuration/model';
import { Answer, Discovery } from '../discovery/discovery';
import { hasMissing, Membership, newMembership, observe } from '../discovery/membership';
import { Conditions } from '../logging/conditions';
import { Log } from '../logging/log';
import { Conflict, changesBetween, GroupView, wantedNeighbors } from '../peers/wanted-neighbors';
import { observeSessions, suspects, SuspectState } from '../peers/suspects';
import { Change, Neighbor, Session } from '../router/driver';
import { RouterView } from './router-view';

/** How many addresses that were added, and removed, one event names: a pipe takes up to 4 kB as a whole. */
const MOST_TOLD = 30;

/** What is known of one group. */
export interface GroupState {
  readonly group: DiscoveredGroup;
  members: Membership;
  suspected: SuspectState;
  /** What discovery said last, and the last that named endpoints. */
  answer?: Answer;
  found?: Extract<Answer, { kind: 'found' }>;
}

export interface SynchroniserOptions {
  readonly model: RouterModel;
  readonly discovery: Discovery;
  readonly router: RouterView;
  readonly log: Log;
  readonly conditions: Conditions;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  /** Addresses of this pod. */
  readonly own: ReadonlySet<string>;
}

/** One turn after the other: discovery's answers, the neighbours they ask for, the changes that lead there. */
export class Synchroniser {
  readonly groups: readonly GroupState[];
  wanted: readonly Neighbor[] = [];
  lastChange?: { readonly at: Date; readonly changes: readonly Change[] };
  /** Whether every Service has named endpoints, and the router was configured accordingly, at least once. */
  synchronised = false;
  /** Addresses that two groups found in the last turn. */
  private contested: ReadonlySet<string> = new Set();

  constructor(private readonly options: SynchroniserOptions) {
    this.groups = options.model.discovered.map((group) => {
      return { group, members: newMembership({ listsSelf: group.kind === 'mesh' }), suspected: new Map() };
    });
  }

  async turn(): Promise<void> {
    const { discovery, router } = this.options;
    const answers = await Promise.all(this.groups.map(({ group }) => discovery.lookup(group.service)));
    this.groups.forEach((state, i) => this.takeNote(state, answers[i]));
    if (!(await router.refresh(this.sessionsMatter()))) return;

    const { wanted, conflicts } = wantedNeighbors(
      this.groups.map((state) => this.view(state)),
      this.options.model.podIp.text,
      establishedClients(router.sessions),
    );
    this.tellConflicts(conflicts);
    this.wanted = wanted;
    await this.apply(changesBetween(router.configured, wanted));
    // An empty answer may be DNS that has not heard of the Service yet, or remembers that there was none.
    const answered = this.groups.every(({ found }) => found !== undefined);
    if (answered && router.reachable && !this.synchronised) {
      this.synchronised = true;
      this.options.log.info('synchronised', { neighbors: wanted.length });
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
      for (let i = 0; i < Math.max(added.length, removed.length); i += MOST_TOLD) {
        const part = (addresses: readonly string[]) => addresses.slice(i, i + MOST_TOLD);
        this.options.log.info('peers-changed', { group: group.name, added: part(added), removed: part(removed) });
      }
    }
  }

  private takeNote(state: GroupState, answer: Answer): void {
    const { conditions } = this.options;
    const service = nameOf(state.group);
    state.answer = answer;
    if (answer.kind === 'found') {
      state.found = answer;
      conditions.end('discovery-failed', service, { service });
      conditions.end('service-empty', service, { service });
    } else if (answer.kind === 'failed') conditions.begin('discovery-failed', service, answer.reason, { service });
    else {
      conditions.end('discovery-failed', service, { service });
      conditions.begin('service-empty', service, answer.reason, { service });
    }
  }

  /**
   * Whether this turn may remove a neighbour, or move one to another group, or readiness waits for one: then the sessions
   * must be read anew.
   */
  private sessionsMatter(): boolean {
    const { router } = this.options;
    const none = this.wanted.length > 0 && !this.wanted.some(({ address }) => router.isEstablished(address));
    return none || this.groups.some(({ members }) => hasMissing(members)) || this.findsForeign();
  }

  /** Whether a group has just found an address that is a client, or is configured in another group. */
  private findsForeign(): boolean {
    const { router } = this.options;
    const own = new Map(router.configured.map(({ group, address }) => [address, group]));
    return this.groups.some(({ group, answer }) => {
      if (answer?.kind !== 'found') return false;
      return answer.endpoints.some(({ address }) => {
        const isForeign = own.has(address) ? own.get(address) !== group.name : router.session(address)?.dynamic;
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
      state.suspected = observeSessions(state.suspected, time, configured, established);
    }
    return { group, present: seen.present, configured, established, suspect: suspects(state.suspected, time) };
  }

  private tellConflicts(conflicts: readonly Conflict[]): void {
    const { conditions } = this.options;
    const now = new Set(conflicts.map(({ address }) => address));
    for (const address of this.contested) if (!now.has(address)) conditions.end('address-in-two-groups', address);
    for (const { address, wantedBy, given } of conflicts) {
      const reason = `${given} has it, ${wantedBy} finds it, too`;
      conditions.begin('address-in-two-groups', address, reason, { address });
    }
    this.contested = now;
  }
}

function establishedClients(sessions: readonly Session[]): ReadonlySet<string> {
  return new Set(sessions.flatMap((one) => (one.dynamic && one.state === 'Established' ? [one.address] : [])));
}

export function nameOf({ service }: DiscoveredGroup): string {
  return `${service.name}.${service.namespace}.${service.rootDomain}`;
}
