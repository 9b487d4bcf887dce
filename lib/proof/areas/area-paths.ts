import { Family, traitsOf } from '../../addressing';
import { increase, Session } from '../../model';
import { AreaSessions, HolderIds, holdersFrom, sends, withinToo } from './area-sessions';
import { BACKBONE, Crossing } from './areas';
import { Failed, getsAll, Holders } from './holders';
import { RouteClass } from './route-classes';

/** Whether a session of a mesh brings the routes of a class from another area. */
export const crosses = ({ other, families }: Crossing, { family }: RouteClass, { by }: Holders): boolean =>
  by.get(other) === 'from client' && families.includes(family);

/** The speakers of an area that hold the routes of a class. */
function holdersIn(sessionsIn: AreaSessions, each: RouteClass, where: Holders, failed: Failed): HolderIds {
  const { number, crossings } = sessionsIn.area;
  if (each.areas.includes(number)) return where.by;
  const holders = holdersFrom(sessionsIn, each.family, where);
  if (number === BACKBONE || crossings.length === 0) return holders;
  const all = new Set(holders.keys());
  for (const crossing of crossings) {
    if (crosses(crossing, each, where) && !failed.has(crossing.own)) all.add(crossing.own);
  }
  return withinToo(all, sessionsIn, each.family);
}

/** The paths that come into an area from the backbone, and that its speakers send on within it, one for each session. */
export function inboundPaths(
  { inbound, within }: AreaSessions,
  family: Family,
  where: Holders,
  holders: HolderIds,
): Map<string, number> {
  const paths = new Map<string, number>();
  for (const session of inbound) if (sends(session, family, where)) increase(paths, session.to, 1);
  for (const { from, to, families } of within) {
    if (holders.has(from) && families.includes(family)) increase(paths, to, 1);
  }
  return paths;
}

/** On how many paths a router sends a client a route, with all of them (RFC 7911) or the best alone; 0 where it does not. */
export type PathsOf = (id: string, all: boolean) => number;

/** On how many paths a client has a route; two sessions with one router bring the same ones. */
export function pathsBy(sessions: readonly Session[], family: Family, pathsOf: PathsOf): number {
  let paths = 0;
  for (let i = 0; i < sessions.length; i++) {
    const { to } = sessions[i];
    const isSame = (other: Session) => other.to === to && other.families.includes(family);
    if (!isSame(sessions[i]) || (i > 0 && sessions.slice(0, i).some(isSame))) continue;
    const all = traitsOf(family).addPath && sessions.some((other) => other.addPath && isSame(other));
    paths += pathsOf(to, all);
  }
  return paths;
}

/** On how many paths speakers of an area send what starts elsewhere. */
export const pathsInto = (sessionsIn: AreaSessions, family: Family, where: Holders): PathsOf =>
  pathsFrom(sessionsIn, family, where, holdersFrom(sessionsIn, family, where), []);

/** On how many paths speakers of an area send the routes of a class to clients in this AS. */
export function pathsOfClass(
  sessionsIn: AreaSessions,
  each: RouteClass,
  where: Holders,
  failed: Failed,
): (autonomousSystem: number) => PathsOf {
  const { number, crossings } = sessionsIn.area;
  const holders = holdersIn(sessionsIn, each, where, failed);
  const isHere = each.areas.includes(number);
  const crossed = isHere ? [] : crossings.filter((crossing) => crosses(crossing, each, where));
  const elsewhere = pathsFrom(sessionsIn, each.family, where, holders, crossed);
  return (own) => (id, all) => {
    const paths = isHere && holders.has(id) ? where.sent?.get(id) : undefined;
    if (!paths) return elsewhere(id, all);
    return (all ? paths : paths.slice(0, 1)).filter((as) => as === undefined || as !== own).length;
  };
}

function pathsFrom(
  sessionsIn: AreaSessions,
  family: Family,
  where: Holders,
  holders: HolderIds,
  crossed: readonly Crossing[],
): PathsOf {
  const { number, clients } = sessionsIn.area;
  if (!clients.some(getsAll)) return (id) => (holders.has(id) ? 1 : 0);
  if (number === BACKBONE) return (id, all) => Math.min(where.sent?.get(id)?.length ?? 0, all ? Infinity : 1);
  const inbound = inboundPaths(sessionsIn, family, where, holders);
  for (const { own } of crossed) increase(inbound, own);
  return (id, all) => (!holders.has(id) ? 0 : all ? (inbound.get(id) ?? 0) : 1);
}
