import { rollingUpdate } from '../../../scenarios/rolling-update';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';

describe.each(['two-regions-hrr-metallb-frr', 'two-regions-hrr-host-ports-frr', 'two-regions-route-servers-frr'])(
  '%s',
  (app) => {
    const plan = assumedPlanOfApp(app);

    describeLab(
      'all pods are replaced',
      () => plan,
      (_, testbed) => rollingUpdate(plan, testbed),
    );
  },
);
