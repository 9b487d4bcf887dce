import { BgpTopology, Session } from '../model';
import { PlannedChoice, planned, sessionsUnder } from './areas';
import { Failure } from './result';

/** How many sessions a pod has. */
export interface SessionCount {
  /** All of them, those of assumed clients left out. */
  readonly all: number;
  /** Those with neighbours from ranges: clients outside, and pods of regions below. */
  readonly dynamic: number;
}

/** What a pod has at most, and when. */
export interface WorstCount {
  readonly usual: SessionCount;
  readonly worst: SessionCount;
  /** The id of the failure under which it has the most in all; undefined where that is with everything in order. */
  readonly failure?: string;
}

/** The sessions of each pod, with all in order and at most under one of the failures: those of others move to it. */
export function sessionCounts(topology: BgpTopology, failures: readonly Failure[]): ReadonlyMap<string, WorstCount> {
  const assumed = new Set(topology.outside.flatMap((router) => (router.assumed ? [router.id] : [])));
  const choices = topology.choices.filter(({ from }) => !assumed.has(from)).map(planned);
  const users = usersOf(choices);
  const met = new Map<string, string[]>();
  for (const { from, to } of topology.sessions) {
    met.set(from, [...(met.get(from) ?? []), to]);
    met.set(to, [...(met.get(to) ?? []), from]);
  }
  const all = new Map(topology.speakers.map(({ id }) => [id, met.get(id)?.length ?? 0]));
  const dynamic = new Map(topology.speakers.map(({ id }) => [id, 0]));
  for (const { usual } of choices) usual.forEach((session) => addTo(all, dynamic, session, 1));
  const worst = new Map(
    [...all].map(([id, count]) => [
      id,
      { all: count, dynamic: dynamic.get(id) as number, failure: undefined as string | undefined },
    ]),
  );
  for (const { id: failure, failed } of failures) {
    const gone = new Set(failed);
    const [more, moreDynamic] = [new Map<string, number>(), new Map<string, number>()];
    for (const choice of new Set(failed.flatMap((id) => users.get(id) ?? []))) {
      choice.usual.forEach((session) => addTo(more, moreDynamic, session, -1));
      sessionsUnder(choice, gone).forEach((session) => addTo(more, moreDynamic, session, 1));
    }
    for (const id of failed) met.get(id)?.forEach((other) => add(more, other, -1));
    for (const [id, change] of more) {
      const most = worst.get(id);
      if (most === undefined || gone.has(id)) continue;
      const count = (all.get(id) as number) + change;
      if (count > most.all) Object.assign(most, { all: count, failure });
      most.dynamic = Math.max(most.dynamic, (dynamic.get(id) as number) + (moreDynamic.get(id) ?? 0));
    }
  }
  return new Map(
    [...worst].map(([id, { failure, ...most }]) => {
      const usual = { all: all.get(id) as number, dynamic: dynamic.get(id) as number };
      return [id, { usual, worst: most, failure }];
    }),
  );
}

/** The choices that come to something else when one of these fails. */
function usersOf(choices: readonly PlannedChoice[]): ReadonlyMap<string, readonly PlannedChoice[]> {
  const users = new Map<string, PlannedChoice[]>();
  for (const choice of choices) {
    const { from, address } = choice.choice;
    for (const id of [from, ...(address === undefined ? [] : [address]), ...choice.usual.map(({ to }) => to)]) {
      const list = users.get(id);
      if (list) list.push(choice);
      else users.set(id, [choice]);
    }
  }
  return users;
}

function addTo(all: Map<string, number>, dynamic: Map<string, number>, { from, to }: Session, count: number): void {
  add(all, from, count);
  add(all, to, count);
  add(dynamic, to, count);
}

const add = (counts: Map<string, number>, id: string, count: number) => counts.set(id, (counts.get(id) ?? 0) + count);
