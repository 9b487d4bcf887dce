import { addressAt, addTo, BgpTopology, increase } from '../../model';
import { crosses, inboundPaths, pathsBy, pathsInto, pathsOfClass } from './area-paths';
import { AreaSessions, areaSessions, holdersFrom } from './area-sessions';
import { Areas, areasOf, BACKBONE, Client } from './areas';
import { Expectation } from './expectation';
import { Failed, Group, groupsOf, Holders, keyOf, Spreading } from './holders';
import { identitiesOf, Identity } from '../simulator/network';
import { Hiding, hidingFrom } from './path-hiding';
import { exampleFor, learnable, RouteClass, routeClassesOf, routesFor, scopeUnder } from './route-classes';

const NONE: Failed = new Set();

/** Up to so many areas a failure is evaluated in these areas alone, and beyond that in all. */
const FEW = 8;

/** Clients that lose routes: each of the clients all routes of the classes but its own. */
export interface Loss {
  readonly clients: readonly Client[];
  readonly classes: readonly RouteClass[];
  /** How many times a client loses a route. */
  readonly count: number;
}

/** A route for one region that a router of another one has. */
export interface Leak {
  readonly routes: RouteClass;
  readonly speaker: string;
}

/** The consequences of a failure, without what is wrong in any case. */
export interface Outcome {
  readonly losses: readonly Loss[];
  /** Clients without any session left, that do not fail themselves. */
  readonly cutOff: readonly Client[];
  readonly leaks: readonly Leak[];
  readonly unsettled: readonly RouteClass[];
}

/** What a client learns; `leastOnFailure` of the failures that were looked at so far. */
export interface Learned {
  expected: number;
  learned: number;
  least: number;
  most: number;
  leastOnFailure: number;
}

/** A failure, what is different for it, and the losses that were found so far. */
interface Scenario {
  readonly failed: Failed;
  /** The areas in which anything is different. */
  readonly touched: ReadonlySet<number>;
  /** Where the routes are, of those classes for which that may be different. */
  readonly held: ReadonlyMap<RouteClass, Holders>;
  /** Classes by what other areas see of them. */
  readonly groups: ReadonlyMap<string, Group>;
  /** Classes that are not where they are in `groups`. */
  readonly apart: ReadonlySet<RouteClass>;
  readonly losses: Loss[];
}

/** The clients that learn a view while everything works in their own areas, and those that do not. */
interface Visibility {
  readonly visibleTo: readonly { readonly client: Client; readonly paths: number }[];
  readonly unreached: readonly Client[];
}

/**
 * Who learns which routes, with all in order and under failures. The rules are those of {@link propagate}; the routes
 * of a class are spread only over the area that they start in and the backbone. No other area sends them on, so there
 * it is enough to know which of its speakers have them.
 */
export class AreaReachability {
  readonly classes: readonly RouteClass[];
  readonly areas: Areas;
  /** By the id of the client. */
  readonly learned: ReadonlyMap<string, Learned>;
  /** What is wrong without any failure. */
  readonly usual: Outcome;
  readonly spreading: Spreading;

  private readonly expectation: Expectation;
  private readonly held: ReadonlyMap<RouteClass, Holders>;
  private readonly groups: ReadonlyMap<string, Group>;
  private readonly reflects: (from: string, to: string) => boolean;
  private readonly sessionsIn: readonly AreaSessions[];
  private readonly classesIn: readonly (readonly RouteClass[])[];
  /** Classes of some parts only, by the areas of these. */
  private readonly scopedIn: readonly (readonly RouteClass[])[];
  private readonly scopeAreas = new Map<RouteClass, readonly number[]>();
  private readonly neighbors: readonly ReadonlySet<number>[];
  private readonly componentOf: readonly string[];
  private readonly areasUsing = new Map<string, Set<number>>();
  private readonly lostAlready = new Map<Client, Set<RouteClass>>();
  private readonly visibilities = new Map<string, Visibility>();
  /** The areas whose clients have not been counted yet under a failure that makes others see a view. */
  private readonly notYetLowered = new Map<string, readonly number[]>();

  constructor(topology: BgpTopology) {
    this.expectation = new Expectation(topology);
    this.areas = areasOf(topology);
    const identities = identitiesOf(topology);
    this.classes = routeClassesOf(topology, this.areas, this.expectation, identities);
    this.spreading = new Spreading(this.areas, identities, this.classes, topology.sessions);
    const { all } = this.areas;
    const classesIn: RouteClass[][] = all.map(() => []);
    const scopedIn: RouteClass[][] = all.map(() => []);
    const areaOfPart = new Map(all.flatMap(({ parts }, i) => parts.map((part) => [part, i])));
    for (const each of this.classes) {
      for (const area of each.areas) classesIn[area].push(each);
      if (each.kind !== undefined) continue;
      const scope = scopeUnder(each, NONE);
      const areas = new Set(scope ? [...scope].map((part) => areaOfPart.get(part) as number) : all.keys());
      for (const area of areas) scopedIn[area].push(each);
      this.scopeAreas.set(each, [...areas]);
    }
    this.classesIn = classesIn;
    this.scopedIn = scopedIn;
    this.neighbors = all.map(({ crossings }) => new Set(crossings.map(({ area }) => area)));
    this.componentOf = all.map(({ parts }) => (parts.length > 0 ? this.expectation.componentOf(parts[0]) : ''));
    this.indexUse();
    const clusterOf = (id: string) => {
      const { routerId, clusterId = routerId } = identities.get(id) as Identity;
      return clusterId;
    };
    this.reflects = (from, to) => clusterOf(from) !== clusterOf(to);
    this.sessionsIn = all.map((area) => areaSessions(area, NONE, this.reflects));
    this.learned = new Map(
      all.flatMap(({ clients }) =>
        clients.map(({ id }) => [id, { expected: 0, learned: 0, least: Infinity, most: 0, leastOnFailure: Infinity }]),
      ),
    );
    this.held = this.spreading.spread(this.classes, NONE);
    this.groups = groupsOf(this.held);
    const { held, groups } = this;
    const touched = new Set(all.keys());
    this.usual = this.outcomeOf({ failed: NONE, touched, held, groups, apart: new Set(), losses: [] });
    for (const { clients, classes } of this.usual.losses) {
      for (const client of clients) classes.forEach((each) => addTo(this.lostAlready, client, each));
    }
    for (const learned of this.learned.values()) learned.leastOnFailure = learned.least;
  }

  /** Why a client does not learn the routes of a class, with nothing failed, if it is for path hiding. */
  hidingFrom(client: Client, routes: RouteClass): Hiding | undefined {
    if (!routes.contested) return undefined;
    const { network, spread } = this.spreading.spreadOf(routes, exampleFor(client, routes));
    return hidingFrom(client, network, spread);
  }

  /** About how many routers the routes must be spread over to find the consequences of a failure. */
  stepsFor(failed: Failed): number {
    const touched = this.touchedBy(failed);
    const sizeOf = (area: number) => this.areas.all[area].speakers.length + this.areas.all[BACKBONE].speakers.length;
    const numbers = touched.has(BACKBONE) ? this.areas.all.keys() : touched;
    let steps = 0;
    for (const number of numbers) {
      for (const each of this.classesIn[number]) {
        for (const area of each.areas) steps += sizeOf(area);
      }
    }
    return steps;
  }

  /** The consequences of a failure, once the routers have chosen others in place of those that failed. */
  under(failed: Failed): Outcome {
    const touched = this.touchedBy(failed);
    const backbone = touched.has(BACKBONE);
    const apart = backbone ? this.classes : new Set([...touched].flatMap((area) => this.classesIn[area]));
    const moved = this.spreading.spread(apart, failed);
    if (!backbone && touched.size <= FEW) {
      const { groups } = this;
      return this.outcomeOf({ failed, touched, held: moved, groups, apart: new Set(apart), losses: [] });
    }
    const held = new Map([...this.held, ...moved]);
    const [everywhere, groups] = [new Set(this.areas.all.keys()), groupsOf(held)];
    return this.outcomeOf({ failed, touched: everywhere, held, groups, apart: new Set(), losses: [] });
  }

  /**
   * The entries of the RIB of each speaker, each path one. Where routes of a class differ in what clients of a route server
   * take of them, or leak, they are counted as the first of the class is.
   *
   * @param weightOf for how many entries the routes of a class stand
   */
  entriesBy(weightOf: (routes: RouteClass) => number): ReadonlyMap<string, number> {
    const entries = new Map<string, number>();
    const weights = new Map<Group, number>();
    for (const [each, where] of this.held) {
      const weight = weightOf(each);
      this.spreading.pathsOf(each).forEach((paths, id) => increase(entries, id, paths * weight));
      const group = this.groups.get(keyOf(each, where) ?? '');
      if (group) increase(weights, group, weight);
      else {
        for (const number of this.scopeAreas.get(each) ?? []) {
          if (!each.areas.includes(number)) this.addInbound(entries, this.sessionsIn[number], each, where, weight);
        }
      }
    }
    for (const sessionsIn of this.sessionsIn) {
      const { number, crossings } = sessionsIn.area;
      const own = new Map<Group, number>();
      for (const each of this.classesIn[number]) {
        const group = this.groups.get(keyOf(each, this.held.get(each) as Holders) ?? '');
        if (group) increase(own, group, weightOf(each));
      }
      for (const [group, weight] of weights) {
        const foreign = weight - (own.get(group) ?? 0);
        if (foreign > 0) this.addInbound(entries, sessionsIn, group, group.held, foreign);
      }
      for (const each of [...this.neighbors[number]].flatMap((neighbor) => this.classesIn[neighbor])) {
        if (each.areas.includes(number)) continue;
        const where = this.held.get(each) as Holders;
        for (const crossing of crossings)
          if (crosses(crossing, each, where)) increase(entries, crossing.own, weightOf(each));
      }
    }
    return entries;
  }

  /** Counts the paths that come into an area from the backbone, and those that its speakers send on to their clients. */
  private addInbound(
    entries: Map<string, number>,
    sessionsIn: AreaSessions,
    { family, component }: Pick<Group, 'family' | 'component'>,
    where: Holders,
    weight: number,
  ): void {
    const { area } = sessionsIn;
    if (area.number === BACKBONE || component !== this.componentOf[area.number]) return;
    const holders = holdersFrom(sessionsIn, family, where);
    for (const [id, paths] of inboundPaths(sessionsIn, family, where, holders)) increase(entries, id, paths * weight);
  }

  /** Other routers have sessions of meshes only and send nothing to anybody: without them all learn the same. */
  private indexUse(): void {
    const use = (id: string, area: number) => addTo(this.areasUsing, id, area);
    this.areas.all.forEach(({ clients, upstream }, area) => {
      for (const { id } of clients) use(id, area);
      for (const { choice, usual } of [...upstream, ...clients.flatMap(({ choices }) => choices)]) {
        use(choice.from, area);
        if (choice.address !== undefined) use(choice.address, area);
        for (const { to } of usual) {
          use(to, area);
          if (choice.address !== undefined) use(addressAt(choice.address, to), area);
        }
      }
    });
  }

  private touchedBy(failed: Failed): ReadonlySet<number> {
    const touched = new Set<number>();
    for (const id of failed) this.areasUsing.get(id)?.forEach((area) => touched.add(area));
    return touched;
  }

  private outcomeOf(scenario: Scenario): Outcome {
    const { failed, touched, held, apart, losses } = scenario;
    const cutOff: Client[] = [];
    for (const number of touched) {
      const sessionsIn =
        failed.size === 0 ? this.sessionsIn[number] : areaSessions(this.areas.all[number], failed, this.reflects);
      for (const { client, sessions } of sessionsIn.clients) {
        const alive = sessions.length > 0 || failed.has(client.id) || this.usual?.cutOff.includes(client);
        if (!alive) cutOff.push(client);
      }
      this.lossesIn(sessionsIn, scenario);
    }
    const leaks: Leak[] = [];
    const unsettled: RouteClass[] = [];
    for (const [each, where] of held) {
      if (!where.settled) unsettled.push(each);
      const leak = this.leakOf(each, where, failed);
      if (leak !== undefined) leaks.push({ routes: each, speaker: leak });
      if (apart.has(each)) this.lossesElsewhere(each, where, scenario);
    }
    return { losses, cutOff, leaks, unsettled };
  }

  /** What the clients of an area learn of all routes. */
  private lossesIn(sessionsIn: AreaSessions, scenario: Scenario): void {
    const { failed, held, groups, apart } = scenario;
    const { number } = sessionsIn.area;
    if (sessionsIn.clients.length === 0) return;
    const special = new Set([...apart, ...this.classesIn[number], ...this.scopedIn[number]]);
    for (const neighbor of this.neighbors[number]) this.classesIn[neighbor].forEach((each) => special.add(each));
    const less = new Map<Group, number>();
    for (const each of special) {
      const where = held.get(each) ?? (this.held.get(each) as Holders);
      this.lossesOfClass(sessionsIn, each, where, scenario);
      const before = apart.has(each) ? (this.held.get(each) as Holders) : where;
      const key = keyOf(each, before);
      const usual = key === undefined ? undefined : groups.get(key);
      if (usual) increase(less, usual, each.routes.length);
    }
    for (const group of groups.values()) {
      const count = group.routes - (less.get(group) ?? 0);
      if (count === 0 || group.component !== this.componentOf[number]) continue;
      const pathsOf = pathsInto(sessionsIn, group.family, group.held);
      for (const { client, sessions } of sessionsIn.clients) {
        if (failed.has(client.id) || !learnable(client, group)) continue;
        const paths = pathsBy(sessions, group.family, pathsOf);
        const rest = () => group.classes.filter((each) => !special.has(each));
        this.record(client, paths, count, rest, scenario);
      }
    }
  }

  /** What clients learn of a class that is no longer where it was, in areas in which all is as it was. */
  private lossesElsewhere(each: RouteClass, where: Holders, scenario: Scenario): void {
    const { touched } = scenario;
    const nearby = new Set([...each.areas, ...each.areas.flatMap((area) => [...this.neighbors[area]])]);
    this.scopeAreas.get(each)?.forEach((number) => nearby.add(number));
    for (const number of nearby) {
      if (!touched.has(number)) this.lossesOfClass(this.sessionsIn[number], each, where, scenario);
    }
    const key = keyOf(each, where);
    if (key === undefined || where.view === this.held.get(each)?.view) return;
    const visibility = this.visibilities.get(key) ?? this.visibilityOf(each, where);
    this.visibilities.set(key, visibility);
    this.lowerAfter(key, visibility, new Set([...nearby, ...touched]));
    const unreached = visibility.unreached.filter(
      (client) => !touched.has(client.area) && !nearby.has(client.area) && !this.lostAlready.get(client)?.has(each),
    );
    if (unreached.length > 0) {
      scenario.losses.push({ clients: unreached, classes: [each], count: unreached.length * each.routes.length });
    }
  }

  /** Which clients learn a view, while nothing has failed in their areas. */
  private visibilityOf(each: RouteClass, where: Holders): Visibility {
    const { family, component } = each;
    const visibleTo = this.sessionsIn.flatMap((sessionsIn, number) => {
      if (this.componentOf[number] !== component) return [];
      const pathsOf = pathsInto(sessionsIn, family, where);
      return sessionsIn.clients
        .filter(({ client }) => learnable(client, each))
        .map(({ client, sessions }) => ({ client, paths: pathsBy(sessions, family, pathsOf) }));
    });
    return { visibleTo, unreached: visibleTo.filter(({ paths }) => paths === 0).map(({ client }) => client) };
  }

  /**
   * Lowers the least number of paths of all clients that have a view now, each for each view but once.
   *
   * @param others areas that are counted by themselves, as something has failed there
   */
  private lowerAfter(key: string, { visibleTo }: Visibility, others: ReadonlySet<number>): void {
    const before = this.notYetLowered.get(key);
    const now = before ? new Set(before.filter((area) => !others.has(area))) : undefined;
    if (now?.size === 0) return;
    for (const { client, paths } of visibleTo) {
      if (now ? now.has(client.area) : !others.has(client.area)) this.lower(client, paths);
    }
    this.notYetLowered.set(key, before ? before.filter((area) => others.has(area)) : [...others]);
  }

  private lower({ id }: Client, paths: number): void {
    const learned = this.learned.get(id) as Learned;
    learned.leastOnFailure = Math.min(learned.leastOnFailure, paths);
  }

  /** Counts what the clients of an area learn of a class. */
  private lossesOfClass(sessionsIn: AreaSessions, each: RouteClass, where: Holders, scenario: Scenario): void {
    const { failed } = scenario;
    const pathsFor = pathsOfClass(sessionsIn, each, where, failed);
    for (const { client, sessions } of sessionsIn.clients) {
      if (failed.has(client.id) || this.componentOf[client.area] !== each.component) continue;
      const expected = routesFor(each, client, failed);
      if (expected === 0) continue;
      const paths = pathsBy(sessions, each.family, pathsFor(client.autonomousSystem));
      this.record(client, paths, expected, () => [each], scenario);
    }
  }

  private record(
    client: Client,
    paths: number,
    routes: number,
    classes: () => readonly RouteClass[],
    { failed, losses }: Scenario,
  ): void {
    if (failed.size > 0) this.lower(client, paths);
    else {
      const learned = this.learned.get(client.id) as Learned;
      learned.expected += routes;
      if (paths > 0) learned.learned += routes;
      learned.least = Math.min(learned.least, paths);
      learned.most = Math.max(learned.most, paths);
    }
    if (paths > 0) return;
    const already = this.lostAlready.get(client);
    const lost = already ? classes().filter((each) => !already.has(each)) : classes();
    const count = already ? lost.reduce((sum, each) => sum + routesFor(each, client, failed), 0) : routes;
    if (count > 0) losses.push({ clients: [client], classes: lost, count });
  }

  /** A speaker that holds a route which is not for its part. */
  private leakOf(each: RouteClass, { by }: Holders, failed: Failed): string | undefined {
    const scope = scopeUnder(each, failed);
    if (!scope) return undefined;
    const { partOf } = this.areas;
    const outside = (id: string) => !scope.has(partOf.get(id) as string);
    for (const id of by.keys()) if (outside(id)) return id;
    // Other areas have it by a mesh; those below a part that it is for are parts that it is for, too.
    for (const [id, from] of by) {
      if (from !== 'from client') continue;
      for (const { other, families } of this.spreading.metBy(id)) {
        if (outside(other) && families.includes(each.family) && !failed.has(other)) return other;
      }
    }
    return undefined;
  }
}
