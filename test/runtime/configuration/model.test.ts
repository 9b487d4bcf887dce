import { Environment, parseEnvironment, parsePeerGroups } from '../../../lib/settings';
import { routerModel } from '../../../crpd-image/runtime/configuration/model';

const MESH = { MESH_SERVICE_NAME: 'core' };
const POD = {
  POD_IP: '10.42.1.7',
  KUBE_NAMESPACE: 'bgp',
  AUTONOMOUS_SYSTEM: '64512',
  MESHRR_CLIENTRANGE: '198.51.100.0/24',
  MESHRR_ROUTER: 'frr',
};

const modelOf = (env: Environment, groups: readonly object[] = []) =>
  routerModel(parseEnvironment({ ...POD, ...env }), parsePeerGroups(groups));

describe('the key of TCP MD5', () => {
  const keysOf = (env: Environment, groups?: readonly object[]) =>
    modelOf(env, groups).discovered.map(({ key }) => key);
  const keyOf = (env: Environment = {}) => keysOf({ ...MESH, ...env })[0];

  test('is 32 hexadecimal digits, which need no quotes in any configuration', () => {
    expect(keyOf()).toMatch(/^[0-9a-f]{32}$/);
  });

  test('does not repeat its first quarter', () => {
    expect(new Set(keyOf()?.match(/.{8}/g)).size).toBe(4);
  });

  test.each<[string, Environment]>([
    ['address of its pod', { POD_IP: '10.42.1.8' }],
    ['router', { MESHRR_ROUTER: 'frr', MESHRR_ROUTER_ID: '192.0.2.1' }],
    ['clients', { MESHRR_CLIENTRANGE: '203.0.113.0/24' }],
    ['place above another', { UPSTREAM_SERVICE_NAME: 'super' }],
  ])('is the same on all routers of a mesh, whatever the %s', (_, env) => {
    expect(keyOf(env)).toBe(keyOf());
  });

  test.each<[string, Environment]>([
    ['another Service', { MESH_SERVICE_NAME: 'other' }],
    ['the same Service in another namespace', { KUBE_NAMESPACE: 'other' }],
    ['another AS', { AUTONOMOUS_SYSTEM: '64513' }],
  ])('is another one in a mesh of %s', (_, env) => {
    expect(keyOf(env)).not.toBe(keyOf());
  });

  test('is that of the own mesh where a further group is the same mesh, and another one of another', () => {
    const [own, ...further] = keysOf(MESH, [
      { name: 'A', kind: 'mesh', service: 'core' },
      { name: 'B', kind: 'mesh', service: 'second' },
    ]);
    expect(further).toEqual([own, expect.not.stringMatching(own as string)]);
  });

  test('is on no session with routers upstream: these take this router for a client', () => {
    const further = [{ name: 'SPARE', kind: 'upstream', service: 'spare' }];
    expect(keysOf({ UPSTREAM_SERVICE_NAME: 'super' }, further)).toEqual([undefined, undefined]);
  });

  test('is on no session where it is off', () => {
    const further = [{ name: 'A', kind: 'mesh', service: 'second' }];
    expect(keysOf({ ...MESH, MESHRR_MESH_MD5: 'false' }, further)).toEqual([undefined, undefined]);
  });
});

describe('the groups of discovered routers', () => {
  test('are the mesh, the upstream and the further ones, in this order, each by its Service', () => {
    const env = { ...MESH, UPSTREAM_SERVICE_NAME: 'super', SERVICE_ROOT_DOMAIN: 'svc.example.net' };
    const groups = [
      { name: 'SPARE', kind: 'upstream', service: 'spare', sessions: 3 },
      { name: 'SECOND', kind: 'mesh', service: 'second' },
    ];
    const { discovered } = modelOf({ ...env, MESHRR_UPSTREAM_SESSIONS: '4' }, groups);
    const at = { namespace: 'bgp', rootDomain: 'svc.example.net' };
    expect(discovered.map(({ kind, name, service, sessions }) => ({ kind, name, service, sessions }))).toEqual([
      { kind: 'mesh', name: 'MESHRR-MESH', service: { name: 'core', ...at }, sessions: undefined },
      { kind: 'upstream', name: 'MESHRR-UPSTREAM', service: { name: 'super', ...at }, sessions: 4 },
      { kind: 'upstream', name: 'SPARE', service: { name: 'spare', ...at }, sessions: 3 },
      { kind: 'mesh', name: 'SECOND', service: { name: 'second', ...at }, sessions: undefined },
    ]);
  });

  test('are the upstream alone in a region without a mesh', () => {
    expect(modelOf({ UPSTREAM_SERVICE_NAME: 'super' }).discovered.map(({ name }) => name)).toEqual(['MESHRR-UPSTREAM']);
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

  test('are clients by their kind, with their ranges', () => {
    expect(modelOf(MESH, [LAB]).clients).toEqual([
      expect.objectContaining({ kind: 'clients', ranges: [expect.objectContaining({ text: '198.51.100.0/24' })] }),
      expect.objectContaining({ kind: 'clients', ranges: [expect.objectContaining({ text: '10.200.0.0/16' })] }),
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
