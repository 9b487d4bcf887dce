import { BgpTopology } from '../model';
import { singleFailures } from './failures';
import { Outcome, AreaReachability } from './areas/area-reachability';
import { Failure } from './result';

/** A failure and what comes of it. */
export interface Evaluated {
  readonly failure: Failure;
  readonly outcome: Outcome;
}

/** What the proof has looked at. */
export interface Evaluation {
  readonly reach: AreaReachability;
  readonly evaluated: readonly Evaluated[];
  /** Failures that were left out, as the topology is too large for all. */
  readonly leftOut: readonly Failure[];
}

/** How many routers the routes may be spread over in all: some ten seconds of work. */
const MOST_STEPS = 1_500_000;

/** Looks at a topology with all in order, and under each single failure. */
export function evaluate(topology: BgpTopology, mostSteps = MOST_STEPS): Evaluation {
  const reach = new AreaReachability(topology);
  const known = new Map<string, Outcome>();
  const evaluated: Evaluated[] = [];
  const leftOut: Failure[] = [];
  for (const failure of singleFailures(topology)) {
    // A side of one pod fails as that pod does.
    const key = failure.failed.length > 1 ? [...failure.failed].sort().join() : failure.failed[0];
    const failed = new Set(failure.failed);
    const outcome =
      known.get(key) ?? (reach.spreading.steps + reach.stepsFor(failed) <= mostSteps ? reach.under(failed) : undefined);
    if (outcome === undefined) leftOut.push(failure);
    else {
      known.set(key, outcome);
      evaluated.push({ failure, outcome });
    }
  }
  return { reach, evaluated, leftOut };
}
