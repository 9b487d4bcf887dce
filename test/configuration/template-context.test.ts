import { podConfiguration } from '../../lib/configuration';
import { templateContext } from '../../lib/configuration';
import { Environment, parseEnvironment, parsePeerGroups, settingNames, settingOf } from '../../lib/settings';
import { HASH } from '../../test-support/configuration-cases';

const POD = {
  POD_IP: '10.42.1.7',
  ENCRYPTED_ROOT_PW: HASH,
  AUTONOMOUS_SYSTEM: '1.10',
  MESHRR_CLIENTRANGE: '198.51.100.0/24, 2001:DB8:c::/64',
  UPSTREAM_SERVICE_NAME: 'super',
};

/** What a template sees in a pod with these variables and further groups. */
function contextOf(env: Environment = {}, groups: readonly object[] = []) {
  const settings = parseEnvironment({ ...POD, ...env });
  return templateContext(
    settings,
    podConfiguration(settings, parsePeerGroups(groups), (file) => `in ${file}`),
  );
}

const meshrrOf = (env: Environment = {}, groups?: readonly object[]) =>
  contextOf(env, groups).meshrr as Readonly<Record<string, unknown>>;

const SERVER = { MESHRR_MODE: 'routeserver', MESHRR_ASRANGE: '65001-65002,65010' };
const MARKED = [
  ['MESHRR_INREGION_ONLY', '65000:101', 'in_region_only'],
  ['MESHRR_INREGION_PREFERRED', '65000:102', 'in_region_preferred'],
] as const;

test('in the network of its node, a router connects from the address by which others know it', () => {
  expect(meshrrOf().update_source).toBeNull();
  expect(meshrrOf({ MESHRR_LISTEN_ADDRESSES: '192.0.2.1' }).update_source).toBe('10.42.1.7');
});

describe('under the names of the variables, a template sees', () => {
  test('every setting, and beside them only "meshrr"', () => {
    const variables = settingNames.map((name) => settingOf(name).variable);
    expect(Object.keys(contextOf())).toEqual([...variables, 'meshrr']);
  });

  test('values as text, in their canonical form', () => {
    expect(contextOf(SERVER)).toMatchObject({
      POD_IP: '10.42.1.7',
      AUTONOMOUS_SYSTEM: '65546',
      MESHRR_CLIENTRANGE: '198.51.100.0/24,2001:db8:c::/64',
      MESHRR_MODE: 'routeserver',
      MESHRR_ASRANGE: '65001-65002,65010',
    });
  });

  test('defaults, also those that are false, and nothing where there is none', () => {
    expect(contextOf()).toMatchObject({
      MESHRR_MODE: 'routereflector',
      MESHRR_FAMILY_INET: 'true',
      MESHRR_FAMILY_EVPN: 'false',
      MESH_SERVICE_NAME: null,
      MESHRR_ROUTER_ID: null,
    });
  });
});

describe('of what only Junos has, a template sees', () => {
  const EVPN = { MESHRR_FAMILY_EVPN: 'true' };

  test.each<[Environment, boolean]>([
    [{}, true],
    [EVPN, false],
    [{ ...EVPN, MESHRR_FAMILY_INET: 'false' }, false],
    [{ MESHRR_ROUTE_SERVER_CLIENT: 'false' }, false],
    [{ ...EVPN, MESHRR_ROUTE_SERVER_CLIENT: 'true' }, true],
  ])('in %p, whether a route server has route-server-client: %p', (env, has) => {
    expect(meshrrOf({ ...SERVER, ...env }).route_server_client).toBe(has);
  });

  test.each<[string | undefined, string | undefined, object]>([
    [undefined, undefined, { rib_sharding: false, update_threading: false, shards: null, update_threads: null }],
    ['true', undefined, { rib_sharding: true, update_threading: true, shards: null, update_threads: null }],
    ['1', '2', { rib_sharding: true, update_threading: true, shards: 1, update_threads: 2 }],
    ['4', 'true', { rib_sharding: true, update_threading: true, shards: 4, update_threads: null }],
    [undefined, 'true', { rib_sharding: false, update_threading: true, shards: null, update_threads: null }],
    ['false', 'false', { rib_sharding: false, update_threading: false, shards: null, update_threads: null }],
  ])('of %p shards and %p update threads what stands there', (shards, threads, seen) => {
    expect(meshrrOf({ MESHRR_RIB_SHARDING: shards, MESHRR_UPDATE_THREADING: threads })).toMatchObject(seen);
  });
});

describe('under "meshrr", a template sees', () => {
  test('the router in numbers, text and lists', () => {
    expect(meshrrOf({ MESHRR_FAMILY_INET6: 'true' })).toMatchObject({
      mode: 'routereflector',
      autonomous_system: 65546,
      pod_ip: '10.42.1.7',
      families: ['inet', 'inet6'],
    });
  });

  test('the BGP identifier, which is the cluster id of a route reflector, and of no route server', () => {
    const id = { MESHRR_ROUTER_ID: '192.0.2.7' };
    expect(meshrrOf(id)).toMatchObject({ router_id: '192.0.2.7', cluster_id: '192.0.2.7' });
    expect(meshrrOf({ ...id, ...SERVER })).toMatchObject({ router_id: '192.0.2.7', cluster_id: null });
  });

  test('the groups of discovered routers by name and kind', () => {
    const groups = [{ name: 'SECOND', kind: 'mesh', service: 'second' }];
    expect(meshrrOf({ MESH_SERVICE_NAME: 'core' }, groups).discovered).toEqual([
      { name: 'MESHRR-MESH', kind: 'mesh' },
      { name: 'SECOND', kind: 'mesh' },
      { name: 'MESHRR-UPSTREAM', kind: 'upstream' },
    ]);
  });

  test('what sessions of clients have beside BGP', () => {
    const env = {
      MESHRR_CLIENTRANGE_KEY_FILE: '/key',
      MESHRR_CLIENTRANGE_HOLD_SECONDS: '10',
    };
    expect(meshrrOf(env).clients).toMatchObject([{ key: 'in /key', timers: { keepalive: 3, hold: 10 } }]);
  });

  test('the groups of clients, with the AS paths that a route server takes from them', () => {
    const maximumPrefixes = { maximum: { inet: 10 }, excess: 'drop' };
    const lab = { name: 'LAB', kind: 'clients', ranges: ['10.200.0.0/16'], asRanges: ['1-9'], maximumPrefixes };
    expect(meshrrOf(SERVER, [{ ...lab, addPath: true }]).clients).toEqual([
      {
        name: 'MESHRR-CLIENTS',
        ...{ key: null, timers: null },
        families: ['inet'],
        ...{ discovered: false, members: false },
        ranges: ['198.51.100.0/24', '2001:db8:c::/64'],
        as_ranges: ['65001-65002', '65010'],
        as_patterns: ['^6500[1-2]_', '^65010_'],
        add_path: false,
        maximum_prefixes: null,
      },
      {
        name: 'LAB',
        ...{ key: null, timers: null },
        families: ['inet'],
        ...{ discovered: false, members: false },
        ranges: ['10.200.0.0/16'],
        as_ranges: ['1-9'],
        as_patterns: ['^[1-9]_'],
        add_path: true,
        maximum_prefixes: { by_family: { inet: 10 }, threshold: 75, excess: 'drop', restart_minutes: null },
      },
    ]);
  });

  test('which clients get all paths: those from ranges, unless their group has another value', () => {
    const groups = [
      { name: 'LAB', kind: 'clients', ranges: ['10.200.0.0/16'] },
      { name: 'BEST', kind: 'clients', ranges: ['10.201.0.0/16'], addPath: false },
      { name: 'PODS', kind: 'clients', service: 'pods' },
    ];
    const all = { MESHRR_ADD_PATH: 'true', MESHRR_CLIENT_SERVICE: 'regions' };
    expect(meshrrOf(all, groups).clients).toMatchObject([
      { name: 'MESHRR-CLIENTS', discovered: false, add_path: true },
      { name: 'MESHRR-CLIENTS-1', discovered: true, add_path: false },
      { name: 'LAB', add_path: true },
      { name: 'BEST', add_path: false },
      { name: 'PODS', add_path: false },
    ]);
  });

  test('of clients behind a Service that there are some, among the groups of clients alone', () => {
    const meshrr = meshrrOf({ MESHRR_CLIENT_SERVICE: 'regions' });
    expect(meshrr.clients).toMatchObject([{ name: 'MESHRR-CLIENTS', discovered: true }]);
    expect(meshrr.discovered).toEqual([{ name: 'MESHRR-UPSTREAM', kind: 'upstream' }]);
  });

  describe('what routes of clients are taken', () => {
    const FAMILIES = { MESHRR_FAMILY_INET6: 'true', MESHRR_FAMILY_EVPN: 'true' };
    const ROUTES = { MESHRR_CLIENT_ROUTES: '198.18.0.0/15,192.0.2.1/32,2001:db8::/32,2001:db8::1/128' };
    const v4 = [
      { text: '198.18.0.0/15', longer: true },
      { text: '192.0.2.1/32', longer: false },
    ];
    const v6 = [
      { text: '2001:db8::/32', longer: true },
      { text: '2001:db8::1/128', longer: false },
    ];

    test('all, as they come, where nothing bounds them', () => {
      expect(meshrrOf(FAMILIES)).toMatchObject({
        client_policies: [],
        bounds_client_routes: false,
        resets_local_preference: false,
      });
    });

    test('those within the prefixes of their family, longer ones too; EVPN as it comes', () => {
      expect(meshrrOf({ ...FAMILIES, ...ROUTES })).toMatchObject({
        client_policies: [
          { family: 'inet', name: 'CLIENTS-IN-INET', version: 4, prefixes: v4 },
          { family: 'inet6', name: 'CLIENTS-IN-INET6', version: 6, prefixes: v6 },
        ],
        bounds_client_routes: true,
        resets_local_preference: false,
      });
    });

    test('all, in every family, with a local preference that is reset, but for those by which routes attract nothing', () => {
      expect(meshrrOf({ ...FAMILIES, MESHRR_CLIENT_LOCAL_PREFERENCE: 'reset' })).toMatchObject({
        client_policies: ['inet', 'inet6', 'evpn'].map((family) => ({ family, version: null, prefixes: [] })),
        bounds_client_routes: false,
        resets_local_preference: true,
        local_preference: { usual: 100, preferred_in_region: 20, kept: [20, 0] },
      });
    });
  });

  test.each(MARKED)('%s, by which it has a policy toward routers upstream', (variable, community, name) => {
    expect(meshrrOf({ [variable]: community })).toMatchObject({ [name]: community, upstream_policy: true });
  });

  test('neither community nor policy where none is set', () => {
    const nothing = { in_region_only: null, in_region_preferred: null, upstream_policy: false };
    expect(meshrrOf()).toMatchObject(nothing);
  });

  test('no policy where nothing is upstream, but for a further group', () => {
    const env = { UPSTREAM_SERVICE_NAME: '', MESH_SERVICE_NAME: 'core', MESHRR_INREGION_ONLY: '65000:101' };
    expect(meshrrOf(env).upstream_policy).toBe(false);
    const groups = [{ name: 'SPARE', kind: 'upstream', service: 'spare' }];
    expect(meshrrOf(env, groups).upstream_policy).toBe(true);
  });
});
