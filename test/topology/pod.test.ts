import { Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AnycastRouteServerPair,
  FullyMeshedRouteServers,
  HierarchicalRouteReflectors,
  MetalLBBgpPeering,
  PodProps,
  proofOf,
  RouteReflectorRegion,
  topologyOf,
  Reachability,
} from '../../lib';
import { crpd, pair, peering, region } from '../../test-support/examples';
import { Manifests, synthChart } from '../../test-support/synth';
import { addPair, addRegion, Case, describeRefusals, facing } from '../bad-input/cases';

/** The pod of a region of one side. */
function podOf(pod: PodProps | ((chart: Chart) => PodProps), changes: object = {}) {
  const manifests = synthChart((chart) => {
    const props = { ...region, ...facing, ...changes, pod: typeof pod === 'function' ? pod(chart) : pod };
    new RouteReflectorRegion(chart, 'east', props);
  });
  return { manifests, ...templateIn(manifests, 'DaemonSet', 'meshrr-east-a') };
}

function templateIn(manifests: Manifests, kind: string, name: string) {
  const { metadata, spec } = manifests.get(kind, name).spec.template;
  return { metadata, spec, router: spec.containers[0] };
}

/** A pod with everything that an app may add. */
const everything = (chart: Chart): PodProps => {
  const authorities = kplus.Volume.fromConfigMap(chart, 'volume', new kplus.ConfigMap(chart, 'authorities'), {
    name: 'authorities',
  });
  const secret = kplus.Secret.fromSecretName(chart, 'secret', 'collector');
  return {
    labels: { team: 'backbone' },
    annotations: { 'example.com/why': 'routes: all' },
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
    serviceAccount: 'routers',
    volumes: [authorities, { name: 'spool', emptyDir: { sizeLimit: kplus.k8s.Quantity.fromString('1Gi') } }],
    volumeMounts: [{ name: 'authorities', mountPath: '/etc/ssl/own', readOnly: true }],
    env: { TZ: 'Europe/Zurich', TOKEN: kplus.EnvValue.fromSecretValue({ secret, key: 'token' }) },
    containers: [
      { name: 'exporter', image: 'exporter:1', volumeMounts: [{ name: 'run', mountPath: '/run/frr' }] },
      new kplus.Container({ name: 'tap', image: 'tap:1', ports: [{ number: 9100 }] }),
    ],
    initContainers: [{ name: 'wait', image: 'wait:1' }],
    affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['10.43.0.10'], options: [{ name: 'ndots', value: '1' }] },
    hostAliases: [{ ip: '192.0.2.53', hostnames: ['ns.example.com'] }],
    runAsUser: 'platform',
    terminationGracePeriod: Duration.minutes(5),
  };
};

test('what an app adds is in the pod, beside what the construct needs', () => {
  const bare = podOf({ terminationGracePeriod: 300 });
  const { metadata, spec, router } = podOf(everything);
  expect(metadata.labels).toEqual({ ...bare.metadata.labels, team: 'backbone' });
  expect(metadata.annotations).toEqual({ 'example.com/why': 'routes: all' });
  expect(spec.nodeSelector).toEqual({ ...bare.spec.nodeSelector, 'kubernetes.io/arch': 'amd64' });
  expect(spec.volumes).toEqual([
    ...bare.spec.volumes,
    { name: 'authorities', configMap: expect.objectContaining({ name: expect.any(String) }) },
    { name: 'spool', emptyDir: { sizeLimit: '1Gi' } },
  ]);
  expect(router.volumeMounts).toEqual([
    ...bare.router.volumeMounts,
    { name: 'authorities', mountPath: '/etc/ssl/own', readOnly: true },
  ]);
  expect(router.env).toEqual([
    ...bare.router.env,
    { name: 'TZ', value: 'Europe/Zurich' },
    { name: 'TOKEN', valueFrom: { secretKeyRef: expect.objectContaining({ name: 'collector', key: 'token' }) } },
  ]);
  expect(spec.containers.map(({ name }: { name: string }) => name)).toEqual(['frr', 'exporter', 'tap']);
  expect(spec.containers[2].ports).toEqual([expect.objectContaining({ containerPort: 9100 })]);
  expect(spec.initContainers).toEqual([{ name: 'wait', image: 'wait:1' }]);
  expect(spec).toMatchObject({
    affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['10.43.0.10'], options: [{ name: 'ndots', value: '1' }] },
    hostAliases: [{ ip: '192.0.2.53', hostnames: ['ns.example.com'] }],
    terminationGracePeriodSeconds: 300,
  });
});

test('the platform chooses the user, and nothing else of the security of the pod', () => {
  const { runAsUser, runAsGroup, fsGroup, ...others } = podOf({}).spec.securityContext;
  expect([runAsUser, runAsGroup, fsGroup]).toEqual([65532, 65532, 65532]);
  expect(podOf({ runAsUser: 'platform' }).spec.securityContext).toEqual(others);
});

test('affinities of the app are joined with those of the construct', () => {
  const term = { labelSelector: { matchLabels: { app: 'noisy' } }, topologyKey: 'kubernetes.io/hostname' };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const manifests = synthChart((chart) => new RouteReflectorRegion(chart, 'core', { ...region, pod: { affinity } }));
  const { spec } = templateIn(manifests, 'Deployment', 'meshrr-core');
  const terms = spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
  expect(terms).toEqual([expect.objectContaining({ topologyKey: 'kubernetes.io/hostname' }), term]);
  expect(terms[0].labelSelector.matchLabels['app.kubernetes.io/instance']).toBe('meshrr-core');
});

test('an annotation of the app leaves the checksum of the files in place', () => {
  const groups = [{ name: 'G', kind: 'mesh', service: 'lab' }];
  const { annotations } = podOf({ annotations: { a: 'b' } }, { groups }).metadata;
  expect(annotations).toEqual({ a: 'b', 'meshrr/checksum': expect.stringMatching(/^[0-9a-f]{16}$/) });
});

test('a ServiceAccount of the app gets the rights of the runtime', () => {
  const { manifests, spec } = podOf((chart) => ({
    serviceAccount: new kplus.ServiceAccount(chart, 'account', { metadata: { name: 'routers' } }),
  }));
  expect(spec).toMatchObject({ serviceAccountName: 'routers', automountServiceAccountToken: true });
  // One for the EndpointSlices, and one for the Lease of the interlock.
  const bindings = manifests.ofKind('RoleBinding') as unknown as { subjects: object[] }[];
  expect(bindings).toHaveLength(2);
  for (const { subjects } of bindings) {
    expect(subjects).toEqual([
      { kind: 'ServiceAccount', name: 'meshrr-east' },
      { kind: 'ServiceAccount', name: 'routers' },
    ]);
  }
});

test('without a watch of EndpointSlices and an interlock, a ServiceAccount of the app brings no token into the pod', () => {
  const { manifests, spec } = podOf({ serviceAccount: 'default' }, { discovery: 'dns', interlock: false });
  expect(spec).toMatchObject({ serviceAccountName: 'default', automountServiceAccountToken: false });
  expect(manifests.ofKind('RoleBinding')).toEqual([]);
});

test('the pods of a side have what is added to all, and what is added to the side', () => {
  const pod = { labels: { team: 'backbone', tier: '1' }, env: { A: '1' } };
  const a = { addresses: ['192.0.2.1'], pod: { labels: { tier: '2' }, env: { B: '2' } } };
  const sides = { a, b: { addresses: ['192.0.2.2'] } };
  const region = podOf(pod, { sides });
  const b = templateIn(region.manifests, 'DaemonSet', 'meshrr-east-b');
  expect(region.metadata.labels).toMatchObject({ team: 'backbone', tier: '2' });
  expect(b.metadata.labels).toMatchObject({ team: 'backbone', tier: '1' });
  const names = ({ router }: typeof b) => router.env.map(({ name }: { name: string }) => name).slice(-2);
  expect(names(region)).toEqual(['A', 'B']);
  expect(names(b)).not.toContain('B');

  const pairs = synthChart((chart) => new AnycastRouteServerPair(chart, 'rs', pair(chart, { pod, sides })));
  expect(templateIn(pairs, 'StatefulSet', 'routeserver-a').metadata.labels).toMatchObject({ tier: '2' });
  expect(templateIn(pairs, 'StatefulSet', 'routeserver-b').metadata.labels).toMatchObject({ tier: '1' });
});

test('whole topologies join what they add to all pods with what a region or pair adds', () => {
  const pod = { annotations: { all: 'yes', which: 'all' } };
  const own = (which: string) => ({ pod: { annotations: { which } } });
  const hierarchy = synthChart(
    (chart) =>
      new HierarchicalRouteReflectors(chart, 'h', {
        ...{ ...region, pod, core: own('core') },
        regions: {
          east: { ...facing, ...own('east') },
          west: { ...facing, sides: { a: { addresses: ['192.0.2.9'] } } },
        },
      }),
  );
  const annotations = (kind: string, name: string, of = hierarchy) => templateIn(of, kind, name).metadata.annotations;
  expect(annotations('Deployment', 'meshrr-core')).toEqual({ all: 'yes', which: 'core' });
  expect(annotations('DaemonSet', 'meshrr-east-a')).toEqual({ all: 'yes', which: 'east' });
  expect(annotations('DaemonSet', 'meshrr-west-a')).toEqual({ all: 'yes', which: 'all' });

  const servers = synthChart(
    (chart) =>
      new FullyMeshedRouteServers(chart, 'rs', {
        ...{ router: region.router, autonomousSystem: 64496, podNetworks: ['10.42.0.0/16'], pod },
        reachability: Reachability.metalLB(new MetalLBBgpPeering(chart, 'metallb', peering)),
        clientRanges: ['198.51.100.0/24'],
        pairs: { one: { sides: { a: { addresses: ['192.0.2.1'] } }, ...own('one') } },
      }),
  );
  expect(annotations('StatefulSet', 'one-a', servers)).toEqual({ all: 'yes', which: 'one' });
});

test('what an app adds is no patch, and the labels of nodes are in the model', () => {
  synthChart((chart) => {
    new RouteReflectorRegion(chart, 'east', { ...region, ...facing, pod: everything(chart) });
    const { findings } = proofOf(chart);
    expect(findings.filter(({ kind }) => kind === 'patched')).toEqual([]);
    expect(topologyOf(chart).groups[0].nodeSelector).toMatchObject({ 'kubernetes.io/arch': 'amd64' });
  });
});

const adds = (pod: unknown, more: object = {}) => addRegion({ ...facing, pod, ...more });
const container = (changes: object) => adds({ containers: [{ name: 'x', image: 'x:1', ...changes }] });
const mount = (mountPath: unknown) =>
  adds({ volumes: [{ name: 'mine', emptyDir: {} }], volumeMounts: [{ name: 'mine', mountPath }] });

const conflicts: Case[] = [
  ['a label of ours', adds({ labels: { 'meshrr/side': 'x' } }), 'pod.labels.meshrr/side: got "meshrr/side"'],
  ['a label of a controller', adds({ labels: { 'pod-template-hash': 'x' } }), 'pod.labels.pod-template-hash: got'],
  ['an annotation of ours', adds({ annotations: { 'meshrr/checksum': 'x' } }), 'pod.annotations.meshrr/checksum: got'],
  [
    'another value of a node label of the topology',
    adds({ nodeSelector: { meshrr_region_east: 'false' } }),
    'test/east: pod.nodeSelector.meshrr_region_east: got "false", want "true", by which the topology chooses nodes',
  ],
  ['a variable of the runtime', adds({ env: { MESH_SERVICE_NAME: 'x' } }), 'pod.env.MESH_SERVICE_NAME: got'],
  ['a variable that a Secret sets', adds({ env: { ENCRYPTED_ROOT_PW: 'x' } }), 'pod.env.ENCRYPTED_ROOT_PW: got'],
  [
    'a variable with our prefix',
    adds({ env: { MESHRR_LATER: 'x' } }),
    'want variables other than those of the runtime',
  ],
  ['a variable without a value', adds({ env: { A: {} } }), 'pod.env.A: got {}, want a text or a kplus.EnvValue'],
  [
    'the container of the router',
    container({ name: 'frr' }),
    'pod.containers[0].name: got "frr", want a container of its own: the pod has frr',
  ],
  [
    'two containers of one name',
    adds({ containers: [{ name: 'x' }], initContainers: [{ name: 'x' }] }),
    'pod.initContainers[0].name: got "x", want a container of its own: the pod has frr, x',
  ],
  ['the port of BGP', container({ ports: [{ containerPort: 179 }] }), 'containers[0].ports[0].containerPort: got 179'],
  ['the name of the port', container({ ports: [{ containerPort: 1, name: 'bgp' }] }), 'ports[0].name: got "bgp", want'],
  [
    'a volume that is not there',
    container({ volumeMounts: [{ name: 'none', mountPath: '/x' }] }),
    'pod.containers[0].volumeMounts[0].name: got "none", want the name of a volume: ',
  ],
  [
    'a volume of ours',
    adds({ volumes: [{ name: 'run', emptyDir: {} }] }),
    'pod.volumes[0].name: got "run", want a volume of its own: the pod has configuration, run, state, tmp',
  ],
  ['a mount over a mount of ours', mount('/run/frr/'), 'pod.volumeMounts[0].mountPath: got "/run/frr/", want a folder'],
  ['a mount over a parent of ours', mount('/run'), 'that hides nothing of /run/frr, which the router needs'],
  ['a mount over the image', mount('/usr'), 'that hides nothing of /usr/bin'],
  ['a mount over everything', mount('/'), 'pod.volumeMounts[0].mountPath: got "/"'],
  ['a relative mount', mount('run'), 'got "run", want an absolute path'],
  [
    'two mounts on one path',
    adds({
      volumes: [{ name: 'mine', emptyDir: {} }],
      volumeMounts: [
        { name: 'mine', mountPath: '/x' },
        { name: 'mine', mountPath: '/x', readOnly: true },
      ],
    }),
    'pod.volumeMounts[1].mountPath: got "/x", want a path of its own',
  ],
  ['a mount that is no path', mount(5), 'got 5, want an absolute path'],
  [
    'an object of a class in a manifest',
    adds({ dnsConfig: { options: [new Date(0)] } }),
    'pod.dnsConfig.options[0]: got a Date, want a plain object',
  ],
  [
    'nodes that are required by an affinity',
    adds({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } }),
    'pod.affinity.nodeAffinity: got "requiredDuringSchedulingIgnoredDuringExecution", want nodeSelector',
  ],
  ['names that the cluster does not know', adds({ dnsPolicy: 'Default' }), 'pod.dnsPolicy: got "Default", want'],
  ['no name server', adds({ dnsPolicy: 'None', dnsConfig: { searches: [] } }), 'pod.dnsConfig: got {"searches":[]}'],
  [
    'the account of all other pods',
    adds({ serviceAccount: 'default' }),
    'pod.serviceAccount: got "default", want an account of its own',
  ],
  ['a Secret as a ServiceAccount', adds({ serviceAccount: { kind: 'Secret', name: 'x' } }), 'pod.serviceAccount: got'],
  [
    'a user of the platform for cRPD',
    addRegion({ router: crpd, pod: { runAsUser: 'platform' } }),
    'test/east: pod.runAsUser: got "platform", want nothing: crpd runs as root',
  ],
  [
    'no time to drain',
    adds({ terminationGracePeriod: Duration.seconds(30) }),
    'pod.terminationGracePeriod: got 30, want',
  ],
  [
    'a field that does not exist',
    container({ imagePullpolicies: 'x' }),
    'pod.containers[0]: got "imagePullpolicies: …"',
  ],
  ['a field deep inside', container({ ports: [{ port: 1 }] }), 'pod.containers[0].ports[0]: got "port: …"'],
  ['a list that is none', container({ ports: 5 }), 'pod.containers[0]: got a value that cannot be read'],
  ['no object', adds({ containers: ['x'] }), 'pod.containers[0]: got "x", want a Container'],
  ['a value that is no text', container({ image: Symbol('x') }), 'pod.containers[0].image: got a symbol, want a text'],
  ['a name that is none', container({ name: 'X Y' }), 'pod.containers[0].name: got "X Y", want a DNS label'],
  ['a prop that there is not', adds({ hostNetwork: true }), 'pod: got "hostNetwork: …", want only the names labels'],
  [
    'a conflict in the pods of a side',
    addPair({ sides: { a: { addresses: ['192.0.2.1'], pod: { containers: [{ name: 'frr' }] } } } }),
    'test/rs: sides.a.pod.containers[0].name: got "frr"',
  ],
];

describeRefusals('additions to pods', conflicts);

test('a volume of the claim of a StatefulSet is not taken', () => {
  const persistence = { size: '1Gi' };
  const volumes = [{ name: 'configuration', emptyDir: {} }];
  expect(() => synthChart(addPair({ persistence, pod: { volumes } }) as (chart: Chart) => void)).toThrow(
    'pod.volumes[0].name: got "configuration"',
  );
});
