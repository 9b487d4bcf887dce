import { covers, parseAddress } from '../../../lib/addressing';
import { DiscoveredGroup, PodConfiguration, SESSION_STATES, SessionState } from '../../../lib/configuration';
import { RouterView } from '../daemon/router-view';
import { Synchronizer } from '../daemon/synchronizer';
import { HandoverState } from '../handover/handover-file';
import { Conditions } from '../logging/conditions';
import { Neighbor, Session } from '../router/driver';
import { Convergence } from './convergence';
import { Exposition } from './exposition';
import { podFigures, PodFigures } from './pod-figures';
import { SessionGroup, SessionHistory } from './session-history';

export interface FiguresOptions extends PodFigures {
  readonly model: Pick<PodConfiguration, 'router' | 'discovered' | 'clients'>;
  readonly synchronizer: Pick<Synchronizer, 'groups' | 'wanted'>;
  readonly view: Pick<RouterView, 'configured' | 'sessions' | 'reachable' | 'isEstablished' | 'counts' | 'originData'>;
  readonly conditions: Pick<Conditions, 'counts'>;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** The addresses of the pod. */
  readonly own: ReadonlySet<string>;
}

/** What the runtime knows, as metrics for Prometheus. */
export class Figures {
  private readonly history = new SessionHistory();
  private readonly convergence = new Convergence();
  private readonly startedAt = Date.now() / 1000;
  private handover?: HandoverState;
  private drains = 0;

  constructor(private readonly options: FiguresOptions) {}

  /** Looks for what has changed. Call it each second. */
  observe(): void {
    const { synchronizer, view, now, handover } = this.options;
    this.history.observe(view.sessions, now(), this.groupOf());
    const isEstablished = (address: string) => view.isEstablished(address);
    const { groups, wanted } = synchronizer;
    this.convergence.observe({ groups, wanted, isReachable: view.reachable, isEstablished, now: now() });
    const before = this.handover;
    this.handover = handover();
    const drains = (state: HandoverState | undefined) => state === 'draining' || state === 'drained';
    if (drains(this.handover) && !drains(before)) this.drains++;
  }

  /** The text for a scrape. */
  async text(): Promise<string> {
    const page = await podFigures(this.options, true);
    page.add('meshrr_drains_total', this.drains);
    this.addSessions(page);
    this.addGroups(page);
    page.addHistogram('meshrr_discovery_to_established_seconds', this.convergence.seconds);
    this.addOrigins(page);
    for (const [kind, count] of this.options.conditions.counts) page.add('meshrr_problems', count, { kind });
    page.add('process_resident_memory_bytes', process.memoryUsage.rss());
    page.add('process_start_time_seconds', this.startedAt);
    return page.text;
  }

  private addSessions(page: Exposition): void {
    const { model, view } = this.options;
    const groupOf = this.groupOf();
    const counts = new Map<string, { readonly group: SessionGroup; readonly states: Map<SessionState, number> }>();
    const countsOf = (group: SessionGroup) => {
      const key = `${group.kind} ${group.group}`;
      const known = counts.get(key) ?? { group, states: new Map(SESSION_STATES.map((state) => [state, 0])) };
      counts.set(key, known);
      return known.states;
    };
    for (const group of model.discovered) countsOf(discoveredGroup(group));
    for (const { name, ranges } of model.clients) if (ranges.length > 0) countsOf({ group: name, kind: 'clients' });
    for (const session of view.sessions) {
      const group = groupOf(session);
      if (!group) continue;
      const states = countsOf(group);
      states.set(session.state, (states.get(session.state) ?? 0) + 1);
    }
    for (const { group, states } of counts.values()) {
      for (const [state, count] of states) page.add('meshrr_sessions', count, { ...group, state });
    }
    for (const { group, kind, peer, up, losses, prefixes } of this.history.sessions) {
      page.add('meshrr_session_up', up, { group, kind, peer });
      page.add('meshrr_session_losses_total', losses, { group, kind, peer });
      if (prefixes !== undefined) page.add('meshrr_session_prefixes_received', prefixes, { group, kind, peer });
    }
    page.add('meshrr_sessions_left_out', this.history.leftOut);
  }

  private addGroups(page: Exposition): void {
    const { synchronizer, view, now, own } = this.options;
    const sizes = (neighbors: readonly Neighbor[], name: string) =>
      neighbors.reduce((count, { group }) => count + Number(group === name), 0);
    for (const { group, found, answeredAt } of synchronizer.groups) {
      const { name } = group;
      const labels = { ...discoveredGroup(group) };
      page.add(
        'meshrr_peers_discovered',
        found?.endpoints.filter(({ address }) => !own.has(address)).length ?? 0,
        labels,
      );
      page.add('meshrr_peers_wanted', sizes(synchronizer.wanted, name), labels);
      page.add('meshrr_peers_configured', sizes(view.configured, name), labels);
      for (const action of ['add', 'remove'] as const) {
        page.add('meshrr_changes_total', view.counts.made.of(name, action), { group: name, action });
        page.add('meshrr_changes_refused_total', view.counts.refused.of(name, action), { group: name, action });
      }
      if (answeredAt === undefined) continue;
      const age = (now() - answeredAt) / 1000;
      page.add('meshrr_discovery_age_seconds', age, labels);
      page.add('meshrr_discovery_last_success_timestamp_seconds', Date.now() / 1000 - age, labels);
    }
  }

  private addOrigins(page: Exposition): void {
    const { originData } = this.options.view;
    if (!originData) return;
    for (const { server, isConnected } of originData.servers) page.add('meshrr_rtr_server_up', isConnected, { server });
    page.add('meshrr_rtr_prefixes', originData.prefixes);
  }

  /** Finds the group of a session: that of a neighbor, or that whose range has the client. */
  private groupOf(): (session: Session) => SessionGroup | undefined {
    const { model, view } = this.options;
    const groups = new Map<string, SessionGroup>([
      ...model.discovered.map((group) => [group.name, discoveredGroup(group)] as const),
      ...model.clients.flatMap(({ name: group, members }) =>
        members ? [[group, { group, kind: 'clients' }] as const] : [],
      ),
    ]);
    const neighbors = new Map(view.configured.map(({ address, group }) => [address, groups.get(group)]));
    const ranges = model.clients.flatMap(({ name, ranges }) => ranges.map((range) => ({ name, range })));
    return ({ address, dynamic }) => {
      if (!dynamic) return neighbors.get(address);
      const host = parseAddress(address);
      const group = ranges.find(({ range }) => covers(range, host))?.name;
      return group === undefined ? undefined : { group, kind: 'clients' };
    };
  }
}

const discoveredGroup = ({ name, kind }: DiscoveredGroup): SessionGroup => {
  return { group: name, kind: kind === 'clients' ? 'client-pods' : kind };
};
