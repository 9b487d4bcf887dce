import { destinationsOf, routeKey } from '../../lab/comparison/paths';
import { LabPlan } from '../../lab/plan/plan';
import { sessionsOf, simulate } from '../../lib';
import { Destinations } from './route-watch';

/** The destinations of other clients that each client is to have, by its name. */
export type Promised = Destinations;

/**
 * What clients have, as the proof simulates it, while workloads are lost.
 *
 * @param lost names of workloads that no pod is left of
 */
export function promisedRoutes({ topology, clients }: LabPlan, lost: ReadonlySet<string> = new Set()): Promised {
  const failed = new Set(topology.speakers.flatMap(({ id, group }) => (lost.has(group.workload) ? [id] : [])));
  const { holdings } = simulate(topology, { sessions: sessionsOf(topology, failed) });
  const destinations = destinationsOf(topology);
  return new Map(
    clients.map(({ name }) => {
      const learned = holdings.filter(({ router, own }) => router === name && !own);
      return [name, new Set(learned.flatMap(({ family, route }) => destinations.get(routeKey(family, route))!))];
    }),
  );
}

/** The workloads of a side, in all regions and pairs. */
export const sideOf = ({ topology }: LabPlan, side: 'a' | 'b'): readonly string[] =>
  topology.groups.filter((group) => group.side === side).map(({ workload }) => workload);

/** The workloads of the core. */
export const coreOf = ({ topology }: LabPlan): readonly string[] =>
  topology.groups.filter(({ side }) => side === undefined).map(({ workload }) => workload);
