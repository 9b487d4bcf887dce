import { KubernetesObject } from '../../../../cluster/control-plane/api';

/** The name of a label in Prometheus. */
const sanitized = (label: string) => label.replaceAll(/\W/g, '_');

/**
 * What the Prometheus operator makes of a PodMonitor: which pods are scraped, where, and which labels their series have.
 * The Prometheus of Debian has no discovery by Kubernetes, so the pods are listed here.
 *
 * @param pods all of the cluster
 */
export function scrapeConfigOf({ metadata, spec }: KubernetesObject, pods: readonly KubernetesObject[]): object {
  const [{ port, path }] = spec.podMetricsEndpoints;
  const namespaces: readonly string[] = spec.namespaceSelector?.matchNames ?? [metadata.namespace];
  const wanted = Object.entries(spec.selector.matchLabels as Record<string, string>);
  const selected = pods.filter(
    ({ metadata: { namespace = '', labels = {} } }) =>
      namespaces.includes(namespace) && wanted.every(([key, value]) => labels[key] === value),
  );
  return {
    ...{ job_name: `podMonitor/${metadata.namespace}/${metadata.name}`, metrics_path: path },
    static_configs: selected.flatMap(({ metadata: { name, namespace, labels = {} }, spec: own, status }) => {
      const ports = (own.containers as readonly Container[]).flatMap((container) => container.ports ?? []);
      const copied = (spec.podTargetLabels as readonly string[]).filter((label) => label in labels);
      return ports
        .filter((one) => one.name === port)
        .map(({ containerPort }) => ({
          targets: [`${status.podIP}:${containerPort}`],
          labels: {
            ...{ namespace, pod: name },
            ...Object.fromEntries(copied.map((label) => [sanitized(label), labels[label]])),
          },
        }));
    }),
  };
}

interface Container {
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
}
