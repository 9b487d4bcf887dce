/** A metric of the runtime, in the words of Prometheus. */
export interface Metric {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly labels: readonly string[];
  /** One sentence without markup: the HELP line of the metric, and its row in the documentation. */
  readonly help: string;
}

const GROUP = ['group', 'kind'] as const;
const SESSION = ['group', 'kind', 'peer'] as const;

/** Where the runtime serves its metrics, at the port of the probes. */
export const METRICS_PATH = '/metrics';

/** All metrics of the runtime by name. The runtime writes no others, and alert rules and dashboard name only these. */
export const METRICS = {
  meshrr_build_info: {
    type: 'gauge',
    labels: ['version', 'router'],
    help: 'Always 1, with the version of the runtime.',
  },
  meshrr_runtime_up: {
    type: 'gauge',
    labels: [],
    help: 'Whether the runtime works. 0: its stand-in answers, and only the first five metrics are there.',
  },
  meshrr_ready: { type: 'gauge', labels: [], help: 'Whether the pod is ready.' },
  meshrr_router_reachable: { type: 'gauge', labels: [], help: 'Whether the router answers the runtime.' },
  meshrr_handover_state: {
    type: 'gauge',
    labels: ['state'],
    help: 'Whether the pod waits for the interlock (handover-waiting), is draining, or is drained.',
  },
  meshrr_drains_total: { type: 'counter', labels: [], help: 'Drains that have begun.' },
  meshrr_sessions: {
    type: 'gauge',
    labels: [...GROUP, 'state'],
    help: 'BGP sessions by group and by state (RFC 4271).',
  },
  meshrr_session_up: { type: 'gauge', labels: SESSION, help: 'Whether a session is Established.' },
  meshrr_session_losses_total: { type: 'counter', labels: SESSION, help: 'How often a session was lost.' },
  meshrr_session_prefixes_received: { type: 'gauge', labels: SESSION, help: 'Prefixes received in a session.' },
  meshrr_sessions_left_out: {
    type: 'gauge',
    labels: [],
    help: 'Sessions without series of their own, because there are too many.',
  },
  meshrr_peers_discovered: { type: 'gauge', labels: GROUP, help: 'Other routers in the last answer of discovery.' },
  meshrr_peers_wanted: { type: 'gauge', labels: GROUP, help: 'Routers that the runtime wants as neighbors.' },
  meshrr_peers_configured: { type: 'gauge', labels: GROUP, help: 'Neighbors that the router is configured with.' },
  meshrr_discovery_last_success_timestamp_seconds: {
    type: 'gauge',
    labels: GROUP,
    help: 'When discovery last answered, in seconds since 1970.',
  },
  meshrr_discovery_age_seconds: {
    type: 'gauge',
    labels: GROUP,
    help: 'How long ago discovery last answered, by a clock that nobody sets.',
  },
  meshrr_discovery_to_established_seconds: {
    type: 'histogram',
    labels: [],
    help: 'Time from an answer of discovery that lists a new router until its session is Established.',
  },
  meshrr_changes_total: {
    type: 'counter',
    labels: ['group', 'action'],
    help: 'Neighbors that were added to the router and removed from it.',
  },
  meshrr_changes_refused_total: {
    type: 'counter',
    labels: ['group', 'action'],
    help: 'Changes that the router refused.',
  },
  meshrr_rtr_server_up: {
    type: 'gauge',
    labels: ['server'],
    help: 'Whether the router has a session with an RTR server. Only route servers with rpki have these two metrics.',
  },
  meshrr_rtr_prefixes: { type: 'gauge', labels: [], help: 'Signed prefixes, by which the router validates origins.' },
  meshrr_problems: {
    type: 'gauge',
    labels: ['kind'],
    help: 'Lasting faults by kind, named like their event in the log. A kind is there once it has had a fault.',
  },
  process_resident_memory_bytes: { type: 'gauge', labels: [], help: 'Resident memory of the runtime.' },
  process_start_time_seconds: {
    type: 'gauge',
    labels: [],
    help: 'When the runtime has started, in seconds since 1970.',
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;

/**
 * The most sessions with series of their own: of neighbors from discovery or at given addresses, and of clients from
 * ranges. Each has three series.
 */
export const MOST_SESSION_SERIES = 500;

/** Upper limits of the buckets of the histogram, in seconds. */
export const ESTABLISHED_BUCKETS = [1, 2, 3, 5, 10, 20, 30, 60, 120] as const;
