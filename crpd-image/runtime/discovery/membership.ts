import { Answer, Endpoint } from './discovery';
import { Notice } from './notice';

/**
 * When a router may be removed that discovery no longer lists. A dead neighbor costs a megabyte for a while; a wrong
 * removal costs an outage. So these rules are conservative. `peers/admission.ts` limits the number of neighbors. Times
 * are in milliseconds.
 */
export interface MembershipRules {
  /** The number of successful answers in a row that must not list it. */
  readonly answers: number;
  /** The hold-down while its session is down, and its maximum after returns of the router. */
  readonly downHold: number;
  readonly downHoldMost: number;
  /** The same while its session is Established. */
  readonly establishedHold: number;
  readonly establishedHoldMost: number;
  /** The maximum to remove at once, as a share of the configured neighbors of the group; one is always allowed. */
  readonly share: number;
  /** The minimum time between two removals, and between two removals of Established neighbors. */
  readonly pace: number;
  readonly establishedPace: number;
  /** After this time without a flap, the earlier flaps of a router are forgotten. */
  readonly quiet: number;
  /** How long the own address must be missing before this is reported: DNS lists a new pod with a delay. */
  readonly selfMissingAfter: number;
}

/**
 * - Three answers over two seconds survive a DNS server that lags behind the others; 60 s is twice a cache of 30 s.
 * - A tenth of the group at once: if a mesh really shrinks by half, its dead neighbors are removed within seconds. If
 *   DNS wrongly loses half of it, the sessions last for minutes, because Established neighbors are removed at a slower
 *   pace.
 */
export const MEMBERSHIP_RULES: MembershipRules = {
  answers: 3,
  downHold: 2_000,
  downHoldMost: 60_000,
  establishedHold: 60_000,
  establishedHoldMost: 300_000,
  share: 0.1,
  pace: 500,
  establishedPace: 10_000,
  quiet: 600_000,
  selfMissingAfter: 30_000,
};

/** The maximum number of removed routers that are remembered. */
const MAX_GONE = 1000;

interface Peer {
  readonly redundancyGroup?: string;
  /** Whether the last answer that listed it said that its pod terminates. */
  readonly departing?: true;
  /**
   * `leaving`: it may be removed, but is still configured. `gone`: it is removed, and remembered in case it returns.
   */
  readonly status: 'there' | 'leaving' | 'gone';
  /** The number of successful answers in a row that do not list it. */
  readonly missedAnswers: number;
  /** When the first of these answers came. */
  readonly missingSince?: number;
  /** How often it returned after a removal, and when it last was removed or returned. */
  readonly returns: number;
  readonly flappedAt?: number;
}

const NEW_PEER: Peer = { status: 'there', missedAnswers: 0, returns: 0 };

/** The state of one group. Immutable. */
export interface Membership {
  /** Whether the Service lists this router, too: the Service of a mesh does, that of an upstream group does not. */
  readonly listsSelf: boolean;
  readonly peers: ReadonlyMap<string, Peer>;
  /** When the last answer of any kind came. */
  readonly observedAt?: number;
  /** When a neighbor was last marked for removal, and when an Established one was. */
  readonly lastRemoval?: number;
  readonly lastEstablishedRemoval?: number;
  readonly selfMissingSince?: number;
  readonly selfMissingReported: boolean;
  /** The last answer, if it listed all present routers: nothing changes if it comes again. */
  readonly settled?: {
    readonly endpoints: readonly Endpoint[];
    readonly own: ReadonlySet<string>;
    readonly present: readonly Endpoint[];
  };
}

export interface Observation {
  /** Milliseconds of a monotonic clock. */
  readonly now: number;
  readonly answer: Answer;
  /** The addresses of the configured neighbors of the group. */
  readonly configured: ReadonlySet<string>;
  /** The addresses whose session is Established; the last known ones if the router does not answer. */
  readonly established: ReadonlySet<string>;
  readonly own: ReadonlySet<string>;
}

export interface Members {
  readonly state: Membership;
  /**
   * The routers that are listed or still in their hold-down, sorted by address, without the own addresses. All other
   * configured neighbors may be removed.
   */
  readonly present: readonly Endpoint[];
  readonly notices: readonly Notice[];
}

export function newMembership({ listsSelf }: { readonly listsSelf: boolean }): Membership {
  return { listsSelf, peers: new Map(), selfMissingReported: false };
}

/** Whether a present router was missing from the last answer. The next decision then needs the current sessions. */
export function hasMissing({ peers }: Membership): boolean {
  for (const { status, missingSince } of peers.values()) {
    if (status !== 'gone' && missingSince !== undefined) return true;
  }
  return false;
}

/**
 * Records an answer and decides which routers are present. New routers are present at once. A router that an answer
 * does not list stays until enough successful answers in a row do not list it and its hold-down is over. The hold-down
 * is longer while its session is Established, and doubles with each recent flap. A router that is not configured goes
 * at once. An empty or failed answer removes no router.
 */
export function observe(before: Membership, observation: Observation, rules = MEMBERSHIP_RULES): Members {
  const { answer, own } = observation;
  if (before.settled && isSettled(before.settled, before.peers, observation)) {
    return { state: before, present: before.settled.present, notices: [] };
  }
  const peers = new Map(before.peers);
  const notices: Notice[] = [];
  recordConfigured(peers, observation);
  let state: Membership = { ...before, peers, observedAt: observation.now };
  if (answer.kind === 'found') {
    recordListed(peers, observation, answer.endpoints, rules);
    // An answer from before the restart does not say that a router is missing now.
    if (answer.source !== 'file') {
      recordMissing(peers, observation, answer.endpoints);
      state = { ...state, ...removals(state, peers, observation, rules) };
      state = { ...state, ...recordSelf(state, observation, answer.endpoints, rules, notices) };
    }
  } else {
    keepAll(peers, observation.now - (before.observedAt ?? observation.now));
  }
  forget(peers, observation, rules);
  const present: Endpoint[] = [];
  for (const [address, { status, redundancyGroup, departing, missedAnswers }] of peers) {
    if (status !== 'there') continue;
    const isDeparting = departing ?? missedAnswers >= rules.answers;
    present.push({ address, redundancyGroup, ...(isDeparting && { departing: true }) });
  }
  present.sort((a, b) => (a.address < b.address ? -1 : 1));
  const isStable = answer.kind === 'found' && !hasMissing(state) && state.selfMissingSince === undefined;
  const settled = isStable ? { endpoints: answer.endpoints, own, present } : undefined;
  return { state: { ...state, settled }, present, notices };
}

/** Whether nothing changed. With a thousand neighbors this saves some milliseconds each second. */
function isSettled(
  settled: NonNullable<Membership['settled']>,
  peers: Membership['peers'],
  { answer, own, configured }: Observation,
): boolean {
  if (answer.kind !== 'found' || answer.endpoints !== settled.endpoints || own !== settled.own) return false;
  for (const address of configured) if (peers.get(address)?.status !== 'there') return false;
  return true;
}

/** A neighbor that an earlier run or an operator configured counts as present from now on. */
function recordConfigured(peers: Map<string, Peer>, { configured, own }: Observation): void {
  for (const address of own) peers.delete(address);
  for (const [address, peer] of peers) {
    if (peer.status === 'leaving' && !configured.has(address)) peers.set(address, { ...peer, status: 'gone' });
  }
  for (const address of configured) {
    if (own.has(address)) continue;
    const peer = peers.get(address);
    if (!peer) peers.set(address, NEW_PEER);
    else if (peer.status === 'gone') {
      peers.set(address, { ...peer, status: 'there', missedAnswers: 0, missingSince: undefined });
    }
  }
}

/**
 * Keeps routers that could not be removed yet, and counts their missed answers from zero. The hold-down does not run
 * while DNS gives no answer: a DNS server that comes back may list only a part at first.
 */
function keepAll(peers: Map<string, Peer>, silence: number): void {
  for (const [address, peer] of peers) {
    if (peer.status === 'gone' || peer.missingSince === undefined) continue;
    peers.set(address, { ...peer, status: 'there', missedAnswers: 0, missingSince: peer.missingSince + silence });
  }
}

function recordListed(
  peers: Map<string, Peer>,
  { now, own }: Observation,
  endpoints: readonly Endpoint[],
  rules: MembershipRules,
): void {
  for (const { address, redundancyGroup, departing } of endpoints) {
    if (own.has(address)) continue;
    const { missingSince: _, ...peer } = peers.get(address) ?? NEW_PEER;
    const flap = peer.status === 'there' ? undefined : { returns: returnsOf(peer, now, rules) + 1, flappedAt: now };
    const group = redundancyGroup ?? peer.redundancyGroup;
    peers.set(address, { ...peer, ...flap, status: 'there', missedAnswers: 0, redundancyGroup: group, departing });
  }
}

function recordMissing(
  peers: Map<string, Peer>,
  { now, configured }: Observation,
  endpoints: readonly Endpoint[],
): void {
  const listed = new Set(endpoints.map(({ address }) => address));
  for (const [address, peer] of peers) {
    if (listed.has(address) || peer.status === 'gone') continue;
    if (configured.has(address)) {
      peers.set(address, { ...peer, missedAnswers: peer.missedAnswers + 1, missingSince: peer.missingSince ?? now });
    } else if (peer.flappedAt !== undefined) peers.set(address, { ...peer, status: 'gone', missingSince: undefined });
    // There is nothing to remove. Not remembered, because a faulty DNS may return thousands of changing addresses.
    else peers.delete(address);
  }
}

/** Marks the routers whose hold-down is over for removal, as many as pace and share allow. */
function removals(
  { lastRemoval, lastEstablishedRemoval }: Membership,
  peers: Map<string, Peer>,
  { now, configured, established, own }: Observation,
  rules: MembershipRules,
): Partial<Membership> {
  const due: { readonly address: string; readonly peer: Peer; readonly since: number }[] = [];
  let size = 0;
  let leaving = 0;
  for (const address of configured) if (!own.has(address)) size++;
  for (const [address, peer] of peers) {
    if (peer.missingSince === undefined) continue;
    const hold = holdOf(peer, established.has(address), now, rules);
    const isDue = peer.missedAnswers >= rules.answers && now - peer.missingSince >= hold;
    if (peer.status === 'there' && isDue) due.push({ address, peer, since: peer.missingSince });
    // Its session has come up before it was removed.
    else if (peer.status === 'leaving' && !isDue) peers.set(address, { ...peer, status: 'there' });
    else if (peer.status === 'leaving') leaving++;
  }
  due.sort((a, b) => a.since - b.since || (a.address < b.address ? -1 : 1));
  const most = Math.max(1, Math.ceil(size * rules.share));
  const isOpen = now - (lastRemoval ?? -Infinity) >= rules.pace;
  const isOpenToEstablished = now - (lastEstablishedRemoval ?? -Infinity) >= rules.establishedPace;
  for (const { address, peer } of due) {
    const isUp = established.has(address);
    if (leaving >= most || !isOpen || (isUp && !isOpenToEstablished)) continue;
    leaving++;
    lastRemoval = now;
    if (isUp) lastEstablishedRemoval = now;
    peers.set(address, { ...peer, status: 'leaving', flappedAt: now, returns: returnsOf(peer, now, rules) });
  }
  return { lastRemoval, lastEstablishedRemoval };
}

function returnsOf({ returns, flappedAt }: Peer, now: number, rules: MembershipRules): number {
  return flappedAt !== undefined && now - flappedAt < rules.quiet ? returns : 0;
}

function holdOf(peer: Peer, isUp: boolean, now: number, rules: MembershipRules): number {
  const hold = isUp ? rules.establishedHold : rules.downHold;
  return Math.min(hold * 2 ** returnsOf(peer, now, rules), isUp ? rules.establishedHoldMost : rules.downHoldMost);
}

/** If the own address is missing from an answer, DNS may be wrong; this does not affect the other routers. */
function recordSelf(
  { listsSelf, selfMissingSince, selfMissingReported }: Membership,
  { now, own }: Observation,
  endpoints: readonly Endpoint[],
  rules: MembershipRules,
  notices: Notice[],
): Partial<Membership> {
  if (!listsSelf) return {};
  if (endpoints.some(({ address }) => own.has(address))) {
    if (selfMissingReported) notices.push({ level: 'info', event: 'self-missing-ended', fields: {} });
    return { selfMissingSince: undefined, selfMissingReported: false };
  }
  const since = selfMissingSince ?? now;
  const report = !selfMissingReported && now - since >= rules.selfMissingAfter;
  if (report) {
    const reason = 'the Service of the mesh does not list this pod: others may not find it';
    notices.push({ level: 'warn', event: 'self-missing', fields: { reason } });
  }
  return { selfMissingSince: since, selfMissingReported: selfMissingReported || report };
}

/** Forgets routers that were removed long ago, and the oldest ones beyond {@link MAX_GONE}. */
function forget(peers: Map<string, Peer>, { now }: Observation, rules: MembershipRules): void {
  const gone: { readonly address: string; readonly at: number }[] = [];
  for (const [address, { status, flappedAt = now }] of peers) {
    if (status !== 'gone') continue;
    if (now - flappedAt >= rules.quiet) peers.delete(address);
    else gone.push({ address, at: flappedAt });
  }
  if (gone.length <= MAX_GONE) return;
  gone.sort((a, b) => a.at - b.at);
  for (const { address } of gone.slice(0, gone.length - MAX_GONE)) peers.delete(address);
}
