import { prove } from '../../lib/proof';
import { Reach } from '../../lib/proof/reach';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

/** Routes that each client should learn, and does. */
function learnedIn(parts: Readonly<Record<string, PartShape>>, clients: Readonly<Record<string, ClientShape>>) {
  const { clients: results } = prove(topologyOfParts(parts, clients));
  return Object.fromEntries(results.map(({ id, learned, expected }) => [id, `${learned} of ${expected}`]));
}

describe('a mesh between a region and the core', () => {
  const below = { above: [{ part: 'core' }] };
  const pe = (home: string, number: number): ClientShape => ({
    homes: [home],
    announces: [`203.0.113.${number}/32`],
  });

  test('carries routes of clients of the core, and none that the core has from another mesh', () => {
    const parts = { core: {}, low: below, north: { meshes: ['core'] }, south: { meshes: ['core'] } };
    const clients = { low1: pe('low', 1), north1: pe('north', 2), south1: pe('south', 3) };
    // Each should learn two routes. North and south learn that of low, and not that of each other.
    expect(learnedIn(parts, clients)).toEqual({ low1: '2 of 2', north1: '1 of 2', south1: '1 of 2' });
  });

  test('is a way by which a route of one region only leaks', () => {
    const parts = {
      ...{ core: { communities: { only: '64496:1' } }, low: below, north: { meshes: ['core'] } },
    };
    const clients = { low1: pe('low', 1), north1: pe('north', 2) };
    const kept = {
      ...clients,
      low1: { ...clients.low1, announces: [{ route: '203.0.113.1/32', communities: ['64496:1'] }] },
    };
    expect(prove(topologyOfParts(parts, clients)).findings.filter(({ kind }) => kind === 'leak')).toEqual([]);
    const leaks = prove(topologyOfParts(parts, kept)).findings.filter(({ kind }) => kind === 'leak');
    expect(leaks.map(({ message }) => message)).toEqual([
      '203.0.113.1/32 of low1 is for clients of core and low only, and north-a-0 has it',
    ]);
  });

  test('carries a route that only one of its clients keeps in the region, and which others lose with it', () => {
    const only = '64496:1';
    const parts = { core: { meshes: ['north'] }, low: below, north: { communities: { only } } };
    const route = '203.0.113.9/32';
    const { failures } = prove(
      topologyOfParts(parts, {
        low1: { homes: ['low'] },
        north1: { homes: ['north'], announces: [{ route, communities: [only] }] },
        north2: { homes: ['north'], announces: [route] },
      }),
    );
    expect(failures.find(({ failure }) => failure.id === 'pod north-a-0')).toMatchObject({
      lost: 1,
      clients: ['low1'],
    });
  });

  test('is one more path to the routes of the core', () => {
    const parts = { core: { sides: [1, 1] }, low: below, north: { meshes: ['core'], above: [{ part: 'core' }] } };
    const clients = { low1: pe('low', 1), north1: pe('north', 2) };
    expect(learnedIn(parts, clients)).toEqual({ low1: '1 of 1', north1: '1 of 1' });
  });
});

test('a client keeps its path when the reflectors that it has it from move to another pod of the core', () => {
  const parts: Record<string, PartShape> = {
    core: { sides: [1, 1] },
    east: { above: [{ part: 'core', sessions: 1 }] },
    west: { above: [{ part: 'core' }] },
  };
  const clients = { e1: { homes: ['east'] }, w1: { homes: ['west'], announces: ['203.0.113.1/32'] } };
  const reach = new Reach(topologyOfParts(parts, clients));
  expect(reach.under(new Set(['core-a-0'])).losses).toEqual([]);
  expect(reach.learned.get('e1')).toMatchObject({ least: 1, leastOnFailure: 1 });
});

test('a route that is announced in two networks, with nothing between them, should be learned in both', () => {
  const route = '203.0.113.9/32';
  const clients = {
    ...{ e1: { homes: ['east'], announces: [route] }, e2: { homes: ['east'] } },
    ...{ w1: { homes: ['west'], announces: [route] }, w2: { homes: ['west'] } },
  };
  const topology = topologyOfParts({ east: {}, west: {} }, clients);
  expect(learnedIn({ east: {}, west: {} }, clients)).toEqual({
    ...{ e1: '0 of 0', w1: '0 of 0' },
    e2: '1 of 1',
    w2: '1 of 1',
  });
  expect(prove(topology).counts.routes).toBe(1);
});

describe('route servers below reflectors', () => {
  const server: PartShape = { mode: 'route-server', above: [{ part: 'core' }] };
  const parts = { core: {}, one: server, two: server, three: server };
  const ce = (home: string, autonomousSystem: number, ...announces: string[]): ClientShape => ({
    ...{ homes: [home], autonomousSystem, announces },
  });

  test('give a client the routes of other AS numbers, and not those of its own', () => {
    const clients = {
      ce1: ce('one', 65001, '203.0.113.1/32'),
      ce2: ce('two', 65002, '203.0.113.2/32'),
      ce3: ce('three', 65001),
      ce4: ce('three', 65002),
      ce5: ce('three', 65003),
    };
    expect(learnedIn(parts, clients)).toEqual({
      ...{ ce1: '1 of 1', ce2: '1 of 1', ce3: '1 of 1', ce4: '1 of 1', ce5: '2 of 2' },
    });
  });
});
