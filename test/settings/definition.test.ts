import { parseEnvironment, Setting, Settings, SETTINGS } from '../../lib/settings';

const HASH = `$6$saltsalt$${'a'.repeat(86)}`;

/** What the original meshrr requires, and nothing else. */
const MINIMAL = {
  POD_IP: '192.0.2.1',
  MESH_SERVICE_NAME: 'core',
  ENCRYPTED_ROOT_PW: HASH,
  AUTONOMOUS_SYSTEM: '64496',
  MESHRR_CLIENTRANGE: '10.0.0.0/8',
};

const settings = Object.values(SETTINGS) as Setting<unknown>[];
const UNLESS = {
  upstreamServiceName: 'UPSTREAM_SERVICE_NAME',
  groupsFile: 'MESHRR_GROUPS_FILE',
  clientServices: 'MESHRR_CLIENT_SERVICE',
  membersFile: 'MESHRR_MEMBERS_FILE',
};
const requiredOf = ({ required }: Setting<unknown>) =>
  typeof required === 'object' ? `unless ${required.unless.map((one) => UNLESS[one]).join(' or ')} is set` : required;
/** The default as a manifest would write it. */
const defaultOf = ({ codec, default: fallback }: Setting<unknown>) =>
  fallback === undefined ? undefined : codec.format(fallback);

/** The contract of the original meshrr, written out a second time so that no edit of the first one goes unnoticed. */
const ORIGINAL = [
  ['POD_IP', 'always', undefined],
  ['MESH_SERVICE_NAME', 'unless UPSTREAM_SERVICE_NAME or MESHRR_GROUPS_FILE is set', undefined],
  ['UPSTREAM_SERVICE_NAME', undefined, undefined],
  ['KUBE_NAMESPACE', undefined, 'default'],
  ['ENCRYPTED_ROOT_PW', 'on cRPD', undefined],
  ['AUTONOMOUS_SYSTEM', 'always', undefined],
  ['MESHRR_CLIENTRANGE', 'unless MESHRR_CLIENT_SERVICE or MESHRR_MEMBERS_FILE is set', undefined],
  ['MESHRR_MODE', undefined, 'routereflector'],
  ['MESHRR_ASRANGE', undefined, '65001-65500'],
  ['MESHRR_FAMILY_INET', undefined, 'true'],
  ['MESHRR_FAMILY_EVPN', undefined, 'false'],
  ['SERVICE_ROOT_DOMAIN', undefined, 'svc.cluster.local'],
] as const;

describe('the settings of the original meshrr', () => {
  test('are these twelve, with these requirements and defaults', () => {
    const originals = settings.filter(({ original }) => original);
    expect(originals.map((setting) => [setting.variable, requiredOf(setting), defaultOf(setting)])).toEqual(ORIGINAL);
  });

  test('suffice to start, and mean what they meant', () => {
    expect(parseEnvironment(MINIMAL)).toMatchObject({
      podIp: { text: '192.0.2.1' },
      meshServiceName: 'core',
      upstreamServiceName: undefined,
      kubeNamespace: 'default',
      encryptedRootPassword: HASH,
      autonomousSystem: 64496,
      clientRanges: [{ text: '10.0.0.0/8' }],
      mode: 'routereflector',
      asRanges: [{ first: 65001, last: 65500 }],
      families: ['inet'],
      serviceRootDomain: 'svc.cluster.local',
    });
  });

  test.each(Object.keys(MINIMAL))('do not suffice without %s', (variable) => {
    expect(() => parseEnvironment({ ...MINIMAL, [variable]: undefined })).toThrow(`${variable}: got nothing, want `);
  });

  test.each<[string, string, Partial<Record<keyof Settings, unknown>>]>([
    ['UPSTREAM_SERVICE_NAME', 'upstream', { upstreamServiceName: 'upstream' }],
    ['KUBE_NAMESPACE', 'bgp', { kubeNamespace: 'bgp' }],
    ['KUBE_NAMESPACE', '5g-core', { kubeNamespace: '5g-core' }],
    ['MESHRR_MODE', 'routereflector', { mode: 'routereflector' }],
    ['MESHRR_MODE', 'routeserver', { mode: 'routeserver' }],
    ['MESHRR_ASRANGE', '64512-65534', { asRanges: [{ first: 64512, last: 65534 }] }],
    ['MESHRR_FAMILY_INET', 'true', { families: ['inet'] }],
    ['MESHRR_FAMILY_EVPN', 'true', { families: ['inet', 'evpn'] }],
    ['SERVICE_ROOT_DOMAIN', 'svc.example.net', { serviceRootDomain: 'svc.example.net' }],
  ])('take %s=%s', (variable, value, read) => {
    expect(parseEnvironment({ ...MINIMAL, [variable]: value })).toMatchObject(read);
  });

  test('allow IPv4 to be off where EVPN is on', () => {
    const env = { ...MINIMAL, MESHRR_FAMILY_INET: 'false', MESHRR_FAMILY_EVPN: 'true' };
    expect(parseEnvironment(env)).toMatchObject({ families: ['evpn'] });
  });

  test('allow an unmeshed region, which has only an upstream', () => {
    const env = { ...MINIMAL, MESH_SERVICE_NAME: undefined, UPSTREAM_SERVICE_NAME: 'core' };
    expect(parseEnvironment(env)).toMatchObject({ meshServiceName: undefined, upstreamServiceName: 'core' });
  });
});

describe('the settings beyond the original meshrr', () => {
  const extensions = settings.filter(({ original }) => !original);

  test('are these, and all may be left out', () => {
    expect(extensions.map((setting) => [setting.variable, requiredOf(setting), defaultOf(setting)])).toEqual([
      ['MESHRR_ROUTER', undefined, 'crpd'],
      ['MESHRR_FAMILY_INET6', undefined, 'false'],
      ['MESHRR_FAMILIES', undefined, undefined],
      ['MESHRR_SESSION_FAMILIES', undefined, 'all'],
      ['MESHRR_CLIENT_SERVICE', undefined, undefined],
      ['MESHRR_UPSTREAM_SESSIONS', undefined, '2'],
      ['MESHRR_POD_IPS', undefined, undefined],
      ['MESHRR_ROUTER_ID', undefined, undefined],
      ['MESHRR_INSTANCE', undefined, undefined],
      ['MESHRR_IDENTITY', undefined, undefined],
      ['MESHRR_ROUTER_IDS', undefined, undefined],
      ['MESHRR_CLUSTER_ID', undefined, undefined],
      ['MESHRR_INREGION_ONLY', undefined, undefined],
      ['MESHRR_INREGION_PREFERRED', undefined, undefined],
      ['MESHRR_CLIENT_LOCAL_PREFERENCE', undefined, 'keep'],
      ['MESHRR_CLIENT_ROUTES', undefined, undefined],
      ['MESHRR_MESH_MD5', undefined, 'true'],
      ['MESHRR_MESH_KEY_FILE', undefined, undefined],
      ['MESHRR_UPSTREAM_KEY_FILE', undefined, undefined],
      ['MESHRR_CLIENT_KEY_FILE', undefined, undefined],
      ['MESHRR_CLIENTRANGE_KEY_FILE', undefined, undefined],
      ['MESHRR_CLIENTRANGE_HOLD_SECONDS', undefined, undefined],
      ['MESHRR_POD_NETWORKS', undefined, undefined],
      ['MESHRR_ADD_PATH', undefined, 'false'],
      ['MESHRR_LISTEN_ADDRESSES', undefined, undefined],
      ['MESHRR_PEER_LIMIT', undefined, '256'],
      ['MESHRR_CLIENT_LIMIT', undefined, '5000'],
      ['MESHRR_MAXIMUM_PREFIXES', undefined, undefined],
      ['MESHRR_CLIENT_FILTERS', undefined, undefined],
      ['MESHRR_RPKI_SERVERS', undefined, undefined],
      ['MESHRR_RPKI_INVALID', undefined, 'drop'],
      ['MESHRR_ROUTE_SERVER_CLIENT', undefined, undefined],
      ['MESHRR_RIB_SHARDING', undefined, 'false'],
      ['MESHRR_UPDATE_THREADING', undefined, undefined],
      ['MESHRR_DISCOVERY', undefined, 'dns'],
      ['MESHRR_POLL_MILLISECONDS', undefined, '500'],
      ['MESHRR_SESSION_SECONDS', undefined, '60'],
      ['MESHRR_LEASE', undefined, undefined],
      ['MESHRR_LEASE_SUCCESSOR', undefined, 'instance'],
      ['MESHRR_POD_UID', undefined, undefined],
      ['MESHRR_GRACE_SECONDS', undefined, '90'],
      ['MESHRR_LOG_LEVEL', undefined, 'info'],
      ['MESHRR_MEMBERS_FILE', undefined, undefined],
      ['MESHRR_GROUPS_FILE', undefined, undefined],
    ]);
  });

  test('have names of their own among the variables of a pod', () => {
    expect(extensions.filter(({ variable }) => !variable.startsWith('MESHRR_'))).toEqual([]);
  });
});

describe('every setting', () => {
  test('has a variable of its own', () => {
    expect(new Set(settings.map(({ variable }) => variable)).size).toBe(settings.length);
  });

  test('comes from the construct, but for these', () => {
    const supplied = settings.filter(({ supplier }) => supplier !== undefined);
    expect(supplied.map(({ variable, supplier }) => [variable, supplier])).toEqual([
      ['POD_IP', { field: 'status.podIP' }],
      ['KUBE_NAMESPACE', { field: 'metadata.namespace' }],
      ['ENCRYPTED_ROOT_PW', 'secret'],
      ['MESHRR_POD_IPS', { field: 'status.podIPs' }],
      ['MESHRR_INSTANCE', { field: 'spec.nodeName' }],
      ['MESHRR_POD_UID', { field: 'metadata.uid' }],
    ]);
  });
});

describe('the type of the settings', () => {
  const read: Settings = parseEnvironment(MINIMAL);

  test('knows the mode as one of two words', () => {
    const mode: 'routereflector' | 'routeserver' = read.mode;
    // @ts-expect-error -- and not as the first of them alone
    const onlyDefault: 'routereflector' = read.mode;
    expect([mode, onlyDefault]).toEqual(['routereflector', 'routereflector']);
  });

  test('knows the router as one of two words', () => {
    const router: 'crpd' | 'frr' = read.router;
    // @ts-expect-error -- and not as any text
    const other: 'bird' = read.router;
    expect([router, other]).toEqual(['crpd', 'crpd']);
  });

  test('knows that what is required or has a default is present', () => {
    const present: readonly [number, string, boolean] = [read.autonomousSystem, read.kubeNamespace, read.meshMd5];
    expect(present).toEqual([64496, 'default', true]);
  });

  test('knows that a Service may be absent', () => {
    // @ts-expect-error -- undefined where there is no upstream
    const upstream: string = read.upstreamServiceName;
    expect(upstream).toBeUndefined();
  });
});
