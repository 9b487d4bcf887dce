import { Family } from '../../addressing';
import { Session } from '../../model';
import { Area, BACKBONE, Client, PlannedChoice, sessionsUnder } from './areas';
import { Failed, Holders } from './holders';

/** The sessions of an area under some failure: those that bring it routes, and those that give them to clients. */
export interface AreaSessions {
  /** From speakers of the backbone; `meshed` where that is a mesh, and the speaker not a client of the other one. */
  readonly inbound: readonly {
    readonly from: string;
    readonly to: string;
    readonly meshed: boolean;
    readonly families: readonly Family[];
  }[];
  /** From speakers to their clients within the area. */
  readonly within: readonly { readonly from: string; readonly to: string; readonly families: readonly Family[] }[];
  readonly clients: readonly { readonly client: Client; readonly sessions: readonly Session[] }[];
}

export function areaSessions({ border, upstream, clients, speakers }: Area, failed: Failed): AreaSessions {
  const inside = new Set(speakers);
  const inbound = border
    .filter(({ own, other }) => !failed.has(own) && !failed.has(other))
    .map(({ own, other, families }) => ({ from: other, to: own, meshed: true, families }));
  const chosen = upstream.flatMap((choice) => sessionsUnder(choice, failed));
  const down = chosen.map(({ from, to, families }) => ({ from: to, to: from, meshed: false, families }));
  return {
    inbound: [...inbound, ...down.filter(({ from }) => !inside.has(from))],
    within: down.filter(({ from }) => inside.has(from)),
    clients: clients.map((client) => ({ client, sessions: sessionsOfClient(client.choices, failed) })),
  };
}

const sessionsOfClient = (choices: readonly PlannedChoice[], failed: Failed): readonly Session[] =>
  choices.flatMap((choice) => sessionsUnder(choice, failed));

/** The speakers of an area that have from the backbone what starts elsewhere. */
export function holdersFrom(
  number: number,
  sessions: AreaSessions,
  family: Family,
  { by }: Holders,
): ReadonlySet<string> | Holders['by'] {
  if (number === BACKBONE) return by;
  const holders = new Set<string>();
  for (const { from, to, meshed, families } of sessions.inbound) {
    const held = by.get(from);
    if (held !== undefined && (!meshed || held === 'from client') && families.includes(family)) holders.add(to);
  }
  return withinToo(holders, sessions, family);
}

/** Adds the speakers that have it from others of their area, whose clients they are. */
export function withinToo(holders: Set<string>, { within }: AreaSessions, family: Family): ReadonlySet<string> {
  for (let before = -1; before < holders.size && within.length > 0;) {
    before = holders.size;
    for (const { from, to, families } of within) if (holders.has(from) && families.includes(family)) holders.add(to);
  }
  return holders;
}

/** How many routers give a client a route. */
export function pathsBy(sessions: readonly Session[], family: Family, holders: { has(id: string): boolean }): number {
  let paths = 0;
  for (let i = 0; i < sessions.length; i++) {
    const { to, families } = sessions[i];
    const counted = i > 0 && sessions.slice(0, i).some((other) => other.to === to && other.families.includes(family));
    if (!counted && families.includes(family) && holders.has(to)) paths++;
  }
  return paths;
}
