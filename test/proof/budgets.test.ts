import { BgpTopology } from '../../lib';
import { prove } from '../../lib/proof';
import { checkProofProps } from '../../lib/proof/props';
import { checkClientFilters } from '../../lib/settings';
import { atRest } from './at-rest';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

const MB = 1e6;

/**
 * Measured with FRR: what a pod needs in bytes, and each of its sessions and paths; and the runtime beside it, with three
 * commands of 9 MB each.
 */
const NEEDS = { frr: 17 * MB, runtime: 87 * MB, session: 700_000, path: 790 };

const budgetOf = (topology: BgpTopology, measure: string, group: string) =>
  prove(topology).budgets.find((budget) => budget.measure === measure && budget.group === group);

describe('the memory of a pod with FRR', () => {
  const parts = (changes: PartShape['changes'] = {}): Readonly<Record<string, PartShape>> => ({
    core: { sides: [1, 1], changes },
    east: { above: [{ part: 'core' }] },
  });

  test('is that of bgpd, of the runtime, and of each session', () => {
    const topology = topologyOfParts(parts(), { pe1: { homes: ['east'] } });
    // Two pods of the core, and the client.
    const used = (NEEDS.frr + NEEDS.runtime + 3 * NEEDS.session) / MB;
    expect(budgetOf(topology, 'memory', 'east-a')?.used).toBeCloseTo(used, 6);
    expect(budgetOf(topology, 'memoryRequest', 'east-a')?.used).toBeCloseTo(used, 6);
  });

  test('is that of each path, too, of as many routes as a router is said to announce', () => {
    const plain = topologyOfParts(parts(), { pe1: { homes: ['east'] } });
    const topology = { ...plain, outside: plain.outside.map((router) => ({ ...router, routes: 10_000 })) };
    // One path from the client; a pod of the core has it from below, and from the other one.
    const needs = (sessions: number, paths: number) =>
      (NEEDS.frr + NEEDS.runtime + sessions * NEEDS.session + paths * NEEDS.path) / MB;
    expect(budgetOf(topology, 'memory', 'east-a')?.used).toBeCloseTo(needs(3, 10_000), 6);
    expect(budgetOf(topology, 'memory', 'core-a')?.used).toBeCloseTo(needs(2, 20_000), 6);
  });

  test.each([
    ['members of three AS numbers', [65001, 65002, 65003], true, 2],
    ['two members of one AS number', [65001, 65001, 65002], true, 1],
    ['one member', [65001], true, 0],
    ['members without actions by communities', [65001, 65002, 65003], false, 0],
  ])('is that of the routes as they go to %s', (_, numbers, actions, copies) => {
    const clientFilters = checkClientFilters({ actions });
    const pair: Readonly<Record<string, PartShape>> = {
      one: { mode: 'route-server', sides: [1, 1], changes: { clientFilters } },
    };
    const clients = Object.fromEntries(
      numbers.map((autonomousSystem, i): [string, ClientShape] => [`ce${i}`, { homes: ['one'], autonomousSystem }]),
    );
    const plain = topologyOfParts(pair, clients);
    const topology = { ...plain, outside: plain.outside.map((router) => ({ ...router, routes: 10_000 })) };
    const routes = 10_000 * numbers.length;
    // Each route also comes from the other side, and is sent once.
    const bytes =
      NEEDS.frr +
      NEEDS.runtime +
      (numbers.length + 1) * NEEDS.session +
      2 * routes * NEEDS.path +
      copies * routes * 135;
    expect(budgetOf(topology, 'memory', 'one-a')?.used).toBeCloseTo(bytes / MB, 6);
  });

  test.each([
    [268_435_456, 268.435456],
    [300e6, 300],
    [undefined, undefined],
  ])('is held against a limit of %s bytes', (bytes, megabytes) => {
    const topology = topologyOfParts(parts({ memory: { limit: bytes, request: 2 ** 20 } }), {});
    const limit = budgetOf(topology, 'memory', 'core-a')?.limit;
    if (megabytes === undefined) expect(limit).toBeUndefined();
    else expect(limit).toBeCloseTo(megabytes, 6);
  });
});

describe('the neighbors of a pod', () => {
  const core = (limit: number, changes: PartShape['changes'] = {}) =>
    topologyOfParts(
      {
        core: {
          sides: [3, 3],
          changes: { meshes: [{ name: 'MESHRR-MESH', service: 'meshrr-core', limit }], ...changes },
        },
        east: { above: [{ part: 'core' }] },
      },
      {},
    );
  const told = (topology: BgpTopology) => prove(topology).findings.map(({ kind, message }) => `${kind}: ${message}`);

  test('in its mesh are held against the limit of its runtime', () => {
    expect(budgetOf(core(5), 'meshSessions', 'core-a')).toMatchObject({ used: 5, worst: 5, limit: 5 });
    expect(told(core(4)).filter((message) => message.includes('peer limit'))).toEqual([
      expect.stringMatching(
        /^limit: core-a-\d has 5 neighbors in its mesh, more than the 4 of its peer limit: split the region, or raise runtime\.peerLimit/,
      ),
      expect.stringMatching(/^limit: core-b-\d has 5 /),
    ]);
  });

  test('in several meshes are held against the limit of each, not against their sum', () => {
    const limited = (limit = 9): BgpTopology => {
      const own = { name: 'MESHRR-MESH', service: 'meshrr-core', limit: 9 };
      const further = { name: 'FURTHER', service: 'meshrr-far', limit };
      const back = { name: 'BACK', service: 'meshrr-core', limit: 6 };
      const topology = topologyOfParts(
        {
          core: { sides: [3, 3], meshes: ['far'], changes: { meshes: [own, further] } },
          far: { sides: [4], fullMesh: false, changes: { meshes: [back] } },
        },
        {},
      );
      const nameAt = (end: string, other: string) =>
        end.startsWith('far') ? back.name : other.startsWith('far') ? further.name : own.name;
      const sessions = topology.sessions.map((session) => {
        const { from, to } = session;
        return { ...session, group: nameAt(to, from), fromGroup: nameAt(from, to) };
      });
      return { ...topology, sessions };
    };
    // A pod of the core has the 5 others in its own mesh, and the 4 of the other region in the further one.
    const of = (peerLimit?: number) => budgetOf(limited(peerLimit), 'meshSessions', 'core-a');
    expect(of()).toMatchObject({ used: 5, worst: 5, limit: 9 });
    expect(of(4)).toMatchObject({ used: 4, worst: 4, limit: 4 });
    expect(of(3)).toMatchObject({ used: 4, worst: 4, limit: 3 });
    expect(told(limited(3)).join()).toMatch(/core-a-\d has 4 neighbors in its mesh, more than the 3 of its peer limit/);
    // The other end knows the same sessions by another name.
    expect(budgetOf(limited(4), 'meshSessions', 'far-a')).toMatchObject({ used: 6, limit: 6 });
  });

  test('from ranges are held against the number that its router accepts', () => {
    expect(budgetOf(core(9, { clientLimit: 7 }), 'dynamicSessions', 'core-a')?.limit).toBe(7);
    expect(told(core(9, { clientLimit: 0 })).join()).toMatch(/more than the 0 of its bgp listen limit/);
  });
});

const memoryOf = (sessions: number, paths = 0) =>
  expect.closeTo((NEEDS.frr + NEEDS.runtime + sessions * NEEDS.session + paths * NEEDS.path) / MB, 6);

/** A core of two pods, and a region below whose sessions move to the pod that is left. */
const moving = (changes: PartShape['changes'] = {}, license = {}) => {
  const parts = {
    core: { sides: [2], changes },
    east: { sides: [2], fullMesh: false, above: [{ part: 'core', sessions: 1 }] },
  };
  return prove(topologyOfParts(parts, {}), checkProofProps({ license }));
};

describe('each group has a budget for each limit, of the pod that needs most and the failure that makes it need that', () => {
  const group = 'core-a';
  // Each pod has a session of east and one of the mesh. The session of the mesh goes with the pod whose clients come.
  const met = { used: 1, worst: 1 };
  const free = { group, pod: 'core-a-0', used: 0, worst: 0 };

  test('with FRR: of sessions from ranges, its mesh, paths and memory', () => {
    const changes = {
      ...{ meshes: [{ name: 'MESHRR-MESH', service: 'meshrr-core', limit: 9 }], clientLimit: 8 },
      memory: { request: 128e6, limit: 256e6 },
    };
    const memory = { group, pod: 'core-a-0', unit: 'MB', used: memoryOf(2), worst: memoryOf(2), failure: undefined };
    expect(moving(changes).budgets.filter((budget) => budget.group === group)).toEqual([
      {
        ...{ group, pod: 'core-a-0', unit: 'sessions', used: 1, worst: 2, failure: 'pod core-a-1' },
        ...{ measure: 'dynamicSessions', limit: 8, limitedBy: 'bgp listen limit' },
      },
      {
        ...{ group, pod: 'core-a-0', unit: 'sessions', ...met },
        ...{ measure: 'meshSessions', limit: 9, limitedBy: 'peer limit' },
      },
      { ...free, unit: 'routes', measure: 'routes', limitedBy: 'memory' },
      { ...memory, measure: 'memoryRequest', limit: 128, limitedBy: 'memory request' },
      { ...memory, measure: 'memory', limit: 256, limitedBy: 'memory limit' },
    ]);
  });

  test('with cRPD: of all sessions, and of the entries of its RIB', () => {
    const { budgets } = moving({ router: 'crpd' }, { peers: 7, ribEntries: 1000 });
    expect(budgets.map((budget) => budget.group)).toEqual(['core-a', 'core-a', ...Array(4).fill('east-a')]);
    expect(budgets.filter((budget) => budget.group === group)).toEqual([
      {
        ...{ group, pod: 'core-a-0', unit: 'sessions', used: 2, worst: 2, failure: undefined },
        ...{ measure: 'sessions', limit: 7, limitedBy: 'license' },
      },
      { ...free, unit: 'routes', measure: 'routes', limit: 1000, limitedBy: 'license' },
    ]);
  });

  test('the pod that needs most is not always the first', () => {
    const parts = { core: { sides: [3], fullMesh: false }, east: { above: [{ part: 'core', sessions: 1 }] } };
    const turned = (topology: BgpTopology): BgpTopology => ({
      ...topology,
      choices: topology.choices.map((choice) =>
        choice.from.startsWith('pe') ? { ...choice, candidates: ['core-a-1'] } : choice,
      ),
    });
    const clients = { pe1: { homes: ['core'], announces: ['203.0.113.1/32'] }, pe2: { homes: ['core'] } };
    const topology = turned(topologyOfParts(parts, clients));
    expect(budgetOf(topology, 'dynamicSessions', 'core-a')).toMatchObject({ pod: 'core-a-1', used: 2, worst: 3 });
    expect(budgetOf(topology, 'routes', 'core-a')).toMatchObject({ pod: 'core-a-1', used: 1, worst: 1 });
    expect(budgetOf(topology, 'memory', 'core-a')).toMatchObject({
      ...{ pod: 'core-a-1', used: memoryOf(2, 1), worst: memoryOf(3, 1), failure: 'pod core-a-0' },
    });
  });
});

describe('what exceeds a limit is told, and what to change', () => {
  const tellOf = (changes: PartShape['changes'], license = {}) =>
    atRest(moving(changes, license).findings).map(({ kind, severity, message }) => `${severity} ${kind}: ${message}`);

  test('by sessions from ranges, with the failure that brings them where there are too many only then', () => {
    const message = (limit: number, when = '') =>
      `error limit: core-a-0 has 2 sessions of neighbors from ranges${when}, more than the ${limit} of its bgp listen limit: ` +
      'split the region, add a tier between it and its clients, or raise runtime.clientLimit or the memory limit';
    expect(tellOf({ clientLimit: 2 })).toEqual([]);
    expect(tellOf({ clientLimit: 1 })).toEqual([message(1, ' if pod core-a-1 fails')]);
    expect(tellOf({ clientLimit: 0 })).toEqual([message(0)]);
    const findings = (clientLimit: number) => atRest(moving({ clientLimit }).findings);
    const about = { parts: ['test/core'], groups: ['core-a'], clients: [], assumed: false };
    expect(findings(1)).toMatchObject([{ ...about, failures: ['pod core-a-1'] }]);
    expect(findings(0)).toMatchObject([{ ...about, failures: [] }]);
  });

  test('by sessions with cRPD', () => {
    expect(tellOf({ router: 'crpd' }, { peers: 2 })).toEqual([]);
    expect(tellOf({ router: 'crpd' }, { peers: 1 })).toEqual([
      'error limit: core-a-0 has 2 sessions, more than the 1 of its license: ' +
        'split the region, add a tier between it and its clients, or raise the license (Proof, license.peers)',
    ]);
  });

  test('by memory, up to the next megabyte', () => {
    // Two sessions: 105.4 MB.
    expect(tellOf({ memory: { request: 106e6, limit: 106e6 } })).toEqual([]);
    expect(tellOf({ memory: { request: 105_100e3, limit: 105_200e3 } })).toEqual([
      'error limit: core-a-0 needs about 106 MB of memory, more than the 105 of its memory limit: raise resources.memoryLimit of its router, or split the region',
      'warning memoryRequest: core-a-0 needs about 106 MB of memory, more than the 105 of its memory request: raise resources.memory of its router, or split the region',
    ]);
  });

  test('of a pair', () => {
    const parts = (changes: PartShape['changes']): Record<string, PartShape> => ({
      one: { mode: 'route-server', sides: [1, 1], changes },
    });
    const clients: Record<string, ClientShape> = {
      ce1: { homes: ['one'], autonomousSystem: 65001, announces: ['203.0.113.1/32'] },
    };
    const topology = (changes: PartShape['changes']) => {
      const plain = topologyOfParts(parts(changes), clients);
      return { ...plain, outside: plain.outside.map((router) => ({ ...router, routes: 1500 })) };
    };
    const told = (changes: PartShape['changes'], license = {}) =>
      prove(topology(changes), checkProofProps({ license }))
        .findings.filter(({ kind }) => kind === 'limit')
        .map(({ message }) => message);
    const crpd = { router: 'crpd' } as const;
    expect(told(crpd, { ribEntries: 2999 })).toEqual([
      ...['one-a-0', 'one-b-0'].map(
        (pod) =>
          `${pod} has about 3,000 paths in its RIB, more than the 2,999 of its license: ` +
          'split the pair, or raise the license (Proof, license.ribEntries)',
      ),
    ]);
    expect(told(crpd, { peers: 1 })[0]).toMatch(/^one-a-0 has 2 sessions, .*: split the pair, add a tier between it /);
    expect(told({ clientLimit: 0 })[0]).toMatch(
      /^one-a-0 has 1 sessions of .*: split the pair, add a tier between it /,
    );
    const meshes = [{ name: 'MESHRR-MESH', service: 'meshrr-one', limit: 0 }];
    expect(told({ meshes })[0]).toMatch(/ of its peer limit: split the pair, or raise runtime\.peerLimit$/);
    expect(told({ memory: { limit: 1e6 } })[0]).toMatch(/, or split the pair$/);
  });

  test('once, where many groups are alike', () => {
    const parts = Object.fromEntries(
      ['one', 'two', 'three'].map((name) => [name, { sides: [2], changes: { memory: { limit: 1e6 } } }]),
    );
    const findings = atRest(prove(topologyOfParts(parts, {})).findings);
    expect(findings).toMatchObject([
      {
        ...{ kind: 'limit', groups: ['one-a', 'three-a', 'two-a'], failures: [] },
        parts: ['test/one', 'test/three', 'test/two'],
        message: expect.stringMatching(/^one-a-0 needs .*; the same holds for 2 more: two-a and three-a$/),
      },
    ]);
  });
});

test('budgets of different limits are told each by itself', () => {
  const parts: Record<string, PartShape> = {
    ...{ one: { changes: { memory: { limit: 1e6 } } }, two: { changes: { memory: { limit: 1e6 } } } },
    three: { sides: [1, 1], changes: { clientLimit: 0 } },
  };
  const findings = prove(topologyOfParts(parts, { pe1: { homes: ['three'] } })).findings;
  expect(findings.filter(({ kind }) => kind === 'limit').map(({ groups }) => groups)).toEqual([
    ...[['one-a'], ['two-a'], ['three-a'], ['three-b']],
  ]);
});

describe('the paths that a pod holds are those of declared routers', () => {
  const router = (...announces: string[]): ClientShape => ({ homes: ['east'], announces });
  const pathsIn = (
    clients: Readonly<Record<string, ClientShape>>,
    changes: Readonly<Record<string, Partial<BgpTopology['outside'][number]>>> = {},
    parts: Readonly<Record<string, PartShape>> = { east: {} },
  ) => {
    const plain = topologyOfParts(parts, clients);
    const outside = plain.outside.map((each) => ({ ...each, ...changes[each.id] }));
    return budgetOf({ ...plain, outside }, 'routes', 'east-a')?.used;
  };
  const [one, two] = ['203.0.113.1/32', '203.0.113.2/32'];

  test('as many as a router is said to announce, whatever it is said to announce by name', () => {
    expect(pathsIn({ pe1: router(one, two), pe2: router() }, { pe1: { routes: 10 } })).toBe(10);
    expect(pathsIn({ pe1: router(one, two), pe2: router() }, { pe1: { routes: 10 }, pe2: { routes: 7 } })).toBe(17);
  });

  test('those of each router apart, where none says what they are', () => {
    expect(pathsIn({ pe1: router(), pe2: router() }, { pe1: { routes: 10 }, pe2: { routes: 7 } })).toBe(17);
  });

  test('none of a router that is assumed, or is said to announce none', () => {
    expect(pathsIn({ pe1: router(one), pe2: router(two) }, { pe1: { assumed: true } })).toBe(1);
    expect(pathsIn({ pe1: router(one), pe2: router(two) }, { pe2: { routes: 0 } })).toBe(1);
    expect(pathsIn({ pe1: router(one) }, { pe1: { assumed: true } })).toBe(0);
  });

  test('a path from each of the routers that announce a route, each for as many as the one that has most behind it', () => {
    expect(pathsIn({ pe1: router(one), pe2: router(one) }, { pe1: { routes: 10 } })).toBe(20);
  });

  test('of a family that the router has', () => {
    const parts: Record<string, PartShape> = { east: { families: ['evpn'] } };
    expect(pathsIn({ pe1: router() }, { pe1: { routes: 5 } }, parts)).toBe(5);
  });
});
