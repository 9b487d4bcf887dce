import { Environment, parseEnvironment, parsePeerGroups } from '../../lib/settings';
import { podConfiguration, podOf } from '../../lib/configuration';

const MESH = { MESH_SERVICE_NAME: 'core' };
const POD = {
  POD_IP: '10.42.1.7',
  KUBE_NAMESPACE: 'bgp',
  AUTONOMOUS_SYSTEM: '64512',
  MESHRR_CLIENTRANGE: '198.51.100.0/24',
  MESHRR_ROUTER: 'frr',
};

const modelOf = (env: Environment, groups: readonly object[] = []) =>
  podConfiguration(parseEnvironment({ ...POD, ...env }), parsePeerGroups(groups), (file) => `in ${file}`);

describe('the key of a mesh', () => {
  const keysOf = (env: Environment, groups?: readonly object[]) =>
    modelOf(env, groups).discovered.map(({ key }) => key);

  test('does not repeat any quarter of it', () => {
    const [key] = keysOf(MESH);
    expect(new Set(key?.match(/.{8}/g)).size).toBe(4);
  });

  test('has 32 digits in every mesh', () => {
    const services = Array.from({ length: 50 }, (_, i) => `mesh-${i}`);
    const keys = services.flatMap((service) => keysOf({ MESH_SERVICE_NAME: service }));
    expect(keys).toEqual(services.map(() => expect.stringMatching(/^[0-9a-f]{32}$/)));
    expect(new Set(keys).size).toBe(services.length);
  });

  test('is that of the own mesh where a further group is the same mesh', () => {
    const [own, further] = keysOf(MESH, [{ name: 'A', kind: 'mesh', service: 'core' }]);
    expect(further).toBe(own);
  });

  test('is on no session with further routers upstream: these take this router for a client', () => {
    expect(keysOf(MESH, [{ name: 'SPARE', kind: 'upstream', service: 'spare' }])).toEqual([
      expect.any(String),
      undefined,
    ]);
  });

  test('is on no session of a further mesh where it is off', () => {
    const further = [{ name: 'A', kind: 'mesh', service: 'second' }];
    expect(keysOf({ ...MESH, MESHRR_MESH_MD5: 'false' }, further)).toEqual([undefined, undefined]);
  });
});

describe('the groups of discovered routers', () => {
  test('are looked up in the domain that a reference names, and else in that of the pod', () => {
    const domain = 'svc.clusterset.local';
    const { discovered } = modelOf({
      ...{ ...MESH, UPSTREAM_SERVICE_NAME: `super.above.${domain}` },
      MESHRR_CLIENT_SERVICE: `east.edge,west.edge.${domain}`,
    });
    const own = 'svc.cluster.local';
    expect(discovered.map(({ service }) => service)).toEqual([
      { name: 'core', namespace: 'bgp', rootDomain: own },
      { name: 'super', namespace: 'above', rootDomain: domain },
      { name: 'east', namespace: 'edge', rootDomain: own },
      { name: 'west', namespace: 'edge', rootDomain: domain },
    ]);
  });

  test('are the meshes and the upstreams, in this order, each by its Service', () => {
    const env = { ...MESH, UPSTREAM_SERVICE_NAME: 'super', SERVICE_ROOT_DOMAIN: 'svc.example.net' };
    const groups = [
      { name: 'SPARE', kind: 'upstream', service: 'spare', sessions: 3 },
      { name: 'SECOND', kind: 'mesh', service: 'second' },
    ];
    const { discovered } = modelOf({ ...env, MESHRR_UPSTREAM_SESSIONS: '4' }, groups);
    const at = { namespace: 'bgp', rootDomain: 'svc.example.net' };
    expect(discovered.map(({ kind, name, service, sessions }) => ({ kind, name, service, sessions }))).toEqual([
      { kind: 'mesh', name: 'MESHRR-MESH', service: { name: 'core', ...at }, sessions: undefined },
      { kind: 'mesh', name: 'SECOND', service: { name: 'second', ...at }, sessions: undefined },
      { kind: 'upstream', name: 'MESHRR-UPSTREAM', service: { name: 'super', ...at }, sessions: 4 },
      { kind: 'upstream', name: 'SPARE', service: { name: 'spare', ...at }, sessions: 3 },
    ]);
  });

  test('may be behind Services of other namespaces, and their mesh has the key of that namespace', () => {
    const env = { ...MESH, UPSTREAM_SERVICE_NAME: 'super.backbone', MESHRR_CLIENT_SERVICE: 'below,below.east' };
    const { discovered } = modelOf(env, [{ name: 'SECOND', kind: 'mesh', service: 'core.west' }]);
    expect(discovered.map(({ name, service }) => [name, service?.name, service?.namespace])).toEqual([
      ['MESHRR-MESH', 'core', 'bgp'],
      ['SECOND', 'core', 'west'],
      ['MESHRR-UPSTREAM', 'super', 'backbone'],
      ['MESHRR-CLIENTS', 'below', 'bgp'],
      ['MESHRR-CLIENTS-2', 'below', 'east'],
    ]);
    expect(discovered[1].key).not.toBe(discovered[0].key);
  });

  test('may be routers that are not pods, at given addresses, without a key', () => {
    const groups = [
      { name: 'RR', kind: 'upstream', addresses: ['192.0.2.1'] },
      { name: 'MEMBERS', kind: 'mesh', addresses: ['192.0.2.2'] },
    ];
    const { discovered } = modelOf({ MESHRR_GROUPS_FILE: '/groups.json' }, groups);
    expect(discovered.map(({ name, service, key }) => [name, service, key])).toEqual([
      ['MEMBERS', undefined, undefined],
      ['RR', undefined, undefined],
    ]);
  });

  test('are not only clients', () => {
    const clients = { name: 'PODS', kind: 'clients', service: 'pods' };
    const env = { ...POD, MESHRR_GROUPS_FILE: '/groups.json' };
    expect(() => podOf(env, 'ignored', { groups: () => JSON.stringify({ groups: [clients] }), key: () => '' })).toThrow(
      'MESH_SERVICE_NAME: got nothing, want a value: MESHRR_GROUPS_FILE has no mesh and no upstream',
    );
  });

  test('are the upstream alone in a region without a mesh', () => {
    expect(modelOf({ UPSTREAM_SERVICE_NAME: 'super' }).discovered.map(({ name }) => name)).toEqual(['MESHRR-UPSTREAM']);
  });
});

describe('the most routers that a mesh takes in', () => {
  const limitsOf = (env: Environment, groups: readonly object[]) =>
    modelOf({ ...MESH, ...env }, groups).discovered.map(({ name, limit }) => [name, limit]);

  test('are those of the setting, or those that a further mesh has of its own', () => {
    const groups = [
      { name: 'SECOND', kind: 'mesh', service: 'second' },
      { name: 'SMALL', kind: 'mesh', service: 'small', peerLimit: 5 },
      { name: 'SPARE', kind: 'upstream', service: 'spare' },
    ];
    expect(limitsOf({ MESHRR_PEER_LIMIT: '9' }, groups)).toEqual([
      ['MESHRR-MESH', 9],
      ['SECOND', 9],
      ['SMALL', 5],
      ['SPARE', undefined],
    ]);
  });

  test('are those of the default where there is none', () => {
    expect(limitsOf({}, [])).toEqual([['MESHRR-MESH', 256]]);
  });
});

describe('clients behind a Service', () => {
  const LISTED = { name: 'LISTED', kind: 'clients', service: 'listed' };
  const BOTH = { name: 'BOTH', kind: 'clients', ranges: ['10.200.0.0/16'], service: 'both' };

  test('are found, and are a group of clients with the ranges that there are', () => {
    const { discovered, clients } = modelOf({ ...MESH, MESHRR_CLIENT_SERVICE: 'regions' }, [LISTED, BOTH]);
    const found = discovered.filter(({ kind }) => kind === 'clients');
    expect(found.map(({ name, service }) => [name, service?.name, service?.namespace])).toEqual([
      ['MESHRR-CLIENTS', 'regions', 'bgp'],
      ['LISTED', 'listed', 'bgp'],
      ['BOTH', 'both', 'bgp'],
    ]);
    expect(clients.map(({ name, ranges }) => [name, ...ranges.map(({ text }) => text)])).toEqual([
      ['MESHRR-CLIENTS', '198.51.100.0/24'],
      ['LISTED'],
      ['BOTH', '10.200.0.0/16'],
    ]);
  });

  test('need no range', () => {
    const env = { ...MESH, MESHRR_CLIENTRANGE: '', MESHRR_CLIENT_SERVICE: 'regions' };
    expect(modelOf(env).clients).toMatchObject([{ name: 'MESHRR-CLIENTS', ranges: [] }]);
  });
});

test('what routes of clients get through, and with which local preference, is that of the settings', () => {
  expect(modelOf(MESH)).toMatchObject({ resetsLocalPreference: false });
  expect(modelOf(MESH).clientRoutes).toBeUndefined();
  const bounds = { MESHRR_CLIENT_LOCAL_PREFERENCE: 'reset', MESHRR_CLIENT_ROUTES: '198.18.0.0/15' };
  expect(modelOf({ ...MESH, ...bounds })).toMatchObject({
    resetsLocalPreference: true,
    clientRoutes: [{ text: '198.18.0.0/15' }],
  });
});

describe('the groups of clients', () => {
  const LAB = { name: 'LAB', kind: 'clients', ranges: ['10.200.0.0/16'] };
  const IXP = { name: 'IXP', kind: 'clients', ranges: ['10.201.0.0/16'], asRanges: ['65530'] };
  const asRangesOf = (env: Environment) =>
    modelOf({ ...MESH, ...env }, [LAB, IXP]).clients.map(({ name, asRanges }) => [
      name,
      ...asRanges.map(({ first, last }) => `${first}-${last}`),
    ]);

  test('of a route server have their own AS ranges, or those of the route server', () => {
    expect(asRangesOf({ MESHRR_MODE: 'routeserver', MESHRR_ASRANGE: '65001-65002,65010' })).toEqual([
      ['MESHRR-CLIENTS', '65001-65002', '65010-65010'],
      ['LAB', '65001-65002', '65010-65010'],
      ['IXP', '65530-65530'],
    ]);
  });

  test('of a route reflector have no AS ranges: all are in its own AS', () => {
    expect(asRangesOf({ MESHRR_MODE: 'routereflector' })).toEqual([['MESHRR-CLIENTS'], ['LAB'], ['IXP']]);
  });

  test('have their ranges', () => {
    expect(modelOf(MESH, [LAB]).clients).toMatchObject([
      { ranges: [{ text: '198.51.100.0/24' }] },
      { ranges: [{ text: '10.200.0.0/16' }] },
    ]);
  });
});

test('the families are those that are on, in the order of the model', () => {
  const families = (...[inet, inet6, evpn]: boolean[]) =>
    modelOf({
      ...MESH,
      MESHRR_FAMILY_INET: `${inet}`,
      MESHRR_FAMILY_INET6: `${inet6}`,
      MESHRR_FAMILY_EVPN: `${evpn}`,
    }).families;
  expect(families(true, true, true)).toEqual(['inet', 'inet6', 'evpn']);
  expect(families(false, true, false)).toEqual(['inet6']);
  expect(families(true, false, true)).toEqual(['inet', 'evpn']);
});

test('the router id is the setting, and without it the address of the pod', () => {
  expect(modelOf(MESH).routerId.text).toBe('10.42.1.7');
  expect(modelOf({ ...MESH, MESHRR_ROUTER_ID: '192.0.2.1' }).routerId.text).toBe('192.0.2.1');
});
