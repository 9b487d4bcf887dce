import { isIPv6 } from 'net';
import { destinationOf, resolve } from '../../../lab/clients/announcement';
import { LearnedRoute } from '../../../lab/clients/client';
import { eventually } from '../../../lab/eventually';
import { ClientPlan } from '../../../lab/plan/clients';
import { LabPlan } from '../../../lab/plan/plan';
import { RegionCommunities } from '../../../lib';
import { Family } from '../../../lib/addressing';
import { Testbed } from '../../../test-support/testbed/testbed';

/** What is looked at of a route that a client has. Of iBGP and eBGP it is the same, but for what only one of them has. */
export interface ExpectedRoute {
  readonly destination: string;
  /** The address of the neighbor that it is from. */
  readonly from: string;
  readonly nextHop: string;
  readonly asPath: readonly number[];
  readonly communities: readonly string[];
  /** 0 where there is none, which is the same (RFC 4271, 9.1.2.2). */
  readonly med: number;
  readonly routeTargets: readonly string[];
  readonly label?: number;
  /** iBGP only. */
  readonly localPreference?: number;
  /** iBGP only. */
  readonly originatorId?: string;
}

/** The local preference of routes that other regions are to use last. */
const LAST_CHOICE = 20;
/** That of all others. */
const LOCAL_PREFERENCE = 100;
/** How long routes may take, in milliseconds, on a machine that is busy with other things. */
const PATIENCE_MS = 60_000;

/**
 * What each client is to have from each of its neighbors: all that the other clients announce, with what they said of
 * it. Route reflectors add the client that it is from, and heed the communities of its region; route servers add
 * nothing, and least of all their AS number.
 */
export function expectedRoutes(
  plan: LabPlan,
  { only, preferred }: RegionCommunities = {},
): ReadonlyMap<string, readonly ExpectedRoute[]> {
  const partOf = partsOf(plan);
  const routes = (client: ClientPlan): ExpectedRoute[] =>
    plan.clients
      .filter((other) => other !== client)
      .flatMap((other) =>
        announcedBy(other).flatMap(({ family, communities, ...route }) => {
          const foreign = partOf(client) !== partOf(other);
          if (!client.families.includes(family) || (foreign && has(communities, only))) return [];
          return neighborsFor(client, family).map(({ address, autonomousSystem }): ExpectedRoute => {
            const common = { ...route, communities, from: address };
            if (autonomousSystem !== client.autonomousSystem) return { ...common, asPath: [other.autonomousSystem] };
            const localPreference = foreign && has(communities, preferred) ? LAST_CHOICE : LOCAL_PREFERENCE;
            return { ...common, asPath: [], localPreference, originatorId: other.routerId };
          });
        }),
      );
  return new Map(plan.clients.map((client) => [client.name, inOrder(routes(client))]));
}

/** The neighbors that send routes of a family: those of its IP family, where a client has neighbors of both. EVPN is on IPv4. */
function neighborsFor({ neighbors }: ClientPlan, family: Family): ClientPlan['neighbors'] {
  const six = neighbors.filter(({ address }) => isIPv6(address));
  if (six.length === 0 || six.length === neighbors.length) return neighbors;
  return family === 'inet6' ? six : neighbors.filter((neighbor) => !six.includes(neighbor));
}

/** Waits until each client has what is expected, and nothing else. */
export async function untilRoutesAre(
  testbed: Testbed,
  expected: ReadonlyMap<string, readonly ExpectedRoute[]>,
  milliseconds = PATIENCE_MS,
): Promise<void> {
  await eventually(async () => {
    expect(await routesOfClients(testbed)).toEqual(expected);
  }, milliseconds);
}

/** What each client has, as {@link expectedRoutes} puts it. */
export async function routesOfClients(testbed: Testbed): Promise<ReadonlyMap<string, readonly ExpectedRoute[]>> {
  const learned = [...(await testbed.learned())];
  return new Map(learned.map(([name, routes]) => [name, inOrder(routes.map(seen))]));
}

function seen(route: LearnedRoute): ExpectedRoute {
  const { destination, from, nextHop, asPath, communities, med = 0, routeTargets, label } = route;
  const common = { destination, from, nextHop, asPath, communities, med, routeTargets, label };
  // What a router assigns to a route of eBGP is its own affair.
  return asPath.length > 0
    ? common
    : { ...common, localPreference: route.localPreference, originatorId: route.originatorId };
}

function announcedBy({ announcements, neighbors }: ClientPlan) {
  return announcements.map((announcement) => {
    const resolved = resolve(
      announcement,
      neighbors.map(({ localAddress }) => localAddress),
    );
    const { family, nextHop, communities = [], med = 0 } = resolved;
    const ofEvpn = resolved.family === 'evpn' ? resolved : { routeTargets: [], label: undefined };
    const { routeTargets, label } = ofEvpn;
    return { family, destination: destinationOf(resolved), nextHop, communities, med, routeTargets, label };
  });
}

/** The region or pair that a client is a client of. */
function partsOf({ topology }: LabPlan): (client: ClientPlan) => string | undefined {
  const parts = new Map(
    topology.groups.flatMap(({ part, addresses }) => addresses.map(({ text }) => [text, part.path] as const)),
  );
  return ({ neighbors }) => parts.get(neighbors[0].address);
}

function has(communities: readonly string[], community: string | undefined): boolean {
  return community !== undefined && communities.includes(community);
}

function inOrder(routes: readonly ExpectedRoute[]): ExpectedRoute[] {
  const key = ({ destination, from }: ExpectedRoute) => `${destination} ${from}`;
  return [...routes].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
