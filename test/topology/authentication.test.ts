import { App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AnycastRouteServerPair,
  ExternalRouteReflectors,
  HierarchicalRouteReflectors,
  Mesh,
  RouteReflectorRegion,
  RouteReflectorRegionProps,
} from '../../lib';
import { topologyOf } from '../../lib/rules';
import { topologyFiles } from '../../lib/synth/topology-files';
import { crpd, pair, region } from '../../test-support/examples';
import { Manifests, refusalOf, synthChart } from '../../test-support/synth';

const CORE = { secretName: 'bgp-keys', key: 'core' };
const EAST = { secretName: 'bgp-keys', key: 'east' };
const FILE = { core: '/etc/meshrr/keys/bgp-keys/core', east: '/etc/meshrr/keys/bgp-keys/east' };

/** A region below a core. */
const below = (
  core: Partial<RouteReflectorRegionProps>,
  east: Partial<RouteReflectorRegionProps> = {},
  namespace?: string,
) =>
  synthChart((chart) => {
    new RouteReflectorRegion(chart, 'core', { ...region, ...core });
    new RouteReflectorRegion(chart, 'east', { ...region, sides: { a: {} }, upstream: 'core', ...east });
  }, namespace);

/** The variables of keys of a workload, and the Secrets that its pods mount at the paths of these. */
function keysOf(manifests: Manifests, kind: string, name: string) {
  const { spec } = manifests.get(kind, name).spec.template;
  const variables = Object.entries(manifests.environmentOf(kind, name)).filter(([one]) => one.endsWith('_KEY_FILE'));
  const mounts: [string, string][] = spec.containers[0].volumeMounts.flatMap(
    ({ name: volume, mountPath, subPath, readOnly }: Record<string, string>) => {
      const { secret } = spec.volumes.find((one: { name: string }) => one.name === volume);
      if (!secret || !mountPath.startsWith('/etc/meshrr/keys/')) return [];
      expect([secret.items, readOnly]).toEqual([[{ key: subPath, path: subPath }], true]);
      return [[mountPath, `${secret.secretName} ${subPath} ${secret.defaultMode.toString(8)}`]];
    },
  );
  return { variables: Object.fromEntries(variables), mounts: Object.fromEntries(mounts) };
}

describe('the key of a core', () => {
  test('is on its mesh, and on the sessions with routers below at both ends', () => {
    const manifests = below({ authentication: CORE });
    expect(keysOf(manifests, 'Deployment', 'meshrr-core')).toEqual({
      variables: { MESHRR_MESH_KEY_FILE: FILE.core, MESHRR_CLIENT_KEY_FILE: FILE.core },
      mounts: { [FILE.core]: 'bgp-keys core 440' },
    });
    expect(keysOf(manifests, 'DaemonSet', 'meshrr-east-a')).toEqual({
      variables: { MESHRR_UPSTREAM_KEY_FILE: FILE.core },
      mounts: { [FILE.core]: 'bgp-keys core 440' },
    });
  });

  test('is another one than that of the mesh of a region below, which has both', () => {
    const manifests = below({ authentication: CORE }, { authentication: EAST });
    expect(keysOf(manifests, 'DaemonSet', 'meshrr-east-a')).toEqual({
      variables: {
        MESHRR_MESH_KEY_FILE: FILE.east,
        MESHRR_UPSTREAM_KEY_FILE: FILE.core,
        MESHRR_CLIENT_KEY_FILE: FILE.east,
      },
      mounts: { [FILE.east]: 'bgp-keys east 440', [FILE.core]: 'bgp-keys core 440' },
    });
  });

  test('is not on sessions of a region below that has one for itself alone', () => {
    const manifests = below({}, { authentication: EAST });
    expect(keysOf(manifests, 'Deployment', 'meshrr-core')).toEqual({ variables: {}, mounts: {} });
    expect(keysOf(manifests, 'DaemonSet', 'meshrr-east-a').variables).toEqual({
      MESHRR_MESH_KEY_FILE: FILE.east,
      MESHRR_CLIENT_KEY_FILE: FILE.east,
    });
  });

  test('may be named by a Secret of cdk8s-plus, and is for the owner alone on cRPD', () => {
    const chart = new Chart(new App(), 'test');
    const secret = kplus.Secret.fromSecretName(chart, 'keys', 'bgp-keys');
    new RouteReflectorRegion(chart, 'core', { ...region, router: crpd, authentication: { secret, key: 'core' } });
    const { mounts } = keysOf(new Manifests(Testing.synth(chart)), 'Deployment', 'meshrr-core');
    expect(mounts[FILE.core]).toBe('bgp-keys core 400');
  });

  test('is that of all regions of a hierarchy where it is given for all', () => {
    const manifests = synthChart((chart) => {
      const { router, autonomousSystem, podNetworks } = region;
      const common = { router, autonomousSystem, podNetworks, authentication: CORE };
      new HierarchicalRouteReflectors(chart, 'bgp', { ...common, regions: { east: { sides: { a: {} } } } });
    });
    expect(keysOf(manifests, 'DaemonSet', 'meshrr-east-a').variables).toEqual({
      MESHRR_MESH_KEY_FILE: FILE.core,
      MESHRR_UPSTREAM_KEY_FILE: FILE.core,
      MESHRR_CLIENT_KEY_FILE: FILE.core,
    });
  });

  test('leaves the sessions of the model as they are', () => {
    const sessionsOf = (authentication?: typeof CORE) => {
      const chart = new Chart(new App(), 'test');
      new RouteReflectorRegion(chart, 'core', { ...region, authentication });
      new RouteReflectorRegion(chart, 'east', { ...region, sides: { a: {} }, upstream: 'core' });
      const { sessions, choices, idle } = topologyOf(chart);
      return { sessions, choices, idle };
    };
    expect(sessionsOf(CORE)).toEqual(sessionsOf());
  });
});

test('the key of a mesh of route servers is on that mesh, and on no session with clients', () => {
  const manifests = synthChart((chart) => {
    const mesh = new Mesh(chart, 'core', { autonomousSystem: 64496, authentication: CORE });
    new AnycastRouteServerPair(chart, 'pair', pair(chart, { mesh }));
  });
  expect(keysOf(manifests, 'StatefulSet', 'routeserver-a').variables).toEqual({ MESHRR_MESH_KEY_FILE: FILE.core });
});

describe('further groups with different keys at both ends', () => {
  /** The groups of neighbors that stay empty. */
  const idleOf = (one?: typeof CORE, other?: typeof CORE) => {
    const chart = new Chart(new App(), 'test');
    const groups = (service: string, authentication?: typeof CORE) => [
      { name: 'OTHER', kind: 'mesh', service, authentication } as const,
    ];
    new RouteReflectorRegion(chart, 'west', { ...region, name: 'west', groups: groups('east', one) });
    new RouteReflectorRegion(chart, 'east', { ...region, name: 'east', groups: groups('west', other) });
    return topologyOf(chart).idle.map(({ group }) => group);
  };

  test('are idle, and with one key are not', () => {
    expect(idleOf(CORE, EAST)).toEqual(['OTHER', 'OTHER']);
    expect(idleOf(CORE)).toEqual(['OTHER', 'OTHER']);
    expect(idleOf(CORE, CORE)).toEqual([]);
  });
});

describe('the key of route reflectors outside', () => {
  const REFLECTORS = { secretName: 'bgp-keys', key: 'reflectors' };
  function appWith(authentication?: typeof CORE) {
    const app = new App();
    const chart = new Chart(app, 'test', { namespace: 'bgp' });
    const upstream = new ExternalRouteReflectors(chart, 'backbone', {
      autonomousSystem: 64496,
      routers: { rr1: { address: '192.0.2.11' } },
      authentication,
    });
    new RouteReflectorRegion(chart, 'east', { ...region, sides: { a: {} }, upstream });
    return { app, chart };
  }

  test('is on the group that dials them, and mounted', () => {
    const { chart } = appWith(REFLECTORS);
    const manifests = new Manifests(Testing.synth(chart));
    const [groups] = Object.values(manifests.get('ConfigMap', 'meshrr-east-groups').data ?? {});
    expect(JSON.parse(groups).groups[0].authentication).toEqual(REFLECTORS);
    expect(keysOf(manifests, 'DaemonSet', 'meshrr-east-a').mounts).toEqual({
      '/etc/meshrr/keys/bgp-keys/reflectors': 'bgp-keys reflectors 440',
    });
  });

  test('is a placeholder in their configurations, on every platform, and a Secret to create in the report', () => {
    const texts = new Map(topologyFiles(appWith(REFLECTORS).app, {}).map(({ name, text }) => [name, text]));
    const without = new Map(topologyFiles(appWith().app, {}).map(({ name, text }) => [name, text]));
    const names = [...texts.keys()].filter((name) => /rr1/.test(name));
    expect(names.length).toBeGreaterThanOrEqual(4);
    for (const name of names) {
      expect(texts.get(name)).toMatch(/(password( 0| clear)?|authentication-key) "?CHANGE/);
      expect(texts.get(name)).toContain('the password CHANGE: stands for reflectors in Secret bgp-keys');
      expect(without.get(name)).not.toContain('CHANGE');
    }
    const page = [...texts].find(([name]) => name.endsWith('report.html'))?.[1];
    expect(page).toContain('create secret generic bgp-keys --from-literal=reflectors=KEY');
  });
});

describe('keys are refused:', () => {
  const onEast = (changes: Partial<RouteReflectorRegionProps>) =>
    refusalOf((chart) => new RouteReflectorRegion(chart, 'east', { ...region, sides: { a: {} }, ...changes }));

  test('where every pod may be a client, and where sessions have no TCP MD5', () => {
    expect(onEast({ authentication: EAST, podClients: true })).toBe(
      'test/east: authentication: got "bgp-keys", want nothing, or no podClients: pods that no Service lists would be clients without the key',
    );
    expect(onEast({ authentication: EAST, md5: false })).toContain('want nothing, as md5 is false');
  });

  test('where the cluster translates the addresses of the pods', () => {
    const message = refusalOf(
      (chart) =>
        new ExternalRouteReflectors(chart, 'backbone', {
          autonomousSystem: 64496,
          routers: { rr1: { address: '192.0.2.11' } },
          podsFrom: ['203.0.113.0/24'],
          authentication: CORE,
        }),
    );
    expect(message).toContain(
      'authentication: got "bgp-keys", want nothing with podsFrom: TCP MD5 signs the addresses',
    );
  });

  test('in place of a Secret, without being shown', () => {
    const message = onEast({ authentication: 'tcp-secret-2026' as never });
    expect(message).toBe(
      'test/east: authentication: got (hidden), want { secretName, key } or { secret, key } of a Secret',
    );
  });

  test('for clients that peer from ranges, in a further group', () => {
    const groups = [{ name: 'LAB', kind: 'clients', ranges: ['198.51.100.0/24'], authentication: CORE }] as const;
    expect(onEast({ groups })).toContain(
      'groups[0].authentication: got "bgp-keys", want nothing, a region on FRR with',
    );
  });
});
