import { Family, traitsOf } from '../../addressing';
import { append, Session } from '../../model';
import { Areas, BACKBONE, Client, sessionsUnder } from './areas';
import { Identity, joined, Network } from '../simulator/network';
import { propagate, Spread } from '../simulator/propagation';
import { RouteClass } from './route-classes';
import { Route } from '../simulator/simulation';

/** Ids of speakers and of routers outside, and addresses, that do not work. */
export type Failed = ReadonlySet<string>;

/** The speakers that hold the routes of a class, of the areas that they start in and of the backbone. */
export interface Holders {
  /** The speakers that hold them, and whether they send them to all neighbors (RFC 4456, 6) or to clients only. */
  readonly by: ReadonlyMap<string, 'from client' | 'from non-client'>;
  /**
   * The first AS number of each path that a holder has, the best first. Only where it decides who takes them, as the route
   * is contested, or how many there are, as clients get all (RFC 7911).
   */
  readonly sent?: ReadonlyMap<string, readonly (number | undefined)[]>;
  /** Who holds them in the backbone. Areas that have sessions with the backbone only learn routes of equal views alike. */
  readonly view: string;
  /** Whether any router that announces the routes works. */
  readonly announced: boolean;
  readonly settled: boolean;
}

/** Classes that areas which are not in touch with theirs learn alike. */
export interface Group {
  readonly held: Holders;
  readonly family: Family;
  readonly component: string;
  readonly soleAs?: number;
  readonly classes: RouteClass[];
  routes: number;
}

/** A session of a mesh, as one end of it has it. */
interface Meeting {
  readonly other: string;
  readonly families: readonly Family[];
}

/** Spreads routes over the areas that they start in, and the backbone. */
export class Spreading {
  /** How many routers routes have been spread over so far, a measure of the work. */
  steps = 0;
  /** The ids of the clients that announce anything. */
  private readonly origins: ReadonlySet<string>;
  /** Whether route reflectors share cluster ids: then the way of a path decides who drops it. */
  private readonly sharesClusters: boolean;
  /** Whether any client gets all paths of a route. */
  private readonly sendsAll: boolean;
  /** The sessions of meshes of each speaker. */
  private readonly met: ReadonlyMap<string, readonly Meeting[]>;

  constructor(
    private readonly areas: Areas,
    private readonly identities: ReadonlyMap<string, Identity>,
    classes: readonly RouteClass[],
    sessions: readonly Session[],
  ) {
    const met = new Map<string, Meeting[]>();
    for (const { from, to, families } of sessions) {
      append(met, from, { other: to, families });
      append(met, to, { other: from, families });
    }
    this.met = met;
    const clusters = [...identities.values()].flatMap(({ routerId, clusterId = routerId, outside }) =>
      outside ? [] : [clusterId],
    );
    this.sharesClusters = new Set(clusters).size < clusters.length;
    this.sendsAll = areas.all.some(({ clients }) => clients.some(getsAll));
    this.origins = new Set(classes.flatMap(({ scopes }) => scopes.map(({ client }) => client.id)));
  }

  /** Spreads the routes of classes, each over the areas that it starts in and the backbone. */
  spread(classes: Iterable<RouteClass>, failed: Failed): ReadonlyMap<RouteClass, Holders> {
    const networks = new Map<string, Network>();
    const held = new Map<RouteClass, Holders>();
    for (const each of classes) {
      const announced = each.scopes.some(({ client }) => !failed.has(client.id));
      if (!announced) {
        held.set(each, { by: new Map(), view: '', announced, settled: true });
        continue;
      }
      // Which of its paths a speaker prefers matters only where routes are contested or paths may be dropped.
      const key = `${each.areas.join()} ${each.contested}`;
      const all = each.contested || this.sharesClusters || this.sendsAll;
      const network = networks.get(key) ?? this.networkOf(each.areas, failed, all);
      networks.set(key, network);
      held.set(each, this.heldIn(network, each, failed));
    }
    return held;
  }

  /** The sessions of meshes of a speaker. */
  metBy(id: string): readonly Meeting[] {
    return this.met.get(id) ?? [];
  }

  /**
   * What the routers of its areas and of the backbone hold of a route of a class.
   *
   * @param failed what has failed. @default nothing
   * @param client a client or speaker that is looked at, too, with its area and those that this has meshes with. @default none
   */
  spreadOf(
    { areas }: RouteClass,
    route: Route,
    failed: Failed = new Set(),
    client?: Pick<Client, 'id' | 'area'>,
  ): { readonly network: Network; readonly spread: Spread } {
    const ids = new Set([...route.origins.keys(), ...(client ? [client.id] : [])]);
    const nearby = client ? [client.area, ...this.areas.all[client.area].crossings.map(({ area }) => area)] : [];
    const network = this.networkOf([...areas, ...nearby], failed, true, ids);
    return { network, spread: propagate(network, route) };
  }

  /** How many paths each speaker of these areas and of the backbone has of a route, with nothing failed. */
  pathsOf(routes: RouteClass): ReadonlyMap<string, number> {
    const {
      network,
      spread: { received },
    } = this.spreadOf(routes, routes.routes[0]);
    const paths = network.routers.flatMap(({ id, outside }, place) => {
      const count = received[place].filter((path) => path !== undefined).length;
      return outside || count === 0 ? [] : [[id, count] as const];
    });
    return new Map(paths);
  }

  /**
   * The speakers of some areas and of the backbone, and the clients in these areas that announce anything.
   *
   * @param all whether also the speakers are in it that have sessions of meshes only: they send nothing to anybody
   */
  private networkOf(areas: readonly number[], failed: Failed, all: boolean, origins = this.origins): Network {
    const numbers = new Set([BACKBONE, ...areas]);
    const members = [...numbers].map((number) => this.areas.all[number]);
    const clients = members.flatMap((area) => area.clients.filter(({ id }) => origins.has(id)));
    const choices = [...members.flatMap(({ upstream }) => upstream), ...clients.flatMap((client) => client.choices)];
    const chosen = choices.flatMap((choice) => sessionsUnder(choice, failed));
    const others = new Set(chosen.flatMap(({ from, to }) => [from, to]));
    const speakers = members.flatMap((area) =>
      area.speakers.filter((id) => !failed.has(id) && (all || others.has(id))),
    );
    const inside = new Set(speakers);
    const meshed = speakers.flatMap((from) =>
      this.metBy(from).flatMap(({ other: to, families }) =>
        from < to && inside.has(to) ? [{ kind: 'mesh', from, to, families, group: '' } as const] : [],
      ),
    );
    const ids = [...speakers, ...clients.flatMap(({ id }) => (failed.has(id) ? [] : [id]))];
    return joined(
      ids.map((id) => this.identities.get(id) as Identity),
      [...meshed, ...chosen],
    );
  }

  private heldIn(network: Network, routes: RouteClass, failed: Failed): Holders {
    const { best, settled, received } = propagate(network, routes);
    this.steps += best.length;
    const by = new Map<string, 'from client' | 'from non-client'>();
    const paths = this.sendsAll || routes.contested ? new Map<string, readonly (number | undefined)[]>() : undefined;
    network.routers.forEach(({ id, neighbors, outside }, place) => {
      const via = best[place];
      if (outside || typeof via !== 'number') return;
      by.set(id, neighbors[via].type === 'non-client' ? 'from non-client' : 'from client');
      const others = received[place].filter((_, other) => other !== via);
      paths?.set(
        id,
        [received[place][via], ...others].flatMap((path) => (path ? [path.asPath[0]] : [])),
      );
    });
    if (!routes.contested && !this.sharesClusters && !this.sendsAll) this.addReceivers(by, routes, failed);
    // Clients of the backbone itself have more than its choice of paths.
    const counted = this.areas.all[BACKBONE].clients.some(getsAll) && traitsOf(routes.family).addPath;
    const view = this.areas.all[BACKBONE].speakers
      .map((id) => VIEWS[by.get(id) ?? 'not'] + (counted ? `${paths?.get(id)?.length ?? 0} ` : ''))
      .join('');
    return { by, sent: paths, view, announced: true, settled };
  }

  /** Adds the speakers that were left out of the network: what clients of others announce comes to them by a mesh. */
  private addReceivers(by: Map<string, 'from client' | 'from non-client'>, routes: RouteClass, failed: Failed): void {
    const inside = (area: number) => area === BACKBONE || routes.areas.includes(area);
    for (const [id, from] of by) {
      if (from !== 'from client') continue;
      for (const { other, families } of this.metBy(id)) {
        const has = families.includes(routes.family) && !failed.has(other) && !by.has(other);
        if (has && inside(this.areas.areaOf.get(other) as number)) by.set(other, 'from non-client');
      }
    }
  }
}

/** Whether a client gets all paths of a route on any of its sessions. */
export const getsAll = ({ choices }: Pick<Client, 'choices'>): boolean => choices.some(({ choice }) => choice.addPath);

/** How what a speaker of the backbone holds looks in a view. */
const VIEWS = { 'from client': '2', 'from non-client': '1', not: '0' };

/** The same for all classes that other areas learn alike; undefined where none should. */
export const keyOf = ({ kind }: RouteClass, { view, announced }: Holders): string | undefined =>
  kind !== undefined && announced ? `${kind} ${view}` : undefined;

export function groupsOf(held: ReadonlyMap<RouteClass, Holders>): ReadonlyMap<string, Group> {
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
