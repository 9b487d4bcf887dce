import { Environment, parseEnvironment, parsePeerGroups } from '../../lib/settings';
import { podConfiguration } from '../../lib/configuration';

const ENV = {
  POD_IP: '10.42.0.1',
  MESH_SERVICE_NAME: 'meshrr-core',
  KUBE_NAMESPACE: 'bgp',
  AUTONOMOUS_SYSTEM: '64496',
  MESHRR_CLIENTRANGE: '198.51.100.0/24',
  MESHRR_ROUTER: 'frr',
};

/** The keys of TCP MD5 of a pod's groups, by name. */
function keysOf(changes: Environment = {}, groups: readonly object[] = []) {
  const { discovered } = podConfiguration(parseEnvironment({ ...ENV, ...changes }), parsePeerGroups(groups));
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
