import { AnycastRouteServerPair, Reachability, RouteReflectorRegion, RouteReflectorRegionProps } from '../../lib';
import { pair, region } from '../../test-support/examples';
import { refusalOf, synthChart } from '../../test-support/synth';

const facing = {
  ...region,
  ...{ clientRanges: ['198.51.100.0/24'], reachability: Reachability.hostPorts() },
  sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } },
};
const regionWith = (changes: Partial<RouteReflectorRegionProps> = {}) =>
  synthChart((chart) => void new RouteReflectorRegion(chart, 'east', { ...facing, ...changes }), 'bgp');
const pairOf = () => synthChart((chart) => void new AnycastRouteServerPair(chart, 'pair', pair(chart)));

test('a region has one Lease, without a spec, which an apply leaves to the pods', () => {
  const [lease, ...others] = regionWith().ofKind('Lease');
  expect(others).toEqual([]);
  expect(lease).toMatchObject({ apiVersion: 'coordination.k8s.io/v1', metadata: { name: 'meshrr-east' } });
  expect(lease).not.toHaveProperty('spec');
});

test('the pods may read and update this Lease, and no other one', () => {
  const manifests = regionWith();
  expect(manifests.get('Role', 'meshrr-east-handover').rules).toEqual([
    {
      ...{ apiGroups: ['coordination.k8s.io'], resources: ['leases'] },
      ...{ resourceNames: ['meshrr-east'], verbs: ['get', 'update'] },
    },
  ]);
  expect(manifests.get('RoleBinding', 'meshrr-east-handover')).toMatchObject({
    roleRef: { kind: 'Role', name: 'meshrr-east-handover' },
    subjects: [{ kind: 'ServiceAccount', name: 'meshrr-east', namespace: 'bgp' }],
  });
  const { spec } = manifests.get('DaemonSet', 'meshrr-east-a').spec.template;
  expect(spec).toMatchObject({ serviceAccountName: 'meshrr-east', automountServiceAccountToken: true });
});

test('an account of the app gets the same right', () => {
  const { subjects } = regionWith({ pod: { serviceAccount: 'own' } }).get(
    'RoleBinding',
    'meshrr-east-handover',
  ) as unknown as {
    subjects: { name: string }[];
  };
  expect(subjects.map(({ name }) => name)).toEqual(['meshrr-east', 'own']);
});

test('the sides of a region share its Lease, and wait within the grace period of the pod', () => {
  for (const side of ['a', 'b']) {
    const { spec } = regionWith().get('DaemonSet', `meshrr-east-${side}`).spec.template;
    expect(spec.terminationGracePeriodSeconds).toBe(360);
    expect(regionWith().environmentOf('DaemonSet', `meshrr-east-${side}`)).toMatchObject({
      ...{ MESHRR_LEASE: 'meshrr-east', MESHRR_GRACE_SECONDS: '360' },
    });
  }
});

test('a grace period of the app is that of the pod and of its runtime', () => {
  const manifests = regionWith({ pod: { terminationGracePeriod: 900 } });
  expect(manifests.get('DaemonSet', 'meshrr-east-a').spec.template.spec.terminationGracePeriodSeconds).toBe(900);
  expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a').MESHRR_GRACE_SECONDS).toBe('900');
});

test.each([
  ['DaemonSet', 'meshrr-east-a', 'spec.nodeName', undefined, () => regionWith()],
  ['StatefulSet', 'routeserver-a', 'metadata.name', undefined, pairOf],
  [
    'Deployment',
    'meshrr-core',
    'spec.nodeName',
    'any',
    () => synthChart((chart) => void new RouteReflectorRegion(chart, 'core', region)),
  ],
])('the successor of a pod of a %s is known by what both have in common', (kind, name, fieldPath, successor, synth) => {
  const manifests = synth();
  const { env } = manifests.get(kind, name).spec.template.spec.containers[0];
  expect(env).toContainEqual({ name: 'MESHRR_INSTANCE', valueFrom: { fieldRef: { fieldPath } } });
  expect(env).toContainEqual({ name: 'MESHRR_POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } });
  expect(manifests.environmentOf(kind, name).MESHRR_LEASE_SUCCESSOR).toBe(successor);
});

test('without an interlock there is no Lease, no right to one, and no wait for it', () => {
  const manifests = regionWith({ interlock: false });
  expect(manifests.ofKind('Lease')).toEqual([]);
  expect(manifests.has('Role', 'meshrr-east-handover')).toBe(false);
  expect(manifests.environmentOf('DaemonSet', 'meshrr-east-a')).not.toHaveProperty('MESHRR_LEASE');
  expect(manifests.get('DaemonSet', 'meshrr-east-a').spec.template.spec.terminationGracePeriodSeconds).toBe(90);
});

test('the new pod of a DaemonSet is ready before the old one ends, unless a port of the node is in the way', () => {
  const updateOf = (changes?: Partial<RouteReflectorRegionProps>) =>
    regionWith(changes).get('DaemonSet', 'meshrr-east-a').spec.updateStrategy;
  expect(updateOf()).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } });
  const inside = { reachability: undefined, clientRanges: undefined, sides: { a: {}, b: {} } };
  expect(updateOf(inside)).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
});

test.each([0, 'yes'])('interlock: %j is rejected', (interlock) => {
  const props = { ...facing, interlock: interlock as unknown as boolean };
  expect(refusalOf((chart) => new RouteReflectorRegion(chart, 'east', props))).toMatch(
    /^test\/east: interlock: got .*, want true or false$/,
  );
});
