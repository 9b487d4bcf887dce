import { Family } from '../../addressing';
import { BgpTopology, Failed } from '../../model';
import { AreaReachability, Leak } from '../areas/area-reachability';
import { Client } from '../areas/areas';
import { exampleFor, RouteClass } from '../areas/route-classes';
import { Failure } from '../result';
import { Obstacle, obstacleBefore } from '../simulator/obstacle';
import { reasonFor } from '../simulator/selection';

const NOTHING: Failed = new Set();

/** Why the routes of a class do not reach a client, and what to change: two clauses with a colon between them. */
export function whyNot(
  reach: AreaReachability,
  routes: RouteClass,
  client: Client,
  failed = NOTHING,
): string | undefined {
  const route = exampleFor(client, routes);
  const { network, spread } = reach.spreading.spreadOf(routes, route, failed, client);
  const obstacle = obstacleBefore(network, spread, route, client.id);
  return obstacle && RULES[obstacle.rule](obstacle, routes.family);
}

/** What stops a route, by the RFC that says so, and what to change. */
const RULES: Readonly<Record<Obstacle['rule'], (obstacle: Obstacle, family: Family) => string>> = {
  family: ({ from, to }, family) =>
    `the session of ${from} with ${to} does not carry ${family}: let both ends carry it`,
  'non-client': ({ from, to, instead }) =>
    `${from} has it from a router that is not its client${preferring(instead)}, and sends such a path to clients only, not to ${to} ` +
    `(RFC 4456, 6): make ${to} its client, or join ${to} in a mesh with the routers whose clients announce it`,
  only: ({ from, to }) =>
    `${from} does not send it upstream to ${to}, as its community is communities.only: announce it without`,
  'own AS': (obstacle) =>
    drops(
      obstacle,
      'its own AS number is in the path (RFC 4271, 9.1.2)',
      'an AS number that is in no path of the route',
    ),
  ORIGINATOR_ID: (obstacle) =>
    drops(obstacle, 'its own BGP identifier is ORIGINATOR_ID (RFC 4456, 8)', 'a BGP identifier of its own'),
  'import policy': (obstacle) =>
    drops(
      obstacle,
      'its import policy denies that (filters, member.prefixes, clientRoutes)',
      'a policy that permits it',
    ),
  CLUSTER_LIST: (obstacle) =>
    drops(
      obstacle,
      'its own cluster id is in CLUSTER_LIST (RFC 4456, 8)',
      'a way to the route that does not lead through itself',
    ),
};

const drops = ({ from, to, instead }: Obstacle, why: string, need: string): string =>
  `${to} drops what it has from ${from}${preferring(instead, from)}, as ${why}: give ${to} ${need}`;

/** @param who prefers the path, where the clause before does not end with it */
const preferring = (instead: Obstacle['instead'], who = 'it'): string =>
  instead ? ` (${who} prefers the path of ${instead.winner} to that of ${instead.loser}: ${instead.why})` : '';

/** What to change so that a failure costs nothing. */
export function cureOf({ groups, speakers }: BgpTopology, { kind, name, failed }: Failure): string {
  if (kind === 'router') return `connect the nodes beside ${name} to a second router`;
  const down = new Set(failed);
  const group =
    speakers.find(({ id }) => down.has(id))?.group ??
    groups.find(({ addresses }) => addresses.some(({ text }) => text === name));
  if (group === undefined) return 'add another one';
  const { part, side } = group;
  const sides = new Set(groups.filter((other) => other.part.path === part.path).map((other) => other.side));
  if (side !== undefined && sides.size === 1) return `give ${part.name} a second side`;
  if (kind === 'node') return 'put its pods on different nodes';
  return `give ${part.name} a second pod on another node`;
}

/** Where a route leaves its region. */
export function whyLeaked(
  reach: AreaReachability,
  { routes, speaker }: Leak,
  scope: ReadonlySet<string>,
  failed = NOTHING,
): string {
  const { areaOf, partOf } = reach.areas;
  const area = areaOf.get(speaker) as number;
  const { network, spread } = reach.spreading.spreadOf(routes, routes.routes[0], failed, { id: speaker, area });
  let place = network.places.get(speaker) as number;
  for (;;) {
    const via = spread.best[place];
    if (typeof via !== 'number') return '';
    const { router: from, reverse } = network.routers[place].neighbors[via];
    const [sender, receiver] = [network.routers[from].id, network.routers[place].id];
    if (scope.has(partOf.get(sender) ?? '')) {
      return network.routers[from].neighbors[reverse].filtered
        ? `, as ${sender} sends it upstream to ${receiver} without a filter: give it the communities.only of its region`
        : `, as ${sender} sends it to ${receiver}, and communities.only filters sessions upstream only: remove that session`;
    }
    place = from;
  }
}

/** Between which paths a router takes turns; undefined where they are not known. */
export function whyOscillating(reach: AreaReachability, routes: RouteClass, failed = NOTHING): string | undefined {
  const { network, spread } = reach.spreading.spreadOf(routes, routes.routes[0], failed);
  if (spread.change === undefined) return undefined;
  const { router, before, after } = spread.change;
  const at = network.routers[router];
  const path = (via: number) => ({ via, path: spread.received[router][via]! });
  const from = (via: number) => network.routers[at.neighbors[via].router].id;
  return (
    `, as ${at.id} prefers the path of ${from(after)} to that of ${from(before)} (${reasonFor(at, path(after), path(before))}), ` +
    `and by sending it takes it away from ${from(after)}: remove a session from the ring that the paths come through`
  );
}
