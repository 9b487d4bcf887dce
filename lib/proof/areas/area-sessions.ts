import { Family } from '../../addressing';
import { Session } from '../../model';
import { Area, BACKBONE, Client, PlannedChoice, sessionsUnder } from './areas';
import { Failed, Holders } from './holders';

/** A session from a speaker to one that is its client, or that it has a mesh with. */
interface Inbound {
  readonly from: string;
  readonly to: string;
  readonly meshed: boolean;
  readonly families: readonly Family[];
}

/** The sessions of an area under some failure: those that bring it routes, and those that give them to clients. */
export interface AreaSessions {
  readonly area: Area;
  /** From speakers of the backbone; `meshed` where that is a mesh, and the speaker not a client of the other one. */
  readonly inbound: readonly Inbound[];
  /** From speakers to their clients within the area. */
  readonly within: readonly Inbound[];
  readonly clients: readonly { readonly client: Client; readonly sessions: readonly Session[] }[];
}

/** @param reflects whether a speaker keeps what another one has reflected to it: they have different cluster ids */
export function areaSessions(
  area: Area,
  failed: Failed,
  reflects: (from: string, to: string) => boolean = () => true,
): AreaSessions {
  const { border, upstream, clients, speakers } = area;
  const inside = new Set(speakers);
  const inbound = border
    .filter(({ own, other }) => !failed.has(own) && !failed.has(other))
    .map(({ own, other, families }) => ({ from: other, to: own, meshed: true, families }));
  const sessionsOf = (choices: readonly PlannedChoice[]) => choices.flatMap((choice) => sessionsUnder(choice, failed));
  const down = sessionsOf(upstream).map(({ from, to, families }) => ({ from: to, to: from, meshed: false, families }));
  return {
    area,
    inbound: [...inbound, ...down.filter(({ from }) => !inside.has(from))],
    within: down.filter(({ from, to }) => inside.has(from) && reflects(from, to)),
    clients: clients.map((client) => ({ client, sessions: sessionsOf(client.choices) })),
  };
}

/** The ids of speakers that hold a route. */
export type HolderIds = ReadonlySet<string> | Holders['by'];

/** Whether a route of a family is sent over a session. */
export function sends({ from, meshed, families }: Inbound, family: Family, { by }: Holders): boolean {
  const held = by.get(from);
  return held !== undefined && (!meshed || held === 'from client') && families.includes(family);
}

/** The speakers of an area that have from the backbone what starts elsewhere. */
export function holdersFrom(sessions: AreaSessions, family: Family, where: Holders): HolderIds {
  if (sessions.area.number === BACKBONE) return where.by;
  const holders = new Set<string>();
  for (const session of sessions.inbound) if (sends(session, family, where)) holders.add(session.to);
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
