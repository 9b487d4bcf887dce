import Ajv from 'ajv';
import { App, Chart, Testing } from 'cdk8s';
import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { inCluster, Monitoring, RouteReflectorRegion } from '../../lib';
import { region } from '../../test-support/examples';
import { Manifest } from '../../test-support/synth';
import { Case, describeRefusals } from '../bad-input/cases';
import { monitored, scrapedFrom } from './example';

const CRDS = path.join(__dirname, '..', '..', 'imports', 'crds', 'prometheus-operator-v0.84.0.yaml');

/** A schema in which unknown fields are errors: the API server would drop them without a word. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  // Patterns are those of Go, and formats those of Kubernetes.
  const isOfGo = ([key, value]: [string, unknown]) => typeof value === 'string' && /^(format|pattern)$/.test(key);
  const entries = Object.entries(schema).filter((one) => !one[0].startsWith('x-kubernetes-') && !isOfGo(one));
  const { 'x-kubernetes-int-or-string': isIntOrString } = schema as Record<string, unknown>;
  const all = Object.fromEntries(entries.map(([key, value]) => [key, strict(value)]));
  if (isIntOrString) return { anyOf: [{ type: 'integer' }, { type: 'string' }] };
  return 'properties' in all && !('additionalProperties' in all) ? { ...all, additionalProperties: false } : all;
}

const validators = new Map(
  parseAllDocuments(fs.readFileSync(CRDS, 'utf8')).map((document) => {
    const { spec } = document.toJS();
    const schema = strict(spec.versions[0].schema.openAPIV3Schema) as { properties: Record<string, unknown> };
    schema.properties.metadata = { type: 'object' };
    return [spec.names.kind as string, new Ajv({ strict: false }).compile(schema)];
  }),
);

function errorsOf(manifest: Manifest): unknown {
  const validate = validators.get(manifest.kind)!;
  validate(manifest);
  return validate.errors;
}

test('without Monitoring nothing is written, and nobody is let in to the metrics', () => {
  const { all } = monitored(undefined);
  expect(all.filter(({ apiVersion }) => apiVersion.startsWith('monitoring'))).toEqual([]);
  expect(JSON.stringify(all.filter(({ kind }) => kind === 'NetworkPolicy'))).not.toContain('8179');
  expect(JSON.stringify(all)).not.toContain('prometheus.io');
});

test('the objects match the schemas of the operator', () => {
  const manifests = monitored({ labels: { release: 'stack' }, interval: 30 }, 'bgp');
  for (const kind of ['PodMonitor', 'PrometheusRule']) {
    const [object, ...others] = manifests.ofKind(kind);
    expect(others).toEqual([]);
    expect(errorsOf(object)).toBeNull();
    expect(object.metadata).toMatchObject({ name: 'meshrr', namespace: 'bgp', labels: { release: 'stack' } });
    expect(errorsOf({ ...object, spec: { ...object.spec, nonsense: 1 } })).not.toBeNull();
  }
  expect(manifests.get('PodMonitor', 'meshrr').spec).toEqual({
    podMetricsEndpoints: [{ interval: '30s', path: '/metrics', port: 'http' }],
    podTargetLabels: ['app.kubernetes.io/instance', 'meshrr/part', 'meshrr/side'],
    selector: { matchLabels: { 'app.kubernetes.io/name': 'meshrr' } },
  });
});

test('the port of the PodMonitor is one of the pods', () => {
  const manifests = monitored({});
  const [{ port }] = manifests.get('PodMonitor', 'meshrr').spec.podMetricsEndpoints;
  const { containers } = manifests.get('Deployment', 'meshrr-core').spec.template.spec;
  expect(containers[0].ports).toContainEqual({ containerPort: 8179, name: port, protocol: 'TCP' });
});

test('every policy lets those in who scrape, to this port alone; the pods stay as they are', () => {
  const before = monitored(undefined);
  const after = monitored({});
  const policies = after.ofKind('NetworkPolicy');
  expect(policies).toHaveLength(2);
  for (const { metadata, spec } of policies) {
    const added = { from: scrapedFrom, ports: [{ port: 8179, protocol: 'TCP' }] };
    expect(spec.ingress).toEqual([...before.get('NetworkPolicy', metadata.name).spec.ingress, added]);
  }
  const others = ({ all }: typeof after) =>
    all.filter(({ kind, apiVersion, metadata: { name } }) => {
      return kind !== 'NetworkPolicy' && !apiVersion.startsWith('monitoring') && name !== 'meshrr-dashboard';
    });
  expect(others(after)).toEqual(others(before));
});

test('with annotations, Prometheus finds each pod without the operator; those of the app take precedence', () => {
  const manifests = monitored({ scrape: 'annotations' });
  const scrape = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8179', 'prometheus.io/path': '/metrics' };
  const workloads = [...manifests.ofKind('Deployment'), ...manifests.ofKind('DaemonSet')];
  expect(workloads).toHaveLength(3);
  for (const { spec } of workloads) expect(spec.template.metadata.annotations).toMatchObject(scrape);
  expect(manifests.all.filter(({ apiVersion }) => apiVersion.startsWith('monitoring'))).toEqual([]);
  expect(errorsOf(monitored({ scrape: 'annotations', alerts: true }).get('PrometheusRule', 'meshrr'))).toBeNull();

  const chart = new Chart(new App(), 'test');
  const annotations = { 'prometheus.io/scrape': 'false' };
  new RouteReflectorRegion(chart, 'core', { ...region, pod: { annotations } });
  new Monitoring(chart, 'monitoring', { scrapedFrom, scrape: 'annotations' });
  const core = Testing.synth(chart).find(({ kind }) => kind === 'Deployment');
  expect(core.spec.template.metadata.annotations).toEqual({ ...scrape, ...annotations });
});

test('pods of other namespaces are scraped, too, and those of other clusters are not', () => {
  const app = new App();
  const here = new Chart(app, 'here', { namespace: 'bgp' });
  new RouteReflectorRegion(here, 'core', region);
  new RouteReflectorRegion(new Chart(app, 'there', { namespace: 'bgp-2' }), 'core', region);
  const elsewhere = inCluster(new Chart(app, 'elsewhere', { namespace: 'bgp-3' }), 'two');
  new RouteReflectorRegion(elsewhere, 'west', region);
  new Monitoring(here, 'monitoring', { scrapedFrom });
  new Monitoring(elsewhere, 'monitoring', { scrapedFrom });
  const of = (chart: Chart, kind: string) => Testing.synth(chart).find((manifest) => manifest.kind === kind);
  for (const kind of ['PodMonitor', 'PrometheusRule']) expect(errorsOf(of(here, kind))).toBeNull();
  expect(of(here, 'PodMonitor').spec.namespaceSelector).toEqual({ matchNames: ['bgp', 'bgp-2'] });
  expect(of(elsewhere, 'PodMonitor').spec.namespaceSelector).toBeUndefined();
  expect(JSON.stringify(of(here, 'PrometheusRule'))).not.toContain('meshrr-west');
  expect(JSON.stringify(of(elsewhere, 'PrometheusRule'))).not.toContain('meshrr-core');
});

test('the dashboard is found by the sidecar of Grafana, or by labels of your own, or is not there', () => {
  const labels = (dashboard?: false | Record<string, string>) =>
    monitored({ dashboard })
      .ofKind('ConfigMap')
      .map(({ metadata }) => metadata.labels);
  expect(labels()).toEqual([{ 'app.kubernetes.io/name': 'meshrr', grafana_dashboard: '1' }]);
  expect(labels({ team: 'net' })).toEqual([{ 'app.kubernetes.io/name': 'meshrr', team: 'net' }]);
  expect(labels(false)).toEqual([]);
});

const add =
  (props: object) =>
  (chart: Chart): unknown => {
    new RouteReflectorRegion(chart, 'core', region);
    return new Monitoring(chart, 'monitoring', { scrapedFrom, ...props });
  };

const refusals: Case[] = [
  ['nobody who scrapes', add({ scrapedFrom: [] }), 'test/monitoring: scrapedFrom: got [], want'],
  [
    'an unknown way',
    add({ scrape: 'push' }),
    'test/monitoring: scrape: got "push", want "podMonitor" or "annotations"',
  ],
  ['an interval of no time', add({ interval: 0 }), 'test/monitoring: interval: got 0, want'],
  ['a label that is none', add({ labels: { 'a b': 'c' } }), 'test/monitoring: labels'],
  ['a name that is none', add({ name: 'A B' }), 'test/monitoring: name: got "A B"'],
];
describeRefusals('monitoring', refusals);
