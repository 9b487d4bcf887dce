import { setTimeout as pause } from 'timers/promises';
import { eventually } from '../../../lab/eventually';
import { Lab } from '../../../lab/lab';
import { Promised } from './promised-routes';

/** How long routes may take to be as promised, in milliseconds: a lost router is noticed by a hold time of 30 s. */
const PATIENCE_MS = 120_000;

/** From one look at the clients' routes to the next, in milliseconds. */
const LOOK_MS = 200;

/** Waits until each client has the routes that it is promised, and no others. */
export async function untilPromiseHolds(lab: Lab, promised: Promised): Promise<void> {
  await eventually(
    async () => expect(inOrder(await destinations(lab))).toEqual(inOrder(promised)),
    PATIENCE_MS,
    LOOK_MS,
  );
}

/** What was seen of the clients' routes while something happened. */
export interface Watch {
  readonly looks: number;
  /** Of each route that was promised and not there at any time: `client: destination`, and when, for the first time. */
  readonly lost: readonly string[];
}

/** Looks at what clients have again and again while `event` happens, and once more when it is over. */
export async function watchRoutes(lab: Lab, promised: Promised, event: () => Promise<unknown>): Promise<Watch> {
  const lost = new Map<string, string>();
  const begun = performance.now();
  let looks = 0;
  let over = false;
  const look = async () => {
    looks++;
    const seen = await destinations(lab);
    const after = ((performance.now() - begun) / 1000).toFixed(1);
    for (const [client, wanted] of promised) {
      for (const destination of wanted) {
        const subject = `${client}: ${destination}`;
        if (!seen.get(client)?.has(destination) && !lost.has(subject))
          lost.set(subject, `${subject}, after ${after} s`);
      }
    }
  };
  const looking = (async () => {
    while (!over) await Promise.all([look(), pause(LOOK_MS)]);
  })();
  try {
    await event();
  } finally {
    over = true;
    await looking;
  }
  await look();
  return { looks, lost: [...lost.values()] };
}

/** No client was without a promised route while `event` happened. */
export async function losesNoRoute(lab: Lab, promised: Promised, event: () => Promise<unknown>): Promise<void> {
  const { looks, lost } = await watchRoutes(lab, promised, event);
  expect(lost).toEqual([]);
  // A look before and one after would have seen nothing.
  expect(looks).toBeGreaterThan(2);
}

async function destinations(lab: Lab): Promise<Promised> {
  const learned = await lab.learned();
  return new Map([...learned].map(([client, routes]) => [client, new Set(routes.map((route) => route.destination))]));
}

function inOrder(routes: Promised): Record<string, string[]> {
  return Object.fromEntries([...routes].map(([client, all]) => [client, [...all].sort()]));
}
