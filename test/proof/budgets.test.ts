import { BgpTopology } from '../../lib';
import { prove } from '../../lib/proof';
import { PartShape, topologyOfParts } from './topology-of-parts';

const MB = 1e6;

/**
 * Measured with FRR: what a pod needs in bytes, and each of its sessions and paths; and the runtime beside it, with three
 * commands of 9 MB each.
 */
const NEEDS = { frr: 17 * MB, runtime: 77 * MB, session: 700_000, path: 790 };

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
    ['268435456', 268.435456],
    ['268435456000m', 268.435456],
    ['256Mi', 268.435456],
    ['0.25Gi', 268.435456],
    ['262144Ki', 268.435456],
    ['0.0001Ti', 109.9511627776],
    ['300000k', 300],
    ['300M', 300],
    ['1.5G', 1500],
    ['0.002T', 2000],
    [undefined, undefined],
  ])('is held against a limit of %s', (quantity, megabytes) => {
    const topology = topologyOfParts(parts({ memory: { limit: quantity, request: '1Mi' } }), {});
    const limit = budgetOf(topology, 'memory', 'core-a')?.limit;
    if (megabytes === undefined) expect(limit).toBeUndefined();
    else expect(limit).toBeCloseTo(megabytes, 6);
  });
});

describe('the neighbors of a pod', () => {
  const core = (changes: PartShape['changes']) =>
    topologyOfParts(
      {
        core: { sides: [3, 3], changes: { meshes: [{ name: 'MESHRR-MESH', service: 'meshrr-core' }], ...changes } },
        east: { above: [{ part: 'core' }] },
      },
      {},
    );
  const told = (topology: BgpTopology) => prove(topology).findings.map(({ kind, message }) => `${kind}: ${message}`);

  test('in its mesh are held against the limit of its runtime', () => {
    expect(budgetOf(core({ peerLimit: 5 }), 'meshSessions', 'core-a')).toMatchObject({ used: 5, worst: 5, limit: 5 });
    expect(told(core({ peerLimit: 4 })).filter((message) => message.includes('peer limit'))).toEqual([
      expect.stringMatching(
        /^limit: core-a-\d has 5 neighbors in its mesh, more than the 4 of its peer limit: split the region, or raise runtime\.peerLimit/,
      ),
      expect.stringMatching(/^limit: core-b-\d has 5 /),
    ]);
  });

  test('in several meshes are held against the limit of each, not against their sum', () => {
    const limited = (peerLimit?: number): BgpTopology => {
      const own = { name: 'MESHRR-MESH', service: 'meshrr-core' };
      const further = { name: 'FURTHER', service: 'meshrr-far', ...(peerLimit && { peerLimit }) };
      const back = { name: 'BACK', service: 'meshrr-core', peerLimit: 6 };
      const topology = topologyOfParts(
        {
          core: { sides: [3, 3], meshes: ['far'], changes: { meshes: [own, further], peerLimit: 9 } },
          far: { sides: [4], fullMesh: false, changes: { meshes: [back], peerLimit: 9 } },
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
    expect(budgetOf(core({ clientLimit: 7 }), 'dynamicSessions', 'core-a')?.limit).toBe(7);
    expect(told(core({ clientLimit: 0 })).join()).toMatch(/more than the 0 of its bgp listen limit/);
  });
});
