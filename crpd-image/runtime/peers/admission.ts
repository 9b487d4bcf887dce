import { TRIALS } from '../../../lib/settings';
import { Endpoint } from '../discovery/discovery';
import { murmur3 } from '../../../lib/settings';

/**
 * Limits the number of configured neighbors and its growth. A neighbor takes memory whether it answers or not, and a
 * faulty name server can return thousands of addresses. A neighbor is on trial until its session has been Established.
 * Times are in milliseconds.
 */
export interface AdmissionRules {
  /** How many neighbors may be on trial: a share of the group's limit, but at least `trialsLeast`. */
  readonly trialShare: number;
  readonly trialsLeast: number;
  /**
   * How long a trial lasts while routers wait that have had no trial; and while all that wait have had one. `longTrial`
   * is also how long a router must wait for its next trial.
   */
  readonly trial: number;
  readonly longTrial: number;
  /** How many trials may end at a time, as a share of their maximum, and the time in between. */
  readonly swapShare: number;
  readonly swapPace: number;
}

/**
 * - A mesh of 64 is configured at once. A larger one takes as long as its sessions take to come up: a second or two for
 *   each 64. Of addresses without a router, no more than 64 are configured.
 * - Trials end one after the other, not all at once: two routers must try each other at the same time.
 */
export const ADMISSION_RULES: AdmissionRules = {
  trialShare: TRIALS.share,
  trialsLeast: TRIALS.least,
  trial: 30_000,
  longTrial: 600_000,
  swapShare: 1 / 16,
  swapPace: 2_000,
};

/** Clients open the connection and take no memory before. So all clients of a group may be on trial at once. */
export const CLIENT_ADMISSION_RULES: AdmissionRules = { ...ADMISSION_RULES, trialsLeast: Infinity };

interface Place {
  readonly since: number;
  /** Whether its session has been Established. */
  readonly answered: boolean;
}

/** The state of one group, with present routers only. Immutable. */
export interface Admission {
  readonly places: ReadonlyMap<string, Place>;
  /** When routers without a place lost it. */
  readonly lostAt: ReadonlyMap<string, number>;
  readonly lastSwap?: number;
}

export const EMPTY_ADMISSION: Admission = { places: new Map(), lostAt: new Map() };

export interface AdmissionInput {
  readonly now: number;
  readonly self: string;
  /** The present routers, sorted by address. */
  readonly present: readonly Endpoint[];
  readonly configured: ReadonlySet<string>;
  readonly established: ReadonlySet<string>;
  readonly limit: number;
}

export interface AdmissionResult {
  readonly state: Admission;
  /** The present routers that have a place, in the same order. */
  readonly admitted: readonly Endpoint[];
}

/**
 * Decides which of the present routers become neighbors. A router that has ever been Established keeps its place while
 * it is present, so addresses without a router cannot displace it. The others are on trial. If more routers wait than
 * there is room for, those that have not come up in time lose their place.
 *
 * A hash of both addresses orders the routers that wait, so that two routers try each other at about the same time.
 * Routers that already had a trial come last, in the order in which they lost their place.
 */
export function admit(before: Admission, input: AdmissionInput, rules = ADMISSION_RULES): AdmissionResult {
  const { now, present, limit } = input;
  const { places, lostAt } = previousPlaces(before, input);
  let { lastSwap } = before;
  const free = present.flatMap(({ address }) => (places.has(address) ? [] : [address]));
  if (free.length > 0) {
    const onTrial = [...places].filter(([, { answered }]) => !answered);
    const maxTrials = Math.max(rules.trialsLeast, Math.ceil(limit * rules.trialShare));
    // Negative if operators have configured neighbors that are on trial.
    let room = Math.min(limit - places.size, maxTrials - onTrial.length);
    const untried = free.filter((address) => !lostAt.has(address)).length;
    const rested = [...lostAt.values()].filter((lost) => now - lost >= rules.longTrial).length;
    const excess = untried + rested - room;
    if (excess > 0 && now - (lastSwap ?? -Infinity) >= rules.swapPace) {
      const oldest = onTrial.sort(([, a], [, b]) => a.since - b.since).slice(0, excess);
      const ended = oldest
        .slice(0, Math.ceil(maxTrials * rules.swapShare))
        .filter(([, { since }], i) => now - since >= (i < untried - room ? rules.trial : rules.longTrial));
      for (const [address] of ended) {
        places.delete(address);
        lostAt.set(address, now);
      }
      if (ended.length > 0) lastSwap = now;
      room += ended.length;
    }
    for (const address of room > 0 ? inAdmissionOrder(free, lostAt, input.self).slice(0, room) : []) {
      places.set(address, { since: now, answered: false });
      lostAt.delete(address);
    }
  }
  return { state: { places, lostAt, lastSwap }, admitted: present.filter(({ address }) => places.has(address)) };
}

/** Routers with a place, and those that an earlier run or an operator configured and that never lost one. */
function previousPlaces(before: Admission, { now, present, configured, established, limit }: AdmissionInput) {
  const places: [string, Place][] = [];
  const lostAt = new Map<string, number>();
  for (const { address } of present) {
    const answers = established.has(address);
    const [place, lost] = [before.places.get(address), before.lostAt.get(address)];
    if (place) places.push([address, answers && !place.answered ? { ...place, answered: true } : place]);
    else if (answers || (configured.has(address) && lost === undefined)) {
      places.push([address, { since: now, answered: answers }]);
    } else if (lost !== undefined) lostAt.set(address, lost);
  }
  if (places.length > limit) {
    const rank = ([address, { answered }]: [string, Place]) => (established.has(address) ? 0 : answered ? 1 : 2);
    places.sort((a, b) => rank(a) - rank(b));
    for (const [address] of places.splice(limit)) lostAt.set(address, now);
  }
  return { places: new Map(places), lostAt };
}

function inAdmissionOrder(free: readonly string[], lostAt: ReadonlyMap<string, number>, self: string): string[] {
  const keyed = free.map((address) => ({
    address,
    lost: lostAt.get(address) ?? -Infinity,
    hash: murmur3(self < address ? `${self} ${address}` : `${address} ${self}`, 0),
  }));
  keyed.sort((a, b) => (a.lost === b.lost ? a.hash - b.hash : a.lost - b.lost));
  return keyed.map(({ address }) => address);
}
