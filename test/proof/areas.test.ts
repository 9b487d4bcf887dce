import { prove } from '../../lib/proof';
import { areasOf, BACKBONE } from '../../lib/proof/areas/areas';
import { AreaReachability } from '../../lib/proof/areas/area-reachability';
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
      '203.0.113.1/32 of low1 is for clients of core and low only, and north-a-0 has it, as core-a-0 sends it to north-a-0, and communities.only filters sessions upstream only: remove that session',
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

test('the backbone is the region that others have upstream, wherever it is in the app', () => {
  const below: PartShape = { above: [{ part: 'core' }] };
  const parts = { low: below, north: { meshes: ['core'] }, core: { meshes: ['south'] }, south: {} };
  const clients: Record<string, ClientShape> = {
    l1: { homes: ['low'], announces: ['203.0.113.1/32'] },
    ...{ n1: { homes: ['north'] }, s1: { homes: ['south'] } },
  };
  expect(areasOf(topologyOfParts(parts, clients)).all[BACKBONE].parts).toEqual(['test/core']);
  expect(learnedIn(parts, clients)).toEqual({ l1: '0 of 0', n1: '1 of 1', s1: '1 of 1' });
});

test('a client keeps its path when the reflectors that it has it from move to another pod of the core', () => {
  const parts: Record<string, PartShape> = {
    core: { sides: [1, 1] },
    east: { above: [{ part: 'core', sessions: 1 }] },
    west: { above: [{ part: 'core' }] },
  };
  const clients = { e1: { homes: ['east'] }, w1: { homes: ['west'], announces: ['203.0.113.1/32'] } };
  const reach = new AreaReachability(topologyOfParts(parts, clients));
  expect(reach.under(new Set(['core-a-0'])).losses).toEqual([]);
  expect(reach.learned.get('e1')).toMatchObject({ least: 1, leastOnFailure: 1 });
});

describe('what a failure in a region costs the clients of others', () => {
  const lossesIn = (parts: Readonly<Record<string, PartShape>>, clients: Readonly<Record<string, ClientShape>>) =>
    new Map(
      prove(topologyOfParts(parts, clients)).failures.map(({ failure, lost, clients: losing, cutOff }) => [
        failure.id,
        { lost, losing, cutOff },
      ]),
    );
  const below: PartShape = { sides: [1, 1], above: [{ part: 'core' }] };

  test('is each route for each of them', () => {
    const clients = {
      w1: { homes: ['west'], announces: ['203.0.113.1/32', '203.0.113.2/32', '203.0.113.3/32'] },
      ...{ e1: { homes: ['east'] }, e2: { homes: ['east'] }, n1: { homes: ['north'] } },
    };
    const parts = { core: { sides: [1, 1] }, east: below, north: below, west: { ...below, sides: [1] } };
    const losses = lossesIn(parts, clients);
    expect(losses.get('pod west-a-0')).toEqual({ lost: 9, losing: ['e1', 'e2', 'n1'], cutOff: ['w1'] });
    expect(losses.get('pod east-a-0')).toEqual({ lost: 0, losing: [], cutOff: [] });
  });

  test('is no route of a family that they do not have', () => {
    const families = ['inet', 'evpn'] as const;
    const route = 'EVPN 1';
    const clients: Record<string, ClientShape> = {
      w1: { homes: ['west'], announces: [{ family: 'evpn', route }] },
      ...{ e1: { homes: ['east'] }, n1: { homes: ['north'] } },
    };
    const parts = {
      core: { sides: [1, 1], families },
      ...{ east: below, north: { ...below, families }, west: { ...below, sides: [1], families } },
    };
    expect(lossesIn(parts, clients).get('pod west-a-0')).toEqual({ lost: 1, losing: ['n1'], cutOff: ['w1'] });
  });

  test('is nothing of a route that is for one region only', () => {
    const parts = {
      core: { sides: [1, 1] },
      east: below,
      west: { ...below, sides: [1], communities: { only: '64496:1' } },
    };
    const clients: Record<string, ClientShape> = {
      w1: { homes: ['west'], announces: [{ route: '203.0.113.1/32', communities: ['64496:1'] }] },
      ...{ w2: { homes: ['west'] }, e1: { homes: ['east'] } },
    };
    expect(lossesIn(parts, clients).get('pod west-a-0')).toMatchObject({ lost: 1, losing: ['w2'] });
  });

  test('is nothing of a route that is for one region only once that failure has come', () => {
    const communities = { only: '64496:1' };
    const announces = [{ route: '203.0.113.1/32', communities: ['64496:1'] }];
    const beside = ['core-a-0', 'core-b-0'];
    const parts = { core: { sides: [1, 1] }, east: below, west: { ...below, communities } };
    const clients: Record<string, ClientShape> = {
      w2: { homes: ['west'], announces: ['203.0.113.1/32'], beside },
      w1: { homes: ['west'], announces },
      ...{ e1: { homes: ['east'] }, tor: { homes: [], beside } },
    };
    expect(learnedIn(parts, clients).e1).toBe('1 of 1');
    expect(lossesIn(parts, clients).get('router w2')).toMatchObject({ lost: 0, losing: [] });
  });

  test('is nothing of a route that another router announces in their own region, from where it goes no further', () => {
    const parts = { core: {}, west: { above: [{ part: 'core' }] }, south: { meshes: ['core'] }, east: below };
    const announces = ['203.0.113.1/32'];
    const clients = {
      ...{ w1: { homes: ['west'], announces }, s1: { homes: ['south'], announces } },
      ...{ s2: { homes: ['south'] }, e1: { homes: ['east'] } },
    };
    expect(lossesIn(parts, clients).get('pod west-a-0')).toMatchObject({ lost: 0, losing: [] });
    expect(lossesIn(parts, clients).get('pod south-a-0')).toMatchObject({ lost: 1, losing: ['s2'] });
  });

  test('is nothing of a route that they have by a mesh of their own', () => {
    const clients = {
      w1: { homes: ['west'], announces: ['203.0.113.1/32'] },
      ...{ n1: { homes: ['north'] }, e1: { homes: ['east'] } },
    };
    const parts = { core: { sides: [1, 1] }, west: { ...below, meshes: ['north'] }, north: below, east: below };
    const plain = topologyOfParts(parts, clients);
    // Only one of the pods of west has sessions upstream.
    const choices = plain.choices.filter(({ from }) => from !== 'west-b-0');
    const { failures } = prove({ ...plain, choices });
    const cost = failures.find(({ failure }) => failure.id === 'pod west-a-0');
    expect(cost).toMatchObject({ lost: 1, clients: ['e1'], cutOff: [] });
  });

  test('is the same where they have moved under another failure, after which it looks alike from the core', () => {
    // East has routes from one pod of the core only. If that fails, east moves to the other one. If the pod of west
    // fails that has a session with it, it works and has no route: the pods of the core do not tell each other.
    const above = [{ part: 'core', sessions: 1 }];
    const parts = { core: { sides: [1, 1], fullMesh: false }, east: { above }, west: { sides: [1, 1], above } };
    const clients = { e1: { homes: ['east'] }, w1: { homes: ['west'], announces: ['203.0.113.1/32'] } };
    const reach = new AreaReachability(topologyOfParts(parts, clients));
    expect(reach.under(new Set(['core-a-0'])).losses).toEqual([]);
    expect(reach.learned.get('e1')).toMatchObject({ least: 1, leastOnFailure: 1 });
    expect(reach.under(new Set(['west-a-0'])).losses).toMatchObject([{ clients: [{ id: 'e1' }], count: 1 }]);
    expect(reach.learned.get('e1')).toMatchObject({ least: 1, leastOnFailure: 0 });
  });
});

test('a route of one region only should be learned in regions below it, and by clients of one of them', () => {
  const only = '64496:1';
  const parts: Record<string, PartShape> = {
    core: {},
    east: { above: [{ part: 'core' }], communities: { only } },
    low: { above: [{ part: 'east' }] },
    west: { above: [{ part: 'core' }] },
  };
  const announces = [{ route: '203.0.113.1/32', communities: [only] }];
  const clients = {
    ...{ e1: { homes: ['east'], announces }, l1: { homes: ['low'] }, w1: { homes: ['west'] } },
    both: { homes: ['low', 'west'] },
  };
  expect(learnedIn(parts, clients)).toEqual({ e1: '0 of 0', l1: '1 of 1', w1: '0 of 0', both: '1 of 1' });
});

test('a route does not leak by a mesh from a pod that has it from another mesh', () => {
  const only = '64496:1';
  const parts: Record<string, PartShape> = {
    core: {},
    low: { above: [{ part: 'core' }] },
    north: { sides: [1, 1], meshes: ['core'], communities: { only } },
  };
  const announces = [{ route: '203.0.113.1/32', communities: [only] }];
  const plain = topologyOfParts(parts, { n1: { homes: ['north'], announces }, l1: { homes: ['low'] } });
  const sessions = plain.sessions.filter(({ from, to }) => ![from, to].sort().join().startsWith('core-a-0,north-a'));
  const leaksWith = (side: string) => {
    const choices = plain.choices.filter(({ from, candidates }) => from !== 'n1' || candidates[0].startsWith(side));
    return prove({ ...plain, sessions, choices }).findings.flatMap(({ kind, message }) =>
      kind === 'leak' ? [message] : [],
    );
  };
  expect(sessions).toHaveLength(plain.sessions.length - 1);
  expect(leaksWith('north-a')).toEqual([]);
  expect(leaksWith('north-b')).toEqual([
    '203.0.113.1/32 of n1 is for clients of north only, and core-a-0 has it, as north-b-0 sends it to core-a-0, and communities.only filters sessions upstream only: remove that session',
  ]);
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
