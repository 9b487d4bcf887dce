import { append, BgpTopology, increase, membersAmong, RouterGroup, thousands } from '../../model';
import { frrMemory } from '../../settings';
import { AreaReachability } from '../areas/area-reachability';
import { Budget, Failure } from '../result';
import { RouteClass } from '../areas/route-classes';
import { SessionCounts, sessionCounts } from './session-counts';
import { DraftFinding } from '../findings/draft-finding';
import { ProofSettings } from '../props';

const MEGABYTE = 1e6;

/** How near the pods of each group come to their limits: the one that needs most. */
export function budgetsOf(
  topology: BgpTopology,
  failures: readonly Failure[],
  { license }: ProofSettings,
): readonly Budget[] {
  const counts = sessionCounts(topology, failures);
  const { entries, routes: declared } = declaredRoutes(topology);
  const inMeshes = meshSessions(topology);
  const podsOf = new Map<RouterGroup, string[]>();
  for (const { id, group } of topology.speakers) append(podsOf, group, id);
  return [...podsOf].flatMap(([group, pods]): Budget[] => {
    const most = (of: (pod: string) => number) => pods.reduce((one, other) => (of(other) > of(one) ? other : one));
    const countOf = (pod: string, which: keyof SessionCounts) => (counts.get(pod) as SessionCounts)[which];
    const entriesOf = (pod: string) => entries.get(pod) ?? 0;
    const full = most(entriesOf);
    const sessionsOf = (which: keyof SessionCounts) => {
      const pod = most((each) => countOf(each, which).worst);
      const { usual: used, worst, failure } = countOf(pod, which);
      return { group: group.id, pod, unit: 'sessions', used, worst, failure } as const;
    };
    const routes = {
      group: group.id,
      pod: full,
      unit: 'routes',
      used: entriesOf(full),
      worst: entriesOf(full),
    } as const;
    const meshes = fullestMesh(group, pods, inMeshes);
    if (group.router === 'crpd') {
      const peers = { measure: 'sessions', limit: license.peers, limitedBy: 'license' } as const;
      const rib = { measure: 'routes', limit: license.ribEntries, limitedBy: 'license' } as const;
      return [{ ...sessionsOf('all'), ...peers }, ...meshes, { ...routes, ...rib }];
    }
    const listen = {
      measure: 'dynamicSessions',
      limit: group.clientLimit,
      limitedBy: 'bgp listen limit',
    } as const;
    const further = furtherPolicies(topology, group);
    const memoryOf = (pod: string, neighbors: number) => {
      const paths = entriesOf(pod);
      return frrMemory({ neighbors, paths, copies: further * Math.min(paths, declared) }) / MEGABYTE;
    };
    const heavy = most((pod) => memoryOf(pod, countOf(pod, 'all').worst));
    const { usual, worst, failure } = countOf(heavy, 'all');
    const memory = {
      group: group.id,
      pod: heavy,
      unit: 'MB',
      used: memoryOf(heavy, usual),
      worst: memoryOf(heavy, worst),
      failure,
    } as const;
    const { request, limit } = group.memory;
    return [
      { ...sessionsOf('dynamic'), ...listen },
      ...meshes,
      { ...routes, measure: 'routes', limitedBy: 'memory' },
      { ...memory, measure: 'memoryRequest', limit: request && request / MEGABYTE, limitedBy: 'memory request' },
      { ...memory, measure: 'memory', limit: limit && limit / MEGABYTE, limitedBy: 'memory limit' },
    ];
  });
}

/** What exceeds a limit, and what to change. */
export function overBudget(budgets: readonly Budget[], topology: BgpTopology): readonly DraftFinding[] {
  const paths = new Map(topology.groups.map(({ id, part }) => [id, part]));
  return budgets.flatMap((budget): DraftFinding[] => {
    const { group, pod, measure, unit, used, worst, failure, limit, limitedBy } = budget;
    if (limit === undefined || worst <= limit) return [];
    const part = paths.get(group) as RouterGroup['part'];
    const when = used <= limit && failure !== undefined ? ` if ${failure} fails` : '';
    const what = unit === 'MB' ? 'MB of memory' : unit === 'routes' ? 'paths in its RIB' : NAMES[measure];
    const about = unit === 'sessions' ? '' : 'about ';
    const toMessage = () =>
      `${pod} ${unit === 'MB' ? 'needs' : 'has'} ${about}${thousands(Math.ceil(worst))} ${what}${when}, more than the ${thousands(Math.floor(limit))} ` +
      `of its ${limitedBy}: ${CURES[measure](part.kind)}`;
    const kind = measure === 'memoryRequest' ? 'memoryRequest' : 'limit';
    const failures = when === '' ? [] : [failure as string];
    return [
      {
        kind,
        toMessage,
        parts: [part.path],
        failures,
        clients: [],
        groups: [group],
        assumed: false,
        mergeKey: `${kind} ${measure}`,
      },
    ];
  });
}

const NAMES: Readonly<Partial<Record<Budget['measure'], string>>> = {
  sessions: 'sessions',
  dynamicSessions: 'sessions of neighbors from ranges',
  meshSessions: 'neighbors in its mesh',
};

const CURES: Readonly<Record<Budget['measure'], (kind: 'region' | 'pair') => string>> = {
  sessions: (kind) =>
    `split the ${kind}, add a tier between it and its clients, or raise the license (Proof, license.peers)`,
  dynamicSessions: (kind) =>
    `split the ${kind}, add a tier between it and its clients, or raise runtime.clientLimit or the memory limit`,
  meshSessions: (kind) => `split the ${kind}, or raise runtime.peerLimit`,
  routes: (kind) => `split the ${kind}, or raise the license (Proof, license.ribEntries)`,
  memory: (kind) => `raise resources.memoryLimit of its router, or split the ${kind}`,
  memoryRequest: (kind) => `raise resources.memory of its router, or split the ${kind}`,
};

/**
 * The policies by which a router sends routes to its clients, beside the first one: with communities as actions, there is
 * one for each AS number of a client.
 */
function furtherPolicies({ outside }: BgpTopology, { part, clientFilters }: RouterGroup): number {
  if (!clientFilters?.actions) return 0;
  const numbers = new Set(membersAmong(outside, part.path).map(({ autonomousSystem }) => autonomousSystem));
  return Math.max(0, numbers.size - 1);
}

/** How many neighbors each pod has in each of its meshes, by `POD MESH`. */
function meshSessions({ sessions }: BgpTopology): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, from, to, group, fromGroup = group } of sessions) {
    if (kind !== 'mesh') continue;
    for (const end of [`${from} ${fromGroup}`, `${to} ${group}`]) increase(counts, end);
  }
  return counts;
}

/** The mesh of one of the pods that has the least room: each has a limit of its own. None where there is no mesh. */
function fullestMesh(
  { id, meshes }: RouterGroup,
  pods: readonly string[],
  counts: ReadonlyMap<string, number>,
): readonly Budget[] {
  const all = pods.flatMap((pod) =>
    meshes.map((mesh) => ({
      pod,
      used: counts.get(`${pod} ${mesh.name}`) ?? 0,
      limit: mesh.limit,
    })),
  );
  if (all.length === 0) return [];
  const excess = ({ used, limit }: (typeof all)[number]) => used - limit;
  const { pod, used, limit } = all.reduce((one, other) => (excess(other) > excess(one) ? other : one));
  const of = { group: id, pod, unit: 'sessions', used, worst: used } as const;
  return [{ ...of, measure: 'meshSessions', limit, limitedBy: 'peer limit' }];
}

interface DeclaredRoutes {
  /** How many there are, in the whole app. */
  readonly routes: number;
  /** The paths of them that each pod holds. */
  readonly entries: ReadonlyMap<string, number>;
}

/** The routes that the app declares: what routers announce, as often as they have it. */
function declaredRoutes(topology: BgpTopology): DeclaredRoutes {
  const familyOf = new Map(topology.choices.map(({ from, families }) => [from, families[0]]));
  const outside = topology.outside.map((router) => {
    const { id, assumed, announces, routes } = router;
    const family = familyOf.get(id);
    if (assumed || family === undefined || routes === 0) return { ...router, announces: [] };
    if (announces.length > 0) return router;
    return { ...router, member: undefined, announces: [{ family, route: `routes of ${id}`, communities: [] }] };
  });
  if (outside.every(({ announces }) => announces.length === 0)) return { routes: 0, entries: new Map() };
  const shares = new Map(outside.map(({ id, announces, routes }) => [id, routes / announces.length]));
  const weightOf = ({ routes }: RouteClass) =>
    routes.reduce(
      (sum, { origins }) => sum + Math.max(...[...origins.keys()].map((id) => shares.get(id) as number)),
      0,
    );
  // The rules refuse declared routes that a policy drops, and a number of routes has no prefixes to ask about.
  const speakers = topology.speakers.map((pod) => ({
    ...pod,
    group: { ...pod.group, clientFilters: undefined, clientRoutes: undefined },
  }));
  const reachability = new AreaReachability({ ...topology, speakers, outside });
  const routes = reachability.classes.reduce((sum, each) => sum + weightOf(each), 0);
  return { routes, entries: reachability.entriesBy(weightOf) };
}
