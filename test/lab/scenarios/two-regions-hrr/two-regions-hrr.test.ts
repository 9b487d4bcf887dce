import { twoRegionsHrr } from '../../../scenarios/two-regions-hrr';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';

describe.each(['two-regions-hrr-metallb-frr', 'two-regions-hrr-host-ports-frr'])('%s', (app) => {
  describeLab(
    'two regions of route reflectors below a core',
    () => assumedPlanOfApp(app),
    (_, testbed) => twoRegionsHrr(assumedPlanOfApp(app), testbed),
  );
});
