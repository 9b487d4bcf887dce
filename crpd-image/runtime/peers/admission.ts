import { TRIALS } from '../../../lib/settings';
import { Endpoint } from '../discovery/discovery';
import { murmur3 } from '../../../lib/configuration';

/**
 * How many routers of a mesh are configured, and how fast that grows. A neighbor takes memory of the router whether it
 * answers or not, and a name server that is wrong can name thousands. Times are in milliseconds.
 */
export interface AdmissionRules {
  /** How many neighbors may be on trial, as a share of the most that a mesh has, and at least. */
  readonly trialShare: number;
  readonly trialsLeast: number;
  /**
   * How long a trial lasts while routers wait that have had none; and while only such wait that have, and also how long
   * these wait before another has to give way to them.
   */
  readonly trial: number;
  readonly longTrial: number;
  /** So many trials, as a share of their most, end at a time, with this much time in between. */
  readonly swapShare: number;
  readonly swapPace: number;
}

/**
 * - A mesh of 64 is configured at once. A larger one takes as long as its sessions take to come up, which is a second
 *   or two for each 64; of addresses that nobody has, 64 are configured and no more.
 * - Trials end one after the other, not all at once: two routers that try each other must do so at the same time.
 */
export const ADMISSION_RULES: AdmissionRules = {
  trialShare: TRIALS.share,
  trialsLeast: TRIALS.least,
  trial: 30_000,
  longTrial: 600_000,
  swapShare: 1 / 16,
  swapPace: 2_000,
};

/** Clients dial, and take memory from then on: all that a group may have are on trial at once. */
export const CLIENT_ADMISSION_RULES: AdmissionRules = { ...ADMISSION_RULES, trialsLeast: Infinity };

/** A neighbor that has its place. */
interface Place {
  readonly since: number;
  /** Whether its session has been Established. Until then it is on trial. */
  readonly answered: boolean;
}

/** What is remembered of one group: of routers that are there only. Not changed in place. */
export interface Admission {
  readonly places: ReadonlyMap<string, Place>;
  /** When those lost their place that have none now. */
  readonly lostAt: ReadonlyMap<string, number>;
  readonly lastSwap?: number;
}

export const NOBODY_ADMITTED: Admission = { places: new Map(), lostAt: new Map() };

export interface Applicants {
  readonly now: number;
  /** The address of this router. */
  readonly self: string;
  /** The routers that are there, in order of address. */
  readonly present: readonly Endpoint[];
  readonly configured: ReadonlySet<string>;
  readonly established: ReadonlySet<string>;
  /** The most to admit. */
  readonly limit: number;
}

export interface Admitted {
  readonly state: Admission;
  /** Those of the present that have a place, in their order. */
  readonly admitted: readonly Endpoint[];
}

/**
 * Decides which of the routers that are there are to be neighbors. One that has ever answered keeps its place for as
 * long as it is there: addresses that nobody has, however many, cannot push it out. The others are on trial; where more
 * wait than there is room for, those that did not answer in time give way.
 *
 * Who waits comes in by a hash of both addresses, so that two routers come to each other at about the same time; those
 * that had a trial come last, in the order in which they lost it.
 */
export function admit(before: Admission, applicants: Applicants, rules = ADMISSION_RULES): Admitted {
  const { now, present, limit } = applicants;
  const { places, lostAt } = previousPlaces(before, applicants);
  let { lastSwap } = before;
  const free = present.flatMap(({ address }) => (places.has(address) ? [] : [address]));
  if (free.length > 0) {
    const onTrial = [...places].filter(([, { answered }]) => !answered);
    const most = Math.max(rules.trialsLeast, Math.ceil(limit * rules.trialShare));
    // Fewer than none where neighbors that are on trial were configured by others.
    let room = Math.min(limit - places.size, most - onTrial.length);
    const newcomers = free.filter((address) => !lostAt.has(address)).length;
    const rested = [...lostAt.values()].filter((lost) => now - lost >= rules.longTrial).length;
    const pressing = newcomers + rested - room;
    if (pressing > 0 && now - (lastSwap ?? -Infinity) >= rules.swapPace) {
      const oldest = onTrial.sort(([, a], [, b]) => a.since - b.since).slice(0, pressing);
      const ended = oldest
        .slice(0, Math.ceil(most * rules.swapShare))
        .filter(([, { since }], i) => now - since >= (i < newcomers - room ? rules.trial : rules.longTrial));
      for (const [address] of ended) {
        places.delete(address);
        lostAt.set(address, now);
      }
      if (ended.length > 0) lastSwap = now;
      room += ended.length;
    }
    for (const address of room > 0 ? inAdmissionOrder(free, lostAt, applicants.self).slice(0, room) : []) {
      places.set(address, { since: now, answered: false });
      lostAt.delete(address);
    }
  }
  return { state: { places, lostAt, lastSwap }, admitted: present.filter(({ address }) => places.has(address)) };
}

/** Those that have a place already, or are configured and never lost one: by an earlier run, or by a person. */
function previousPlaces(before: Admission, { now, present, configured, established, limit }: Applicants) {
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

/** Addresses in the order in which they are to come in. */
function inAdmissionOrder(free: readonly string[], lostAt: ReadonlyMap<string, number>, self: string): string[] {
  const keyed = free.map((address) => ({
    address,
    lost: lostAt.get(address) ?? -Infinity,
    hash: murmur3(self < address ? `${self} ${address}` : `${address} ${self}`, 0),
  }));
  keyed.sort((a, b) => (a.lost === b.lost ? a.hash - b.hash : a.lost - b.lost));
  return keyed.map(({ address }) => address);
}
