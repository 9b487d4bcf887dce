import { Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { nothingFound, readObject } from '../../../lab/manifests/objects';
import { PodProps, RouteReflectorRegion, RouteReflectorRegionProps } from '../../../lib';
import { region } from '../../../test-support/examples';
import { synthChart } from '../../../test-support/synth';
import { facing } from '../../bad-input/cases';

/** What the lab reads of a region with one side. */
function read(props: (chart: Chart) => Partial<RouteReflectorRegionProps>) {
  const { all } = synthChart((chart) => {
    new RouteReflectorRegion(chart, 'east', { ...region, ...facing, ...props(chart) });
  });
  const found = nothingFound();
  for (const object of all) readObject({ ...object }, found);
  return { ...found, pod: found.workloads[0].pod };
}

const additions = (chart: Chart): PodProps => {
  const secret = kplus.Secret.fromSecretName(chart, 'secret', 'collector');
  const authorities = new kplus.ConfigMap(chart, 'authorities', { data: { 'ca.pem': '…' } });
  return {
    labels: { team: 'backbone' },
    annotations: { a: 'b' },
    serviceAccount: new kplus.ServiceAccount(chart, 'account', { metadata: { name: 'routers' } }),
    volumes: [
      { name: 'spool', emptyDir: { medium: 'Memory' } },
      { name: 'file', configMap: { name: 'meshrr-east-groups', items: [{ key: 'peer-groups.json', path: 'groups' }] } },
      kplus.Volume.fromConfigMap(chart, 'volume', authorities, { name: 'authorities' }),
    ],
    volumeMounts: [
      { name: 'spool', mountPath: '/var/spool' },
      { name: 'authorities', mountPath: '/etc/own' },
    ],
    env: { TZ: 'Europe/Zurich', TOKEN: kplus.EnvValue.fromSecretValue({ secret, key: 'token' }) },
    containers: [{ name: 'exporter', image: 'exporter:1' }],
    initContainers: [{ name: 'wait', image: 'wait:1' }],
    dnsConfig: { options: [{ name: 'ndots', value: '1' }] },
    hostAliases: [{ ip: '192.0.2.53', hostnames: ['ns.example.com'] }],
    runAsUser: 'platform',
    terminationGracePeriod: Duration.minutes(10),
  };
};

test('the lab runs the router of a pod with additions, and names what it does not run', () => {
  const { pod, leftOut, workloads, bindings } = read((chart) => ({ pod: additions(chart) }));
  expect(leftOut).toEqual([
    'DaemonSet meshrr-east-a: init container wait, container exporter, volume authorities, variable TOKEN, dnsConfig, hostAliases',
  ]);
  expect(pod.variables).toContainEqual({ name: 'TZ', value: 'Europe/Zurich' });
  expect(pod.variables.map(({ name }) => name)).not.toContain('TOKEN');
  expect(pod.mounts).toContainEqual({ path: '/var/spool', kind: 'emptyDir' });
  expect(pod.mounts.map(({ path }) => path)).not.toContain('/etc/own');
  expect(pod).toMatchObject({ user: 65532, group: 65532, serviceAccount: 'routers' });
  expect(pod.terminationGracePeriodSeconds).toBe(600);
  expect(workloads[0].podLabels.get('team')).toBe('backbone');
  expect(bindings.map(({ account }) => account)).toContain('default/routers');
});

test('nothing is left out of a pod without additions', () => {
  const addresses = ['192.0.2.1', '2001:db8::1'];
  const families = { inet: true, inet6: true };
  const podNetworks = ['10.42.0.0/16', 'fd00:42::/56'];
  // Here a second container holds the host port of IPv6.
  const { pod, leftOut } = read(() => ({
    ...{ sides: { a: { addresses } }, addressFamilies: families, podNetworks },
    clientRanges: ['198.51.100.0/24', '2001:db8:1::/64'],
  }));
  expect(leftOut).toEqual([]);
  expect(pod.hostPorts.map(({ address }) => address)).toEqual(addresses);
});

test('peers in namespaces that labels select are left out of a policy, and never make a rule for everybody', () => {
  const namespaceSelector = { matchLabels: { role: 'monitoring' } };
  const ingress = [
    { from: [{ namespaceSelector }], ports: [9100] },
    { from: [{ namespaceSelector }, { ipBlock: { cidr: '203.0.113.0/24' } }], ports: [9101] },
  ];
  const { policies, leftOut } = read(() => ({ networkPolicy: { ingress } }));
  const peers = 'peers in namespaces {"matchLabels":{"role":"monitoring"}}';
  expect(leftOut).toEqual([`NetworkPolicy meshrr-east: ${peers}, ${peers}`]);
  expect(policies[0].ingress.slice(1)).toEqual([{ from: [{ cidr: '203.0.113.0/24' }], ports: [9101] }]);
});
