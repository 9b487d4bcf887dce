import { losingSides } from '../../../scenarios/losing-sides';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';

describe.each(['two-regions-hrr-metallb-frr', 'two-regions-route-servers-frr'])('%s', (app) => {
  const plan = assumedPlanOfApp(app);

  describeLab(
    'one side loses power in all regions, and then the other',
    () => plan,
    (_, testbed) => losingSides(plan, testbed),
  );
});
