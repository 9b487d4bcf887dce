import { setTimeout as pause } from 'timers/promises';
import { Testbed } from './testbed';

/** Destinations by the name of the router outside that is to have them. */
export type Destinations = ReadonlyMap<string, ReadonlySet<string>>;

/** A time in which a client lacked a route. */
export interface Gap {
  readonly client: string;
  readonly destination: string;
  /** From the start of the event to the first look that lacked the route, in seconds. */
  readonly after: number;
  /** From that look to the first one that had the route again, or to the last one, in seconds. */
  readonly seconds: number;
  /** Whether the last look lacked the route, too. */
  readonly open: boolean;
}

export interface Watched {
  /** How often the tables were read. */
  readonly looks: number;
  readonly gaps: readonly Gap[];
}

/** From one look at the clients' tables to the next, in milliseconds. */
const LOOK_MS = 100;

/** Reads the clients' tables again and again while `event` happens, and once more after it. */
export async function watchRoutes(
  testbed: Pick<Testbed, 'learned'>,
  wanted: Destinations,
  event: () => Promise<unknown>,
): Promise<Watched> {
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const open = new Map<string, Omit<Gap, 'seconds' | 'open'>>();
  const gaps: Gap[] = [];
  let looks = 0;
  let over = false;
  const look = async () => {
    const learned = await testbed.learned();
    looks++;
    const now = seconds();
    for (const [client, destinations] of wanted) {
      const present = new Set(learned.get(client)?.map(({ destination }) => destination));
      for (const destination of destinations) {
        const key = `${client} ${destination}`;
        const gap = open.get(key);
        if (!present.has(destination)) open.set(key, gap ?? { client, destination, after: now });
        else if (gap) {
          open.delete(key);
          gaps.push({ ...gap, seconds: now - gap.after, open: false });
        }
      }
    }
  };
  const looking = async () => {
    while (!over) await Promise.all([look(), pause(LOOK_MS)]);
  };
  await Promise.all([event().finally(() => (over = true)), looking()]);
  await look();
  for (const gap of open.values()) gaps.push({ ...gap, seconds: seconds() - gap.after, open: true });
  return { looks, gaps };
}

/** One text for each gap. */
export function gapTexts({ gaps }: Watched): string[] {
  return gaps.map(
    ({ client, destination, after, seconds, open }) =>
      `${client}: ${destination} missing ${after.toFixed(1)} s after the start, for ${seconds.toFixed(1)} s${open ? ' or longer' : ''}`,
  );
}
