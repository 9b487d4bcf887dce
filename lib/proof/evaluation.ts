import { BgpTopology } from '../model';
import { keyOf, pairsOf, singleFailures } from './failures';
import { Outcome, AreaReachability } from './areas/area-reachability';
import { Failure } from './result';
import { pinned, Rollout, rolloutsOf } from './rollouts';

/** A failure and what comes of it. */
export interface Evaluated {
  readonly failure: Failure;
  readonly outcome: Outcome;
}

/** A rollout, and what comes of it at the moment that costs most. */
export type EvaluatedRollout = Evaluated & Pick<Rollout, 'cluster' | 'step'>;

/** What the proof has looked at. */
export interface Evaluation {
  readonly reach: AreaReachability;
  readonly evaluated: readonly Evaluated[];
  /** Failures that were left out, as the topology is too large for all. */
  readonly leftOut: readonly Failure[];
  readonly rollouts: readonly EvaluatedRollout[];
}

/** How many routers the routes may be spread over in all: some ten seconds of work. */
const MOST_STEPS = 1_500_000;

/** Looks at a topology with all in order, under each single failure, and during rollouts. */
export function evaluate(topology: BgpTopology, mostSteps = MOST_STEPS): Evaluation {
  const reach = new AreaReachability(topology);
  const known = new Map<string, Outcome>();
  const evaluated: Evaluated[] = [];
  const leftOut: Failure[] = [];
  for (const failure of singleFailures(topology)) {
    const key = keyOf(failure);
    const failed = new Set(failure.failed);
    const outcome =
      known.get(key) ?? (reach.spreading.steps + reach.stepsFor(failed) <= mostSteps ? reach.under(failed) : undefined);
    if (outcome === undefined) leftOut.push(failure);
    else {
      known.set(key, outcome);
      evaluated.push({ failure, outcome });
    }
  }
  return { reach, evaluated, leftOut, rollouts: evaluateRollouts(topology) };
}

/** Pairs of failures, and how many were left out, as the topology is too large for all. */
export interface EvaluatedPairs {
  readonly evaluated: readonly Evaluated[];
  readonly leftOut: number;
}

/** Looks at a topology under all pairs of failures. */
export function evaluatePairs(
  topology: BgpTopology,
  failures: readonly Failure[],
  mostSteps = MOST_STEPS,
): EvaluatedPairs {
  const reach = new AreaReachability(topology);
  const evaluated: Evaluated[] = [];
  let leftOut = 0;
  for (const failure of pairsOf(topology, failures)) {
    const failed = new Set(failure.failed);
    if (leftOut > 0 || reach.spreading.steps + reach.stepsFor(failed) > mostSteps) leftOut++;
    else evaluated.push({ failure, outcome: reach.under(failed) });
  }
  return { evaluated, leftOut };
}

function evaluateRollouts(topology: BgpTopology): readonly EvaluatedRollout[] {
  const reach = new AreaReachability(pinned(topology));
  return rolloutsOf(topology).flatMap(({ cluster, step, moments }) => {
    const all = moments.map((failure) => ({ cluster, step, failure, outcome: reach.under(new Set(failure.failed)) }));
    const worst = all.reduce((one, next) => (lostIn(next.outcome) > lostIn(one.outcome) ? next : one), all[0]);
    return all.length === 0 ? [] : [worst];
  });
}

/** How many times a client loses a route. */
export const lostIn = ({ losses }: Outcome): number => losses.reduce((sum, { count }) => sum + count, 0);
