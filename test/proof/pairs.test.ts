import * as fc from 'fast-check';
import { BgpTopology } from '../../lib';
import { checkProofProps, prove } from '../../lib/proof';
import { evaluatePairs } from '../../lib/proof/evaluation';
import { pairsOf, singleFailures } from '../../lib/proof/failures';
import { Failure } from '../../lib/proof/result';
import { Oracle } from './oracle/truth';
import { networks, networkTopology } from './random-parts';
import { ClientShape, topologyOfParts } from './topology-of-parts';

const client = (home: string, beside: readonly string[] = [], ...announces: string[]): ClientShape => ({
  ...{ homes: home === '' ? [] : [home], announces, beside },
});
const asked = checkProofProps({ pairsOfFailures: true });
const twoSides = topologyOfParts(
  { east: { sides: [1, 1] } },
  { e1: client('east', [], '203.0.113.1/32'), e2: client('east') },
);

test('the pairs are of failures that differ, each once, and neither is part of the other', () => {
  const failure = (name: string, failed: readonly string[]): Failure => ({ id: name, kind: 'pod', name, failed });
  const failures = [
    ...[failure('a', ['a']), failure('b', ['b']), failure('node of a', ['a']), failure('both', ['b', 'a'])],
    failure('c', ['c']),
  ];
  expect([...pairsOf(twoSides, failures)]).toEqual([
    { id: 'a and b', kind: 'pair', name: 'a and b', failed: ['a', 'b'] },
    { id: 'a and c', kind: 'pair', name: 'a and c', failed: ['a', 'c'] },
    { id: 'b and c', kind: 'pair', name: 'b and c', failed: ['b', 'c'] },
    { id: 'both and c', kind: 'pair', name: 'both and c', failed: ['b', 'a', 'c'] },
  ]);
});

test('with two routers fail the pods on nodes that only these two reach', () => {
  const topology = topologyOfParts(
    { east: { sides: [1, 1] } },
    { tor1: client('', ['east-a-0']), tor2: client('', ['east-a-0', 'east-b-0']), tor3: client('', ['east-b-0']) },
  );
  const routers = singleFailures(topology).filter(({ kind }) => kind === 'router');
  expect(routers.map(({ failed }) => failed)).toEqual([['tor1'], ['tor2'], ['tor3']]);
  expect([...pairsOf(topology, routers)].map(({ failed }) => failed)).toEqual([
    ['tor1', 'tor2', 'east-a-0'],
    ['tor1', 'tor3'],
    ['tor2', 'tor3', 'east-b-0'],
  ]);
});

test('with two routers fails an address that only these two have a route to', () => {
  const [{ group, node }] = twoSides.speakers;
  const at = { group: group.id, node: node.id, address: '192.0.2.0', routers: ['tor1', 'tor2'] };
  const topology: BgpTopology = { ...twoSides, addressesAtNodes: [{ ...twoSides.addressesAtNodes[0], ...at }] };
  const failure = (name: string): Failure => ({ id: name, kind: 'router', name, failed: [name] });
  expect([...pairsOf(topology, [failure('tor1'), failure('tor2')])]).toMatchObject([
    { failed: ['tor1', 'tor2', '192.0.2.0 at east-a-0'] },
  ]);
});

test('a proof looks at pairs where it is asked to, and they are no findings', () => {
  expect(prove(twoSides)).not.toHaveProperty('pairs');
  const { pairs, findings, clients } = prove(twoSides, asked);
  expect(pairs).toEqual({
    // Of two pods and two addresses, each with each.
    ...{ looked: 6, leftOut: 0 },
    costly: ['pod east-a-0 and pod east-b-0', 'pod east-a-0 and address 192.0.2.1']
      .map((id) => expect.objectContaining({ failure: expect.objectContaining({ id }), lost: 1, clients: ['e2'] }))
      .concat(
        ['pod east-b-0 and address 192.0.2.0', 'address 192.0.2.0 and address 192.0.2.1'].map((id) =>
          expect.objectContaining({ failure: expect.objectContaining({ id }), lost: 1, cutOff: ['e1', 'e2'] }),
        ),
      ),
  });
  expect(findings).toEqual(prove(twoSides).findings);
  expect(clients).toEqual(prove(twoSides).clients);
});

test('the costly pairs come first, and those that cost nothing are only counted', () => {
  const topology = topologyOfParts(
    {
      core: { sides: [1, 1] },
      east: { sides: [1, 1], above: [{ part: 'core' }] },
      west: { above: [{ part: 'core' }] },
    },
    { e1: client('east', [], '203.0.113.1/32'), e2: client('east'), w1: client('west', [], '203.0.113.2/32') },
  );
  const { looked, costly } = prove(topology, asked).pairs!;
  const lost = costly.map((cost) => cost.lost);
  expect(lost).toEqual([...lost].sort((one, other) => other - one));
  expect(Math.min(...lost)).toBeGreaterThan(0);
  expect(looked).toBeGreaterThan(costly.length);
});

test('pairs are left out once so many steps have been made', () => {
  const failures = singleFailures(twoSides);
  const all = evaluatePairs(twoSides, failures).evaluated.length;
  expect(evaluatePairs(twoSides, failures, 0)).toEqual({ evaluated: [], leftOut: all });
  const looked = Array.from({ length: 20 }, (_, steps) => {
    const { evaluated, leftOut } = evaluatePairs(twoSides, failures, steps);
    expect(evaluated.length + leftOut).toBe(all);
    return evaluated.length;
  });
  expect(looked).toEqual([...looked].sort((one, other) => one - other));
  expect(looked.some((count) => count > 0 && count < all)).toBe(true);
});

test('what a pair costs is what is lost where each route is spread over all routers', () => {
  fc.assert(
    fc.property(networks, (shape) => {
      const topology = networkTopology(shape);
      const failures = singleFailures(topology).filter((_, i) => i % 3 === 0);
      const oracle = new Oracle(topology);
      const usual = oracle.under(new Set()).paths;
      for (const { failure, outcome } of evaluatePairs(topology, failures).evaluated.slice(0, 30)) {
        const { paths } = oracle.under(new Set(failure.failed));
        const lost = [...paths].filter(([key, left]) => left === 0 && usual.get(key) !== 0).length;
        expect([failure.id, outcome.losses.reduce((sum, { count }) => sum + count, 0)]).toEqual([failure.id, lost]);
      }
    }),
    { numRuns: 20 },
  );
}, 60_000);
