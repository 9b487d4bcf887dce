import * as fc from 'fast-check';
import {
  AsRange,
  covers,
  FAMILIES,
  Family,
  IpAddress,
  IpPrefix,
  parseAddress,
  overlaps,
  parsePrefix,
  prefixAround,
} from '../../lib/addressing';
import {
  checkClientFilters,
  checkMaximumPrefixes,
  ClientFilters,
  formatEnvironment,
  parseEnvironment,
  rtrServers,
  Settings,
  SETTINGS,
} from '../../lib/settings';

/** Any settings that {@link parseEnvironment} can return. */
const anySettings: fc.Arbitrary<Settings> = (() => {
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,10}[a-z0-9])?$/);
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  const half = fc.integer({ min: 0, max: 65535 });
  const community = fc.tuple(half, half).map((halves) => halves.join(':'));
  const v4 = fc.ipV4();
  const hextet = fc.integer({ min: 0, max: 0xffff }).map((part) => part.toString(16));
  const v6 = fc.array(hextet, { minLength: 7, maxLength: 7 }).map((parts) => ['2001', ...parts].join(':'));
  const address: fc.Arbitrary<IpAddress> = fc.oneof(v4, v6).map(parseAddress);
  const v4Prefix = fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.nat(32)).map(([from, length]) => {
    const network = from - (from % 2 ** (32 - length));
    return `${[24, 16, 8, 0].map((shift) => (network >>> shift) & 255).join('.')}/${length}`;
  });
  const v6Prefix = fc
    .array(hextet, { maxLength: 6 })
    .map((parts) => `${['2001', ...parts].join(':')}::/${16 * (parts.length + 1)}`);
  const prefix: fc.Arbitrary<IpPrefix> = fc.oneof(v4Prefix, v6Prefix).map(parsePrefix);
  const end = fc.integer({ min: 1, max: 4294967295 });
  const asRange: fc.Arbitrary<AsRange> = fc
    .tuple(end, end)
    .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
  const some = { minLength: 1, maxLength: 4 };
  const identifier = v4.filter((text) => text !== '0.0.0.0').map(parseAddress);
  const isUnique = (ids: readonly IpAddress[]) => new Set(ids.map(({ text }) => text)).size === ids.length;

  return (
    fc
      .record<{ -readonly [K in keyof Settings]: Settings[K] }>({
        podIp: address,
        meshServiceName: maybe(label),
        upstreamServiceName: maybe(label),
        kubeNamespace: fc.oneof(fc.constant('default'), label),
        encryptedRootPassword: maybe(fc.stringMatching(/^\$6\$[a-z0-9]{1,16}\$[./A-Za-z0-9]{86}$/)),
        autonomousSystem: fc.oneof(fc.integer({ min: 1, max: 23455 }), fc.integer({ min: 131072, max: 4294967294 })),
        clientRanges: maybe(fc.array(prefix, some)),
        mode: fc.constantFrom('routereflector', 'routeserver'),
        asRanges: fc.oneof(fc.constant([{ first: 65001, last: 65500 }]), fc.array(asRange, some)),
        families: fc.subarray([...FAMILIES], { minLength: 1 }),
        serviceRootDomain: fc.oneof(
          fc.constant('svc.cluster.local'),
          name.map((domain) => `svc.${domain}`),
        ),
        router: fc.constantFrom('crpd', 'frr'),
        sessionFamilies: fc.constantFrom('all', 'own'),
        clientServices: maybe(
          fc.array(
            fc.tuple(label, fc.option(label)).map(([one, at]) => (at ? `${one}.${at}` : one)),
            some,
          ),
        ),
        clientLocalPreference: fc.constantFrom('keep', 'reset'),
        clientRoutes: maybe(fc.array(prefix, some)),
        upstreamSessions: fc.integer({ min: 1, max: 64 }),
        podIps: maybe(fc.array(address, some)),
        routerId: maybe(identifier),
        instance: maybe(name),
        identity: maybe(fc.stringMatching(/^[a-z][-a-z0-9._]{0,9}(\/[-a-z0-9._]{1,9}){0,2}$/)),
        routerIds: maybe(
          fc.dictionary(name, identifier, { minKeys: 1, maxKeys: 4 }).filter((ids) => isUnique(Object.values(ids))),
        ),
        clusterId: maybe(identifier),
        inRegionOnly: maybe(community),
        inRegionPreferred: maybe(community),
        meshMd5: fc.boolean(),
        meshKeyFile: maybe(fc.stringMatching(/^\/[-./A-Za-z0-9_]{1,20}$/)),
        upstreamKeyFile: maybe(fc.stringMatching(/^\/[-./A-Za-z0-9_]{1,20}$/)),
        rangeKeyFile: maybe(fc.stringMatching(/^\/[-./A-Za-z0-9_]{1,20}$/)),
        rangeHoldSeconds: maybe(fc.integer({ min: 3, max: 65535 })),
        clientKeyFile: maybe(fc.stringMatching(/^\/[-./A-Za-z0-9_]{1,20}$/)),
        peerLimit: fc.integer({ min: 1, max: 4000 }),
        clientLimit: fc.integer({ min: 1, max: 65535 }),
        podNetworks: maybe(fc.array(prefix, some)),
        addPath: fc.boolean(),
        listenAddresses: maybe(fc.array(address, some)),
        discovery: fc.constantFrom('dns', 'endpointslice'),
        pollMilliseconds: fc.integer({ min: 100, max: 60000 }),
        sessionSeconds: fc.integer({ min: 5, max: 3600 }),
        podUid: name,
        lease: maybe(label),
        leaseSuccessor: fc.constantFrom('instance', 'any'),
        graceSeconds: fc.integer({ min: 1, max: 86400 }),
        maximumPrefixes: maybe(
          fc
            .tuple(
              fc.record({ inet: maybe(end), inet6: end }),
              fc.integer({ min: 1, max: 100 }),
              fc.constantFrom('warn', 'drop', 'restart'),
            )
            .map(([maximum, threshold, excess]) => checkMaximumPrefixes({ maximum, threshold, excess })),
        ),
        clientFilters: maybe(
          fc
            .record({ bogons: fc.boolean(), ownNextHop: fc.boolean(), asPathLength: fc.integer({ min: 1, max: 100 }) })
            .map((filters) => checkClientFilters(filters) as ClientFilters),
        ),
        rpkiServers: maybe(
          fc
            .constantFrom('192.0.2.53:323', '[2001:db8::53]:3323', '192.0.2.53:1,192.0.2.54:65535')
            .map(rtrServers.parse),
        ),
        rpkiInvalid: fc.constantFrom('drop', 'mark'),
        routeServerClient: maybe(fc.boolean()),
        ribSharding: fc.oneof(fc.boolean(), fc.integer({ min: 1, max: 31 })),
        updateThreading: maybe(fc.oneof(fc.boolean(), fc.integer({ min: 1, max: 128 }))),
        logLevel: fc.constantFrom('debug', 'info', 'warn', 'error'),
        membersFile: maybe(fc.stringMatching(/^\/[-./A-Za-z0-9_]{1,20}$/)),
        groupsFile: maybe(fc.stringMatching(/^\/[-./A-Za-z0-9_]{1,20}$/)),
      })
      .filter(
        (s) => s.meshServiceName !== undefined || s.upstreamServiceName !== undefined || s.groupsFile !== undefined,
      )
      .map((s) => {
        // Networks take in the pod, or there are none.
        const networks = s.podNetworks?.map((network, i) =>
          i === 0 ? prefixAround(s.podIp, Math.min(network.length, 32)) : network,
        );
        // A key is refused where no session would have it.
        const meshKeyFile = s.meshMd5 ? s.meshKeyFile : undefined;
        const upstreamKeyFile = s.upstreamServiceName === undefined ? undefined : s.upstreamKeyFile;
        const clientKeyFile = s.clientServices ? s.clientKeyFile : undefined;
        const rangeKeyFile = s.clientRanges ? s.rangeKeyFile : undefined;
        const keys = { meshKeyFile, upstreamKeyFile, clientKeyFile, rangeKeyFile };
        return { ...s, podNetworks: networks, ...keys };
      })
      .filter((s) => s.clientServices !== undefined || s.clientRanges !== undefined)
      .map((s) => (s.mode === 'routeserver' ? s : { ...s, clientFilters: undefined }))
      .map((s) => (s.clientFilters ? s : { ...s, rpkiServers: undefined }))
      .filter(
        (s) =>
          s.mode === 'routereflector' || (!s.clientServices && !s.clientRoutes && s.clientLocalPreference === 'keep'),
      )
      .filter((s) => s.router === 'frr' || s.encryptedRootPassword !== undefined)
      .filter(({ routerId, routerIds, identity, instance, podIp, podIps = [] }) => {
        const canIdentify = ({ family, text }: IpAddress) => family === 4 && text !== '0.0.0.0';
        if (routerId !== undefined) return true;
        if (routerIds) return instance !== undefined && instance in routerIds;
        return identity === undefined ? [podIp, ...podIps].some(canIdentify) : instance !== undefined;
      })
      .map((s) => ({ ...s, addPath: s.addPath && s.clientRanges !== undefined }))
      // Routes have labels or not, those of route servers have none, and FRR has no route target constraint.
      .map(({ families: drawn, ...s }) => {
        const unlabeled = { labeledInet: 'inet', labeledInet6: 'inet6' } as Partial<Record<Family, Family>>;
        const families = drawn.filter((family) => {
          if (['inet', 'inet6', 'evpn'].includes(family)) return true;
          if (s.mode === 'routeserver' || (s.router === 'frr' && family === 'routeTarget')) return false;
          return !drawn.includes(unlabeled[family] ?? family) || unlabeled[family] === undefined;
        });
        return { ...s, families: families.length > 0 ? families : (['inet'] as const) };
      })
      // Shards need a family to work on, and update threads.
      .filter(({ ribSharding, families }) => ribSharding === false || families.some((family) => family !== 'evpn'))
      .filter(({ ribSharding, updateThreading }) => ribSharding === false || updateThreading !== false)
      .filter(
        ({ meshMd5, mode, meshServiceName, clientRanges, podIp }) =>
          meshMd5 ||
          mode === 'routeserver' ||
          meshServiceName === undefined ||
          !clientRanges?.some((range) => covers(range, podIp)),
      )
      .filter(({ clientRanges = [] }) =>
        clientRanges.every((a, i) => clientRanges.every((b, j) => i === j || !overlaps(a, b))),
      )
  );
})();

describe('formatEnvironment', () => {
  test('writes nothing for no settings', () => {
    expect(formatEnvironment({})).toEqual({});
  });

  test('leaves out what equals its default', () => {
    const defaults = { mode: 'routereflector', asRanges: [{ first: 65001, last: 65500 }], families: ['inet'] } as const;
    expect(formatEnvironment({ ...defaults, autonomousSystem: 64496 })).toEqual({ AUTONOMOUS_SYSTEM: '64496' });
  });

  test('leaves out what is undefined', () => {
    expect(formatEnvironment({ upstreamServiceName: undefined })).toEqual({});
  });

  test('writes a false flag whose default is true', () => {
    expect(formatEnvironment({ families: ['inet6'] })).toEqual({
      MESHRR_FAMILY_INET: 'false',
      MESHRR_FAMILY_INET6: 'true',
    });
  });

  test('writes variables in the order of the table, not of the settings', () => {
    const env = formatEnvironment({ mode: 'routeserver', autonomousSystem: 64496, meshServiceName: 'core' });
    expect(Object.keys(env)).toEqual(['MESH_SERVICE_NAME', 'AUTONOMOUS_SYSTEM', 'MESHRR_MODE']);
  });

  test('joins several ranges by commas', () => {
    const clientRanges = [parsePrefix('10.0.0.0/8'), parsePrefix('2001:db8::/32')];
    expect(formatEnvironment({ clientRanges })).toEqual({ MESHRR_CLIENTRANGE: '10.0.0.0/8,2001:db8::/32' });
  });

  test('is read back as the same settings, whatever they are', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const { podIp, kubeNamespace, encryptedRootPassword, ...fromConstruct } = settings;
        const supplied = {
          [SETTINGS.podIp.variable]: podIp.text,
          [SETTINGS.kubeNamespace.variable]: kubeNamespace,
          [SETTINGS.encryptedRootPassword.variable]: encryptedRootPassword,
        };
        expect(parseEnvironment({ ...supplied, ...formatEnvironment(fromConstruct) })).toEqual(settings);
      }),
    );
  });
});
