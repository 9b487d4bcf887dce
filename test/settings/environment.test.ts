import * as fc from 'fast-check';
import { ownIdentifier, parseEnvironment, SettingError, settingNames, settingOf } from '../../lib/settings';

const LINE_BREAK = /[\n\r\v\f\u0085\u2028\u2029]/;
const HASH = `$6$saltsalt$${'a'.repeat(86)}`;

const CRPD = {
  POD_IP: '192.0.2.1',
  MESH_SERVICE_NAME: 'core',
  ENCRYPTED_ROOT_PW: HASH,
  AUTONOMOUS_SYSTEM: '64496',
  MESHRR_CLIENTRANGE: '10.0.0.0/8',
};

const variables = settingNames.map((name) => settingOf(name).variable);

/** What reading an environment throws. */
function outcome(env: Record<string, string | undefined>): unknown {
  try {
    parseEnvironment(env);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The error that an environment meets. */
function errorOf(env: Record<string, string | undefined>): SettingError | undefined {
  const error = outcome(env);
  if (error !== undefined) expect(error).toBeInstanceOf(SettingError);
  return error as SettingError | undefined;
}

describe('parseEnvironment', () => {
  test('wants clients: from ranges, or behind a Service', () => {
    const none = { ...CRPD, MESHRR_CLIENTRANGE: undefined };
    expect(errorOf(none)?.message).toBe(
      'MESHRR_CLIENTRANGE: got nothing, want a value: the variable is required, unless MESHRR_CLIENT_SERVICE or MESHRR_MEMBERS_FILE is set',
    );
    expect(errorOf({ ...none, MESHRR_CLIENT_SERVICE: 'core-clients' })).toBeUndefined();
  });

  test('refuses clients behind a Service on a route server', () => {
    const server = { ...CRPD, MESHRR_MODE: 'routeserver' };
    expect(errorOf({ ...server, MESHRR_CLIENT_SERVICE: 'core-clients' })?.message).toMatch(
      /^MESHRR_CLIENT_SERVICE: got "core-clients", want nothing: clients of a route server peer from ranges/,
    );
    expect(errorOf({ ...server, MESHRR_CLIENT_LOCAL_PREFERENCE: 'reset' })?.message).toBe(
      'MESHRR_CLIENT_LOCAL_PREFERENCE: got "reset", want "keep": clients of a route server send no local preference',
    );
    expect(errorOf({ ...server, MESHRR_CLIENT_ROUTES: '198.18.0.0/15, 2001:db8::/32' })?.message).toBe(
      'MESHRR_CLIENT_ROUTES: got "198.18.0.0/15,2001:db8::/32", want nothing: a route server filters its clients by AS number',
    );
  });

  test('takes an empty variable for one that is not set', () => {
    expect(parseEnvironment({ ...CRPD, MESHRR_MODE: '', MESHRR_ROUTER_ID: '' })).toEqual(parseEnvironment(CRPD));
  });

  test('asks for a required variable that is empty', () => {
    expect(errorOf({ ...CRPD, POD_IP: '' })?.message).toBe(
      'POD_IP: got nothing, want a value: the variable is required',
    );
  });

  test('ignores variables that are not its own', () => {
    expect(parseEnvironment({ ...CRPD, HOME: '/root', MESHRR_MODES: 'x' })).toEqual(parseEnvironment(CRPD));
  });

  test('reads the AS number in asdot', () => {
    expect(parseEnvironment({ ...CRPD, AUTONOMOUS_SYSTEM: '1.10' }).autonomousSystem).toBe(65546);
  });

  test('says which variable is wrong, what it holds and what is allowed', () => {
    expect(errorOf({ ...CRPD, MESHRR_MODE: 'server' })?.message).toBe(
      'MESHRR_MODE: got "server", want "routereflector" or "routeserver"',
    );
  });

  test('says which item of several is wrong', () => {
    expect(errorOf({ ...CRPD, MESHRR_CLIENTRANGE: '10.0.0.0/8, 192.0.2.1/24' })?.message).toBe(
      'MESHRR_CLIENTRANGE[1]: got "192.0.2.1/24", want a prefix without host bits, here 192.0.2.0/24',
    );
  });

  test('gives the variable apart from the message', () => {
    expect(errorOf({ ...CRPD, MESHRR_CLIENTRANGE: '10.0.0.0/8,' })?.variable).toBe('MESHRR_CLIENTRANGE');
  });

  test('complains of the first of several mistakes, in the order of the table', () => {
    expect(errorOf({ ...CRPD, MESHRR_MODE: 'x', AUTONOMOUS_SYSTEM: '0' })?.variable).toBe('AUTONOMOUS_SYSTEM');
  });

  test('wants pod networks that have the pod', () => {
    expect(errorOf({ ...CRPD, MESHRR_POD_NETWORKS: '192.0.2.0/24' })).toBeUndefined();
    expect(errorOf({ ...CRPD, MESHRR_POD_NETWORKS: '10.42.0.0/16,2001:db8::/64' })?.message).toBe(
      'MESHRR_POD_NETWORKS: got "10.42.0.0/16,2001:db8::/64", want networks that take in POD_IP 192.0.2.1',
    );
  });

  test('wants a mesh or an upstream', () => {
    expect(errorOf({ ...CRPD, MESH_SERVICE_NAME: undefined })?.message).toBe(
      'MESH_SERVICE_NAME: got nothing, want a value: the variable is required, unless UPSTREAM_SERVICE_NAME or MESHRR_GROUPS_FILE is set',
    );
  });

  test('wants an address family', () => {
    expect(errorOf({ ...CRPD, MESHRR_FAMILY_INET: 'false' })?.message).toBe(
      'MESHRR_FAMILY_INET: got "false", want true, unless another family is on',
    );
  });

  test.each(['MESHRR_FAMILY_INET6', 'MESHRR_FAMILY_EVPN'])('is content with %s as the only family', (variable) => {
    expect(errorOf({ ...CRPD, MESHRR_FAMILY_INET: 'false', [variable]: 'true' })).toBeUndefined();
  });

  const families = (value: string, more: object = {}) => errorOf({ ...CRPD, MESHRR_FAMILIES: value, ...more });

  test.each([
    ['vpnv4', {}],
    ['vpnv4,vpnv6,labeledInet6,routeTarget', {}],
    ['labeledInet', { MESHRR_FAMILY_INET: 'false' }],
    ['vpnv4', { MESHRR_ROUTER: 'frr' }],
  ])('accepts %s as further families, with %j', (value, more) => {
    expect(families(value, more)).toBeUndefined();
  });

  test.each([
    ['vpnv4,vpnv4', {}, 'got "vpnv4", want each item once'],
    ['evpn', {}, 'got "evpn", want "vpnv4" or "vpnv6" or'],
    ['labeledInet', {}, 'got "inet,labeledInet", want labeledInet or inet, and not both'],
    [
      'labeledInet6',
      { MESHRR_FAMILY_INET6: 'true' },
      'got "inet,inet6,labeledInet6", want labeledInet6 or inet6, and not both',
    ],
    [
      'routeTarget',
      { MESHRR_ROUTER: 'frr' },
      'got "inet,routeTarget", want nothing of routeTarget (route targets): frr does not have it',
    ],
    [
      'vpnv4',
      { MESHRR_MODE: 'routeserver' },
      'got "inet,vpnv4", want nothing of vpnv4 at a route server: the labels of its routes are for routers of one AS',
    ],
  ])('rejects %s as further families, with %j', (value, more, message) => {
    expect(families(value, more)?.message).toContain(message);
  });

  test('wants a root password for cRPD', () => {
    expect(errorOf({ ...CRPD, ENCRYPTED_ROOT_PW: undefined })?.message).toBe(
      'ENCRYPTED_ROOT_PW: got nothing, want a SHA-512 crypt hash, here or in /etc/meshrr/secret/root-password: cRPD has no default root password',
    );
  });

  test('wants no root password for FRR', () => {
    expect(errorOf({ ...CRPD, ENCRYPTED_ROOT_PW: undefined, MESHRR_ROUTER: 'frr' })).toBeUndefined();
  });

  test('wants a router id where the pod has an IPv6 address', () => {
    expect(errorOf({ ...CRPD, POD_IP: '2001:db8::1' })?.variable).toBe('MESHRR_ROUTER_ID');
  });

  test('wants a router id where the address of the pod cannot be one', () => {
    expect(() => parseEnvironment({ ...CRPD, POD_IP: '0.0.0.0' })).toThrow(/^MESHRR_ROUTER_ID: got nothing, want /);
  });

  test('refuses client ranges that overlap', () => {
    expect(() => parseEnvironment({ ...CRPD, MESHRR_CLIENTRANGE: '10.0.0.0/8,10.1.0.0/16' })).toThrow(
      /^MESHRR_CLIENTRANGE: got "10.1.0.0\/16", want a range that does not overlap 10.0.0.0\/8$/,
    );
  });

  describe('where the mesh has no TCP MD5', () => {
    const within = { ...CRPD, MESHRR_MESH_MD5: 'false', MESHRR_CLIENTRANGE: '10.0.0.0/8,192.0.2.0/24' };

    test('refuses a route reflector that is in its own client range', () => {
      expect(errorOf(within)?.message).toBe(
        'MESHRR_MESH_MD5: got "false", want true, or ranges apart from the pods, whose clients MESHRR_CLIENT_SERVICE lists: the client range 192.0.2.0/24 takes in POD_IP 192.0.2.1, and only TCP MD5 keeps the mesh out of it',
      );
    });

    test('refuses it in the IPv6 range, too', () => {
      const env = { POD_IP: '2001:db8::1', MESHRR_ROUTER_ID: '192.0.2.1', MESHRR_CLIENTRANGE: '2001:db8::/64' };
      expect(errorOf({ ...within, ...env })?.variable).toBe('MESHRR_MESH_MD5');
    });

    test.each<[string, Record<string, string | undefined>]>([
      ['the pod is outside of the range', { POD_IP: '198.51.100.1' }],
      ['the clients are those of a route server, told apart by AS number', { MESHRR_MODE: 'routeserver' }],
      ['there is no mesh', { MESH_SERVICE_NAME: undefined, UPSTREAM_SERVICE_NAME: 'core' }],
      ['TCP MD5 is on after all', { MESHRR_MESH_MD5: 'true' }],
      ['TCP MD5 is on by default', { MESHRR_MESH_MD5: undefined }],
    ])('is content where %s', (_, changes) => {
      expect(errorOf({ ...within, ...changes })).toBeUndefined();
    });
  });

  describe('the BGP identifier', () => {
    const identifier = (env: Record<string, string>) => ownIdentifier(parseEnvironment({ ...CRPD, ...env }))?.text;
    const V6 = '2001:db8::1';

    test.each<[string, Record<string, string>, string]>([
      ['the setting', { POD_IP: '10.42.0.7', MESHRR_ROUTER_ID: '192.0.2.1' }, '192.0.2.1'],
      ['the setting, of a pod with IPv6 alone', { POD_IP: V6, MESHRR_ROUTER_ID: '192.0.2.1' }, '192.0.2.1'],
      ['the address of the pod', { POD_IP: '10.42.0.7' }, '10.42.0.7'],
      ['the address of the pod, IPv4 first', { POD_IP: '10.42.0.7', MESHRR_POD_IPS: `10.42.0.7,${V6}` }, '10.42.0.7'],
      ['the IPv4 address of the pod, IPv6 first', { POD_IP: V6, MESHRR_POD_IPS: `${V6},10.42.0.7` }, '10.42.0.7'],
    ])('is %s', (_, env, expected) => {
      expect(identifier(env)).toBe(expected);
    });

    test.each<[string, Record<string, string>, string]>([
      ['IPv6 alone', { POD_IP: V6, MESHRR_POD_IPS: V6 }, V6],
      ['no address of which the setting tells', { POD_IP: V6 }, V6],
      ['no IPv4 address but 0.0.0.0', { POD_IP: V6, MESHRR_POD_IPS: `${V6},0.0.0.0` }, `${V6}, 0.0.0.0`],
    ])('is asked for where the pod has %s', (_, env, addresses) => {
      expect(errorOf({ ...CRPD, ...env })?.message).toBe(
        `MESHRR_ROUTER_ID: got nothing, want an IPv4 address: none of the pod's can serve as one (${addresses})`,
      );
    });
  });

  describe('for those who have no use for secrets', () => {
    test('asks for no root password', () => {
      expect(() => parseEnvironment({ ...CRPD, ENCRYPTED_ROOT_PW: undefined }, 'ignored')).not.toThrow();
    });

    test.each([HASH, 'hunter2'])('leaves a root password unread, right or wrong', (password) => {
      const settings = parseEnvironment({ ...CRPD, ENCRYPTED_ROOT_PW: password }, 'ignored');
      expect(settings.encryptedRootPassword).toBeUndefined();
    });

    test('reads all else', () => {
      const { encryptedRootPassword: _, ...others } = parseEnvironment(CRPD);
      expect(parseEnvironment(CRPD, 'ignored')).toEqual(others);
    });
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['clients from ranges', { MESHRR_CLIENTRANGE: '198.51.100.0/24' }, 'false unless all clients are members'],
    [
      'no members',
      { MESHRR_MEMBERS_FILE: undefined, MESHRR_CLIENTRANGE: '10.0.0.0/8' },
      'false unless all clients are members',
    ],
    ['EVPN', { MESHRR_FAMILY_EVPN: 'true' }, 'false with evpn'],
  ])('refuses actions by communities with %s', (_, more, allowed) => {
    const members = {
      ...{ ...CRPD, MESHRR_CLIENTRANGE: undefined, MESHRR_MEMBERS_FILE: '/members.json', MESHRR_MODE: 'routeserver' },
      MESHRR_CLIENT_FILTERS: 'actions=true',
    };
    expect(parseEnvironment(members).clientFilters?.actions).toBe(true);
    expect(errorOf({ ...members, ...more })?.message).toContain(
      `MESHRR_CLIENT_FILTERS: got "actions=true", want ${allowed}`,
    );
  });

  test('does not show a root password that it refuses', () => {
    expect(errorOf({ ...CRPD, ENCRYPTED_ROOT_PW: 'hunter2' })?.message).toMatch(/^ENCRYPTED_ROOT_PW: got \(hidden\), /);
  });

  describe('throws nothing but a SettingError of one line, without the root password', () => {
    // As light as can be: this is generated a hundred thousand times.
    const unit = fc.constantFrom(...'\n\r\u0085\u2028\u2029,$/.:"1a \0\ud800', '$6$', '{}', '-');
    const nonsense = fc.string({ unit, minLength: 1, maxLength: 10 });
    const another = fc.option(fc.tuple(fc.constantFrom(...variables), nonsense), { nil: undefined });

    test.each(variables)('whatever %s and another variable hold', (variable) => {
      let reached = false;
      fc.assert(
        fc.property(nonsense, another, fc.boolean(), (text, other, rightPassword) => {
          // All else is right, or hardly a run would get as far as the later variables.
          const given: Record<string, string> = { ...CRPD, [variable]: text, ...(other && { [other[0]]: other[1] }) };
          const password = rightPassword ? HASH : `hunter2${given.ENCRYPTED_ROOT_PW}`;
          const error = outcome({ ...given, ENCRYPTED_ROOT_PW: password });
          if (error === undefined) return true;
          if (!(error instanceof SettingError)) throw error;
          reached ||= error.variable === variable;
          return !LINE_BREAK.test(error.message) && !/hunter2|saltsalt/.test(error.message);
        }),
        { numRuns: 4_000 },
      );
      expect(reached).toBe(true);
    });
  });
});
