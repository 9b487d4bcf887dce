import { setTimeout as pause } from 'timers/promises';
import { eventually } from '../../../lab/eventually';
import { Lab } from '../../../lab/lab';
import { Promised } from './promised-routes';

/** How long routes may take to be as promised, in milliseconds: a lost router is noticed by a hold time of 30 s. */
const PATIENCE_MS = 120_000;

/** From one look at the clients' routes to the next, in milliseconds. */
const LOOK_MS = 200;

/**
 * Waits until each client has the routes that it is promised, and no others, from each neighbor that it has a session
 * with: whoever lasts could be the only one that has them yet.
 */
export async function untilPromiseHolds(lab: Lab, promised: Promised): Promise<void> {
  await eventually(
    async () => {
      const bySession = await destinationsBySession(lab);
      const wanted = bySession.map(({ client, from }) => ({
        client,
        from,
        routes: sorted(promised.get(client) ?? []),
      }));
      expect(bySession.map(({ routes, ...session }) => ({ ...session, routes: sorted(routes) }))).toEqual(wanted);
      expect(inOrder(await destinations(lab))).toEqual(inOrder(promised));
    },
    PATIENCE_MS,
    LOOK_MS,
  );
}

/**
 * No client is without a promised route while `event` happens. It begins when all of them are there, from each neighbor
 * that the client has a session with, which sessions alone do not tell; then it looks again and again, and once more
 * when the event is over.
 */
export async function losesNoRoute(lab: Lab, promised: Promised, event: () => Promise<unknown>): Promise<void> {
  await eventually(async () => expect(await missingFromSessions(lab, promised)).toEqual([]), PATIENCE_MS, LOOK_MS);
  /** When each route was first found to be missing, in seconds. */
  const lost = new Map<string, number>();
  const begun = performance.now();
  let looks = 0;
  let over = false;
  const look = async () => {
    looks++;
    for (const route of await missing(lab, promised)) {
      if (!lost.has(route)) lost.set(route, Math.round(performance.now() - begun) / 1000);
    }
  };
  const happening = event().finally(() => (over = true));
  const looking = async () => {
    while (!over) await Promise.all([look(), pause(LOOK_MS)]);
  };
  await Promise.all([happening, looking()]);
  await look();
  expect([...lost].map(([route, seconds]) => `${route}, after ${seconds} s`)).toEqual([]);
  // A look before and one after would have seen nothing.
  expect(looks).toBeGreaterThan(2);
}

/** Promised routes that are not there: `client: destination`. */
async function missing(lab: Lab, promised: Promised): Promise<string[]> {
  const seen = await destinations(lab);
  return [...promised].flatMap(([client, wanted]) =>
    [...wanted].filter((one) => !seen.get(client)?.has(one)).map((one) => `${client}: ${one}`),
  );
}

/** The same by session: `client: destination from neighbor`. */
async function missingFromSessions(lab: Lab, promised: Promised): Promise<string[]> {
  const bySession = await destinationsBySession(lab);
  const missing = bySession.flatMap(({ client, from, routes }) =>
    [...(promised.get(client) ?? [])].filter((one) => !routes.has(one)).map((one) => `${client}: ${one} from ${from}`),
  );
  const silent = [...promised.keys()].filter((client) => !bySession.some((one) => one.client === client));
  return [...missing, ...silent.map((client) => `${client}: all sessions`)];
}

/** What a client has from a neighbor that it has a session with. */
interface SessionRoutes {
  readonly client: string;
  readonly from: string;
  readonly routes: ReadonlySet<string>;
}

async function destinationsBySession(lab: Lab): Promise<SessionRoutes[]> {
  const learned = await lab.learned();
  return (await lab.sessionsOfClients()).flatMap(({ name: client, sessions }) =>
    sessions
      .filter(({ state }) => state === 'Established')
      .map(({ address: from }) => {
        const routes = (learned.get(client) ?? []).filter((route) => route.from === from);
        return { client, from, routes: new Set(routes.map(({ destination }) => destination)) };
      }),
  );
}

async function destinations(lab: Lab): Promise<Promised> {
  const learned = await lab.learned();
  return new Map([...learned].map(([client, routes]) => [client, new Set(routes.map((route) => route.destination))]));
}

function inOrder(routes: Promised): Record<string, string[]> {
  return Object.fromEntries([...routes].map(([client, all]) => [client, sorted(all)]));
}

const sorted = (routes: Iterable<string>) => [...routes].sort();
