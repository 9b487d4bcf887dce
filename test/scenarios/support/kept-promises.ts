import { eventually } from '../../../lab/eventually';
import { gapTexts, watchRoutes } from '../../../test-support/testbed/route-watch';
import { Testbed } from '../../../test-support/testbed/testbed';
import { Promised } from '../../../test-support/testbed/promised-routes';

/** How long routes may take to be as promised, in milliseconds: a lost router is noticed by a hold time of 30 s. */
const PATIENCE_MS = 120_000;

/** From one look at the clients' routes to the next, in milliseconds. */
const LOOK_MS = 200;

/**
 * Waits until each client has the routes that it is promised, and no others, from each neighbor that it has a session
 * with: whoever lasts could be the only one that has them yet.
 */
export async function untilPromiseHolds(testbed: Testbed, promised: Promised): Promise<void> {
  await eventually(
    async () => {
      const bySession = await destinationsBySession(testbed);
      const wanted = bySession.map(({ client, from }) => ({
        client,
        from,
        routes: sorted(promised.get(client) ?? []),
      }));
      expect(bySession.map(({ routes, ...session }) => ({ ...session, routes: sorted(routes) }))).toEqual(wanted);
      expect(inOrder(await destinationsOfClients(testbed))).toEqual(inOrder(promised));
    },
    PATIENCE_MS,
    LOOK_MS,
  );
}

/**
 * No client lacks a promised route while `event` happens. The event begins when each client has all of them from each
 * neighbor that it has a session with, which the sessions alone do not show.
 */
export async function losesNoRoute(testbed: Testbed, promised: Promised, event: () => Promise<unknown>): Promise<void> {
  const reject = (when: string, missing: readonly string[]) => {
    // In a line, which also a short excerpt of a long log shows.
    if (missing.length > 0) throw new Error(`routes are missing ${when}: ${missing.join('; ')}`);
  };
  await eventually(
    async () => reject('before the event', await missingFromSessions(testbed, promised)),
    PATIENCE_MS,
    LOOK_MS,
  );
  const before = await sessionsText(testbed);
  const watched = await watchRoutes(testbed, promised, event);
  const gaps = gapTexts(watched);
  // A session that was missing before tells another cause than one that ended.
  if (gaps.length > 0) gaps.push(`sessions before: ${before}`, `sessions after: ${await sessionsText(testbed)}`);
  reject('during the event', gaps);
  // A look before and one after would have seen nothing.
  expect(watched.looks).toBeGreaterThan(2);
}

/** The sessions of clients: `client with 192.0.2.1 Established (2)`, the second time. */
async function sessionsText(testbed: Testbed): Promise<string> {
  const texts = (await testbed.sessionsOfClients()).flatMap(({ name, sessions }) =>
    sessions.map(({ address, state, ups }) => `${name} with ${address} ${state} (${ups})`),
  );
  return texts.join(', ');
}

/** Promised routes that a session lacks: `client: destination from neighbor`. */
async function missingFromSessions(testbed: Testbed, promised: Promised): Promise<string[]> {
  const bySession = await destinationsBySession(testbed);
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

async function destinationsBySession(testbed: Testbed): Promise<SessionRoutes[]> {
  const learned = await testbed.learned();
  return (await testbed.sessionsOfClients()).flatMap(({ name: client, sessions }) =>
    sessions
      .filter(({ state }) => state === 'Established')
      .map(({ address: from }) => {
        const routes = (learned.get(client) ?? []).filter((route) => route.from === from);
        return { client, from, routes: new Set(routes.map(({ destination }) => destination)) };
      }),
  );
}

/** The destinations that each client has from neighbors. */
export async function destinationsOfClients(testbed: Testbed): Promise<Promised> {
  const learned = await testbed.learned();
  return new Map([...learned].map(([client, routes]) => [client, new Set(routes.map((route) => route.destination))]));
}

function inOrder(routes: Promised): Record<string, string[]> {
  return Object.fromEntries([...routes].map(([client, all]) => [client, sorted(all)]));
}

const sorted = (routes: Iterable<string>) => [...routes].sort();
