import { PodConfiguration } from '../../../lib/configuration';
import { Neighbor, Session } from '../router/driver';

/** What the last report of the daemon says of clients. */
interface Reported {
  readonly clients: { readonly established: number };
  readonly recentClients?: number;
}

/**
 * How many clients depend on a pod that is about to end: those with a session, and those that had one a moment ago and may
 * dial again.
 *
 * @param present the number with a session; undefined if the router is too busy to answer: that of the last report
 */
export const clientsOnLeaving = (present: number | undefined, last: Reported | undefined): number =>
  Math.max(present ?? last?.clients.established ?? 0, last?.recentClients ?? 0);

/** The number of Established sessions with clients: all but those of meshes and with routers upstream. */
export function clientSessions(
  { discovered }: Pick<PodConfiguration, 'discovered'>,
  neighbors: readonly Neighbor[],
  sessions: readonly Session[],
): number {
  const groups = new Set(discovered.flatMap(({ name, kind }) => (kind === 'clients' ? [] : [name])));
  const others = new Set(neighbors.flatMap(({ group, address }) => (groups.has(group) ? [address] : [])));
  return sessions.filter(({ address, state }) => state === 'Established' && !others.has(address)).length;
}
