import { BgpTopology } from '../../lib';
import { prove } from '../../lib/proof';
import { PartShape, topologyOfParts } from './topology-of-parts';

const MB = 1e6;

/** Measured with FRR: what a pod needs in bytes, and each of its sessions and paths; and the runtime beside it. */
const NEEDS = { frr: 17 * MB, runtime: 50 * MB, session: 41_000, path: 790 };

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
