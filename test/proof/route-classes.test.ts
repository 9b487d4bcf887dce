import { AreaReachability } from '../../lib/proof/areas/area-reachability';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

/** The routes of each class, by their last numbers. */
function classesIn(parts: Readonly<Record<string, PartShape>>, clients: Readonly<Record<string, ClientShape>>) {
  const { classes } = new AreaReachability(topologyOfParts(parts, clients));
  return classes.map(({ routes }) => routes.map(({ route }) => /(\d+)(\/32)?$/.exec(route)?.[1]).join(' '));
}
const pe = (home: string, ...numbers: readonly number[]): ClientShape => ({
  ...{ homes: [home], announces: numbers.map((number) => `203.0.113.${number}/32`) },
});
const only = '64496:1';
const at = (number: number, ...communities: readonly string[]) => ({ route: `203.0.113.${number}/32`, communities });

describe('routes are looked at together', () => {
  test('where routers with the same sessions announce them', () => {
    expect(classesIn({ east: {} }, { e1: pe('east', 1, 2), e2: pe('east', 3) })).toEqual(['1 2 3']);
    expect(classesIn({ east: {}, west: {} }, { e1: pe('east', 1, 2), w1: pe('west', 3) })).toEqual(['1 2', '3']);
    // Of the two pods, each has a session with another one first.
    expect(classesIn({ east: { sides: [2] } }, { e1: pe('east', 1, 2), e2: pe('east', 3) })).toEqual(['1 2', '3']);
  });

  test('where none of their routers stands next to nodes, so that it fails alone', () => {
    const e2 = { ...pe('east', 3), beside: ['east-a-0'] };
    expect(classesIn({ east: {} }, { e1: pe('east', 1, 2), e2 })).toEqual(['1 2', '3']);
    expect(classesIn({ east: {} }, { e1: { ...e2, announces: ['203.0.113.1/32'] }, e2 })).toEqual(['1', '3']);
  });

  test('of one family only', () => {
    const announces = [at(1), { family: 'evpn' as const, route: 'EVPN 2' }];
    expect(classesIn({ east: { families: ['inet', 'evpn'] } }, { e1: { homes: ['east'], announces } })).toEqual([
      '1',
      '2',
    ]);
  });

  test('whatever communities they have that no region heeds, in whatever order', () => {
    const preferred = '64496:2';
    const e1 = {
      homes: ['east'],
      announces: [
        at(1),
        at(2, '64496:9'),
        at(3, only),
        at(4, only, '64496:9'),
        at(5, only, preferred),
        at(6, preferred, only),
      ],
    };
    expect(classesIn({ east: { communities: { only, preferred } } }, { e1 })).toEqual(['1 2', '3 4', '5 6']);
  });

  test('where several routers announce them, if the same ones do so as far as it matters, in the order of their identifiers', () => {
    const clients = (host1: number, host2: number) => ({
      ...{ e1: { ...pe('east', 1, 2), host: 1 }, w1: { ...pe('west', 1, 2), host: 2 } },
      ...{ e2: { ...pe('east', 3), host: host1 }, w2: { ...pe('west', 3), host: host2 } },
    });
    const parts = { east: { meshes: ['west'] }, west: {} };
    expect(classesIn(parts, clients(3, 4))).toEqual(['1 2 3']);
    expect(classesIn(parts, clients(4, 3))).toEqual(['1 2', '3']);
  });

  test('of routers of one AS only, at route servers; at route reflectors all have the same', () => {
    const ce = (autonomousSystem: number, number: number) => ({ ...pe('east', number), autonomousSystem });
    const clients = { c1: ce(65001, 1), c2: ce(65001, 2), c3: ce(65002, 3) };
    expect(classesIn({ east: { mode: 'route-server' } }, clients)).toEqual(['1 2', '3']);
    expect(classesIn({ east: {} }, clients)).toEqual(['1 2 3']);
  });
});

describe('a route is looked at once for each network that announces it', () => {
  test('with nothing between them', () => {
    const clients = { e1: pe('east', 1), w1: pe('west', 1) };
    expect(classesIn({ east: {}, west: {} }, clients)).toEqual(['1', '1']);
    expect(classesIn({ east: { meshes: ['west'] }, west: {} }, clients)).toEqual(['1']);
  });
});

describe('a route is contested', () => {
  const ce = (autonomousSystem: number, ...numbers: readonly number[]) => ({
    ...pe('rs', ...numbers),
    autonomousSystem,
  });
  const contestedIn = (clients: Readonly<Record<string, ClientShape>>, mode: PartShape['mode'] = 'route-server') =>
    new AreaReachability(topologyOfParts({ rs: { mode }, far: { mode, meshes: ['rs'] } }, clients)).classes.map(
      ({ contested, areas, soleAs }) => ({ contested, areas: areas.length, soleAs }),
    );
  const far = { ...ce(65001), homes: ['far'] };

  test('where routers of two AS numbers announce it, and another one of these does not', () => {
    // It is looked at wherever somebody may be who takes but one of the paths.
    expect(contestedIn({ c1: ce(65001, 1), c2: ce(65002, 1), far })).toEqual([
      { contested: true, areas: 2, soleAs: undefined },
    ]);
  });

  test('not where nobody else has one of the two, where all are of one, nor among route reflectors', () => {
    const nobody = { ...far, autonomousSystem: 65003 };
    expect(contestedIn({ c1: ce(65001, 1), c2: ce(65002, 1), far: nobody })).toEqual([
      { contested: false, areas: 1, soleAs: undefined },
    ]);
    expect(contestedIn({ c1: ce(65001, 1), c2: ce(65001, 1), far })).toEqual([
      { contested: false, areas: 1, soleAs: 65001 },
    ]);
    const reflected = { c1: pe('rs', 1), c2: pe('rs', 1), far: { homes: ['far'] } };
    expect(contestedIn(reflected, 'route-reflector')).toEqual([{ contested: false, areas: 1, soleAs: undefined }]);
  });
});
