import { LabPlan, planOf } from '../../../../lab/plan/plan';
import { derive } from '../../../../lib/model';
import { losingTheCore } from '../../../scenarios/losing-the-core';
import { describeLab, assumedPlanOfApp } from '../../support/describe-lab';

const CORE_LABEL = 'meshrr_region_core';
const CORE_NODES = ['core1', 'core2', 'core3'];

/** The app with its core on nodes of its own, one more than a region has sessions upstream. */
function planWithCoreApart(): LabPlan {
  const plan = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  const sides = plan.topology.nodes.map((node) => {
    const { [CORE_LABEL]: _, ...labels } = node.labels;
    return { ...node, labels };
  });
  const core = CORE_NODES.map((name) => ({
    ...{ id: name, name, cluster: '', labels: { [CORE_LABEL]: 'true' }, assumed: true },
  }));
  return planOf(plan.objects, derive({ ...plan.topology, nodes: [...sides, ...core] }));
}

describeLab('two regions lose their core', planWithCoreApart, (_, testbed) => {
  losingTheCore(assumedPlanOfApp('two-regions-hrr-metallb-frr'), CORE_NODES, testbed);
});
