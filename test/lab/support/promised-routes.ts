import { destinationOf, resolve } from '../../../lab/clients/announcement';
import { selects } from '../../../lab/manifests/strict';
import { Workload } from '../../../lab/manifests/objects';
import { ClientPlan } from '../../../lab/plan/clients';
import { groupsOf } from '../../../lab/plan/groups';
import { LabPlan } from '../../../lab/plan/plan';
import { routerOf } from '../../../lab/plan/router-of';

/** The destinations of other clients that each client is to have, by its name. */
export type Promised = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What the topology promises to its clients while workloads are lost. A client has the routes of another if
 *
 * - a router that works serves both; or
 * - one that serves the first and one that serves the other are in one mesh; or
 * - both are below one upstream that works, and the route is not one that stays in its region.
 *
 * A client beside the lost parts is promised what it had before.
 *
 * @param lost names of workloads that no pod is left of
 */
export function promisedRoutes(plan: LabPlan, lost: ReadonlySet<string> = new Set()): Promised {
  const routers = routersOf(plan).filter(({ name }) => !lost.has(name));
  const working = new Set(routers.map(({ name }) => name));
  const servingOf = (client: ClientPlan) =>
    routers.filter(({ addresses }) => client.neighbors.some(({ address }) => addresses.has(address)));
  return new Map(
    plan.clients.map((client) => {
      const destinations = plan.clients
        .filter((other) => other !== client)
        .flatMap((other) => {
          const pairs = servingOf(other).flatMap((from) => servingOf(client).map((to) => ({ from, to })));
          return other.announcements.flatMap((announcement) => {
            const communities = 'communities' in announcement ? (announcement.communities ?? []) : [];
            const passes = pairs.some(
              ({ from, to }) =>
                from === to ||
                meets(from.mesh, to.mesh) ||
                (meets(from.upstream, to.upstream, working) && !communities.some((one) => one === from.only)),
            );
            return passes ? [ownDestination(other, announcement)] : [];
          });
        });
      return [client.name, new Set(destinations)] as const;
    }),
  );
}

/** The workloads of a side, in all regions and pairs. */
export function sideOf({ objects }: LabPlan, side: 'a' | 'b'): readonly string[] {
  return groupsOf(objects).flatMap((group) => (group.side === side ? [group.id] : []));
}

/** The workloads that others have for their upstream. */
export function coreOf(plan: LabPlan): readonly string[] {
  return [...new Set(routersOf(plan).flatMap(({ upstream }) => [...upstream]))];
}

/** The routers of a workload: all alike. */
interface Router {
  readonly name: string;
  /** What clients peer with. */
  readonly addresses: ReadonlySet<string>;
  /** Names of the workloads that it has a full mesh with, its own among them. */
  readonly mesh: ReadonlySet<string>;
  readonly upstream: ReadonlySet<string>;
  /** The community of routes that it does not send upstream. */
  readonly only?: string;
}

function routersOf({ objects }: LabPlan): Router[] {
  const groups = new Map(groupsOf(objects).map((group) => [group.id, group]));
  const behind = (service: string, { namespace }: Workload) =>
    objects.services
      .filter((one) => one.name === service && one.namespace === namespace)
      .flatMap(({ selector }) => objects.workloads.filter(({ podLabels }) => selects(selector, podLabels)))
      .map(({ name }) => name);
  return objects.workloads.map((workload) => {
    const { discovered } = routerOf(workload, objects);
    const found = (kind: 'mesh' | 'upstream') =>
      new Set(discovered.flatMap((group) => (group.kind === kind ? behind(group.service.name, workload) : [])));
    const { addresses = [], communities } = groups.get(workload.name) ?? {};
    return {
      name: workload.name,
      addresses: new Set(addresses.map(({ text }) => text)),
      mesh: found('mesh'),
      upstream: found('upstream'),
      only: communities?.only,
    };
  });
}

function meets(some: ReadonlySet<string>, others: ReadonlySet<string>, among?: ReadonlySet<string>): boolean {
  return [...some].some((one) => others.has(one) && (among === undefined || among.has(one)));
}

function ownDestination({ neighbors }: ClientPlan, announcement: ClientPlan['announcements'][number]): string {
  const addresses = neighbors.map(({ localAddress }) => localAddress);
  return destinationOf(resolve(announcement, addresses));
}
