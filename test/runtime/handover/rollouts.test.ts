import * as fc from 'fast-check';
import { Plan, SimulatedRegion } from './support/simulated-region';

const seconds = (min: number, max: number) => fc.integer({ min, max }).map((one) => one * 1000);
const rollout = (min: number, max: number) =>
  fc.record({ at: seconds(min, max), readyAfter: fc.tuple(seconds(3, 60), seconds(3, 60)) });

/** Rollouts that begin within others, perhaps while the API server is away. */
const plans = (nodes: number, surges: boolean) =>
  fc.record<Plan>({
    ...{ nodes: fc.constant(nodes), surges: fc.constant(surges) },
    rollouts: fc.oneof(
      fc.tuple(rollout(10, 10), rollout(20, 130)),
      fc.tuple(rollout(10, 10), rollout(20, 60), rollout(70, 200)),
    ),
    dialAfter: fc.array(seconds(1, 30), { minLength: 2, maxLength: 4 }),
    apiAway: fc.option(
      fc.tuple(seconds(10, 100), seconds(5, 30)).map(([from, length]) => ({ from, to: from + length })),
      { nil: undefined },
    ),
  });

/**
 * How long a pod may count as away though all clients of its side have sessions, in seconds: they have to be back for five, and
 * some may have come to a pod that drains. A successor that misses clients waits for 150.
 */
const IDLE_SECONDS = 40;

describe.each([1, 2])('with %i nodes for each side', (nodes) => {
  test.each([
    ['before', true],
    ['after', false],
  ])(
    'where a new pod starts %s its predecessor ends, a rollout within another one cuts off no client, and ends',
    async (_, surges) => {
      await fc.assert(
        fc.asyncProperty(plans(nodes, surges), async (plan) => {
          const { cut, isOver, idle } = await new SimulatedRegion(plan).run();
          expect({ cut, isOver }).toEqual({ cut: [], isOver: true });
          expect(idle).toBeLessThanOrEqual(IDLE_SECONDS);
        }),
        { numRuns: 300, endOnFailure: true },
      );
    },
  );
});

test.each([true, false])(
  'when all sessions end just before a rollout, clients have paths again as soon as they have dialed (surge: %s)',
  async (surges) => {
    const flaps = fc.record({
      ...{ nodes: fc.constant(1), surges: fc.constant(surges) },
      rollouts: fc.tuple(rollout(10, 10)),
      dialAfter: fc.array(seconds(1, 30), { minLength: 2, maxLength: 3 }),
      flapAt: seconds(2, 9),
    });
    await fc.assert(
      fc.asyncProperty(flaps, async (plan) => {
        const { cutUntil, isOver } = await new SimulatedRegion(plan).run();
        expect(cutUntil).toBeLessThanOrEqual(plan.flapAt + Math.max(...plan.dialAfter));
        expect(isOver).toBe(true);
      }),
      { numRuns: 200, endOnFailure: true },
    );
  },
);

test('clients that dial at different times reach both of two new pods of a side: the first one of these goes next', async () => {
  const plan: Plan = {
    nodes: 1,
    surges: true,
    rollouts: [
      { at: 10_000, readyAfter: [19_000, 16_000] },
      { at: 60_000, readyAfter: [29_000, 43_000] },
    ],
    dialAfter: [24_000, 3_000],
  };
  const { cut, idle } = await new SimulatedRegion(plan).run();
  expect(cut).toEqual([]);
  expect(idle).toBeLessThanOrEqual(IDLE_SECONDS);
});
