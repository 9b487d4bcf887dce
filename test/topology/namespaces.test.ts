import { App, Chart, Testing } from 'cdk8s';
import { RouteReflectorRegion, RouteReflectorRegionProps, topologyOf } from '../../lib';
import { prove } from '../../lib/proof';
import { region } from '../../test-support/examples';
import { Manifests } from '../../test-support/synth';

/** A core in namespace `backbone` with a region of its own namespace, and two regions in namespace `edge`. */
function apart(changes: Partial<RouteReflectorRegionProps> = {}, ofCore: Partial<RouteReflectorRegionProps> = {}) {
  const app = new App();
  const chartIn = (namespace: string) => new Chart(app, namespace, { namespace });
  const [backbone, edge] = [chartIn('backbone'), chartIn('edge')];
  const core = new RouteReflectorRegion(backbone, 'core', { ...region, ...ofCore });
  const below = (chart: Chart, name: string) =>
    new RouteReflectorRegion(chart, name, { ...region, upstream: core, sides: { a: {}, b: {} }, ...changes });
  below(backbone, 'near');
  below(edge, 'east');
  below(edge, 'west');
  const manifests = (chart: Chart) => new Manifests(Testing.synth(chart));
  return { app, backbone: manifests(backbone), edge: manifests(edge) };
}

describe('a region below one of another namespace', () => {
  const { app, backbone, edge } = apart();

  test('finds the routers upstream by their Service there, and has the label by which they find it', () => {
    expect(edge.environmentOf('DaemonSet', 'meshrr-east-a').UPSTREAM_SERVICE_NAME).toBe('meshrr-core.backbone');
    const { labels } = edge.get('DaemonSet', 'meshrr-west-a').spec.template.metadata;
    const { selector } = edge.get('Service', 'meshrr-core-backbone-clients').spec;
    expect(selector).toEqual({ 'upstream.meshrr/meshrr-core.backbone': 'true' });
    expect(labels).toMatchObject(selector);
    const ofCore = edge.ofKind('Service').filter(({ metadata }) => metadata.name.includes('core'));
    expect(ofCore).toHaveLength(1);
  });

  test('is found by the core behind one Service of the namespace, beside those of its own', () => {
    const { MESHRR_CLIENT_SERVICE: services } = backbone.environmentOf('Deployment', 'meshrr-core');
    expect(services).toBe('meshrr-core-clients,meshrr-core-backbone-clients.edge');
    expect(backbone.environmentOf('DaemonSet', 'meshrr-near-a').UPSTREAM_SERVICE_NAME).toBe('meshrr-core');
  });

  test('is admitted by the NetworkPolicy of the core, by its namespace and its label', () => {
    const [{ from }] = backbone.get('NetworkPolicy', 'meshrr-core').spec.ingress;
    expect(from).toContainEqual({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } },
      podSelector: { matchLabels: { 'upstream.meshrr/meshrr-core.backbone': 'true' } },
    });
  });

  test('may read the EndpointSlices of the core, and the core those of the region', () => {
    const bound = (manifests: Manifests, name: string) => {
      const found = manifests.get('RoleBinding', name) as unknown as { roleRef: object; subjects: object };
      expect(manifests.get('Role', name).rules).toEqual(edge.get('Role', 'meshrr-east').rules);
      return { roleRef: found.roleRef, subjects: found.subjects };
    };
    const roleRef = (name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name });
    const account = (name: string, namespace: string) => ({ kind: 'ServiceAccount', name, namespace });
    expect(bound(backbone, 'meshrr-core-from-edge')).toEqual({
      roleRef: roleRef('meshrr-core-from-edge'),
      subjects: [account('meshrr-east', 'edge'), account('meshrr-west', 'edge')],
    });
    expect(bound(edge, 'meshrr-core-backbone-clients')).toEqual({
      roleRef: roleRef('meshrr-core-backbone-clients'),
      subjects: [account('meshrr-core', 'backbone')],
    });
  });

  test('has sessions with the core in the model', () => {
    const { choices, idle } = topologyOf(app);
    const upstream = choices.filter(({ kind }) => kind === 'upstream');
    expect(idle.filter(({ group }) => group !== 'MESHRR-CLIENTS')).toEqual([]);
    expect(upstream.map(({ from, candidates, group }) => [from.split('-')[1], candidates.length, group])).toEqual(
      ['east', 'east', 'near', 'near', 'west', 'west'].map((name) => [
        ...[name, 2, name === 'near' ? 'MESHRR-CLIENTS' : 'MESHRR-CLIENTS-2'],
      ]),
    );
    expect(prove(topologyOf(app)).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

test("the app's own ServiceAccounts of both sides may read, too", () => {
  const { edge, backbone } = apart({ pod: { serviceAccount: 'own-edge' } }, { pod: { serviceAccount: 'own-core' } });
  const accountsOf = (manifests: Manifests, name: string) =>
    (manifests.get('RoleBinding', name) as unknown as { subjects: { name: string; namespace: string }[] }).subjects.map(
      (subject) => `${subject.namespace}/${subject.name}`,
    );
  expect(accountsOf(edge, 'meshrr-core-backbone-clients')).toEqual(['backbone/meshrr-core', 'backbone/own-core']);
  const fromEdge = ['edge/meshrr-east', 'edge/own-edge', 'edge/meshrr-west', 'edge/own-edge'];
  expect(accountsOf(backbone, 'meshrr-core-from-edge')).toEqual(fromEdge);
});

test('without EndpointSlices no rights are granted', () => {
  const { edge, backbone } = apart({ discovery: 'dns' }, { discovery: 'dns' });
  const rights = [...edge.ofKind('Role'), ...backbone.ofKind('Role'), ...backbone.ofKind('RoleBinding')];
  expect(rights.filter(({ metadata }) => !metadata.name.endsWith('-handover'))).toEqual([]);
});

test('a core of which every pod may be a client needs no list of those in other namespaces', () => {
  const { edge, backbone } = apart({}, { podClients: true });
  expect(backbone.environmentOf('Deployment', 'meshrr-core')).not.toHaveProperty('MESHRR_CLIENT_SERVICE');
  expect(edge.has('Service', 'meshrr-core-backbone-clients')).toBe(false);
});
