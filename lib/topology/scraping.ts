import { Lazy } from 'cdk8s';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { clusterOf, registryOf } from '../registry';
import { HTTP_PORT, METRICS_PATH } from '../settings';

const ANNOTATIONS = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': String(HTTP_PORT.number),
  'prometheus.io/path': METRICS_PATH,
};

/** How the pods of a cluster are monitored. Ask once all constructs are there. */
const monitoringsOf = (scope: Construct) =>
  registryOf(scope).declared.monitorings.filter(({ cluster }) => cluster === clusterOf(scope));

/** Adds the annotations by which Prometheus finds pods, if the app wants them. Those of the app itself take precedence. */
export function withScrapeAnnotations(scope: Construct, pod: k8s.PodTemplateSpec): k8s.PodTemplateSpec {
  const own = pod.metadata?.annotations;
  const produce = () => (monitoringsOf(scope).some(({ annotates }) => annotates) ? { ...ANNOTATIONS, ...own } : own);
  return { ...pod, metadata: { ...pod.metadata, annotations: Lazy.any({ produce }) } };
}

/** Who may connect to the port of the metrics. */
export function scrapersOf(scope: Construct): readonly k8s.NetworkPolicyPeer[] {
  return monitoringsOf(scope).flatMap(({ scrapers }) => scrapers as readonly k8s.NetworkPolicyPeer[]);
}
