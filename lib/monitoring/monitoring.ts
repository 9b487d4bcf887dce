import { Duration, Lazy } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import {
  PodMonitor,
  PrometheusRule,
  PrometheusRuleSpecGroups,
  PrometheusRuleSpecGroupsRulesExpr,
} from '../../imports/monitoring.coreos.com';
import { parseDnsSubdomain, parseLabelKey, parseLabelValue } from '../addressing';
import { duration, flag, list, mapOf, oneOf, optional, shapeOf, withDefault } from '../input';
import { clusterOf, declareName, readProps, registryOf } from '../registry';
import { HTTP_PORT, METRICS_PATH } from '../settings';
import { APP_NAME, LABEL } from '../topology/labels';
import { checkPeer, IngressProps } from '../topology/network-policy-props';
import { checkAtSynth } from '../validation';
import { alertsFor, MonitoredWorkload } from './alerts';
import { dashboard } from './dashboard';

/** What {@link Monitoring} takes. */
export interface MonitoringProps {
  /**
   * Who scrapes the pods: pods, namespaces or networks, which the policies of the pods let in to the port of the metrics.
   * @example [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }]
   */
  readonly scrapedFrom: IngressProps['from'];
  /**
   * How Prometheus finds the pods: by a `PodMonitor` of the Prometheus operator, or by the annotations
   * `prometheus.io/scrape`, `port` and `path` of the pods. Annotations replace the pods where they are added.
   * @default 'podMonitor'
   */
  readonly scrape?: 'podMonitor' | 'annotations';
  /**
   * The time between two scrapes with a `PodMonitor`: a Duration, or seconds, 1 to 3600.
   * @default 15
   * @example Duration.seconds(30)
   */
  readonly interval?: Duration | number;
  /**
   * Whether the alert rules are written, as a `PrometheusRule` of the Prometheus operator.
   * @default - true with 'podMonitor', false with 'annotations'
   */
  readonly alerts?: boolean;
  /**
   * Labels of `PodMonitor` and `PrometheusRule`, by which a Prometheus selects them.
   * @default - none
   * @example { release: 'kube-prometheus-stack' }
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Labels of the ConfigMap with the dashboard, by which Grafana's sidecar finds it; `false` for no dashboard.
   * @default { grafana_dashboard: '1' }
   * @example { grafana_dashboard: '1', team: 'network' }
   */
  readonly dashboard?: false | Readonly<Record<string, string>>;
  /**
   * The name of the objects, in the namespace of the chart.
   * @default 'meshrr'
   */
  readonly name?: string;
}

const checkLabels = mapOf(parseLabelKey, parseLabelValue);

const checkProps = shapeOf<MonitoringProps>()({
  scrapedFrom: list(checkPeer, 1),
  scrape: withDefault(oneOf('podMonitor', 'annotations'), 'podMonitor'),
  interval: withDefault(duration('seconds', 1, 3600), 15),
  alerts: optional(flag),
  labels: optional(checkLabels),
  dashboard: withDefault(
    (value): false | ReadonlyMap<string, string> => (value === false ? value : checkLabels(value)),
    new Map([['grafana_dashboard', '1']]),
  ),
  name: withDefault(parseDnsSubdomain, APP_NAME),
});

/** The labels of pods that are labels of their series. */
const POD_LABELS = [LABEL.instance, LABEL.part, LABEL.side];

/**
 * Lets Prometheus scrape all route reflectors and route servers of a cluster, and brings the alert rules and a dashboard
 * of Grafana. One for each cluster of an app.
 *
 * @throws InvalidPropError
 */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const read = readProps(this, props, checkProps);
    const { name, scrape, alerts = scrape === 'podMonitor' } = read;
    const own = { [LABEL.name]: APP_NAME };
    const metadata = { name, labels: { ...own, ...Object.fromEntries(read.labels ?? []) } };
    registryOf(this).add('monitorings', {
      path: this.node.path,
      cluster: clusterOf(this),
      scrapers: read.scrapedFrom.flat(),
      annotates: scrape === 'annotations',
    });
    if (scrape === 'podMonitor') {
      declareName(this, 'name', 'PodMonitor', name);
      new PodMonitor(this, 'pod-monitor', {
        metadata,
        spec: {
          selector: { matchLabels: own },
          namespaceSelector: Lazy.any({ produce: () => this.namespaceSelector() }),
          podTargetLabels: POD_LABELS,
          podMetricsEndpoints: [{ port: HTTP_PORT.name, path: METRICS_PATH, interval: `${read.interval}s` }],
        },
      });
    }
    if (alerts) {
      declareName(this, 'name', 'PrometheusRule', name);
      const groups = Lazy.any({ produce: () => [{ name, rules: rulesOf(this.workloads()) }] });
      new PrometheusRule(this, 'rules', { metadata, spec: { groups } });
    }
    if (read.dashboard) {
      const configMap = `${name}-dashboard`;
      declareName(this, 'name', 'ConfigMap', configMap);
      new k8s.KubeConfigMap(this, 'dashboard', {
        metadata: { name: configMap, labels: { ...own, ...Object.fromEntries(read.dashboard) } },
        data: { 'meshrr.json': JSON.stringify(dashboard(), null, 1) },
      });
    }
    checkAtSynth(this);
  }

  /** The workloads of the cluster, once all constructs are there. */
  private workloads(): readonly MonitoredWorkload[] {
    const pods = registryOf(this).declared.pods.filter(({ construct }) => clusterOf(construct) === clusterOf(this));
    return pods.map(({ object: { metadata }, workload }) => ({
      name: workload,
      part: String(metadata.getLabel(LABEL.part)),
      side: metadata.getLabel(LABEL.side),
      namespace: metadata.namespace,
    }));
  }

  /** Undefined if all pods are in the namespace of the PodMonitor, which is the default. */
  private namespaceSelector(): object | undefined {
    const own = this.node.tryFindChild('pod-monitor') as PodMonitor;
    const names = [...new Set(this.workloads().flatMap(({ namespace }) => namespace ?? []))];
    const others = names.filter((name) => name !== own.metadata.namespace);
    return others.length > 0 ? { matchNames: names } : undefined;
  }
}

function rulesOf(workloads: readonly MonitoredWorkload[]): PrometheusRuleSpecGroups['rules'] {
  return alertsFor(workloads).map(({ name, expr, hold, severity, labels, summary }) => ({
    alert: name,
    expr: PrometheusRuleSpecGroupsRulesExpr.fromString(expr),
    for: hold,
    labels: { severity, ...labels },
    annotations: { summary, runbook: `docs/monitoring.md#${name.toLowerCase()} of cdk8s-meshrr` },
  }));
}
