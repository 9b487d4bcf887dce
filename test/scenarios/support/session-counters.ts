import { parseRunningConfig } from '../../../crpd-image/runtime/router/frr/running-config';
import { Testbed } from '../../../test-support/testbed/testbed';
import { bgpNeighborsOf } from './bgp-neighbors';

/** What one end of a session has counted. */
interface Counter {
  /** The name of a pod or of a client. */
  readonly at: string;
  /** The address of the neighbor. */
  readonly neighbor: string;
  readonly counted: string;
}

/**
 * The counters of all sessions. bgpd forgets those of neighbors that it accepted from a range, each time that a session
 * of theirs ends; but the other end of each of these is a neighbor that is configured, or a client.
 */
export async function countersOf(testbed: Testbed): Promise<readonly Counter[]> {
  const pods = testbed.pods.map(async (pod): Promise<Counter[]> => {
    const configured = parseRunningConfig(await pod.show('show running-config')).neighbors;
    const neighbors = await bgpNeighborsOf(pod);
    return neighbors
      .filter(({ address }) => configured.has(address))
      .map(({ address, established, ups, downs }) => ({
        ...{ at: pod.name, neighbor: address },
        counted: `${established ? 'up' : 'down'}, established ${ups} times and dropped ${downs} times`,
      }));
  });
  const clients = (await testbed.sessionsOfClients()).flatMap(({ name, sessions }) =>
    sessions.map(({ address, state, ups }) => ({
      ...{ at: name, neighbor: address },
      counted: `${state}, established ${ups} times`,
    })),
  );
  return [...(await Promise.all(pods)).flat(), ...clients];
}

/**
 * Does something, and expects that no session has flapped but those of the routers concerned.
 *
 * @param concerned names of pods, and addresses of pods and of Services; the event may add some
 */
export async function onlyConcerns(
  testbed: Testbed,
  concerned: readonly string[],
  event: () => Promise<unknown>,
): Promise<void> {
  const before = await countersOf(testbed);
  await event();
  const after = await countersOf(testbed);
  const others = before.filter(({ at, neighbor }) => !concerned.includes(at) && !concerned.includes(neighbor));
  expect(others).not.toEqual([]);
  // Only what flapped: who reads a log sees it among hundreds of sessions.
  const flapped = others.flatMap(({ at, neighbor, counted }) => {
    const now = after.find((one) => one.at === at && one.neighbor === neighbor)?.counted ?? 'gone';
    return now === counted ? [] : [`${at}, neighbor ${neighbor}: before ${counted}; now ${now}`];
  });
  expect(flapped).toEqual([]);
}
