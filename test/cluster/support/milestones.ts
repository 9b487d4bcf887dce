import { eventually } from '../../../lab/eventually';
import { Testbed } from '../../../test-support/testbed/testbed';
import { destinationsOfClients } from '../../scenarios/support/kept-promises';
import { Promised } from '../../../test-support/testbed/promised-routes';

const PATIENCE_MS = 300_000;
const LOOK_MS = 100;

/** When an app reached what it is for, in seconds since it was applied. */
export interface Milestones {
  readonly ready: number;
  readonly sessions: number;
  readonly routes: number;
}

/** Waits until all pods are ready, all sessions are up, and each client has what the proof promises it. */
export async function milestonesOf(testbed: Testbed, promised: Promised, begun: number): Promise<Milestones> {
  const since = async (reached: () => Promise<unknown>) => {
    await eventually(reached, PATIENCE_MS, LOOK_MS);
    return (performance.now() - begun) / 1000;
  };
  const [ready, sessions, routes] = await Promise.all([
    since(async () => {
      const { pods, topology } = testbed;
      expect(pods.filter((pod) => pod.ready)).toHaveLength(topology.speakers.length);
    }),
    since(() => testbed.untilConverged(0)),
    since(async () => {
      const seen = await destinationsOfClients(testbed);
      for (const [client, wanted] of promised) {
        expect([...(seen.get(client) ?? [])]).toEqual(expect.arrayContaining([...wanted]));
      }
    }),
  ]);
  return { ready, sessions, routes };
}

/** For people. */
export const milestonesText = ({ ready, sessions, routes }: Milestones): string =>
  `all ready after ${ready.toFixed(1)} s, all sessions after ${sessions.toFixed(1)} s, all routes after ${routes.toFixed(1)} s`;
