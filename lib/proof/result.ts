/** What the proof looks for. */
export type FindingKind =
  | 'unannounced'
  | 'loss'
  | 'pathHiding'
  | 'lossOnFailure'
  | 'lossOnRollout'
  | 'leak'
  | 'oscillation'
  | 'idleGroup'
  | 'limit'
  | 'memoryRequest'
  | 'openClients'
  | 'unfiltered'
  | 'nothingToProve'
  | 'unmatched'
  | 'patched'
  | 'unproven';

/** All kinds of findings, in the order in which they are told, with what they are about. */
export const FINDING_KINDS: Readonly<Record<FindingKind, string>> = {
  unannounced: 'no node announces an address that clients peer with',
  loss: 'a client never learns a route that it should',
  pathHiding: 'a client never learns a route, as a route server prefers a path with the AS number of the client',
  leak: 'a route of one region only is known outside of it',
  oscillation: 'a route oscillates: the routers never converge on a best path',
  limit: 'a router has more sessions, routes or memory than it may',
  lossOnFailure: 'a client loses a route when one thing fails',
  lossOnRollout: 'a client has no route for some seconds while a rollout replaces pods',
  idleGroup: 'a group of neighbors finds none in the app',
  memoryRequest: 'a router needs more memory than is reserved for it',
  openClients: 'every pod of the cluster may become a client',
  unfiltered: 'a client may announce a route that no filter stops',
  nothingToProve: 'nobody should learn a route, or nobody can be a client',
  unmatched: 'a label selector matches nothing',
  patched: 'a manifest was changed, and is not what the proof counts on',
  unproven: 'a part of the topology is too large to prove',
};

/** What a finding does: it fails the synth, is printed, or neither as somebody has accepted it. */
export type FindingSeverity = 'error' | 'warning' | 'accepted';

/** Something that is not as it should be: one sentence for however many clients and routes it concerns. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: FindingSeverity;
  /** Why it is accepted, where it is. */
  readonly reason?: string;
  /** One sentence on one line, without a full stop. It says where something in it is assumed. */
  readonly message: string;
  /** The paths of the regions and pairs that it is about, in order. */
  readonly parts: readonly string[];
  /** The ids of the failures that bring it about, the smallest first; empty where it needs none. */
  readonly failures: readonly string[];
  /** The ids of the clients that it is about, in order: those that lose routes, or have no session left. */
  readonly clients: readonly string[];
  /** The ids of the router groups that exceed a budget or stay without neighbors. */
  readonly groups: readonly string[];
  /** Whether a client or a node in it is assumed. */
  readonly assumed: boolean;
}

/**
 * What fails alone, two such failures, and what a rollout takes away together. `router` is a router outside, with the nodes and
 * the routes to addresses that only it reaches.
 */
export type FailureKind = 'pod' | 'address' | 'side' | 'node' | 'router' | 'pair' | 'rollout';

/** One thing that may fail, or what is away at one moment of a rollout. */
export interface Failure {
  /** Kind and name: `pod meshrr-core-0`, `node n1`, `side meshrr-east-a`, `address 192.0.2.1`, `router pe1`, `rollout of everything`. */
  readonly id: string;
  readonly kind: FailureKind;
  readonly name: string;
  /** Ids of speakers and of routers outside, addresses, and addresses at pods (`addressAt`) that do not work then. */
  readonly failed: readonly string[];
}

/** What a failure costs, once the routers have chosen others in place of those that failed. */
export interface FailureCost {
  readonly failure: Failure;
  /** How many times a client loses a route that it has without the failure. */
  readonly lost: number;
  /** The ids of the clients that lose routes, in order. Routers that fail themselves lose nothing. */
  readonly clients: readonly string[];
  /** Of those, the ids of the clients without any session left. */
  readonly cutOff: readonly string[];
}

/** What pairs of failures cost. */
export interface PairCosts {
  /** How many were looked at, and how many were not, as the topology is too large. */
  readonly looked: number;
  readonly leftOut: number;
  /** Those that cost any route, the costly ones first. */
  readonly costly: readonly FailureCost[];
}

/** What a router outside learns. */
export interface ClientResult {
  readonly id: string;
  /** The paths of the regions and pairs that it is a client of. */
  readonly parts: readonly string[];
  readonly assumed: boolean;
  /** Routes that it should learn, of those that the app declares or the model assumes. */
  readonly expected: number;
  /** How many of them it learns. */
  readonly learned: number;
  /** Paths to a route that it should learn, counted by the routers that it has them from; undefined without routes. */
  readonly paths?: {
    readonly least: number;
    readonly most: number;
    /** The fewest under any single failure but that of the router itself. */
    readonly leastOnFailure: number;
  };
}

/** What is counted against a limit. */
export type BudgetMeasure = 'sessions' | 'dynamicSessions' | 'meshSessions' | 'routes' | 'memory' | 'memoryRequest';

/** One limit of the routers of a group, and how far the pod of it that needs most is from it. */
export interface Budget {
  /** The id of the router group. */
  readonly group: string;
  /** The pod that needs most. */
  readonly pod: string;
  readonly measure: BudgetMeasure;
  readonly unit: 'sessions' | 'routes' | 'MB';
  /** What the pod needs while everything works. */
  readonly used: number;
  /** What it needs at most under a single failure. Not less than `used`. */
  readonly worst: number;
  /** The failure under which it needs that, where it needs more then. */
  readonly failure?: string;
  /** Undefined where there is none, or none is known. */
  readonly limit?: number;
  /** Where the limit is from: `license`, `bgp listen limit`, `peer limit`, `memory limit`, `memory request`. */
  readonly limitedBy: string;
}

/** What the proof has found out about a topology. The order of everything in it depends on names only. */
export interface ProofResult {
  /** How much was looked at. */
  readonly counts: {
    readonly pods: number;
    readonly clients: number;
    readonly routes: number;
    readonly failures: number;
    readonly assumedClients: number;
    readonly assumedNodes: number;
  };
  /** Errors first, then warnings, then what is accepted. */
  readonly findings: readonly Finding[];
  /** In the order of their ids. */
  readonly clients: readonly ClientResult[];
  /** In the order of pods, addresses, sides, nodes, routers, and of their names. */
  readonly failures: readonly FailureCost[];
  /**
   * What rollouts cost while they run: for each cluster that of everything at once, and where there are sides, those of
   * the steps that keep them apart: all but side b, and side b.
   */
  readonly rollouts: readonly FailureCost[];
  /** What pairs of failures cost, where the proof was asked for it (`pairsOfFailures`). */
  readonly pairs?: PairCosts;
  readonly budgets: readonly Budget[];
}
