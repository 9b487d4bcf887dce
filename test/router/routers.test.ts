import { Crpd, Frr, RouteReflectorRegion, Router } from '../../lib';
import { CAPABILITIES } from '../../lib/settings';
import { region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';

const podOf = (router: Router, changes: object = {}) =>
  synthChart((chart) => new RouteReflectorRegion(chart, 'core', { ...region, ...changes, router })).get(
    'Deployment',
    'meshrr-core',
  ).spec.template.spec;

const frr = new Frr({ image: 'registry.example.com/frr:1.0.0' });
const crpd = new Crpd({ image: 'registry.example.com/crpd:1.0.0' });

describe('every router', () => {
  test.each([
    ['FRR', frr],
    ['cRPD', crpd],
  ])('%s is probed over HTTP and handed over before it stops', (_, router) => {
    const pod = podOf(router);
    const [container] = pod.containers;
    const httpGet = (at: string) => ({ httpGet: { path: at, port: 'http' } });
    expect(container.ports).toContainEqual({ name: 'http', containerPort: 8179, protocol: 'TCP' });
    expect(container.startupProbe).toMatchObject(httpGet('/livez'));
    expect(container.livenessProbe).toMatchObject(httpGet('/livez'));
    expect(container.readinessProbe).toMatchObject(httpGet('/readyz'));
    expect(container.lifecycle.preStop).toEqual({ exec: { command: ['/usr/local/bin/meshrr', 'handover'] } });
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30);
  });

  test.each([
    ['FRR', frr],
    ['cRPD', crpd],
  ])('%s reserves CPU and memory and is never throttled', (_, router) => {
    const { resources } = podOf(router).containers[0];
    expect(resources.requests).toEqual({ cpu: expect.any(String), memory: expect.any(String) });
    expect(resources.limits?.cpu).toBeUndefined();
  });

  test.each([
    ['FRR', frr],
    ['cRPD', crpd],
  ])('%s gets its addresses and namespace from Kubernetes and no variable of a Service around it', (_, router) => {
    const pod = podOf(router);
    const { env } = pod.containers[0];
    expect(env).toContainEqual({ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } });
    expect(env).toContainEqual({ name: 'MESHRR_POD_IPS', valueFrom: { fieldRef: { fieldPath: 'status.podIPs' } } });
    expect(env).toContainEqual({
      name: 'KUBE_NAMESPACE',
      valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } },
    });
    expect(pod.enableServiceLinks).toBe(false);
  });

  test('takes resources, pull policy and credentials as given', () => {
    const router = new Frr({
      image: 'registry.example.com:5000/a/b@sha256:' + 'a'.repeat(64),
      imagePullPolicy: 'Always',
      imagePullSecrets: ['mine'],
      resources: { cpu: '2', memory: '1Gi', memoryLimit: '2Gi' },
    });
    const pod = podOf(router);
    expect(pod.imagePullSecrets).toEqual([{ name: 'mine' }]);
    expect(pod.containers[0]).toMatchObject({
      imagePullPolicy: 'Always',
      resources: { requests: { cpu: '2', memory: '1Gi' }, limits: { memory: '2Gi' } },
    });
  });

  test('tolerates taints and has a priority where it is told so', () => {
    const tolerations = [{ key: 'bgp', operator: 'Exists', effect: 'NoSchedule' }];
    expect(podOf(frr, { tolerations, priorityClassName: 'network' })).toMatchObject({
      tolerations,
      priorityClassName: 'network',
    });
  });
});

describe('the pod of a router', () => {
  test.each([frr, crpd])(
    'has the management and the privileges that the table of capabilities tells: $kind',
    (router) => {
      const pod = podOf(router);
      const [container] = pod.containers;
      const { management, unprivileged } = CAPABILITIES[router.kind];
      // Beside BGP and the probes.
      expect(container.ports.length > 2).toBe(management);
      expect(container.securityContext.privileged === true).toBe(!unprivileged);
      expect(container.securityContext.readOnlyRootFilesystem === true).toBe(unprivileged);
      expect(pod.securityContext?.runAsNonRoot === true).toBe(unprivileged);
    },
  );
});

describe('FRR', () => {
  test('passes the Pod Security Standard "restricted"', () => {
    const pod = podOf(frr);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
    const allowed = ['emptyDir', 'configMap', 'secret', 'persistentVolumeClaim'];
    for (const { name, ...source } of pod.volumes)
      expect([name, allowed]).toEqual([name, expect.arrayContaining(Object.keys(source))]);
  });

  test('may bind port 179 without a capability', () => {
    expect(podOf(frr).securityContext.sysctls).toEqual([{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }]);
  });

  test('has a writable folder for all that it writes', () => {
    const mounts = podOf(frr).containers[0].volumeMounts.map((mount: { mountPath: string }) => mount.mountPath);
    expect(mounts).toEqual(['/etc/frr', '/run/frr', '/var/tmp/frr', '/tmp']);
  });

  test('needs no Secret', () => {
    expect(JSON.stringify(podOf(frr))).not.toMatch(/secret/i);
  });
});

describe('cRPD', () => {
  test('is privileged, as the original runs it', () => {
    expect(podOf(crpd).containers[0].securityContext.privileged).toBe(true);
  });

  test('takes the hash of its root password from a Secret', () => {
    const { volumes, containers } = podOf(crpd);
    expect(volumes).toContainEqual({
      name: 'root-password',
      secret: {
        secretName: 'crpd-root-password',
        items: [{ key: 'encrypted-password', path: 'root-password' }],
        // For its owner alone to read.
        defaultMode: 0o400,
      },
    });
    expect(containers[0].volumeMounts).toContainEqual({
      name: 'root-password',
      mountPath: '/etc/meshrr/secret',
      readOnly: true,
    });
  });

  test('has no secret in its environment, which every probe and every exec has', () => {
    expect(JSON.stringify(podOf(crpd).containers[0].env)).not.toMatch(/secret|ROOT_PW/i);
  });

  test('mounts its license from a Secret where the original has it', () => {
    const pod = podOf(crpd);
    expect(pod.volumes).toContainEqual({
      name: 'license',
      secret: { secretName: 'crpd-license', items: [{ key: 'junos_sfnt.lic', path: 'junos_sfnt.lic' }] },
    });
    expect(pod.containers[0].volumeMounts).toContainEqual({
      name: 'license',
      mountPath: '/config/license/safenet',
      readOnly: true,
    });
  });

  test('is pulled from a private registry', () => {
    expect(podOf(crpd).imagePullSecrets).toEqual([{ name: 'regcred' }]);
  });

  test('takes other Secrets where they are named', () => {
    const router = new Crpd({
      image: 'registry.example.com/crpd:1.0.0',
      rootPassword: { secretName: 'root', key: 'hash' },
      license: { secretName: 'license', key: 'file.lic' },
    });
    const pod = podOf(router);
    expect(pod.volumes.map(({ secret }: { secret: object }) => secret)).toMatchObject([
      { secretName: 'root', items: [{ key: 'hash', path: 'root-password' }] },
      { secretName: 'license', items: [{ key: 'file.lic', path: 'junos_sfnt.lic' }] },
    ]);
  });
});

describe('what only cRPD has', () => {
  const image = 'registry.example.com/crpd:1.0.0';
  const variables = (props: object, changes: object = {}) => {
    const { env } = podOf(new Crpd({ image, ...props }), changes).containers[0];
    const said = env.filter(({ name }: { name: string }) => /ROUTE_SERVER_CLIENT|SHARDING|THREADING/.test(name));
    return Object.fromEntries(said.map(({ name, value }: { name: string; value: string }) => [name, value]));
  };

  test('is said to the pod, and by default left to it', () => {
    expect(variables({})).toEqual({});
    expect(variables({ routeServerClient: false, ribSharding: 4, updateThreading: true })).toEqual({
      MESHRR_ROUTE_SERVER_CLIENT: 'false',
      MESHRR_RIB_SHARDING: '4',
      MESHRR_UPDATE_THREADING: 'true',
    });
    expect(variables({ ribSharding: true })).toEqual({ MESHRR_RIB_SHARDING: 'true' });
  });

  test.each<[object, object, string]>([
    [{ ribSharding: 32 }, {}, 'router.ribSharding: got 32, want true, false or a whole number from 1 to 31'],
    [{ ribSharding: '4' }, {}, 'router.ribSharding: got "4", want true, false or a whole number from 1 to 31'],
    [{ updateThreading: 0 }, {}, 'router.updateThreading: got 0, want true, false or a whole number from 1 to 128'],
    [{ ribSharding: 4, updateThreading: false }, {}, 'router.updateThreading: got false, want true or a number'],
    [
      { ribSharding: true },
      { addressFamilies: { inet: false, evpn: true } },
      'router.ribSharding: got true, want false: cRPD shards IPv4 and IPv6, and EVPN is the only family',
    ],
  ])('is refused where cRPD could not have it: %p %p', (props, changes, message) => {
    expect(() => variables(props, changes)).toThrow(`test/core: ${message}`);
  });
});

test('an image may be in a registry at an IPv6 address', () => {
  const image = '[2001:db8::5]:5000/meshrr/frr:1.0.0';
  expect(podOf(new Frr({ image })).containers[0].image).toBe(image);
});
