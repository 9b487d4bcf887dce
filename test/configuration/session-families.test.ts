import { parsePrefix } from '../../lib/addressing';
import { ClientGroup, familiesToward, idleIpVersion, podConfiguration, rangesOutside } from '../../lib/configuration';
import { Environment, parseEnvironment, parsePeerGroups } from '../../lib/settings';

const POD = {
  POD_IP: '10.42.1.7',
  MESH_SERVICE_NAME: 'core',
  AUTONOMOUS_SYSTEM: '64512',
  MESHRR_CLIENTRANGE: '198.51.100.0/24,2001:db8:c::/64',
  MESHRR_FAMILY_INET6: 'true',
  MESHRR_FAMILY_EVPN: 'true',
  MESHRR_SESSION_FAMILIES: 'own',
  MESHRR_ROUTER: 'frr',
};

const configuration = (env: Environment, groups: readonly object[] = []) =>
  podConfiguration(parseEnvironment({ ...POD, ...env }), parsePeerGroups(groups), () => '');

/** `MESHRR-CLIENTS-V4 (198.51.100.0/24): inet evpn`; a Service is in front of the ranges. */
function groupsOf(env: Environment = {}, groups: readonly object[] = []): string[] {
  const all = configuration(env, groups);
  const text = ({ name, service, ranges, ...group }: ClientGroup) =>
    `${name} (${[service, ...ranges.map((range) => range.text)].filter(Boolean).join(' ')}): ` +
    familiesToward(all, group).join(' ');
  return all.clients.map(text);
}

describe('sessions that carry the families of their own address', () => {
  test('are in a group for each IP family; EVPN is on IPv4', () => {
    expect(groupsOf()).toEqual([
      'MESHRR-CLIENTS-V4 (198.51.100.0/24): inet evpn',
      'MESHRR-CLIENTS-V6 (2001:db8:c::/64): inet6',
    ]);
  });

  test('carry EVPN over IPv4 where IPv4 unicast is off', () => {
    expect(groupsOf({ MESHRR_FAMILY_INET: 'false' })).toEqual([
      'MESHRR-CLIENTS-V4 (198.51.100.0/24): evpn',
      'MESHRR-CLIENTS-V6 (2001:db8:c::/64): inet6',
    ]);
  });

  test.each([['198.51.100.0/24'], ['2001:db8:c::/64'], ['198.51.100.0/24,203.0.113.0/24']])(
    'carry all families where all clients are in %s: nothing else could',
    (ranges) => {
      expect(groupsOf({ MESHRR_CLIENTRANGE: ranges })).toEqual([
        `MESHRR-CLIENTS (${ranges.replace(',', ' ')}): inet inet6 evpn`,
      ]);
    },
  );

  test('are divided where only a further group has the other IP family', () => {
    const six = [{ name: 'SIX', kind: 'clients', ranges: ['2001:db8:d::/64'] }];
    expect(groupsOf({ MESHRR_CLIENTRANGE: '198.51.100.0/24' }, six)).toEqual([
      'MESHRR-CLIENTS-V4 (198.51.100.0/24): inet evpn',
      'SIX-V6 (2001:db8:d::/64): inet6',
    ]);
  });

  test('leave pods with one session for all families: those behind a Service, and those in ranges', () => {
    const ranges = `${POD.MESHRR_CLIENTRANGE},10.42.0.0/16,2001:db8:42::/56`;
    const pods = { MESHRR_POD_NETWORKS: '10.42.0.0/16,2001:db8:42::/56' };
    const own = ['MESHRR-CLIENTS-V4 (198.51.100.0/24): inet evpn', 'MESHRR-CLIENTS-V6 (2001:db8:c::/64): inet6'];
    expect(groupsOf({ MESHRR_CLIENTRANGE: ranges, ...pods })).toEqual([
      'MESHRR-CLIENTS (10.42.0.0/16 2001:db8:42::/56): inet inet6 evpn',
      ...own,
    ]);
    expect(groupsOf({ MESHRR_CLIENT_SERVICE: 'below' })).toEqual(['MESHRR-CLIENTS (below): inet inet6 evpn', ...own]);
    // Pods of both IP families are no clients of both.
    expect(groupsOf({ MESHRR_CLIENTRANGE: '198.51.100.0/24,2001:db8:42::/56', ...pods })).toEqual([
      'MESHRR-CLIENTS (198.51.100.0/24 2001:db8:42::/56): inet inet6 evpn',
    ]);
  });

  test('keep the name of the group that a Service lists, to which the runtime adds neighbors', () => {
    const { discovered, clients } = configuration({ MESHRR_CLIENT_SERVICE: 'below' });
    const [{ name }] = discovered.filter(({ kind }) => kind === 'clients');
    expect(clients.filter(({ service }) => service !== undefined).map((group) => group.name)).toEqual([name]);
  });

  test.each([
    ['IPv6', { MESHRR_FAMILY_INET6: 'false' }, 'inet and evpn'],
    ['IPv6', { MESHRR_FAMILY_INET6: 'false', MESHRR_FAMILY_INET: 'false' }, 'evpn'],
    ['IPv4', { MESHRR_FAMILY_INET: 'false', MESHRR_FAMILY_EVPN: 'false' }, 'inet6'],
  ])('are refused where those over %s would carry nothing', (which, env, families) => {
    expect(() => groupsOf(env)).toThrow(
      `MESHRR_SESSION_FAMILIES: got "own", want "all": with ${families}, sessions with clients over ${which} would carry nothing`,
    );
    expect(groupsOf({ ...env, MESHRR_SESSION_FAMILIES: 'all' })).toHaveLength(1);
    expect(groupsOf({ ...env, MESHRR_CLIENTRANGE: '198.51.100.0/24' })).toHaveLength(1);
  });

  test('are not the default of a pod: the original has all families on all sessions', () => {
    const all = ['MESHRR-CLIENTS (198.51.100.0/24 2001:db8:c::/64): inet inet6 evpn'];
    expect(groupsOf({ MESHRR_SESSION_FAMILIES: undefined })).toEqual(all);
    expect(groupsOf({ MESHRR_SESSION_FAMILIES: 'all' })).toEqual(all);
  });
});

test('no further group has the name of a group for one IP family', () => {
  const mesh = (name: string) => ({ name, kind: 'mesh', service: 'other' });
  const clients = (name: string, range: string) => ({ name, kind: 'clients', ranges: [range] });
  const refused = (...groups: object[]) => expect(() => parsePeerGroups(groups)).toThrow('want another name');
  refused(mesh('MESHRR-CLIENTS-V6'));
  refused(clients('A-V4', '10.1.0.0/16'), clients('A', '10.2.0.0/16'));
  refused(clients('A', '10.1.0.0/16'), mesh('A-V4'));
  expect(parsePeerGroups([mesh('A'), clients('A-V4', '10.1.0.0/16')])).toHaveLength(2);
});

test('an IP family is idle if neither its unicast family nor, over IPv4, EVPN is on', () => {
  expect(idleIpVersion(['inet', 'inet6'])).toBeUndefined();
  expect(idleIpVersion(['inet6', 'evpn'])).toBeUndefined();
  expect(idleIpVersion(['inet', 'evpn'])).toBe(6);
  expect(idleIpVersion(['inet6'])).toBe(4);
});

test('ranges that contain pods, or are in their networks, are not outside', () => {
  const ranges = ['10.0.0.0/8', '10.42.1.0/24', '10.43.0.0/16', '2001:db8::/32'].map(parsePrefix);
  expect(rangesOutside(ranges, [parsePrefix('10.42.0.0/16')]).map(({ text }) => text)).toEqual([
    '10.43.0.0/16',
    '2001:db8::/32',
  ]);
  expect(rangesOutside([parsePrefix('10.0.0.0/8')], [parsePrefix('10.42.0.0/16')])).toEqual([]);
  expect(rangesOutside(ranges)).toEqual(ranges);
});
