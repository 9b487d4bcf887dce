import { evaluate } from '../../lib/proof/evaluation';
import { topologyOfParts } from './topology-of-parts';

const topology = topologyOfParts(
  { core: { sides: [1, 1] }, east: { sides: [2], above: [{ part: 'core' }] } },
  { e1: { homes: ['east'], announces: ['203.0.113.1/32'] }, e2: { homes: ['east'], announces: ['203.0.113.2/32'] } },
);
const idsOf = (mostSteps?: number) => {
  const { evaluated, leftOut } = evaluate(topology, mostSteps);
  return { evaluated: evaluated.map(({ failure }) => failure.id), leftOut: leftOut.map(({ id }) => id) };
};

test('all single failures are looked at, each as often as it is another one', () => {
  const { evaluated, leftOut } = evaluate(topology);
  expect(leftOut).toEqual([]);
  const outcomes = new Map(evaluated.map(({ failure, outcome }) => [failure.id, outcome]));
  // A side of one pod, and its node, are that pod; a side of two is not.
  expect(outcomes.get('side core-a')).toBe(outcomes.get('pod core-a-0'));
  expect(outcomes.get('node core-a-0')).toBe(outcomes.get('pod core-a-0'));
  expect(outcomes.get('side east-a')).not.toBe(outcomes.get('pod east-a-0'));
});

test('failures are left out once so many steps have been made', () => {
  const { evaluated: all } = idsOf();
  expect(idsOf(0)).toEqual({ evaluated: [], leftOut: all });
  const { reach } = evaluate(topology, 0);
  const first = reach.spreading.steps + reach.stepsFor(new Set(['core-a-0']));
  expect(idsOf(first - 1).evaluated).not.toContain('pod core-a-0');
  const { evaluated, leftOut } = idsOf(first);
  expect(evaluated).toEqual(expect.arrayContaining(['pod core-a-0', 'side core-a', 'node core-a-0']));
  expect([...evaluated, ...leftOut].sort()).toEqual([...all].sort());
  expect(leftOut).toContain('pod east-a-0');
});

test('a failure costs as many steps as there are routers that the routes of the areas it touches are spread over', () => {
  const { reach } = evaluate(topology, 0);
  // Of the routes of two clients: the two pods of their area and the two of the core, for each that is spread by itself.
  const { length } = reach.classes;
  expect(length).toBeGreaterThan(0);
  expect(reach.stepsFor(new Set(['east-a-0']))).toBe(4 * length);
  expect(reach.stepsFor(new Set(['nobody']))).toBe(0);
});
