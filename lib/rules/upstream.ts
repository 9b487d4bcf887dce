import { covers, IpPrefix } from '../addressing';
import { clientRoutesOf, DeclaredRegion, ownClientRoutes, Problem, problem, Registry } from '../registry';
import { RegistryRule } from './rule';

/** A rule about each region and the one upstream of it. */
const between = (
  check: (region: DeclaredRegion, upstream: DeclaredRegion) => Iterable<Problem>,
): RegistryRule['check'] =>
  function* (registry) {
    for (const region of registry.declared.regions) {
      const upstream = registry.upstreamOf(region);
      if (upstream && upstream !== region) yield* check(region, upstream);
    }
  };

/** A rule that a prop is that of the region upstream. */
const equal = (prop: 'autonomousSystem' | 'serviceRootDomain', why: (upstream: DeclaredRegion) => string) =>
  between(function* (region, upstream) {
    if (region[prop] === upstream[prop]) return;
    yield problem(region.path, prop, region[prop], `${upstream[prop]}, ${why(upstream)}`);
  });

const givenUpstream = ({ upstream }: DeclaredRegion, { name }: DeclaredRegion) =>
  upstream && 'name' in upstream ? upstream.name : name;

function* isThere(registry: Registry) {
  for (const { path, chart, name, upstream } of registry.declared.regions) {
    if (!upstream || !('name' in upstream)) continue;
    const names = registry.declared.regions.filter((one) => one.chart === chart).map((one) => one.name);
    if (names.includes(upstream.name)) continue;
    const others = names.filter((one) => one !== name);
    const allowed =
      others.length > 0 ? `a region of the chart: ${others.join(', ')}` : 'a region of the chart, which has no other';
    yield problem(path, 'upstream', upstream.name, allowed);
  }
}

/** Reports each loop once, for its first region; regions below it, which lead into it, are not reported. */
function* isNoLoop(registry: Registry) {
  const reported = new Set<DeclaredRegion>();
  for (const region of registry.declared.regions) {
    const trail = registry.upward(region);
    const last = registry.upstreamOf(trail[trail.length - 1]);
    if (last !== region || reported.has(region)) continue;
    trail.forEach((one) => reported.add(one));
    const loop = [...trail, region].map(({ name }) => name).join(' -> ');
    yield problem(region.path, 'upstream', givenUpstream(region, trail[1] ?? region), `no loop: ${loop}`);
  }
}

/** Both sides take only addresses of their own pod networks for routers that the other's Service lists. */
function* sharePodNetworks({ path, podNetworks, isAcrossClusters }: DeclaredRegion, upstream: DeclaredRegion) {
  if (isAcrossClusters) return;
  const lacks = (networks: readonly IpPrefix[], all: readonly IpPrefix[]) =>
    all.find((network) => !networks.some((own) => covers(own, network)));
  const texts = podNetworks.map(({ text }) => text);
  const missing = lacks(podNetworks, upstream.podNetworks);
  const further = lacks(upstream.podNetworks, podNetworks);
  if (!missing && !further) return;
  const allowed = missing
    ? `networks with ${missing.text}, where ${upstream.path} upstream has its pods: a pod takes no others for routers`
    : `networks without ${further?.text}, which ${upstream.path} upstream does not have: it takes no others for clients`;
  yield problem(path, 'podNetworks', texts, allowed);
}

function* clientRoutesPass(registry: Registry) {
  for (const region of registry.declared.regions) {
    const own = ownClientRoutes(registry, region);
    if (own?.length === 0) {
      const allowed = 'prefixes, or an OutsideRouter that is a client and announces some';
      yield problem(region.path, 'clientRoutes', region.clientRoutes, allowed);
    }
    const upstream = registry.upstreamOf(region);
    const theirs = own && upstream && clientRoutesOf(registry, upstream);
    const index = theirs ? own.findIndex((prefix) => !theirs.some((bound) => covers(bound, prefix))) : -1;
    if (!own || !theirs || index < 0) continue;
    const prop = region.clientRoutes === 'declared' ? 'clientRoutes' : `clientRoutes[${index}]`;
    const allowed = `prefixes within those that ${upstream.path} upstream takes: ${theirs.map(({ text }) => text).join(', ')}`;
    yield problem(region.path, prop, own[index].text, allowed);
  }
}

export const UPSTREAM: readonly RegistryRule[] = [
  {
    id: 'upstream-there',
    wants: 'The region that `upstream` names is a region of the chart.',
    isBasic: true,
    check: isThere,
  },
  {
    id: 'upstream-no-loop',
    wants: 'No region is upstream of itself, directly or through other regions.',
    source: 'RFC 4456, section 7: route reflectors form a hierarchy',
    isBasic: true,
    check: isNoLoop,
  },
  {
    id: 'upstream-autonomous-system',
    wants: 'A region has the AS number of the region upstream.',
    source: 'RFC 4456: the sessions are iBGP',
    check: equal('autonomousSystem', ({ path }) => `that of ${path} upstream: the sessions are iBGP`),
  },
  {
    id: 'upstream-namespace',
    wants: 'A region is in the namespace of the region upstream, or the charts of both name their namespaces.',
    source: 'Kubernetes: a headless Service lists pods of its own namespace',
    check: between(function* (region, upstream) {
      if (region.namespace === upstream.namespace) return;
      if (region.namespace !== undefined && upstream.namespace !== undefined) return;
      const allowed = `a region in the same namespace, or charts that name both; ${upstream.path} is in ${upstream.namespace ?? 'that of kubectl'}`;
      yield problem(region.path, 'upstream', givenUpstream(region, upstream), allowed);
    }),
  },
  {
    id: 'upstream-pod-networks',
    wants: 'A region and the region upstream have the same pod networks, unless they are in a cluster set.',
    check: between(sharePodNetworks),
  },
  {
    id: 'upstream-service-domain',
    wants: 'A region and the region upstream have the same domain of Services.',
    check: equal('serviceRootDomain', ({ path }) => `where ${path} upstream is found: a pod looks in one domain`),
  },
  {
    id: 'upstream-families',
    wants: 'The region upstream carries every address family of a region.',
    source: 'RFC 4760: a session carries a family if both ends support it',
    check: between(function* ({ path, families }, upstream) {
      for (const family of families) {
        if (upstream.families.includes(family)) continue;
        const allowed = `false, as in ${upstream.path} upstream, which would not pass the routes on`;
        yield problem(path, `addressFamilies.${family}`, true, allowed);
      }
    }),
  },
  {
    id: 'client-routes-pass',
    wants: 'Clients of a region may announce at least one prefix, and only prefixes that the region upstream permits.',
    check: clientRoutesPass,
  },
];
