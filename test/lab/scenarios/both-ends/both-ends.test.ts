import { LabPlan, planOf } from '../../../../lab/plan/plan';
import { bothEnds } from '../../../scenarios/both-ends';
import { describeLab, planOfApp } from '../../support/describe-lab';

/** The lab of an example app, with all routers outside on FRR, each with the text written for it. */
function planWithBothEnds(name: string): LabPlan {
  const { objects, topology } = planOfApp(name);
  const outside = topology.outside.map((router) => ({ ...router, platform: 'frr' as const }));
  return planOf(objects, { ...topology, outside });
}

describe.each(['two-regions-hrr-metallb-frr', 'two-regions-hrr-host-ports-frr'] as const)('%s', (name) => {
  const plan = planWithBothEnds(name);

  describeLab(
    'with routers outside on FRR, configured by what was written for their operators',
    () => plan,
    (_, testbed) => bothEnds(plan, testbed),
  );
});
