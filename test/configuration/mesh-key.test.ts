import { Environment, parseEnvironment, parsePeerGroups, parseSessionKey } from '../../lib/settings';
import { podConfiguration } from '../../lib/configuration';

const ENV = {
  POD_IP: '10.42.0.1',
  MESH_SERVICE_NAME: 'meshrr-core',
  KUBE_NAMESPACE: 'bgp',
  AUTONOMOUS_SYSTEM: '64496',
  MESHRR_CLIENTRANGE: '198.51.100.0/24',
  MESHRR_ROUTER: 'frr',
};

/** A pod whose key files have their own paths as keys. */
const modelOf = (changes: Environment = {}, groups: readonly object[] = []) =>
  podConfiguration(parseEnvironment({ ...ENV, ...changes }), parsePeerGroups(groups), (file) => `in ${file}`);

/** The keys of TCP MD5 of a pod's groups, by name. */
function keysOf(changes: Environment = {}, groups: readonly object[] = []) {
  const { discovered } = modelOf(changes, groups);
  return Object.fromEntries(discovered.map(({ name, key }) => [name, key]));
}

const meshKey = (changes?: Environment) => keysOf(changes)['MESHRR-MESH'];

describe('the key of a mesh', () => {
  test('is a word that no configuration has to quote', () => {
    expect(meshKey()).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each<[string, Environment]>([
    ['address', { POD_IP: '10.42.0.2' }],
    ['router id', { MESHRR_ROUTER_ID: '192.0.2.1' }],
    ['clients', { MESHRR_CLIENTRANGE: '203.0.113.0/24' }],
    ['upstream', { UPSTREAM_SERVICE_NAME: 'meshrr-top' }],
    ['way of discovery', { MESHRR_DISCOVERY: 'endpointslice' }],
  ])('is the same on routers of other %s', (_, changes) => {
    expect(meshKey(changes)).toBe(meshKey());
  });

  test.each<[string, Environment]>([
    ['Service', { MESH_SERVICE_NAME: 'meshrr-east' }],
    ['namespace', { KUBE_NAMESPACE: 'lab' }],
    ['AS', { AUTONOMOUS_SYSTEM: '64497' }],
  ])('is another in another %s', (_, changes) => {
    expect(meshKey(changes)).not.toBe(meshKey());
  });

  test('of a further group is that of the mesh of its Service', () => {
    const further = { name: 'FURTHER', kind: 'mesh', service: 'meshrr-east' };
    expect(keysOf({}, [further]).FURTHER).toBe(meshKey({ MESH_SERVICE_NAME: 'meshrr-east' }));
  });

  test('is none upstream, nor where TCP MD5 is off', () => {
    expect(keysOf({ UPSTREAM_SERVICE_NAME: 'meshrr-top' })['MESHRR-UPSTREAM']).toBeUndefined();
    expect(meshKey({ MESHRR_MESH_MD5: 'false' })).toBeUndefined();
  });
});

describe('the keys in files', () => {
  const UPSTREAM = { UPSTREAM_SERVICE_NAME: 'meshrr-top' };
  const CLIENTS = { MESHRR_CLIENT_SERVICE: 'below,other.lab' };

  test('are on the sessions that their variables name, and on no others', () => {
    const env = { ...UPSTREAM, ...CLIENTS };
    expect(keysOf({ ...env, MESHRR_MESH_KEY_FILE: '/mesh' })).toMatchObject({
      'MESHRR-MESH': 'in /mesh',
      'MESHRR-UPSTREAM': undefined,
      'MESHRR-CLIENTS': undefined,
    });
    expect(keysOf({ ...env, MESHRR_UPSTREAM_KEY_FILE: '/up' })).toMatchObject({
      'MESHRR-MESH': meshKey(),
      'MESHRR-UPSTREAM': 'in /up',
    });
  });

  test('are on no session with clients that peer from ranges, whose group is another', () => {
    const model = modelOf({ ...CLIENTS, MESHRR_CLIENT_KEY_FILE: '/clients' });
    expect(model.clients.map(({ name, service, ranges, keyFile }) => [name, service, ranges.length, keyFile])).toEqual([
      ['MESHRR-CLIENTS', undefined, 1, undefined],
      ['MESHRR-CLIENTS-1', 'below', 0, '/clients'],
      ['MESHRR-CLIENTS-2', 'other.lab', 0, '/clients'],
    ]);
    expect(model.discovered.map(({ name, key }) => [name, key])).toEqual([
      ['MESHRR-MESH', meshKey()],
      ['MESHRR-CLIENTS-1', 'in /clients'],
      ['MESHRR-CLIENTS-2', 'in /clients'],
    ]);
  });

  test('are on the sessions of a further group, also of one with addresses', () => {
    const authentication = { secretName: 'keys', key: 'lab' };
    const further = { name: 'FURTHER', kind: 'upstream', addresses: ['192.0.2.9'], authentication };
    expect(keysOf({}, [further]).FURTHER).toBe('in /etc/meshrr/keys/keys/lab');
  });

  test.each<[Environment, string]>([
    [{ MESHRR_MESH_MD5: 'false', MESHRR_MESH_KEY_FILE: '/a' }, 'nothing: MESHRR_MESH_MD5 is false'],
    [{ MESHRR_UPSTREAM_KEY_FILE: '/a' }, 'nothing without UPSTREAM_SERVICE_NAME'],
    [{ MESHRR_CLIENT_KEY_FILE: '/a' }, 'nothing without MESHRR_CLIENT_SERVICE'],
  ])('are refused where no session would have them: %j', (env, wanted) => {
    expect(() => keysOf(env)).toThrow(`got "/a", want ${wanted}`);
  });
});

describe('the text of a key file', () => {
  test.each(['k', 'a'.repeat(80), '!#%&()*+,-./:<=>@[]^_~', 'with a line break\n'.replaceAll(' ', '-')])(
    '%j is a key',
    (text) => {
      expect(parseSessionKey(text)).toBe(text.trimEnd());
    },
  );

  test.each([
    '',
    '\n',
    'a'.repeat(81),
    'two words',
    'quo"te',
    "quo'te",
    'back\\slash',
    'que?ry',
    '$9$junos',
    'a;b',
    '{',
    'ä',
    'a\n\n',
  ])('%j is none, and is not shown', (text) => {
    expect(() => parseSessionKey(text)).toThrow(/^got \(hidden\), want a key of 1 to 80 ASCII characters/);
  });
});
