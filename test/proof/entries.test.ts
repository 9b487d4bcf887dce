import * as fc from 'fast-check';
import { BgpTopology } from '../../lib';
import { AreaReachability } from '../../lib/proof/areas/area-reachability';
import { Oracle } from './oracle/truth';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';
import { hierarchies, hierarchyOf } from './random-topology';

/** How many paths each pod holds, of all routes. */
function pathsIn(topology: BgpTopology): Readonly<Record<string, number>> {
  const paths = new Map<string, number>();
  const pods = new Set(topology.speakers.map(({ id }) => id));
  for (const { router, held } of new Oracle(topology).holdings()) {
    if (pods.has(router)) paths.set(router, (paths.get(router) ?? 0) + held.length);
  }
  return Object.fromEntries([...paths].sort());
}

const entriesIn = (topology: BgpTopology) =>
  Object.fromEntries([...new AreaReachability(topology).entriesBy(({ routes }) => routes.length)].sort());

describe('the entries of the RIB of each pod are the paths that it holds where each route is spread over all routers', () => {
  test('in a network of regions below a core, meshed with it or each other, of several families, and apart', () => {
    const families = ['inet', 'evpn'] as const;
    const only = '64496:1';
    const parts: Record<string, PartShape> = {
      core: { sides: [1, 1], families },
      low: { sides: [2], families, above: [{ part: 'core', sessions: 1 }], communities: { only } },
      lower: { families, above: [{ part: 'low', sessions: 2, families: ['inet'] }] },
      north: { sides: [1, 1], meshes: ['core'] },
      west: { sides: [1, 1], families, above: [{ part: 'core' }], meshes: ['north'] },
      ring: {
        sides: [3],
        fullMesh: false,
        above: [
          { part: 'ring', sessions: 1 },
          { part: 'north', sessions: 1 },
        ],
      },
      east: { sides: [1, 1], families, above: [{ part: 'core' }], meshes: ['west'] },
      alone: {},
    };
    const own = Object.keys(parts).map((part, i): [string, ClientShape] => [
      `${part}1`,
      { homes: [part], announces: [`203.0.113.${2 * i}/32`, `203.0.113.${2 * i + 1}/32`, '203.0.113.99/32'] },
    ]);
    const clients: Record<string, ClientShape> = {
      ...Object.fromEntries(own),
      kept: { homes: ['low'], announces: [{ route: '203.0.113.98/32', communities: [only] }] },
      ...{ evpn: { homes: ['west'], announces: [{ family: 'evpn', route: 'EVPN 1' }] } },
    };
    const topology = topologyOfParts(parts, clients);
    expect(entriesIn(topology)).toEqual(pathsIn(topology));
  });

  const pe = (home: string, ...routes: readonly number[]): ClientShape => ({
    ...{ homes: [home], announces: routes.map((number) => `203.0.113.${number}/32`) },
  });
  const holds = (parts: Readonly<Record<string, PartShape>>, clients: Readonly<Record<string, ClientShape>>) => {
    const topology = topologyOfParts(parts, clients);
    expect(entriesIn(topology)).toEqual(pathsIn(topology));
  };
  const above = [{ part: 'core' }];

  test('where the routes of two regions look alike from a third one, and each to the other', () => {
    const parts = { core: { sides: [1, 1] }, one: { above }, two: { above }, three: { above } };
    holds(parts, { a: pe('one', 1), b: pe('two', 2), c: pe('three') });
  });

  test('where a route is for a region only as one router announces it, and for all as another one does', () => {
    const only = '64496:1';
    const kept = { homes: ['one'], announces: [{ route: '203.0.113.1/32', communities: [only] }] };
    const parts = { core: { sides: [1, 1] }, one: { above, communities: { only } }, two: { above } };
    holds(parts, { kept, b: pe('two', 1) });
  });

  test('where a path is withdrawn, as a better one comes later and the other way', () => {
    const preferred = '64496:2';
    const inRegion = { homes: ['one'], announces: [{ route: '203.0.113.1/32', communities: [preferred] }] };
    const parts = { core: {}, one: { above, communities: { preferred } }, low: { above } };
    holds({ ...parts, lower: { above: [{ part: 'low' }] } }, { inRegion, c: pe('lower', 1) });
  });

  test('where a session within a region carries what its reflector does not have', () => {
    const families = ['inet', 'evpn'] as const;
    const ring = [
      { part: 'ring', sessions: 1 },
      { part: 'core', sessions: 1, families: ['evpn'] as const },
    ];
    const parts = { core: { families }, low: { above, families }, ring: { sides: [2], families, above: ring } };
    holds({ ...parts, ring: { ...parts.ring, fullMesh: false } }, { a: pe('low', 1), r: pe('ring') });
  });

  describe('where two regions have a mesh with each other', () => {
    const west: PartShape = { sides: [2], fullMesh: false };
    test('and both announce the route', () => {
      holds({ west: {}, east: { meshes: ['west'] } }, { w: pe('west', 1), e: pe('east', 1) });
    });
    test('and not each of their pods has it of a client', () => {
      holds({ west, east: { meshes: ['west'] } }, { w: pe('west', 1) });
      holds({ west: { sides: [2] }, east: { meshes: ['west'] } }, { w: pe('west', 1) });
    });
    test('and it does not carry the family', () => {
      const w = { homes: ['west'], announces: [{ family: 'evpn' as const, route: 'EVPN 1' }] };
      holds({ west: { families: ['inet', 'evpn'] }, east: { meshes: ['west'] } }, { w });
    });
  });

  // In pairs of route servers with routes of one prefix from routers of one AS, and where routes leak, the figure is near
  // the truth only: it is for a budget, which says so.
  test('in hierarchies', () => {
    fc.assert(
      fc.property(hierarchies.map(hierarchyOf), (topology) => {
        expect(entriesIn(topology)).toEqual(pathsIn(topology));
      }),
      { numRuns: 40 },
    );
  });
});
