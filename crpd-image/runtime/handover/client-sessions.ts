import { PodConfiguration } from '../../../lib/configuration';
import { Neighbor, Session } from '../router/driver';

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
