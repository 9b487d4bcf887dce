import { counted, grouped, listed } from '../../model';
import { EvaluatedRollout } from '../evaluation';
import { ROLLOUT_SECONDS, RolloutStep, stepsOf } from '../rollouts';
import { DraftFinding } from './draft-finding';
import { clientsOf, LOSE, Phrases } from './phrases';

/** Rollouts of all workloads of a cluster that leave clients without routes, and how to roll out instead. */
export function lossesOnRollout(phrases: Phrases, rollouts: readonly EvaluatedRollout[]): readonly DraftFinding[] {
  return [...grouped(rollouts, ({ cluster }) => cluster).values()].flatMap(([all, ...steps]) => {
    const { losses, cutOff } = all.outcome;
    const own = phrases.topology.groups.filter(({ cluster }) => cluster === all.cluster);
    // Without sides there is nothing to keep apart: what it costs is what the failure of each pod costs.
    if (losses.length === 0 || new Set(own.map(({ side }) => side)).size < 2) return [];
    if (phrases.onlyAbout(all.outcome) && cutOff.every((client) => phrases.mayBeElsewhere(client))) return [];
    const inOrder = stepsOf(own);
    const reason =
      inOrder.length === 0
        ? 'as one pod of each region and pair is replaced at a time: apply them one after the other'
        : `as ${inOrder.length > 2 ? 'all' : 'both'} sides are replaced together: ${remedyOf(phrases, inOrder, steps)}`;
    const message = () =>
      `if everything${all.cluster === '' ? '' : ` in cluster ${all.cluster}`} is applied at once, ` +
      `${phrases.summary(losses, LOSE)} for up to about ${ROLLOUT_SECONDS} s, ${reason}`;
    return [{ ...phrases.found('lossOnRollout', message, losses, [all.failure]), mergeKey: 'rollout' }];
  });
}

function remedyOf(
  phrases: Phrases,
  [first, ...later]: readonly RolloutStep[],
  steps: readonly EvaluatedRollout[],
): string {
  const order = `${listed(later.map(({ name }) => name))}${later.length > 1 ? ', each' : ''} once they are ready`;
  const apart = `apply ${first.name} first (kubectl apply -l '${first.applied}'), and ${order}`;
  const still = clientsOf(steps.flatMap(({ outcome }) => outcome.losses));
  if (still.length === 0) return apart;
  const parts = [...new Set(still.flatMap((client) => client.parts))];
  return `${apart}; ${counted(still.length, 'client')} of ${phrases.namesOf(parts)} then still lose routes, for want of a second side or pod`;
}
