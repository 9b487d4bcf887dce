import { BgpTopology, chosenOf, Session } from '../../lib';
import { Expectation } from '../../lib/proof/expectation';
import { Holding, routesOf, simulate } from '../../lib/proof/simulation';

/** What a failure comes to, found without any short cut: by spreading each route over the whole topology. */
export interface Truth {
  /** `client family route` of each route that a client should learn, with the number of routers that it has it from. */
  readonly paths: ReadonlyMap<string, number>;
  readonly leak: boolean;
  readonly unsettled: number;
}

/** The sessions once something has failed. Choices are made again from what was chosen before. */
export function sessionsUnder({ sessions, choices }: BgpTopology, failed: ReadonlySet<string>): readonly Session[] {
  const made = choices.flatMap((choice) => {
    const { candidates, most, ...session } = choice;
    return chosenOf(choice, failed, chosenOf(choice)).map((to) => ({ ...session, to }));
  });
  return [...sessions, ...made].filter(({ from, to }) => !failed.has(from) && !failed.has(to));
}

export function truthUnder(topology: BgpTopology, failed: ReadonlySet<string>): Truth {
  const { holdings, unsettled } = simulate(topology, { sessions: sessionsUnder(topology, failed) });
  const expectation = new Expectation(topology);
  const keyOf = (router: string, family: string, route: string) => `${router} ${family} ${route}`;
  const held = new Map<string, Holding>(holdings.map((each) => [keyOf(each.router, each.family, each.route), each]));
  const partOf = new Map(topology.speakers.map(({ id, group }) => [id, group.part.path]));
  const clients = topology.outside.filter(({ clientOf }) => clientOf.length > 0);
  const paths = new Map<string, number>();
  let leak = false;
  for (const { family, route, origins } of routesOf(topology)) {
    const left = clients.filter(({ id }) => origins.has(id) && !failed.has(id));
    if (left.length === 0) continue;
    const scopes = left.map(({ id, clientOf }) => expectation.scopeOf(clientOf, origins.get(id) as string[]));
    const everywhere = scopes.some((scope) => scope === undefined);
    const isFor = (part: string) => everywhere || scopes.some((scope) => scope?.has(part));
    for (const [id, part] of partOf) if (!isFor(part) && held.has(keyOf(id, family, route))) leak = true;
    for (const client of clients) {
      const sessions = topology.choices.filter(({ from }) => from === client.id);
      const external =
        topology.groups[0].mode === 'route-server' &&
        left.every(({ autonomousSystem }) => autonomousSystem === client.autonomousSystem);
      const wanted =
        !failed.has(client.id) &&
        !origins.has(client.id) &&
        !external &&
        sessions.some(({ families }) => families.includes(family)) &&
        expectation.componentOf(client.clientOf[0]) === expectation.componentOf(left[0].clientOf[0]) &&
        client.clientOf.some(isFor);
      if (!wanted) continue;
      const key = keyOf(client.id, family, route);
      paths.set(key, new Set(held.get(key)?.paths.map(({ from }) => from)).size);
    }
  }
  return { paths, leak, unsettled: unsettled.length };
}
