import { addressAt, append, BgpTopology, increase, Session } from '../../model';
import { PlannedChoice, planned, sessionsUnder } from '../areas/areas';
import { Failure } from '../result';

/** How many sessions of a kind a pod has. */
export interface SessionCount {
  readonly usual: number;
  /** At most, under a single failure. */
  readonly worst: number;
  /** The id of the failure under which it has the most; undefined where that is with everything in order. */
  readonly failure?: string;
}

/** The sessions of a pod, those of assumed clients left out. */
export interface SessionCounts {
  readonly all: SessionCount;
  /** Those with neighbors from ranges: clients outside, and pods of regions below. */
  readonly dynamic: SessionCount;
}

/** The sessions of each pod, with all in order and at most under one of the failures: those of others move to it. */
export function sessionCounts(topology: BgpTopology, failures: readonly Failure[]): ReadonlyMap<string, SessionCounts> {
  const assumed = new Set(topology.outside.flatMap((router) => (router.assumed ? [router.id] : [])));
  const choices = topology.choices.filter(({ from }) => !assumed.has(from)).map(planned);
  const users = usersOf(choices);
  const met = new Map<string, string[]>(topology.speakers.map(({ id }) => [id, []]));
  for (const { from, to } of topology.sessions) {
    met.get(from)?.push(to);
    met.get(to)?.push(from);
  }
  const all = new Tally([...met].map(([id, others]) => [id, others.length]));
  const dynamic = new Tally([...met.keys()].map((id) => [id, 0]));
  const add = ({ from, to }: Session, count: number) => {
    all.add(from, count);
    all.add(to, count);
    dynamic.add(to, count);
  };
  for (const { usual } of choices) usual.forEach((session) => add(session, 1));
  for (const tally of [all, dynamic]) tally.settle();
  for (const { id: failure, failed } of failures) {
    const gone = new Set(failed);
    for (const choice of new Set(failed.flatMap((id) => users.get(id) ?? []))) {
      choice.usual.forEach((session) => add(session, -1));
      sessionsUnder(choice, gone).forEach((session) => add(session, 1));
    }
    for (const id of failed) met.get(id)?.forEach((other) => all.add(other, -1));
    for (const tally of [all, dynamic]) tally.note(failure);
  }
  return new Map([...met.keys()].map((id) => [id, { all: all.of(id), dynamic: dynamic.of(id) }]));
}

/** Counts by pods, and the most that there were. */
class Tally {
  private readonly counts: ReadonlyMap<string, { usual: number; worst: number; failure?: string }>;
  /** What is more or less than usual. */
  private readonly changes = new Map<string, number>();

  constructor(counts: readonly (readonly [id: string, count: number])[]) {
    this.counts = new Map(counts.map(([id, usual]) => [id, { usual, worst: usual }]));
  }

  add(id: string, change: number): void {
    increase(this.changes, id, change);
  }

  /** Takes what was added for usual. */
  settle(): void {
    for (const [id, change] of this.changes) {
      const count = this.counts.get(id);
      if (count) Object.assign(count, { usual: count.usual + change, worst: count.usual + change });
    }
    this.changes.clear();
  }

  /** Notes what was added as what comes of a failure, and forgets it. */
  note(failure: string): void {
    for (const [id, change] of this.changes) {
      const count = this.counts.get(id);
      if (count && count.usual + change > count.worst) {
        Object.assign(count, { worst: count.usual + change, failure });
      }
    }
    this.changes.clear();
  }

  of(id: string): SessionCount {
    return this.counts.get(id) as SessionCount;
  }
}

/** The choices that come to something else when one of these fails. */
function usersOf(choices: readonly PlannedChoice[]): ReadonlyMap<string, readonly PlannedChoice[]> {
  const users = new Map<string, PlannedChoice[]>();
  for (const choice of choices) {
    const { from, address } = choice.choice;
    const chosen = choice.usual.map(({ to }) => to);
    const reached = address === undefined ? [] : [address, ...chosen.map((to) => addressAt(address, to))];
    for (const id of [from, ...reached, ...chosen]) {
      append(users, id, choice);
    }
  }
  return users;
}
