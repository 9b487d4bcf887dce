import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { workloadText } from '../configuration';
import { clusterOf, registryOf } from '../registry';
import { topologyOf } from '../rules';
import { formatEnvironment, formatPeerGroups } from '../settings';
import { TopologyFile } from './topology-files';

/** The folder of the configurations of the routers in the pods, in that of the app. */
export const ROUTERS_FOLDER = 'routers';

const PLATFORMS = { crpd: 'junos', frr: 'frr' } as const;

/**
 * The configurations that the pods of each workload start with: what a change of the app changes in its routers. A
 * workload whose template is in a ConfigMap that exists has none, as the text is not known. Ask once all constructs are
 * there.
 */
export function routerFiles(app: IConstruct): readonly TopologyFile[] {
  const keyOf = (...names: readonly (string | undefined)[]) => JSON.stringify(names);
  const pods = new Map(
    registryOf(app).declared.pods.map((pod) => {
      const { construct, workload } = pod;
      return [keyOf(clusterOf(construct), Chart.of(construct).namespace, workload), pod];
    }),
  );
  return topologyOf(app).groups.flatMap(({ id, router, workload, workloadKind, cluster, namespace, podNetworks }) => {
    const pod = pods.get(keyOf(cluster, namespace, workload));
    if (!pod || pod.template === 'elsewhere') return [];
    const { settings, groups, template } = pod;
    const own = { router, kind: workloadKind, name: workload };
    const environment = formatEnvironment(settings());
    const groupsFile = formatPeerGroups(groups);
    const text = workloadText({ ...own, environment, groupsFile, template, podNetworks, namespace });
    return [{ name: `${id.replaceAll('/', '_')}.${PLATFORMS[router]}.conf`, text }];
  });
}
