import { append, BgpTopology, grouped, increase } from '../../model';
import { Areas, Client } from './areas';
import { Expectation, Scope } from './expectation';
import { Identity } from '../simulator/network';
import { Origination } from '../simulator/propagation';
import { Route, routesOf } from '../simulator/simulation';

/** Routes that spread mergeKey: of one family, by clients with the same sessions, with communities of the same effect. */
export interface RouteClass extends Origination {
  /** At least one. The origins of the class are those of the first one. */
  readonly routes: readonly Route[];
  /** The areas of all its origins; where a path may be hidden, all in which anybody should learn the route. */
  readonly areas: readonly number[];
  /** Origins, with the parts that each announces the route for. */
  readonly scopes: readonly { readonly client: Client; readonly scope: Scope }[];
  readonly component: string;
  /** The AS number that is in all paths of the routes; undefined where there is none. A client of that AS takes none. */
  readonly soleAs?: number;
  /**
   * Whether some client takes the path of one origin and not that of another one, whose AS number is its own. What it
   * learns then depends on which path a route server prefers, as it sends no other one (RFC 7947, 2.3.1).
   */
  readonly contested: boolean;
  /** How many of the routes each client announces itself. */
  readonly own: ReadonlyMap<string, number>;
  /** What routes must have in common to be learned alike where they come from elsewhere; undefined where they are for some parts only. */
  readonly kind?: string;
}

/** The routes of a topology by classes. */
export function routeClassesOf(
  topology: BgpTopology,
  areas: Areas,
  expectation: Expectation,
  identities: ReadonlyMap<string, Identity>,
): readonly RouteClass[] {
  const clients = new Map(areas.all.flatMap((area) => area.clients.map((client) => [client.id, client])));
  const meaningful = new Set(topology.groups.flatMap(({ communities: { only, preferred } }) => [only, preferred]));
  const sessionsOf = new Map([...clients.values()].map((client) => [client.id, sessionsText(client)]));
  const found = new Map<string, Route[]>();
  const componentOf = (id: string) => expectation.componentOf((clients.get(id) as Client).parts[0]);
  for (const route of routesOf(topology).flatMap((each) => apart(each, componentOf))) {
    // The order of the identifiers decides between the paths of origins; their values do not matter.
    const identifier = (id: string) => (identities.get(id) as Identity).routerId;
    const inOrder = [...route.origins].sort(([one], [other]) => identifier(one) - identifier(other));
    const origins = inOrder.map(([id, communities]) => {
      const effective = communities.filter((community) => meaningful.has(community)).sort();
      return `${sessionsOf.get(id)} ${effective.join(' ')}`;
    });
    const key = [route.family, ...origins].join('\n');
    append(found, key, route);
  }
  const context = { clients, expectation, areas, numbers: asNumbersOf([...clients.values()]) };
  return [...found.values()].map((routes) => classOf(routes, context));
}

/** A route once for each of the networks, with nothing between them, in which it is announced. */
function apart(route: Route, componentOf: (id: string) => string): readonly Route[] {
  const origins = grouped([...route.origins], ([id]) => componentOf(id));
  return [...origins.values()].map((own) => ({ ...route, origins: new Map(own) }));
}

/** Everything about a client that decides where its routes go. */
function sessionsText({ id, besideNodes, autonomousSystem, choices }: Client): string {
  const external = isExternal({ choices }) ? autonomousSystem : '';
  const sessions = choices.map(({ choice: { kind, candidates, most, families, address } }) =>
    [kind, candidates.join(','), most, families.join(','), address].join(' '),
  );
  return [external, besideNodes ? id : '', ...sessions].join(';');
}

/** What a class is made with. */
interface Context {
  readonly clients: ReadonlyMap<string, Client>;
  readonly expectation: Expectation;
  readonly areas: Areas;
  /** How many eBGP clients have each AS number. */
  readonly numbers: ReadonlyMap<number, number>;
}

function classOf(routes: readonly Route[], { clients, expectation, areas, numbers }: Context): RouteClass {
  const [{ family, route, origins }] = routes;
  const scopes = [...origins].map(([id, communities]) => {
    const client = clients.get(id) as Client;
    return { client, scope: expectation.scopeOf(client.parts, communities) };
  });
  const own = new Map<string, number>();
  for (const route of routes) for (const id of route.origins.keys()) increase(own, id);
  const component = expectation.componentOf(scopes[0].client.parts[0]);
  const inPaths = new Map<number | undefined, number>();
  for (const { client } of scopes) increase(inPaths, asInPath(client));
  const soleAs = inPaths.size === 1 ? asInPath(scopes[0].client) : undefined;
  const contested =
    inPaths.size > 1 && [...inPaths].some(([as, origins]) => as !== undefined && (numbers.get(as) as number) > origins);
  const everywhere = () => areas.all.flatMap(({ parts }, i) => (isIn(parts, component, expectation) ? [i] : []));
  const touching = contested ? everywhere() : [...new Set(scopes.map(({ client }) => client.area))];
  const limited = scopes.some(({ scope }) => scope !== undefined);
  const kind = limited ? undefined : `${family} ${component} ${soleAs}`;
  return { family, route, origins, routes, areas: touching, scopes, component, soleAs, contested, own, kind };
}

const isIn = ([first]: readonly string[], component: string, expectation: Expectation): boolean =>
  first !== undefined && expectation.componentOf(first) === component;

const isExternal = ({ choices }: Pick<Client, 'choices'>): boolean =>
  choices.some(({ choice }) => choice.kind === 'external');

/** The AS number that a client puts into the path of what it announces; undefined for a client of route reflectors. */
const asInPath = (client: Client): number | undefined => (isExternal(client) ? client.autonomousSystem : undefined);

function asNumbersOf(clients: readonly Client[]): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>();
  for (const client of clients) {
    const as = asInPath(client);
    if (as !== undefined) increase(numbers, as);
  }
  return numbers;
}

/** The parts that a route is for, by those of its origins that work; none where none does. */
export function scopeUnder({ scopes }: RouteClass, failed: ReadonlySet<string>): Scope {
  const left = scopes.filter(({ client }) => !failed.has(client.id));
  if (left.some(({ scope }) => scope === undefined)) return undefined;
  return new Set(left.flatMap(({ scope }) => [...(scope as Set<string>)]));
}

/**
 * How many of the routes of a class a client should learn: those that it does not announce itself, if any origin that
 * works announces them for a part of the client's, on a path that the client takes.
 */
export function routesFor(routes: RouteClass, client: Client, failed: ReadonlySet<string>): number {
  const { family, scopes } = routes;
  const learns = ({ client: origin, scope }: RouteClass['scopes'][number]) =>
    !failed.has(origin.id) &&
    asInPath(origin) !== client.autonomousSystem &&
    (scope === undefined || client.parts.some((part) => scope.has(part)));
  if (!client.families.has(family) || !scopes.some(learns)) return 0;
  return routes.routes.length - (routes.own.get(client.id) ?? 0);
}

/** A route of a class of which a client should learn some: the first that it does not announce itself. */
export const exampleFor = ({ id }: Client, { routes }: RouteClass): Route =>
  routes.find(({ origins }) => !origins.has(id)) as Route;

/** Whether a client should learn what comes from elsewhere of a kind of routes. */
export function learnable(
  { families, autonomousSystem }: Client,
  { family, soleAs }: Pick<RouteClass, 'family' | 'soleAs'>,
): boolean {
  return families.has(family) && autonomousSystem !== soleAs;
}
