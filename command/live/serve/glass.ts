import * as path from 'path';
import { pictureFor } from '../../../lib/report';
import { LiveApp } from '../live-app';
import { Glass } from './server';
import { stateOf } from './state';

/** For how long an answer of a cluster is good for all that ask, in milliseconds. */
const FRESH_MS = 2_000;

/**
 * The pages of an app.
 *
 * @param look reads all clusters; not more than once at a time, however many look at the pages
 * @param routesOf who has a prefix, as text
 */
export function glassOf(
  folder: string,
  look: () => Promise<LiveApp>,
  routesOf: (prefix: string) => Promise<string>,
  now: () => number = () => performance.now(),
): Glass {
  const name = path.basename(path.resolve(folder));
  let last: { readonly app: Promise<LiveApp>; freshUntil: number } | undefined;
  const current = (): Promise<LiveApp> => {
    if (last && now() < last.freshUntil) return last.app;
    const one = { app: look(), freshUntil: Infinity };
    last = one;
    void one.app.then(
      () => (one.freshUntil = now() + FRESH_MS),
      // The next one asks again.
      () => (one.freshUntil = 0),
    );
    return one.app;
  };
  return {
    name,
    picture: async () => pictureFor((await current()).expected, name),
    state: async () => stateOf(await current()),
    routes: routesOf,
  };
}
