import { BgpTopology, Family } from '../model';
import { Areas, Client } from './areas';
import { Expectation, Scope } from './expectation';
import { Origination } from './propagation';
import { Route, routesOf } from './simulation';

/** Routes that spread alike: of one family, by clients with the same sessions, with communities of the same effect. */
export interface RouteClass extends Origination {
  /** At least one. The origins of the class are those of the first one. */
  readonly routes: readonly Route[];
  /** The areas of all its origins. */
  readonly areas: readonly number[];
  /** Origins, with the parts that each announces the route for. */
  readonly scopes: readonly { readonly client: Client; readonly scope: Scope }[];
  readonly component: string;
  /** AS numbers of the origins where they are eBGP neighbours; routers of these need not learn the route from others. */
  readonly asNumbers: readonly number[];
  /** How many of the routes each client announces itself. */
  readonly own: ReadonlyMap<string, number>;
  /** What routes must have in common to be learned alike where they come from elsewhere; undefined where they are for some parts only. */
  readonly kind?: string;
}

/** The routes of a topology by classes. */
export function routeClassesOf(topology: BgpTopology, areas: Areas, expectation: Expectation): readonly RouteClass[] {
  const clients = new Map(areas.all.flatMap((area) => area.clients.map((client) => [client.id, client])));
  const told = new Set(topology.groups.flatMap(({ communities: { only, preferred } }) => [only, preferred]));
  const sessionsOf = new Map([...clients.values()].map((client) => [client.id, sessionsText(client)]));
  const found = new Map<string, Route[]>();
  for (const route of routesOf(topology)) {
    const origins = [...route.origins].map(([id, communities]) => {
      const effective = communities.filter((community) => told.has(community)).sort();
      return `${sessionsOf.get(id)} ${effective.join(' ')}`;
    });
    const key = [route.family, ...origins].join('\n');
    const list = found.get(key);
    if (list) list.push(route);
    else found.set(key, [route]);
  }
  return [...found.values()].map((routes) => classOf(routes, clients, expectation));
}

/** All of a client that the way of its routes depends on. */
function sessionsText({ id, besideNodes, autonomousSystem, choices }: Client): string {
  const [first] = choices;
  const external = first?.choice.kind === 'external' ? autonomousSystem : '';
  const sessions = choices.map(({ choice: { kind, candidates, most, families, address } }) =>
    [kind, candidates.join(','), most, families.join(','), address].join(' '),
  );
  return [external, besideNodes ? id : '', ...sessions].join(';');
}

function classOf(routes: readonly Route[], clients: ReadonlyMap<string, Client>, expectation: Expectation): RouteClass {
  const [{ family, origins }] = routes;
  const scopes = [...origins].map(([id, communities]) => {
    const client = clients.get(id) as Client;
    return { client, scope: expectation.scopeOf(client.parts, communities) };
  });
  const own = new Map<string, number>();
  for (const route of routes) for (const id of route.origins.keys()) own.set(id, (own.get(id) ?? 0) + 1);
  const external = scopes.flatMap(({ client }) =>
    client.choices.some(({ choice }) => choice.kind === 'external') ? [client.autonomousSystem] : [],
  );
  const asNumbers = [...new Set(external)];
  const component = expectation.componentOf(scopes[0].client.parts[0]);
  const touching = [...new Set(scopes.map(({ client }) => client.area))];
  const limited = scopes.some(({ scope }) => scope !== undefined);
  const kind = limited ? undefined : `${family} ${component} ${asNumbers.join()}`;
  return { family, origins, routes, areas: touching, scopes, component, asNumbers, own, kind };
}

/** The parts that a route is for, by those of its origins that work; false where none does. */
export function scopeUnder({ scopes }: RouteClass, failed: ReadonlySet<string>): Scope | false {
  const left = scopes.filter(({ client }) => !failed.has(client.id));
  if (left.length === 0) return false;
  if (left.some(({ scope }) => scope === undefined)) return undefined;
  return left.length === 1 ? left[0].scope : new Set(left.flatMap(({ scope }) => [...(scope as Set<string>)]));
}

/** How many of the routes of a class a client should learn, as far as its family and origins say. */
export function routesFor(routes: RouteClass, client: Client): number {
  return learnable(client, routes.family, routes.asNumbers)
    ? routes.routes.length - (routes.own.get(client.id) ?? 0)
    : 0;
}

/** Whether a client could learn routes of a family from eBGP neighbours of these AS numbers, if any. */
export function learnable(
  { families, autonomousSystem }: Client,
  family: Family,
  asNumbers: readonly number[],
): boolean {
  return families.has(family) && !asNumbers.includes(autonomousSystem);
}
