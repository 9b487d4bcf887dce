import { diagnose, Diagnosis, diagnosisText, exitStatusOf } from '../../../command/live/doctor/doctor';
import { RULES } from '../../../command/live/doctor/rules';
import { liveApp } from '../../../command/live/live-app';
import { LivePod } from '../../../command/live/objects';
import { ClusterSnapshot, LiveMetalLB, LiveRouter } from '../../../command/live/snapshot';
import { healthy, SPEAKER } from './support/healthy';

const APP = 'two-regions-hrr-metallb-frr';
const { app, snapshot } = healthy(APP);

const diagnosed = (changed: ClusterSnapshot, of = app) => diagnose(liveApp(of, [changed]));

/** The findings of a line, one a line. */
const said = (diagnoses: readonly Diagnosis[], check: string): string => {
  const found = diagnoses.find((one) => one.check === check);
  if (found?.state !== 'wrong') return `${found?.state}`;
  return found.findings.map(({ subject, problem, remedy }) => `${subject}: ${problem} -> ${remedy}`).join('\n');
};

type Change = Partial<ClusterSnapshot>;
const first = snapshot.routers[0];
const metallb = snapshot.metallb as LiveMetalLB;

/** The snapshot with another first router. */
const router = (change: Partial<LiveRouter>): Change => ({
  routers: [{ ...first, ...change }, ...snapshot.routers.slice(1)],
});
const firstPod = (change: Partial<LivePod>): Change => router({ pod: { ...first.pod, ...change } });
const status = (change: object): Change => router({ status: { ...first.status!, ...change } });
const withMetalLB = (change: Partial<LiveMetalLB>): Change => ({ metallb: { ...metallb, ...change } });
const valueOf = <T>(read: { readonly value: T } | { readonly refused: string }): T =>
  'value' in read ? read.value : ([] as T);
const nodes = valueOf(snapshot.nodes);
const relabeled = (name: string, labels: Readonly<Record<string, string>>): Change => ({
  nodes: { value: nodes.map((one) => (one.metadata.name === name ? { ...one, metadata: { name, labels } } : one)) },
});
const secret = { name: 'key', namespace: 'default', key: 'password', purpose: 'password of a BGP peer' } as const;
const needing = {
  ...app,
  topology: { ...app.topology, groups: app.topology.groups.map((group) => ({ ...group, secrets: [secret] })) },
};
const metallbPods = valueOf(metallb.pods);
const waiting = (reason: string) => [{ name: 'frr', state: { waiting: { reason, message: 'not found' } } }];

/** Faults by the line of the doctor that shows them, with what it says. */
const WRONG: Readonly<Record<string, readonly (readonly [Change, RegExp])[]>> = {
  'node labels': [
    [
      relabeled('n2', { meshrr_region_core: 'true', redundancy_group: 'a' }),
      /^n2: lacks .*redundancy_group=b.* -> kubectl label node n2 --overwrite /,
    ],
    [{ nodes: { value: nodes.slice(1) } }, /^n1: is not in the cluster -> join it/],
    [
      {
        nodes: {
          value: nodes.map((one) => ({
            ...one,
            status: { conditions: [{ type: 'Ready', status: 'False', message: 'no disk' }] },
          })),
        },
      },
      /^n1: is not ready: no disk -> kubectl describe node n1/,
    ],
  ],
  Secrets: [],
  placement: [
    [{ workloads: snapshot.workloads.slice(1) }, /^meshrr-core: is not in the cluster -> kubectl apply -f /],
    [
      { routers: snapshot.routers.slice(1) },
      /^meshrr-core: has 1 pod, want 2 -> kubectl describe deployment -n default meshrr-core/,
    ],
    [
      {
        workloads: snapshot.workloads.map((one) =>
          one.spec.replicas ? { ...one, spec: { ...one.spec, replicas: 3 } } : one,
        ),
      },
      /^meshrr-core: is scaled to 3 pods, want 2/,
    ],
    [
      firstPod({
        status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: '0 of 2 nodes' }] },
      }),
      /^meshrr-core-0: has no node: 0 of 2 nodes -> label a node/,
    ],
    [
      relabeled('n1', { 'kubernetes.io/hostname': 'n1' }),
      /runs on n1, which lacks a label of meshrr_region_core=true -> kubectl label node n1/,
    ],
    [
      { nodes: { value: nodes.map(({ metadata: { name } }) => ({ metadata: { name } })) } },
      /^meshrr-core: no node has the labels meshrr_region_core=true -> kubectl label node NODE/,
    ],
  ],
  'image pull': [
    [
      firstPod({ status: { ...first.pod.status, containerStatuses: waiting('ImagePullBackOff') } }),
      /^meshrr-core-0: ImagePullBackOff of registry\.example\.com\S+: not found -> push the image/,
    ],
  ],
  'image versions': [
    [
      firstPod({ spec: { ...first.pod.spec, containers: [{ ...first.pod.spec.containers[0], image: 'other:2' }] } }),
      /^meshrr-core-0: runs other:2, and the manifests have registry/,
    ],
    [
      firstPod({ status: { ...first.pod.status, containerStatuses: [{ name: 'frr', imageID: 'sha256:2' }] } }),
      /is 2 different images on the nodes -> give each build a tag/,
    ],
  ],
  pods: [
    [
      router({ status: undefined, silence: 'container not found' }),
      /^meshrr-core-0: does not answer: container not found -> kubectl describe pod -n default meshrr-core-0/,
    ],
    [
      status({ problems: ['session-missing x'] }),
      /^meshrr-core-0: session-missing x -> kubectl logs -n default meshrr-core-0 -c frr/,
    ],
    [
      status({ router: { ...first.status!.router, draining: true } }),
      /^meshrr-core-0: is drained -> end the drain: npx cdk8s-meshrr undrain meshrr-core-0/,
    ],
    [status({ router: { ...first.status!.router, reachable: false } }), /^meshrr-core-0: its router does not answer/],
    [firstPod({ status: { ...first.pod.status, conditions: [] } }), /^meshrr-core-0: is not ready: has peers/],
  ],
  'pod networks': [
    [
      firstPod({ status: { ...first.pod.status, podIPs: [{ ip: '10.99.0.1' }] } }),
      /^meshrr-core-0: has 10\.99\.0\.1, outside of 10\.42\.0\.0\/16 -> correct podNetworks/,
    ],
    [
      { nodes: { value: nodes.map((one) => ({ ...one, spec: { podCIDRs: ['10.99.1.0/24', '2001:db8::/64'] } })) } },
      /^n1: gives its pods 10\.99\.1\.0\/24, outside of 10\.42\.0\.0\/16 -> [^\n]*\nn2: gives [^\n]*$/,
    ],
  ],
  Services: [
    [{ services: snapshot.services.slice(1) }, /^meshrr-core: is not in the cluster -> kubectl apply/],
    [
      {
        slices: snapshot.slices.map((one) => ({
          ...one,
          endpoints: one.endpoints?.map((end) => ({ ...end, conditions: { ready: false } })),
        })),
      },
      /^meshrr-core: has no endpoint that is ready -> kubectl get endpointslices -n default -l/,
    ],
  ],
  discovery: [
    [
      status({ groups: [{ ...first.status!.groups[0], lastAnswer: 'SERVFAIL' }] }),
      /^meshrr-core-0 MESHRR-MESH: meshrr-core\.default\.svc\.cluster\.local: SERVFAIL -> kubectl get endpointslices/,
    ],
    [
      status({ groups: [{ ...first.status!.groups[0], answerAgeSeconds: 45.2 }] }),
      /^meshrr-core-0 MESHRR-MESH: the last answer about meshrr-core\.default\.svc\.cluster\.local is 45 s old -> look at/,
    ],
    [
      status({ groups: [{ ...first.status!.groups[0], lastAnswer: 'found 5 by dns' }] }),
      /knows 5 by dns, the EndpointSlices list 2: a cache answers -> repeat this in a minute/,
    ],
  ],
  'MetalLB CRDs': [
    [withMetalLB({ versions: [] }), /^CRDs of metallb\.io: are not in the cluster -> install MetalLB/],
    [withMetalLB({ versions: ['v1beta1'] }), /v1beta2 is not served, only v1beta1/],
  ],
  'MetalLB version': [
    [withMetalLB({ pods: { value: [] } }), /^MetalLB: has no pods/],
    [
      withMetalLB({
        pods: { value: metallbPods.map((pod) => withImage(pod, SPEAKER, SPEAKER.replace('0.15.3', '0.14.9'))) },
      }),
      /controller and speakers have versions 0\.14\.9 and 0\.15\.3/,
    ],
    [
      withMetalLB({
        pods: {
          value: metallbPods.map((pod) => ({
            ...pod,
            spec: { containers: [{ name: 'c', image: 'metallb/speaker:v0.12.1' }] },
          })),
        },
      }),
      /^MetalLB: is 0\.12\.1 -> install 0\.13/,
    ],
  ],
  'MetalLB namespace': [
    [
      withMetalLB({
        pods: { value: metallbPods.map((pod) => ({ ...pod, metadata: { ...pod.metadata, namespace: 'lb' } })) },
      }),
      /^metallb\/peering: writes to metallb-system, but MetalLB runs in lb .* -> set namespace: 'lb'/,
    ],
  ],
  'MetalLB back end': [
    [
      withMetalLB({ pods: { value: metallbPods.slice(0, 2) } }),
      /^metallb\/peering: the app was checked for frr-k8s, and MetalLB speaks BGP by native/,
    ],
    [
      withMetalLB({
        pods: {
          value: metallbPods.slice(0, 2).map((pod) => ({
            ...pod,
            spec: { containers: [...pod.spec.containers, { name: 'frr', image: 'frr:1' }] },
          })),
        },
      }),
      /speaks BGP by frr ->/,
    ],
  ],
  pools: [
    [
      withMetalLB({
        pools: {
          value: [
            ...valueOf(metallb.pools),
            { metadata: { name: 'all', namespace: 'x' }, spec: { addresses: ['192.0.2.0-192.0.2.1'] } },
          ],
        },
      }),
      /^x\/all: has 192\.0\.2\.0-192\.0\.2\.1, and metallb-system\/meshrr-lothlorien-a has 192\.0\.2\.1\/32 ->[^\n]*$/,
    ],
  ],
  addresses: [
    [
      {
        services: snapshot.services.map((one) => ({ ...one, status: {} })),
        events: [
          { reason: 'AllocationFailed', message: 'not allowed', involvedObject: { name: 'meshrr-lothlorien-a' } },
        ],
      },
      /^192\.0\.2\.1 of meshrr-lothlorien-a: no Service has it: not allowed -> kubectl describe service -n default meshrr-lothlorien-a/,
    ],
    [
      withMetalLB({ announcements: { value: valueOf(metallb.announcements).slice(1) } }),
      /^192\.0\.2\.1 of meshrr-lothlorien-a: not announced from n1, where a pod is ready -> look at the speaker/,
    ],
  ],
  sessions: [
    [
      router({ sessions: first.sessions.slice(1) }),
      /^\S+ and \S+: is not Established -> kubectl logs -n default meshrr-/,
    ],
    [
      {
        routers: snapshot.routers.map((one) => ({
          ...one,
          sessions: one.sessions.filter(({ address }) => !address.startsWith('198.51.100.11')),
        })),
      },
      /^pe1 192\.0\.2\.1: 0 of 1: is not Established -> look at that router/,
    ],
  ],
};

function withImage(pod: LivePod, from: string, to: string): LivePod {
  return {
    ...pod,
    spec: { containers: pod.spec.containers.map((one) => (one.image === from ? { ...one, image: to } : one)) },
  };
}

test('each line of the doctor has an example of what is wrong', () => {
  expect(Object.keys(WRONG)).toEqual(RULES.map(({ name }) => name));
});

test('all lines are ok on a cluster as the model has it, but for what the app does not need', async () => {
  const diagnoses = await diagnosed(snapshot);
  const about = RULES.map(({ name }) => name).filter((name) => name !== 'Secrets');
  expect(diagnoses.map(({ check, state }) => `${check}: ${state}`)).toEqual(about.map((name) => `${name}: ok`));
  expect(exitStatusOf(diagnoses)).toBe(0);
});

const cases = Object.entries(WRONG).flatMap(([check, examples]) =>
  examples.map(([change, text]) => [check, text, change] as const),
);
test.each(cases)('%s finds %s', async (check, text, change) => {
  const diagnoses = await diagnosed({ ...snapshot, ...change });
  expect(said(diagnoses, check)).toMatch(text);
  expect(exitStatusOf(diagnoses)).toBe(1);
});

describe('Secrets', () => {
  const withSecret = (read: { readonly value: readonly string[] | undefined } | { readonly refused: string }) => ({
    ...snapshot,
    routers: snapshot.routers.map((one) => ({
      ...one,
      group: needing.topology.groups.find(({ id }) => id === one.group.id)!,
    })),
    secrets: new Map([['default/key', read]]),
  });

  test.each([
    [undefined, /^default\/key: is missing -> create it before the pods start: password of a BGP peer, key password/],
    [['other'], /^default\/key: has other, want the key password/],
    [[''], /^default\/key: has no key, want the key password/],
  ] as const)('with the keys %j', async (value, text) => {
    expect(said(await diagnosed(withSecret({ value }), needing), 'Secrets')).toMatch(text);
  });

  test('that are there are ok, and those that may not be read are unknown', async () => {
    expect(said(await diagnosed(withSecret({ value: ['password'] }), needing), 'Secrets')).toBe('ok');
    const diagnoses = await diagnosed(withSecret({ refused: 'secrets "key" is forbidden' }), needing);
    expect(said(diagnoses, 'Secrets')).toBe('unknown');
    expect(exitStatusOf(diagnoses)).toBe(3);
  });
});

test('without the right to list nodes, those with pods of the app count as if they were listed', () => {
  const side = snapshot.routers.find(({ group }) => group.workload === 'meshrr-lothlorien-b')!;
  const there = { ...side, pod: { ...side.pod, spec: { ...side.pod.spec, nodeName: 'n9' } } };
  const routers = [...snapshot.routers, there];
  const expectedWith = (nodes: ClusterSnapshot['nodes']) => {
    const { sessions, choices, speakers } = liveApp(app, [{ ...snapshot, routers, nodes }]).expected;
    return { sessions, choices, ids: speakers.map(({ id }) => id) };
  };
  const listed = 'value' in snapshot.nodes ? snapshot.nodes.value : [];
  const n9 = { metadata: { name: 'n9', labels: side.group.nodeSelector } };
  const expected = expectedWith({ refused: 'nodes is forbidden' });
  expect(expected).toEqual(expectedWith({ value: [...listed, n9] }));
  expect(expected.ids).toContain('meshrr-lothlorien-b@n9');
});

test('without the right to list nodes, only their line is unknown', async () => {
  const diagnoses = await diagnosed({ ...snapshot, nodes: { refused: 'nodes is forbidden' } });
  expect(diagnoses.filter(({ state }) => state !== 'ok').map(({ check }) => check)).toEqual(['node labels']);
});

test.each([
  ['workloads', ['placement']],
  ['services', ['Services', 'addresses']],
  ['endpointslices', ['Services', 'discovery']],
  ['exec', ['pods', 'discovery', 'sessions']],
] as const)('without the right to read %s, the lines that need it are unknown', async (what, lines) => {
  const { services, slices, workloads, routers } = snapshot;
  const diagnoses = await diagnosed({
    ...{ ...snapshot, unread: new Map([[what, 'no right to read this']]) },
    services: what === 'services' ? [] : services,
    slices: what === 'endpointslices' ? [] : slices,
    workloads: what === 'workloads' ? [] : workloads,
    routers: what === 'exec' ? routers.map((one) => ({ ...one, sessions: [], status: undefined })) : routers,
  });
  const others = diagnoses.filter(({ state }) => state !== 'ok');
  expect(others).toEqual(
    lines.map((check) => ({ check, cluster: '', state: 'unknown', why: 'no right to read this' })),
  );
  expect(exitStatusOf(diagnoses)).toBe(3);
});

test('a pod that is not ready is a fault, also where its router may not be asked', async () => {
  const unready = { ...first, status: undefined, sessions: [], pod: { ...first.pod, status: { conditions: [] } } };
  const diagnoses = await diagnosed({ ...snapshot, ...router(unready), unread: new Map([['exec', 'no right']]) });
  expect(said(diagnoses, 'pods')).toMatch(/^meshrr-core-0: is not ready: no report/);
});

test.each(['load-balanced-route-servers-frr', 'two-regions-route-servers-frr', 'two-regions-hrr-host-ports-frr'])(
  '%s is examined, too',
  async (name) => {
    const diagnoses = await diagnose(healthy(name).app);
    expect(diagnoses.filter(({ state }) => state !== 'ok')).toEqual([]);
  },
);

test('one silent node of a side is a fault, also while another announces the address', async () => {
  const { app: pair, snapshot: all } = healthy('load-balanced-route-servers-frr');
  const announcements = valueOf(all.metallb!.announcements).filter(({ status: one }) => one?.node !== 'n3');
  const diagnoses = await diagnosed(
    { ...all, metallb: { ...all.metallb!, announcements: { value: announcements } } },
    pair,
  );
  expect(said(diagnoses, 'addresses')).toMatch(
    /^192\.0\.2\.2 of routeserver-b: not announced from n3, where a pod is ready, only from n2 -> /,
  );
});

test('each cluster of an app has lines of its own, and sessions are those of the whole app', async () => {
  const { app: one, snapshot: all } = healthy('load-balanced-route-servers-frr');
  const clusterOf = (side = 'a') => (side === 'a' ? 'east' : 'west');
  const groups = one.topology.groups.map((group) => ({ ...group, cluster: clusterOf(group.side) }));
  const nodes = one.topology.nodes.map((node) => ({ ...node, cluster: clusterOf(node.labels.side) }));
  const snapshots = ['east', 'west'].map((cluster) => ({
    ...{ ...all, cluster, metallb: undefined },
    nodes: { value: valueOf(all.nodes).filter(({ metadata }) => clusterOf(metadata.labels?.side) === cluster) },
    routers: all.routers.flatMap((router) => {
      const group = groups.find(({ id, cluster: its }) => id === router.group.id && its === cluster);
      return group ? [{ ...router, group }] : [];
    }),
  }));
  const topology = { ...one.topology, groups, nodes, metallb: [] };
  const diagnoses = await diagnose(liveApp({ ...one, topology }, snapshots));
  expect(diagnoses.filter(({ check }) => check === 'placement').map(({ cluster, state }) => [cluster, state])).toEqual([
    ['east', 'ok'],
    ['west', 'ok'],
  ]);
  expect(diagnoses.filter(({ check }) => check === 'sessions')).toHaveLength(1);
  expect(diagnosisText(diagnoses)).toMatch(
    /^ok {7}east: node labels +1 declared node: ready.*\nok {7}west: node labels +2 declared nodes/,
  );
});

test('the text has a line for each check, at most 100 columns, and no control character', async () => {
  const text = diagnosisText(
    await diagnosed({ ...snapshot, ...status({ problems: [`\x1b[31m${'long '.repeat(60)}`] }) }),
  );
  const lines = text.split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(text).not.toContain('\x1b');
  expect(lines[0]).toBe('ok       node labels        2 declared nodes: ready, with the labels of the model');
  expect(text).toContain('WRONG    pods ');
  expect(lines.at(-2)).toBe('1 of 15 checks found a fault');
});
