import { append, BgpTopology, RouterGroup } from '../model';
import { RUNTIME } from '../settings';
import { Reach } from './reach';
import { Budget, Failure } from './result';
import { RouteClass } from './route-classes';
import { SessionCounts, sessionCounts } from './session-counts';
import { Found, ProofSettings } from './settings';
import { grouped as thousands } from './words';

/**
 * Memory of a pod with FRR in bytes, as measured with FRR 8.4 and 10.3, the larger figure of each: idle, 1,000 dynamic
 * neighbours, 100,000 routes; and the runtime beside it. Of cRPD no figures are known.
 */
const FRR_MEMORY = { idle: 17e6, session: 41e3, path: 790, runtime: 50e6 };

const MEGABYTE = 1e6;

/** How near the pods of each group come to their limits: the one that needs most. */
export function budgetsOf(
  topology: BgpTopology,
  failures: readonly Failure[],
  { licence }: ProofSettings,
): readonly Budget[] {
  const counts = sessionCounts(topology, failures);
  const entries = declaredEntries(topology);
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
    if (group.router === 'crpd') {
      const peers = { measure: 'sessions', limit: licence.peers, limitedBy: 'licence' } as const;
      const rib = { measure: 'routes', limit: licence.ribEntries, limitedBy: 'licence' } as const;
      return [
        { ...sessionsOf('all'), ...peers },
        { ...routes, ...rib },
      ];
    }
    const listen = {
      measure: 'dynamicSessions',
      limit: RUNTIME.frrListenLimit,
      limitedBy: 'bgp listen limit',
    } as const;
    const heavy = most((pod) => memoryOf(countOf(pod, 'all').worst, entriesOf(pod)));
    const { usual, worst, failure } = countOf(heavy, 'all');
    const memory = {
      group: group.id,
      pod: heavy,
      unit: 'MB',
      used: memoryOf(usual, entriesOf(heavy)),
      worst: memoryOf(worst, entriesOf(heavy)),
      failure,
    } as const;
    const { request, limit } = group.memory;
    return [
      { ...sessionsOf('dynamic'), ...listen },
      { ...routes, measure: 'routes', limitedBy: 'memory' },
      { ...memory, measure: 'memoryRequest', limit: megabytes(request), limitedBy: 'memory request' },
      { ...memory, measure: 'memory', limit: megabytes(limit), limitedBy: 'memory limit' },
    ];
  });
}

/** What exceeds a limit, and what to change. */
export function overBudget(budgets: readonly Budget[], topology: BgpTopology): readonly Found[] {
  const paths = new Map(topology.groups.map(({ id, part }) => [id, part]));
  return budgets.flatMap((budget): Found[] => {
    const { group, pod, measure, unit, used, worst, failure, limit, limitedBy } = budget;
    if (limit === undefined || worst <= limit) return [];
    const part = paths.get(group) as RouterGroup['part'];
    const when = used <= limit && failure !== undefined ? ` if ${failure} fails` : '';
    const what = unit === 'MB' ? 'MB of memory, about' : unit === 'routes' ? 'paths in its RIB, about' : NAMES[measure];
    const tell = () =>
      `${pod} ${unit === 'MB' ? 'needs' : 'has'} ${thousands(Math.ceil(worst))} ${what}${when}, more than the ${thousands(Math.floor(limit))} ` +
      `of its ${limitedBy}: ${CURES[measure](part.kind)}`;
    const kind = measure === 'memoryRequest' ? 'memoryRequest' : 'limit';
    const failures = when === '' ? [] : [failure as string];
    return [
      {
        kind,
        tell,
        parts: [part.path],
        failures,
        clients: [],
        groups: [group],
        assumed: false,
        alike: `${kind} ${measure}`,
      },
    ];
  });
}

const NAMES: Readonly<Partial<Record<Budget['measure'], string>>> = {
  sessions: 'sessions',
  dynamicSessions: 'sessions of neighbours from ranges',
};

const CURES: Readonly<Record<Budget['measure'], (kind: 'region' | 'pair') => string>> = {
  sessions: (kind) =>
    `split the ${kind}, add a tier between it and its clients, or raise the licence (Proof, licence.peers)`,
  dynamicSessions: (kind) => `split the ${kind}, or add a tier between it and its clients`,
  routes: (kind) => `split the ${kind}, or raise the licence (Proof, licence.ribEntries)`,
  memory: (kind) => `raise resources.memoryLimit of its router, or split the ${kind}`,
  memoryRequest: (kind) => `raise resources.memory of its router, or split the ${kind}`,
};

const memoryOf = (sessions: number, paths: number): number =>
  (FRR_MEMORY.idle + FRR_MEMORY.runtime + sessions * FRR_MEMORY.session + paths * FRR_MEMORY.path) / MEGABYTE;

/** A Kubernetes quantity of memory in MB. */
function megabytes(quantity: string | undefined): number | undefined {
  const found = quantity === undefined ? null : /^([\d.]+)(m|k|Ki|M|Mi|G|Gi|T|Ti)?$/.exec(quantity);
  return found ? (Number(found[1]) * FACTORS[found[2] ?? '']) / MEGABYTE : undefined;
}

const FACTORS: Readonly<Record<string, number>> = {
  ...{ '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 },
};

/** The paths that each pod holds of the routes that the app declares: what routers announce, as often as they have it. */
function declaredEntries(topology: BgpTopology): ReadonlyMap<string, number> {
  const familyOf = new Map(topology.choices.map(({ from, families }) => [from, families[0]]));
  const outside = topology.outside.map((router) => {
    const { id, assumed, announces, routes } = router;
    const family = familyOf.get(id);
    if (assumed || family === undefined || routes === 0) return { ...router, announces: [] };
    if (announces.length > 0) return router;
    return { ...router, announces: [{ family, route: `routes of ${id}`, communities: [] }] };
  });
  if (outside.every(({ announces }) => announces.length === 0)) return new Map();
  const shares = new Map(outside.map(({ id, announces, routes }) => [id, routes / announces.length]));
  const weightOf = ({ routes }: RouteClass) =>
    routes.reduce(
      (sum, { origins }) => sum + Math.max(...[...origins.keys()].map((id) => shares.get(id) as number)),
      0,
    );
  return new Reach({ ...topology, outside }).entriesBy(weightOf);
}
