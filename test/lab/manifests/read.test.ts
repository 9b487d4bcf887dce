import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parseAllDocuments, stringify } from 'yaml';
import { nothingFound, readObject } from '../../../lab/manifests/objects';
import { readManifests } from '../../../lab/manifests/read';

const DIST = path.join(__dirname, '..', '..', '..', 'dist');
const APP = 'two-regions-hrr-metallb-frr';

// Tests reach into manifests to spoil them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Any = any;

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true })));

/** The manifests of an app, changed, in a folder of their own. */
function spoilt(change: (objects: Any[]) => void, app = APP): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'manifests-'));
  folders.push(folder);
  const objects = fs
    .readdirSync(path.join(DIST, app))
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => parseAllDocuments(fs.readFileSync(path.join(DIST, app, name), 'utf8')).map((one) => one.toJS()));
  change(objects);
  fs.writeFileSync(path.join(folder, 'app.yaml'), objects.map((one) => stringify(one)).join('---\n'));
  return folder;
}

const find = (objects: Any[], kind: string, name: string): Any =>
  objects.find((one) => one.kind === kind && one.metadata.name === name);

const refusal = (folder: string): string => {
  try {
    readManifests(folder);
  } catch (error) {
    expect((error as Error).name).toBe('LabError');
    return (error as Error).message.replace(`${folder}/`, '').replace(folder, '.');
  }
  throw new Error('it was accepted');
};

test('every app on FRR is read whole', () => {
  for (const app of fs.readdirSync(DIST).filter((name) => name.endsWith('-frr'))) {
    const { workloads, services, policies } = readManifests(path.join(DIST, app));
    expect(workloads.length).toBeGreaterThan(1);
    expect(services.filter(({ addresses }) => addresses.length === 0)).not.toEqual([]);
    expect(policies).not.toEqual([]);
  }
});

test('a policy that allows every pod of the cluster is read, and one for some namespaces names what is left out', () => {
  const peer = (namespaceSelector: object) => ({ namespaceSelector, podSelector: {} });
  const ingress = (selector: object) => [{ from: [peer(selector)], ports: [{ port: 179 }] }];
  const policy = (selector: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p' },
    spec: { podSelector: { matchLabels: { a: 'b' } }, policyTypes: ['Ingress'], ingress: ingress(selector) },
  });
  const found = nothingFound();
  readObject(policy({}), found);
  expect(found.policies[0].ingress).toEqual([{ from: [{ everyPod: true }], ports: [179] }]);
  readObject(policy({ matchLabels: { x: 'y' } }), found);
  expect(found.policies[1].ingress).toEqual([]);
  expect(found.leftOut).toEqual(['NetworkPolicy p: peers in namespaces {"matchLabels":{"x":"y"}}']);
});

test('a pod is read with all fields that have an effect in the lab', () => {
  const { workloads } = readManifests(path.join(DIST, 'two-regions-hrr-host-ports-frr'));
  const { pod, podLabels } = workloads.find(({ name }) => name === 'meshrr-lothlorien-a')!;
  expect(pod).toMatchObject({
    hostPorts: [{ address: '192.0.2.1', port: 179, podPort: 179 }],
    user: 65532,
    sysctls: ['net.ipv4.ip_unprivileged_port_start=0'],
    readiness: { path: '/readyz', port: 'http', periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 5 },
    preStop: ['/usr/local/bin/meshrr', 'handover'],
    terminationGracePeriodSeconds: 360,
  });
  expect(podLabels.get('meshrr/side')).toBe('a');
  expect(pod.mounts.map((mount) => mount.path)).toEqual(['/etc/frr', '/run/frr', '/var/tmp/frr', '/tmp']);
});

test('a Service of another load balancer has the addresses in its annotations', () => {
  const folder = spoilt((objects) => {
    const { metadata, spec } = find(objects, 'Service', 'meshrr-lothlorien-a');
    metadata.annotations = { 'example.com/side': 'a', 'lbipam.cilium.io/ips': '192.0.2.1,2001:db8::1' };
    spec.loadBalancerClass = 'io.cilium/bgp-control-plane';
  });
  const { services } = readManifests(folder);
  const found = services.find(({ name }) => name === 'meshrr-lothlorien-a')!;
  expect([found.addresses, found.pool]).toEqual([['192.0.2.1', '2001:db8::1'], undefined]);
});

test('host ports are also those of containers that hold nothing else', () => {
  const folder = spoilt((objects) => {
    const { containers } = find(objects, 'DaemonSet', 'meshrr-lothlorien-a').spec.template.spec;
    containers.push({
      ...{ name: 'bgp-v6', image: 'registry.example.com/meshrr/frr:0.1.0', command: ['sh'] },
      ports: [{ name: 'bgp-v6', containerPort: 179, hostIP: '2001:db8::1', hostPort: 179 }],
    });
  }, 'two-regions-hrr-host-ports-frr');
  const { pod } = readManifests(folder).workloads.find(({ name }) => name === 'meshrr-lothlorien-a')!;
  expect(pod.hostPorts.map(({ address }) => address)).toEqual(['192.0.2.1', '2001:db8::1']);
});

test('an app on cRPD is rejected, and the message names the alternative', () => {
  expect(refusal(path.join(DIST, 'two-regions-hrr-metallb'))).toBe(
    'route-reflectors.k8s.yaml: Deployment/meshrr-core: spec.template.spec.containers[0].name: got "crpd", want "frr": cRPD needs a license; the apps whose names end in -frr run here',
  );
});

const container = (objects: Any[]) => find(objects, 'Deployment', 'meshrr-core').spec.template.spec.containers[0];

test.each<[string, (objects: Any[]) => void, string]>([
  [
    'a kind that it does not know',
    (objects) => objects.push({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } }),
    'app.yaml: Pod/x: kind: got "v1 Pod", want one of the kinds apps/v1 Deployment, ',
  ],
  [
    'a field that it does not know',
    (objects) => (container(objects).workingDir = '/'),
    'app.yaml: Deployment/meshrr-core: spec.template.spec.containers[0]: got "workingDir: …", want only the names ',
  ],
  [
    'more rights than the pods of FRR have',
    (objects) => (container(objects).securityContext.readOnlyRootFilesystem = false),
    'app.yaml: Deployment/meshrr-core: spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem: got false, want true',
  ],
  [
    'a variable out of a field that the lab does not have',
    (objects) => container(objects).env.push({ name: 'X', valueFrom: { fieldRef: { fieldPath: 'spec.hostname' } } }),
    'app.yaml: Deployment/meshrr-core: spec.template.spec.containers[0].env[16].valueFrom.fieldRef.fieldPath: got "spec.hostname", want ',
  ],
  [
    'a Role that is bound for the whole cluster',
    (objects) =>
      objects.push({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'x', namespace: 'default' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'x' },
        subjects: [],
      }),
    'app.yaml: RoleBinding/x: roleRef.kind: got "ClusterRole", want "Role"',
  ],
  [
    'the policy Cluster, by which the address of a client is lost',
    (objects) => (find(objects, 'Service', 'meshrr-lothlorien-a').spec.externalTrafficPolicy = 'Cluster'),
    'app.yaml: Service/meshrr-lothlorien-a: spec.externalTrafficPolicy: got "Cluster", want "Local"',
  ],
  [
    'a Service that does not say its addresses',
    (objects) => (find(objects, 'Service', 'meshrr-lothlorien-a').metadata.annotations = { 'example.com/pool': 'x' }),
    'app.yaml: Service/meshrr-lothlorien-a: metadata.annotations: got nothing, want one whose value is the addresses of the Service',
  ],
  [
    'a volume that does not exist',
    (objects) => (container(objects).volumeMounts[0].name = 'nix'),
    'app.yaml: Deployment/meshrr-core: spec.template.spec.volumeMounts[0].name: got "nix", want an emptyDir, a ConfigMap one key of which is a file, or a key of BGP sessions',
  ],
  [
    'a ConfigMap that does not exist',
    (objects) => {
      const { containers, volumes } = find(objects, 'Deployment', 'meshrr-core').spec.template.spec;
      volumes.push({ name: 'x', configMap: { name: 'nix', items: [{ key: 'k', path: 'k' }] } });
      containers[0].volumeMounts.push({ name: 'x', mountPath: '/x', subPath: 'k' });
    },
    '.: meshrr-core: got ConfigMap nix, want one with the key k',
  ],
])('%s is rejected', (_, change, message) => {
  const said = refusal(spoilt(change));
  expect(said.slice(0, message.length)).toBe(message);
  expect(said).not.toContain('\n');
});

test('invalid YAML is rejected, and a folder without manifests', () => {
  const folder = spoilt(() => undefined);
  fs.writeFileSync(path.join(folder, 'app.yaml'), 'a: [');
  expect(refusal(folder)).toMatch(/^app\.yaml: /);
  fs.rmSync(path.join(folder, 'app.yaml'));
  expect(refusal(folder)).toBe('.: no manifest, want files that end in .yaml');
});
