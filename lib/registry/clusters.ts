import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { reject } from './invalid-prop';

/** The context key that names the cluster of a chart. */
const CLUSTER = 'cdk8s-meshrr/cluster';

/**
 * Says that a chart is for a cluster of its own, where one app serves several: charts of different clusters may use the
 * same names. Call it before the chart has constructs.
 *
 * @returns the chart
 */
export function inCluster<C extends Chart>(chart: C, cluster: string): C {
  if (chart.node.children.length > 0) reject(chart, 'cluster', cluster, 'a chart that has no constructs yet');
  chart.node.setContext(CLUSTER, cluster);
  return chart;
}

/** The cluster that a construct is for; '' where the app says nothing of clusters. */
export const clusterOf = (construct: IConstruct): string => construct.node.tryGetContext(CLUSTER) ?? '';
