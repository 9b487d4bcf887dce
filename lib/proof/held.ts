import { Family } from '../model';
import { Areas, BACKBONE, sessionsUnder } from './areas';
import { Identity, joined, Network } from './network';
import { propagate, Spread } from './propagation';
import { RouteClass } from './route-classes';
import { Path } from './selection';

/** Ids of speakers and of routers outside, and addresses, that do not work. */
export type Failed = ReadonlySet<string>;

/** Where the routes of a class are: among the speakers of the areas that they start in, and of the backbone. */
export interface Held {
  /** The speakers that hold them, and whether they send them to all neighbours (RFC 4456, 6) or to clients only. */
  readonly by: ReadonlyMap<string, 'from client' | 'from non-client'>;
  /** The AS number in the best path of each of them, where that decides who takes it: where the route is contested. */
  readonly asOf?: ReadonlyMap<string, number | undefined>;
  /** What areas see of it that have sessions with the backbone only: equal texts look alike to them. */
  readonly view: string;
  /** Whether any router that announces the routes works. */
  readonly announced: boolean;
  readonly settled: boolean;
}

/** Classes that areas which are not in touch with theirs learn alike. */
export interface Group {
  readonly held: Held;
  readonly family: Family;
  readonly component: string;
  readonly soleAs?: number;
  readonly classes: RouteClass[];
  routes: number;
}

/** Spreads routes over the areas that they start in, and the backbone. */
export class Spreading {
  /** How many routers routes have been spread over so far, a measure of the work. */
  steps = 0;
  /** The ids of the clients that announce anything. */
  private readonly origins: ReadonlySet<string>;

  constructor(
    private readonly areas: Areas,
    private readonly identities: ReadonlyMap<string, Identity>,
    classes: readonly RouteClass[],
  ) {
    this.origins = new Set(classes.flatMap(({ scopes }) => scopes.map(({ client }) => client.id)));
  }

  /** Spreads the routes of classes, each over the areas that it starts in and the backbone. */
  spread(classes: Iterable<RouteClass>, failed: Failed): ReadonlyMap<RouteClass, Held> {
    const networks = new Map<string, Network>();
    const held = new Map<RouteClass, Held>();
    for (const each of classes) {
      const announced = each.scopes.some(({ client }) => !failed.has(client.id));
      if (!announced) {
        held.set(each, { by: new Map(), view: '', announced, settled: true });
        continue;
      }
      const key = each.areas.join();
      const network = networks.get(key) ?? this.networkOf(each.areas, failed);
      networks.set(key, network);
      held.set(each, this.heldIn(network, each));
    }
    return held;
  }

  /** What the routers of its areas and of the backbone hold of a route, with nothing failed. */
  spreadOf(routes: RouteClass): { readonly network: Network; readonly spread: Spread } {
    const network = this.networkOf(routes.areas, new Set());
    return { network, spread: propagate(network, routes) };
  }

  /** How many paths each speaker of these areas and of the backbone has of a route, with nothing failed. */
  pathsOf(routes: RouteClass): ReadonlyMap<string, number> {
    const {
      network,
      spread: { received },
    } = this.spreadOf(routes);
    const paths = network.routers.flatMap(({ id, outside }, place) => {
      const count = received[place].filter((path) => path !== undefined).length;
      return outside || count === 0 ? [] : [[id, count] as const];
    });
    return new Map(paths);
  }

  /** The speakers of some areas and of the backbone, and the clients in these areas that announce anything. */
  private networkOf(areas: readonly number[], failed: Failed): Network {
    const numbers = new Set([BACKBONE, ...areas]);
    const members = [...numbers].map((number) => this.areas.all[number]);
    const clients = members.flatMap((area) => area.clients.filter(({ id }) => this.origins.has(id)));
    const ids = [...members.flatMap(({ speakers }) => speakers), ...clients.map(({ id }) => id)];
    const sessions = members.flatMap(({ sessions: meshed, border, crossings }, i) => [
      ...meshed,
      ...[...border, ...(i === 0 ? [] : crossings)].flatMap(({ own, other, area, families }) =>
        numbers.has(area) && (area === BACKBONE || own < other)
          ? [{ kind: 'mesh', from: own, to: other, families, group: '' } as const]
          : [],
      ),
    ]);
    const choices = [...members.flatMap(({ upstream }) => upstream), ...clients.flatMap((client) => client.choices)];
    return joined(
      ids.filter((id) => !failed.has(id)).map((id) => this.identities.get(id) as Identity),
      [
        ...sessions.filter(({ from, to }) => !failed.has(from) && !failed.has(to)),
        ...choices.flatMap((choice) => sessionsUnder(choice, failed)),
      ],
    );
  }

  private heldIn(network: Network, routes: RouteClass): Held {
    const { best, settled, received } = propagate(network, routes);
    this.steps += best.length;
    const by = new Map<string, 'from client' | 'from non-client'>();
    const asOf = routes.contested ? new Map<string, number | undefined>() : undefined;
    network.routers.forEach(({ id, neighbours, outside }, place) => {
      const via = best[place];
      if (outside || typeof via !== 'number') return;
      by.set(id, neighbours[via].type === 'non-client' ? 'from non-client' : 'from client');
      asOf?.set(id, (received[place][via] as Path).asPath[0]);
    });
    const view = this.areas.all[BACKBONE].speakers.map((id) => VIEWS[by.get(id) ?? 'not']).join('');
    return { by, asOf, view, announced: true, settled };
  }
}

/** How what a speaker of the backbone holds looks in a view. */
const VIEWS = { 'from client': '2', 'from non-client': '1', not: '0' };

/** The same for all classes that other areas learn alike; undefined where none should. */
export const keyOf = ({ kind }: RouteClass, { view, announced }: Held): string | undefined =>
  kind !== undefined && announced ? `${kind} ${view}` : undefined;

export function groupsOf(held: ReadonlyMap<RouteClass, Held>): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const [each, where] of held) {
    const key = keyOf(each, where);
    if (key === undefined) continue;
    const { family, component, soleAs } = each;
    const group = groups.get(key) ?? { held: where, family, component, soleAs, classes: [], routes: 0 };
    group.classes.push(each);
    group.routes += each.routes.length;
    groups.set(key, group);
  }
  return groups;
}
