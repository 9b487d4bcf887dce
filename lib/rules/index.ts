import { IConstruct } from 'constructs';
import { bitsOf, covers } from '../addressing';
import { BgpTopology, expand, sorted } from '../model';
import { InvalidPropError, lineOf, Problem, Registry, registryOf } from '../registry';
import { ADDRESSES } from './addresses';
import { CLIENT_SESSIONS } from './client-sessions';
import { CLIENTS } from './clients';
import { IDENTIFIERS } from './identifiers';
import { METALLB } from './metallb';
import { MONITORING } from './monitoring';
import { NAMES } from './names';
import { NODES } from './nodes';
import { ACCEPTED, PROOFS } from './proofs';
import { RACKS } from './racks';
import { REFLECTORS } from './reflectors';
import { RegistryRule, TopologyRule } from './rule';
import { UPSTREAM } from './upstream';

const REGISTRY_RULES: readonly RegistryRule[] = [
  ...NAMES,
  ...ADDRESSES,
  ...UPSTREAM,
  ...METALLB,
  ...PROOFS,
  ...MONITORING,
];
const TOPOLOGY_RULES: readonly TopologyRule[] = [
  ...NODES,
  ...IDENTIFIERS,
  ...RACKS,
  ...CLIENTS,
  ...CLIENT_SESSIONS,
  ...REFLECTORS,
  ...ACCEPTED,
];

/** All rules between constructs. docs/rules.md lists them. */
export const RULES: readonly (RegistryRule | TopologyRule)[] = [...REGISTRY_RULES, ...TOPOLOGY_RULES];

/** What follows from what an app declared, for one revision of its registry. */
interface Derived {
  readonly revision: number;
  /** Mistakes with which there is no topology. */
  readonly basic: readonly Problem[];
  readonly problems: readonly Problem[];
  readonly topology?: BgpTopology;
}

const derived = new WeakMap<Registry, Derived>();

function derivedFrom(registry: Registry): Derived {
  const known = derived.get(registry);
  if (known?.revision === registry.revision) return known;
  const { revision } = registry;
  const found = REGISTRY_RULES.map((rule) => ({ rule, problems: [...rule.check(registry)] }));
  const basic = found.flatMap(({ rule, problems }) => (rule.isBasic ? problems : []));
  const topology = basic.length > 0 ? undefined : topologyFrom(registry);
  const further = topology ? TOPOLOGY_RULES.flatMap((rule) => [...rule.check(registry, topology)]) : [];
  const all = [...found.flatMap(({ problems }) => problems), ...further];
  const once = [...new Map(all.map((problem) => [lineOf(problem), problem])).entries()];
  const problems = sorted(once, ([line]) => line).map(([, problem]) => problem);
  const result = { revision, basic, problems, topology };
  derived.set(registry, result);
  return result;
}

function topologyFrom({ declared }: Registry): BgpTopology {
  const groups = declared.groups.map((group) => group());
  const onLayer2 = groups.flatMap(({ reachedBy, addresses }) => (reachedBy === 'layer2' ? addresses : []));
  return expand({
    groups,
    nodes: declared.nodes.map(({ node }) => node),
    outside: declared.outside.map(({ router }) => router),
    imported: declared.imported,
    metallb: declared.metallb.map(({ path, cluster, namespace, backend, peers }) => {
      const own = declared.pools.filter((pool) => pool.metallb === path);
      const pools = own.filter(({ protocol }) => protocol === 'bgp');
      const layer2 = own.filter(
        ({ protocol, addresses }) =>
          protocol === 'layer2' && onLayer2.some((address) => addresses.some((span) => covers(span, address))),
      );
      const announced = pools.map((pool) => ({
        ...{ name: pool.name, addresses: pool.addresses },
        routeLength: { 4: pool.aggregationLength ?? bitsOf(4), 6: pool.aggregationLengthV6 ?? bitsOf(6) },
        ...{ neighbors: pool.peers, nodeSelectors: pool.nodeSelectors },
      }));
      const neighbors = peers.map(({ neighbor }) => neighbor);
      return {
        ...{ path, cluster, namespace, backend, neighbors, pools: sorted(announced, ({ name }) => name) },
        ...(layer2.length > 0 && {
          layer2: sorted(layer2, ({ name }) => name).map(({ addresses, nodeSelectors }) => ({
            addresses,
            nodeSelectors,
          })),
        }),
      };
    }),
  });
}

/** Where the constructs of an app break rules, sorted, each mistake once. Ask once all constructs are there. */
export const problemsOf = (construct: IConstruct): readonly Problem[] => derivedFrom(registryOf(construct)).problems;

/**
 * The BGP topology that an app makes: routers in pods and outside, and the sessions between them. Ask once all
 * constructs are there.
 *
 * @param construct the app, or any construct in it
 * @throws InvalidPropError where none can be derived: a region names an upstream that is not there, or a name is taken
 */
export function topologyOf(construct: IConstruct): BgpTopology {
  const { topology, basic } = derivedFrom(registryOf(construct));
  if (!topology) throw new InvalidPropError(basic);
  return topology;
}
