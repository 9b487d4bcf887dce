import { rollingUpdate } from '../../../scenarios/rolling-update';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';

const APPS = [
  ...['two-regions-hrr-metallb-frr', 'two-regions-hrr-host-ports-frr'],
  ...['two-regions-route-servers-frr', 'load-balanced-route-servers-frr'],
];

describe.each(APPS)('%s', (app) => {
  const plan = assumedPlanOfApp(app);

  describeLab(
    'all pods are replaced',
    () => plan,
    (_, testbed) => rollingUpdate(plan, testbed),
  );
});
