import { Chart } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AnycastRouteServerPair,
  BgpTopology,
  KubernetesNodes,
  Mesh,
  MetalLBBgpPeering,
  OutsideRouter,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { peering, region as common } from '../../test-support/examples';
import { topologyIn } from '../../test-support/topology';

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** A route that several clients announce. */
const SHARED = '203.0.113.99/32';

/** Pods have addresses of both IP families, and all sessions between them carry both. */
const dualStack = {
  podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'],
  addressFamilies: { inet: true, inet6: true },
};

/**
 * The IP families by which clients reach a region or pair: IPv4 alone, whose sessions carry all families; or both, with
 * the families of its own address on each session, or with all.
 */
const reachedBy = fc.constantFrom('IPv4', 'own', 'all');
type ReachedBy = typeof reachedBy extends fc.Arbitrary<infer T> ? T : never;

const rangesOf = (by: ReachedBy) => ({
  clientRanges: ['10.1.0.0/16', ...(by === 'IPv4' ? [] : ['2001:db8:1::/64'])],
  sessionFamilies: by === 'IPv4' ? undefined : by,
});
const addressesOf = (by: ReachedBy, number: number): string[] => [
  `192.0.2.${number}`,
  ...(by === 'IPv4' ? [] : [`2001:db8:53::${number}`]),
];
/** A client with its routes, and with those of IPv6 where it has an IPv6 address. */
const clientOfBoth = (number: number, six: boolean) => ({
  addresses: [`10.1.0.${number + 1}`, ...(six ? [`2001:db8:1::${number + 1}`] : [])],
  six: six ? [`2001:db8:2:${number}::/64`] : [],
});

/** What a region of a random hierarchy is like; other regions are named by their numbers, taken modulo what there is. */
const regions = fc.record({
  nodes: fc.record({ a: fc.integer({ min: 1, max: 2 }), b: fc.integer({ min: 0, max: 2 }) }),
  /** Of the regions before it, the one upstream; none: the core. */
  below: fc.option(fc.nat(3), { freq: 4 }),
  sessions: fc.integer({ min: 1, max: 3 }),
  fullMesh: fc.boolean(),
  /** The region that it has a mesh with, besides its own. */
  meshed: fc.option(fc.nat(3), { freq: 5 }),
  ownCommunities: fc.boolean(),
  /** Whether it does without TCP MD5. */
  plain: fc.boolean(),
  by: reachedBy,
});

const clients = fc.record({
  homes: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 }),
  reach: fc.constantFrom('everywhere', 'only', 'preferred'),
  shared: fc.boolean(),
  six: fc.boolean(),
  beside: fc.option(fc.nat(9)),
});

/** Hierarchies of up to three levels, with meshes across, clients of several regions, and routes of several clients. */
export const hierarchies = fc.record({
  core: fc.integer({ min: 1, max: 3 }),
  regions: fc.array(regions, { minLength: 1, maxLength: 4 }),
  clients: fc.array(clients, { maxLength: 4 }),
});

type Hierarchy = typeof hierarchies extends fc.Arbitrary<infer T> ? T : never;

export const hierarchyOf = (shape: Hierarchy): BgpTopology => topologyIn(hierarchyIn(shape));

/** Defines a hierarchy of this shape in a chart. */
export function hierarchyIn({ core, regions: shapes, clients: routers }: Hierarchy): (chart: Chart) => void {
  return (chart) => {
    const nodes: Record<string, { labels: Record<string, string> }> = {};
    const addNode = (labels: Record<string, string>) => (nodes[`n${Object.keys(nodes).length}`] = { labels });
    for (let i = 0; i < core; i++) addNode({ meshrr_region_core: 'true' });
    new RouteReflectorRegion(chart, 'core', { ...common, ...dualStack, replicas: core });
    const above = shapes.map(({ below }, i) => (below === null || below >= i ? undefined : below));
    // Only regions without clients in pods may do without TCP MD5, and peer with another region by a mesh.
    const plain = shapes.map(({ plain: wanted }, i) => wanted && !above.includes(i));
    const partner = shapes.map(({ meshed }, i) =>
      meshed === null || meshed >= i || !plain[i] || !plain[meshed] ? undefined : meshed,
    );
    const made = shapes.map(({ nodes: { a, b }, sessions, fullMesh, ownCommunities, by }, i) => {
      for (let n = 0; n < a + b; n++) {
        addNode({ [`meshrr_region_r${i}`]: 'true', side: n < a ? 'a' : 'b' });
      }
      const partners = partner.flatMap((other, j) =>
        other === i ? [j] : j === i && other !== undefined ? [other] : [],
      );
      const number = ownCommunities ? 100 + 10 * i : 100;
      return new RouteReflectorRegion(chart, `r${i}`, {
        ...{ ...common, ...dualStack, ...rangesOf(by) },
        ...(plain[i] ? { md5: false } : { podClients: true }),
        reachability: Reachability.hostPorts(),
        sides: {
          a: { addresses: addressesOf(by, 2 * i + 1) },
          ...(b > 0 && { b: { addresses: addressesOf(by, 2 * i + 2) } }),
        },
        upstream: above[i] === undefined ? 'core' : `r${above[i]}`,
        upstreamSessions: sessions,
        fullMesh,
        communities: { only: `64496:${number + 1}`, preferred: `64496:${number + 2}` },
        groups: partners.map((other) => ({
          name: `MESH-${other}`,
          kind: 'mesh' as const,
          service: `meshrr-r${other}`,
        })),
      });
    });
    new KubernetesNodes(chart, 'nodes', { nodes });
    const names = Object.keys(nodes);
    routers.forEach(({ homes, reach, shared, beside, six: hasSix }, i) => {
      const inRegion = reach === 'everywhere' ? undefined : reach;
      const { addresses, six } = clientOfBoth(i, hasSix);
      new OutsideRouter(chart, `pe${i}`, {
        autonomousSystem: 64496,
        addresses,
        clientOf: [...new Set(homes.map((home) => made[home % made.length]))],
        nodes: beside === null ? undefined : [names[beside % names.length]],
        announces: [
          { prefix: `203.0.113.${i}/32`, inRegion },
          ...(shared ? [{ prefix: SHARED }] : []),
          ...six.map((prefix) => ({ prefix, inRegion })),
        ],
      });
    });
  };
}

/**
 * Regions in a ring, each a client of the next: the last one by a further group, as `upstream` refuses a loop. What a
 * client calls `preferred` goes upstream with a lower LOCAL_PREF than downward, so the next region prefers the way around the ring,
 * and offers the route to where it has been.
 */
export const rings = fc.record({
  regions: fc.array(fc.record({ b: fc.boolean(), sessions: fc.integer({ min: 1, max: 2 }) }), {
    minLength: 3,
    maxLength: 4,
  }),
  clients: fc.array(
    fc.record({ home: fc.nat(3), reach: fc.constantFrom('everywhere', 'preferred'), shared: fc.boolean() }),
    { minLength: 1, maxLength: 4 },
  ),
});

type Ring = typeof rings extends fc.Arbitrary<infer T> ? T : never;

export const ringOf = (shape: Ring): BgpTopology => topologyIn(ringIn(shape));

/** Defines a ring of this shape in a chart. */
export function ringIn({ regions: shapes, clients: routers }: Ring): (chart: Chart) => void {
  return (chart) => {
    const nodes = shapes.flatMap(({ b }, i) =>
      [...(b ? 'ab' : 'a')].map(
        (side) => [`n${i}${side}`, { labels: { [`meshrr_region_r${i}`]: 'true', side } }] as const,
      ),
    );
    new KubernetesNodes(chart, 'nodes', { nodes: Object.fromEntries(nodes) });
    const made = shapes.map(
      ({ b, sessions }, i) =>
        new RouteReflectorRegion(chart, `r${i}`, {
          ...{ ...common, clientRanges: ['10.1.0.0/16'], podClients: true, reachability: Reachability.hostPorts() },
          sides: {
            a: { addresses: [`192.0.2.${2 * i + 1}`] },
            ...(b && { b: { addresses: [`192.0.2.${2 * i + 2}`] } }),
          },
          ...(i + 1 < shapes.length
            ? { upstream: `r${i + 1}`, upstreamSessions: sessions, communities: { preferred: '64496:102' } }
            : { groups: [{ name: 'NEXT', kind: 'upstream', service: 'meshrr-r0', sessions }] }),
        }),
    );
    routers.forEach(({ home, reach, shared }, i) => {
      const last = home % made.length === made.length - 1;
      const inRegion = reach === 'preferred' && !last ? reach : undefined;
      new OutsideRouter(chart, `pe${i}`, {
        autonomousSystem: 64496,
        addresses: [`10.1.0.${i + 1}`],
        clientOf: [made[home % made.length]],
        announces: [{ prefix: `203.0.113.${i}/32`, inRegion }, ...(shared ? [{ prefix: SHARED, inRegion }] : [])],
      });
    });
  };
}

/** Pairs of route servers in one mesh or two, with clients of several pairs, also several of one AS. */
export const pairs = fc.record({
  /** Where MetalLB announces: its peers, the advertisements of the first pair, and an excluded node. */
  announcing: fc.record({
    peers: fc.constantFrom('all', 'all', 'each', 'rack1'),
    advertised: fc.constantFrom('all', 'all', 'rack1', 'rack2'),
    excluded: fc.option(fc.constantFrom('na1', 'na2', 'nb1'), { freq: 2 }),
    bothFamilies: fc.constantFrom(true, true, false),
    leaves: fc.boolean(),
  }),
  pairs: fc.array(
    fc.record({ a: fc.integer({ min: 1, max: 2 }), b: fc.boolean(), apart: fc.boolean(), by: reachedBy }),
    { minLength: 1, maxLength: 3 },
  ),
  clients: fc.array(
    fc.record({
      homes: fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 2 }),
      autonomousSystem: fc.integer({ min: 64500, max: 64502 }),
      shared: fc.boolean(),
      six: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
});

type Pairs = typeof pairs extends fc.Arbitrary<infer T> ? T : never;

export const pairsOf = (shape: Pairs): BgpTopology => topologyIn(pairsIn(shape));

/** Defines pairs of this shape in a chart. */
export function pairsIn({ announcing, pairs: shapes, clients: routers }: Pairs): (chart: Chart) => void {
  return (chart) => {
    const meshes = ['one', 'two'].map(
      (serviceName) =>
        new Mesh(chart, serviceName, {
          ...{ autonomousSystem: 64496, serviceName },
          addressFamilies: dualStack.addressFamilies,
        }),
    );
    const { peers, advertised, excluded, bothFamilies, leaves } = announcing;
    const rack = (number: 1 | 2) => [{ rack: `${number}` }];
    const tor = (number: 1 | 2) => ({
      ...{ peerAsn: 64498, peerAddress: `192.0.2.24${number}`, dualStackAddressFamily: bothFamilies },
      ...(peers !== 'all' && { nodeSelectors: rack(number), ebgpMultiHop: true }),
    });
    const metallb = new MetalLBBgpPeering(chart, 'metallb', {
      ...peering,
      peers: peers === 'each' ? { tor1: tor(1), tor2: tor(2) } : { tor1: tor(1) },
    });
    const nodes = ['na1', 'na2', 'nb1', 'nb2'].map((name) => {
      const labels = { side: name[1], rack: name[2], ...(name === excluded && { [EXCLUDED]: '' }) };
      return [name, { labels }] as const;
    });
    new KubernetesNodes(chart, 'nodes', { nodes: Object.fromEntries(nodes) });
    const racks = peers === 'each' ? [1, 2] : [1];
    for (const number of leaves ? racks : []) {
      const beside = nodes.filter(([name]) => peers === 'all' || name.endsWith(`${number}`)).map(([name]) => name);
      const own = { autonomousSystem: 64498, addresses: [`192.0.2.24${number}`] };
      new OutsideRouter(chart, `leaf${number}`, { ...own, nodes: beside });
    }
    const made = shapes.map(
      ({ a, b, apart, by }, i) =>
        new AnycastRouteServerPair(chart, `p${i}`, {
          name: `p${i}`,
          router: common.router,
          mesh: meshes[apart ? 1 : 0],
          podNetworks: dualStack.podNetworks,
          ...rangesOf(by),
          asRanges: ['64500-64600'],
          reachability: Reachability.metalLB(
            metallb,
            i === 0 && advertised !== 'all' ? { nodeSelectors: rack(advertised === 'rack1' ? 1 : 2) } : {},
          ),
          sides: {
            a: { addresses: addressesOf(by, 2 * i + 1), replicas: a },
            ...(b && { b: { addresses: addressesOf(by, 2 * i + 2) } }),
          },
        }),
    );
    routers.forEach(({ homes, autonomousSystem, shared, six: hasSix }, i) => {
      const { addresses, six } = clientOfBoth(i, hasSix);
      new OutsideRouter(chart, `ce${i}`, {
        autonomousSystem,
        addresses,
        clientOf: [...new Set(homes.map((home) => made[home % made.length]))],
        announces: [`203.0.113.${i}/32`, ...(shared ? [SHARED] : []), ...six],
      });
    });
  };
}
