import * as fc from 'fast-check';
import { BgpTopology } from '../../lib';
import { Above, ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

/** Routes that several clients announce. */
const SHARED = ['203.0.113.98/32', '203.0.113.99/32'];
const PARTS = 5;

const parts = fc.record({
  server: fc.boolean(),
  sides: fc.constantFrom([1], [1, 1], [2], [2, 1]),
  evpn: fc.boolean(),
  fullMesh: fc.boolean(),
  /** By numbers of parts, taken modulo what there is; those that are no reflectors are left out. */
  above: fc.array(fc.record({ part: fc.nat(PARTS - 1), sessions: fc.integer({ min: 1, max: 3 }), all: fc.boolean() }), {
    maxLength: 2,
  }),
  meshes: fc.array(fc.nat(PARTS - 1), { maxLength: 2 }),
  oneCluster: fc.boolean(),
  /** Whether its communities are its own, those of all, or none. */
  communities: fc.constantFrom('own', 'common', 'none'),
});

const clients = fc.record({
  homes: fc.uniqueArray(fc.nat(PARTS - 1), { minLength: 1, maxLength: 2 }),
  autonomousSystem: fc.integer({ min: 65001, max: 65003 }),
  reach: fc.constantFrom('everywhere', 'only', 'preferred'),
  shared: fc.subarray(SHARED),
  evpn: fc.boolean(),
  beside: fc.option(fc.nat(20)),
  addPath: fc.boolean(),
});

/**
 * Networks of parts that are joined in any way: reflectors in rings and below several others; meshes between any
 * two parts; route servers that have reflectors upstream; clients of two parts, several of one AS, and routes
 * that several of them announce.
 */
export const networks = fc.record({
  parts: fc.array(parts, { minLength: 1, maxLength: PARTS }),
  /** How many of the first parts are reflectors in a ring, each a client of the next. */
  ring: fc.constantFrom(0, 0, 3, 3, 4),
  clients: fc.array(clients, { minLength: 1, maxLength: 5 }),
  /** The order of the clients' identifiers. */
  hosts: fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 }),
});

export type NetworkShape = typeof networks extends fc.Arbitrary<infer T> ? T : never;

export function networkTopology({ parts: shapes, ring, clients: routers, hosts }: NetworkShape): BgpTopology {
  const nameOf = (i: number) => `p${i % shapes.length}`;
  const inRing = (i: number) => ring <= shapes.length && i < ring;
  const isServer = (i: number) => shapes[i % shapes.length].server && !inRing(i % shapes.length);
  const communityOf = (i: number) => {
    const { communities } = shapes[i % shapes.length];
    const number = communities === 'own' ? 100 + 10 * (i % shapes.length) : 100;
    return communities === 'none' ? {} : { only: `64496:${number + 1}`, preferred: `64496:${number + 2}` };
  };
  // Two routers have one session, so two parts are joined in one way only: the first that is asked for.
  const joined = new Set<string>();
  const join = (one: number, other: number): boolean => {
    const both = [one % shapes.length, other % shapes.length].sort().join();
    const free = !joined.has(both) && one % shapes.length !== other % shapes.length;
    joined.add(both);
    return free;
  };
  const next = shapes.map((_, i): Above[] =>
    inRing(i) && join(i, (i + 1) % ring) ? [{ part: nameOf((i + 1) % ring), sessions: 1 }] : [],
  );
  const made = shapes.map(({ sides, evpn, fullMesh, above, meshes, oneCluster }, i): [string, PartShape] => {
    const further = above.flatMap(({ part, sessions, all }): Above[] =>
      !isServer(part) && join(i, part)
        ? [{ part: nameOf(part), sessions, ...(!all && { families: ['inet' as const] }) }]
        : [],
    );
    return [
      nameOf(i),
      {
        mode: isServer(i) ? 'route-server' : 'route-reflector',
        ...{ sides, fullMesh, oneCluster, communities: communityOf(i), above: [...next[i], ...further] },
        families: evpn ? ['inet', 'evpn'] : ['inet'],
        meshes: meshes.flatMap((other) => (join(i, other) ? [nameOf(other)] : [])),
      },
    ];
  });
  const nodes = shapes.flatMap(({ sides }, i) =>
    sides.flatMap((count, side) => Array.from({ length: count }, (_, n) => `${nameOf(i)}-${'ab'[side]}-${n}`)),
  );
  const outside = routers.map(
    ({ homes, autonomousSystem, reach, shared, evpn, beside, addPath }, i): [string, ClientShape] => {
      const alike = homes.filter((home) => isServer(home) === isServer(homes[0]));
      const at = communityOf(homes[0]);
      const communities = reach === 'everywhere' ? [] : [at[reach] ?? '64496:1'];
      const withEvpn = alike.some((home) => shapes[home % shapes.length].evpn);
      return [
        `c${i}`,
        {
          homes: [...new Set(alike.map(nameOf))],
          ...(isServer(homes[0]) && { autonomousSystem }),
          host: hosts[i],
          announces: [
            { route: `203.0.113.${i}/32`, communities },
            ...shared.map((route) => ({ route, communities })),
            ...(evpn && withEvpn ? [{ family: 'evpn' as const, route: `EVPN ${i}` }] : []),
          ],
          beside: beside === null ? [] : [nodes[beside % nodes.length]],
          addPath,
        },
      ];
    },
  );
  return topologyOfParts(Object.fromEntries(made), Object.fromEntries(outside));
}
