import { Client, LearnedRoute } from '../../../lab/clients/client';
import { eventually } from '../../../test-support/eventually';

/** What GoBGP waits before it dials, and for the next time: 5 to 9 seconds each. */
const DIALLED_MS = 60_000;

/** The routes of a client, once it has so many. */
export function routesOf(client: Client, count: number): Promise<readonly LearnedRoute[]> {
  return eventually(async () => {
    const routes = await client.learned();
    if (routes.length !== count) throw new Error(`${client.name} has ${JSON.stringify(routes)}, want ${count}`);
    return routes;
  }, DIALLED_MS);
}

/** Returns when all sessions of a client are up. */
export function established(client: Client): Promise<void> {
  return eventually(async () => {
    const sessions = await client.sessions();
    if (sessions.some(({ state }) => state !== 'Established')) throw new Error(JSON.stringify(sessions));
  }, DIALLED_MS);
}
