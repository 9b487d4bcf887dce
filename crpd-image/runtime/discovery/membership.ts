import { Answer, Endpoint } from './discovery';
import { Notice } from './notice';

/**
 * When a router that discovery no longer names may be removed. A dead neighbor that stays configured costs a megabyte
 * for a while, and a wrong removal costs an outage: all of this errs toward keeping. How many there can be is limited
 * elsewhere (`peers/admission.ts`). Times are in milliseconds.
 */
export interface MembershipRules {
  /** So many successful answers in a row must lack it. */
  readonly answers: number;
  /** How long it must have been missing while its session is down, and the most that returns may lengthen this to. */
  readonly downHold: number;
  readonly downHoldMost: number;
  /** The same while its session is Established. */
  readonly establishedHold: number;
  readonly establishedHoldMost: number;
  /** The most to remove at once, as a share of the configured neighbors of the group; one is always allowed. */
  readonly share: number;
  /** The least time between two removals, and between two of neighbors that are Established. */
  readonly pace: number;
  readonly establishedPace: number;
  /** A router that has not gone or returned for this long has no past. */
  readonly quiet: number;
  /** How long the own address must be missing before this is told: a new pod is not in DNS at once. */
  readonly selfMissingAfter: number;
}

/**
 * - Three answers over two seconds outlive a server that is behind the others by chance; 60 s, a cache of 30 s twice.
 * - A tenth of the group at once: a mesh that really shrinks by half is rid of its dead neighbors within seconds, and
 *   one that DNS forgets by half keeps sessions for minutes, as those that are Established go at a slower pace.
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

/** What is remembered of routers that have gone, at most. */
const MAX_GONE = 1000;

interface Peer {
  readonly redundancyGroup?: string;
  /**
   * `leaving`: it may be removed and is still configured. `gone`: it does not count as there any more, and is
   * remembered for its return.
   */
  readonly status: 'there' | 'leaving' | 'gone';
  /** How many successful answers in a row lack it. */
  readonly missedAnswers: number;
  /** When an answer lacked it that came after one that named it. */
  readonly missingSince?: number;
  /** How often it returned after it had gone, and when it last did either. */
  readonly returns: number;
  readonly flappedAt?: number;
}

const NEW_PEER: Peer = { status: 'there', missedAnswers: 0, returns: 0 };

/** What is remembered of one group. Not changed in place. */
export interface Membership {
  /** Whether the Service lists this router too: that of a mesh does, that of the routers upstream does not. */
  readonly listsSelf: boolean;
  readonly peers: ReadonlyMap<string, Peer>;
  /** When the last answer came, of whatever kind. */
  readonly observedAt?: number;
  /** When neighbors were last let go, and when such that were Established. */
  readonly lastRemoval?: number;
  readonly lastEstablishedRemoval?: number;
  readonly selfMissingSince?: number;
  readonly selfMissingReported: boolean;
  /** The answer that named all who are there, while it was the last: if it comes again, nothing is to be done. */
  readonly settled?: {
    readonly endpoints: readonly Endpoint[];
    readonly own: ReadonlySet<string>;
    readonly present: readonly Endpoint[];
  };
}

export interface Observation {
  /** Milliseconds of a clock that never jumps. */
  readonly now: number;
  readonly answer: Answer;
  /** Addresses of the neighbors that are configured in the group. */
  readonly configured: ReadonlySet<string>;
  /** Addresses whose session is Established. Where the router does not answer: those that were last. */
  readonly established: ReadonlySet<string>;
  /** Addresses of this router. */
  readonly own: ReadonlySet<string>;
}

export interface Members {
  readonly state: Membership;
  /** The routers that are there or still count as there, in order of address; without own addresses. */
  readonly present: readonly Endpoint[];
  /** Configured addresses that may be removed now: exactly those that are not present. */
  readonly leaving: readonly string[];
  readonly notices: readonly Notice[];
}

export function newMembership({ listsSelf }: { readonly listsSelf: boolean }): Membership {
  return { listsSelf, peers: new Map(), selfMissingReported: false };
}

/** Whether a router that counts as there was missing from the last answer: the sessions must be known afresh. */
export function hasMissing({ peers }: Membership): boolean {
  for (const { status, missingSince } of peers.values()) {
    if (status !== 'gone' && missingSince !== undefined) return true;
  }
  return false;
}

/**
 * Takes note of an answer, and decides who is there. New routers are there at once. One that the answer lacks stays
 * until enough successful answers in a row lack it and it has been missing for the hold, which is longer while its
 * session is Established, and twice as long for each time that it has gone and returned of late; one that is not
 * configured goes at once. An empty or failed answer removes nobody.
 */
export function observe(before: Membership, observation: Observation, rules = MEMBERSHIP_RULES): Members {
  const { answer, configured, own } = observation;
  if (before.settled && isSettled(before.settled, before.peers, observation)) {
    return { state: before, present: before.settled.present, leaving: [], notices: [] };
  }
  const peers = new Map(before.peers);
  const notices: Notice[] = [];
  recordConfigured(peers, observation);
  let state: Membership = { ...before, peers, observedAt: observation.now };
  if (answer.kind === 'found') {
    recordAnswer(peers, observation, answer.endpoints, rules);
    state = { ...state, ...removals(state, peers, observation, rules) };
    state = { ...state, ...recordSelf(state, observation, answer.endpoints, rules, notices) };
  } else {
    keepAll(peers, observation.now - (before.observedAt ?? observation.now));
  }
  forget(peers, observation, rules);
  const present: Endpoint[] = [];
  for (const [address, { status, redundancyGroup }] of peers) {
    if (status === 'there') present.push({ address, redundancyGroup });
  }
  present.sort((a, b) => (a.address < b.address ? -1 : 1));
  const leaving = [...configured].filter((address) => peers.get(address)?.status !== 'there').sort();
  const isStable = answer.kind === 'found' && !hasMissing(state) && state.selfMissingSince === undefined;
  const settled = isStable ? { endpoints: answer.endpoints, own, present } : undefined;
  return { state: { ...state, settled }, present, leaving, notices };
}

/** Whether all is as it was. With a thousand neighbors this saves some milliseconds each second. */
function isSettled(
  settled: NonNullable<Membership['settled']>,
  peers: Membership['peers'],
  { answer, own, configured }: Observation,
): boolean {
  if (answer.kind !== 'found' || answer.endpoints !== settled.endpoints || own !== settled.own) return false;
  for (const address of configured) if (peers.get(address)?.status !== 'there') return false;
  return true;
}

/** A neighbor that is configured without being known, by an earlier run or by a person, is there as of now. */
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
 * What could not be removed yet is kept after all, and so many answers in a row must lack it anew. Time in which DNS
 * says nothing is no time of being missing: servers that come back may know a part at first.
 */
function keepAll(peers: Map<string, Peer>, silence: number): void {
  for (const [address, peer] of peers) {
    if (peer.status === 'gone' || peer.missingSince === undefined) continue;
    peers.set(address, { ...peer, status: 'there', missedAnswers: 0, missingSince: peer.missingSince + silence });
  }
}

/** Takes note of whom the answer names and whom it lacks. */
function recordAnswer(
  peers: Map<string, Peer>,
  { now, own, configured }: Observation,
  endpoints: readonly Endpoint[],
  rules: MembershipRules,
): void {
  const listed = new Set<string>();
  for (const { address, redundancyGroup } of endpoints) {
    if (own.has(address)) continue;
    listed.add(address);
    const { missingSince: _, ...peer } = peers.get(address) ?? NEW_PEER;
    const flap = peer.status === 'there' ? undefined : { returns: returnsOf(peer, now, rules) + 1, flappedAt: now };
    const group = redundancyGroup ?? peer.redundancyGroup;
    peers.set(address, { ...peer, ...flap, status: 'there', missedAnswers: 0, redundancyGroup: group });
  }
  for (const [address, peer] of peers) {
    if (listed.has(address) || peer.status === 'gone') continue;
    if (configured.has(address)) {
      peers.set(address, { ...peer, missedAnswers: peer.missedAnswers + 1, missingSince: peer.missingSince ?? now });
    } else if (peer.flappedAt !== undefined) peers.set(address, { ...peer, status: 'gone', missingSince: undefined });
    // There is nothing to remove, and of names that change with each answer there may be thousands.
    else peers.delete(address);
  }
}

/** Marks the routers to remove now: those whose hold time is over, as many as pace and share allow. */
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
    // Its session may have come up before it could be removed.
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

/** How often it has gone and returned of late. */
function returnsOf({ returns, flappedAt }: Peer, now: number, rules: MembershipRules): number {
  return flappedAt !== undefined && now - flappedAt < rules.quiet ? returns : 0;
}

function holdOf(peer: Peer, isUp: boolean, now: number, rules: MembershipRules): number {
  const hold = isUp ? rules.establishedHold : rules.downHold;
  return Math.min(hold * 2 ** returnsOf(peer, now, rules), isUp ? rules.establishedHoldMost : rules.downHoldMost);
}

/** The own address missing from an answer says something of DNS, and nothing of the others. */
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

/** Forgets those that went long ago, and the oldest where there are too many. */
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
