import { AnycastRouteServerPair } from '../../lib';
import { addressAt } from '../../lib/addressing';
import { ClientGroup } from '../../lib/configuration';
import { assumedClients } from '../../lib/model';
import { pair } from '../../test-support/examples';
import { addresses, client, DeclaredGroup, prefixes, reflectors, topologyWith } from '../../test-support/router-groups';
import { topologyIn } from '../../test-support/topology';

test('clients are assumed with AS numbers and addresses of their own, also where pairs share the ranges', () => {
  const { outside, choices } = topologyIn((chart) => {
    const props = pair(chart);
    new AnycastRouteServerPair(chart, 'one', { ...props, name: 'one' });
    const sides = { a: { addresses: ['192.0.2.3'] }, b: { addresses: ['192.0.2.4'] } };
    new AnycastRouteServerPair(chart, 'two', { ...props, name: 'two', sides });
  });
  expect(outside.map(({ id, autonomousSystem, addresses }) => [id, autonomousSystem, addresses[0].text])).toEqual([
    ['client-one-1', 65001, '198.51.100.1'],
    ['client-one-2', 65002, '198.51.100.2'],
    ['client-two-1', 65003, '198.51.100.3'],
    ['client-two-2', 65004, '198.51.100.4'],
  ]);
  expect(choices.map(({ kind }) => kind)).toEqual(Array(8).fill('external'));
});

test('no client is assumed in the AS of the route servers, though a range takes that in', () => {
  const { groups } = topologyIn((chart) => void new AnycastRouteServerPair(chart, 'one', pair(chart)));
  const serving = groups.map((group) => ({
    ...group,
    clients: group.clients.map((clients) => ({ ...clients, asRanges: [{ first: 64495, last: 64497 }] })),
  }));
  expect(assumedClients(serving, []).map(({ autonomousSystem }) => autonomousSystem)).toEqual([64495, 64497]);
});

const group = (...ranges: readonly string[]): ClientGroup => ({
  name: 'MESHRR-CLIENTS',
  ranges: prefixes(...ranges),
  asRanges: [],
});
const serving = (changes: Partial<DeclaredGroup> = {}) =>
  reflectors('rr', { clients: [group('198.51.100.0/24')], addresses: addresses('192.0.2.1'), ...changes });
const inServers = (...asRanges: readonly (readonly [number, number])[]): Partial<DeclaredGroup> => ({
  mode: 'route-server',
  clients: [{ ...group('198.51.100.0/24'), asRanges: asRanges.map(([first, last]) => ({ first, last })) }],
});

const peersFrom = (changes: Partial<DeclaredGroup>) =>
  assumedClients([serving(changes)], []).map((router) => router.addresses.map(({ text }) => text).join(' '));
/** Held by toStrictEqual: toEqual takes [undefined] for []. */
const numbersOf = (...asRanges: readonly (readonly [number, number])[]) =>
  assumedClients([serving(inServers(...asRanges))], []).map(({ autonomousSystem }) => autonomousSystem);

test('a client is assumed with all that is known of one', () => {
  expect(assumedClients([serving()], [])[0]).toEqual({
    ...{ id: 'client-rr-1', assumed: true, platform: 'generic', autonomousSystem: 64496 },
    ...{ addresses: addresses('198.51.100.1'), clientOf: ['test/rr'], nodes: [], routes: 1 },
    announces: [{ family: 'inet', route: '198.18.0.1/32', communities: [] }],
  });
});

describe('clients are assumed', () => {
  test('of parts that clients reach and no router outside is a client of', () => {
    expect(assumedClients([serving({ addresses: [] })], [])).toEqual([]);
    expect(assumedClients([serving()], [client('pe', { clientOf: ['test/rr'] })])).toEqual([]);
    expect(assumedClients([serving()], [client('pe', { clientOf: ['test/other'] })])).toHaveLength(2);
  });

  test('once for both sides of a part, with an address of each family that either side is reached by', () => {
    const clients = [group('198.51.100.0/24', '2001:db8:1::/64')];
    const sides = [serving({ clients }), serving({ clients, addresses: addresses('192.0.2.2', '2001:db8::2') })];
    expect(assumedClients(sides, []).map((router) => router.addresses.map(({ text }) => text))).toEqual([
      ['198.51.100.1', '2001:db8:1::1'],
      ['198.51.100.2', '2001:db8:1::2'],
    ]);
  });

  test('by names, addresses and AS numbers that nobody declares', () => {
    const declared = [
      client('client-rr-1', { addresses: addresses('198.51.100.1', '198.51.100.3'), autonomousSystem: 65001 }),
      client('client-rr-3', { addresses: addresses('198.51.100.2'), autonomousSystem: 65003 }),
    ];
    const group = serving({ ...inServers([65001, 65009]), addresses: addresses('198.51.100.4') });
    const found = assumedClients([group], declared);
    expect(found.map(({ id, autonomousSystem, addresses: [{ text }] }) => [id, autonomousSystem, text])).toEqual([
      ['client-rr-2', 65002, '198.51.100.5'],
      ['client-rr-4', 65004, '198.51.100.6'],
    ]);
  });

  test('in the order of the parts, and of declared routers by their names', () => {
    const groups = [serving(), { ...serving(), workload: 'aa', part: { ...serving().part, path: 'aa', name: 'aa' } }];
    const { outside } = topologyWith(groups, { outside: [client('d'), client('b')] });
    expect(outside.map(({ id }) => id)).toEqual(['b', 'client-aa-1', 'client-aa-2', 'client-rr-1', 'client-rr-2', 'd']);
  });

  test('by the first group of clients that has room for them', () => {
    expect(peersFrom({ clients: [group(), group('203.0.113.7/32'), group('198.51.100.0/24')] })).toEqual([
      '203.0.113.7',
      '198.51.100.1',
    ]);
    expect(peersFrom({ clients: [group()] })).toEqual([]);
    expect(peersFrom({ clients: [] })).toEqual([]);
  });
});

describe('the address of an assumed client is', () => {
  test('no first one of a network, but of a network of two or of one', () => {
    expect(peersFrom({ clients: [group('198.51.100.4/30')] })).toEqual(['198.51.100.5', '198.51.100.6']);
    expect(peersFrom({ clients: [group('198.51.100.4/31')] })).toEqual(['198.51.100.4', '198.51.100.5']);
    expect(peersFrom({ clients: [group('198.51.100.4/32')] })).toEqual(['198.51.100.4']);
  });

  test('in a range of the right family that takes in no pods', () => {
    expect(peersFrom({ clients: [group('2001:db8:1::/64', '203.0.113.0/24')] })).toEqual([
      '203.0.113.1',
      '203.0.113.2',
    ]);
    const podNetworks = prefixes('fd00::/56', '198.51.100.128/25');
    expect(peersFrom({ podNetworks })).toEqual([]);
    expect(peersFrom({ podNetworks, clients: [group('198.51.100.0/24', '198.51.100.0/25')] })).toEqual([
      '198.51.100.1',
      '198.51.100.2',
    ]);
  });

  test('the one that is free in the next range, where all of the first are taken', () => {
    expect(peersFrom({ clients: [group('203.0.113.7/32', '198.51.100.0/24')] })).toEqual([
      '203.0.113.7',
      '198.51.100.1',
    ]);
  });
});

test('an address is looked for among the first few thousand of a range, however large that is', () => {
  const clients = [group('198.51.0.0/16')];
  const [{ addresses: least }] = assumedClients([serving({ clients })], []);
  const taken = (count: number) =>
    client('pe', { addresses: Array.from({ length: count }, (_, i) => addressAt(least[0], i)) });
  const found = (count: number) =>
    assumedClients([serving({ clients })], [taken(count)]).map((router) => router.addresses[0].text);
  expect(found(4094)).toEqual(['198.51.15.255']);
  expect(found(4095)).toEqual([]);
});

describe('the AS number of an assumed client is', () => {
  test('one of the first range with a free one that is no reserved number', () => {
    // RFC 4893, RFC 7300 and RFC 7607.
    expect(numbersOf([0, 1])).toStrictEqual([1]);
    expect(numbersOf([23456, 23457])).toStrictEqual([23457]);
    expect(numbersOf([65535, 65535])).toStrictEqual([]);
    expect(numbersOf([65001, 65001], [65010, 65019])).toStrictEqual([65001, 65010]);
    expect(numbersOf()).toStrictEqual([]);
  });

  test('that of the route reflector, of any number of clients', () => {
    expect(assumedClients([serving()], [client('pe')]).map(({ autonomousSystem }) => autonomousSystem)).toEqual([
      64496, 64496,
    ]);
  });
});

describe('an assumed client announces', () => {
  const routesOf = (changes: Partial<DeclaredGroup>) =>
    assumedClients([serving(changes)], [])[0].announces.map(({ route }) => route);

  test('a route of each family, which is not that of another client', () => {
    const found = assumedClients([serving({ families: ['inet', 'inet6', 'evpn'] })], []);
    expect(found.map(({ announces }) => announces)).toEqual([
      [
        { family: 'inet', route: '198.18.0.1/32', communities: [] },
        { family: 'inet6', route: '2001:db8::2/128', communities: [] },
        { family: 'evpn', route: 'EVPN route 3', communities: [] },
      ],
      [
        { family: 'inet', route: '198.18.0.4/32', communities: [] },
        { family: 'inet6', route: '2001:db8::5/128', communities: [] },
        { family: 'evpn', route: 'EVPN route 6', communities: [] },
      ],
    ]);
  });

  test('a route more of the first family for each community of the region', () => {
    const communities = { only: '64496:101', preferred: '64496:102' };
    const [{ announces, routes }] = assumedClients([serving({ communities, families: ['inet', 'inet6'] })], []);
    expect(announces.map((each) => [each.family, each.communities])).toEqual([
      ['inet', []],
      ['inet', ['64496:101']],
      ['inet', ['64496:102']],
      ['inet6', []],
    ]);
    expect(routes).toBe(4);
  });

  test('routes within the widest prefix of their family that clients may announce', () => {
    const announceable = prefixes('203.0.113.0/24', '2001:db8:7::/48', '10.0.0.0/8', '172.16.0.0/12');
    expect(routesOf({ announceable, families: ['inet', 'inet6'] })).toEqual(['10.0.0.1/32', '2001:db8:7::2/128']);
  });

  test('nothing where such prefixes have no room left, or are of the other family', () => {
    const families = ['inet', 'evpn'] as const;
    const routesIn = (prefix: string) =>
      assumedClients([serving({ announceable: prefixes(prefix), families })], []).map(({ announces }) =>
        announces.map(({ route }) => route),
      );
    expect(routesIn('203.0.113.4/30')).toEqual([
      ['203.0.113.5/32', 'EVPN route 2'],
      ['203.0.113.7/32', 'EVPN route 4'],
    ]);
    expect(routesIn('203.0.113.4/31')).toEqual([['203.0.113.5/32', 'EVPN route 2'], ['EVPN route 4']]);
    expect(routesIn('203.0.113.4/32')).toEqual([['EVPN route 2'], ['EVPN route 4']]);
    expect(routesIn('2001:db8:7::/48')).toEqual([['EVPN route 2'], ['EVPN route 4']]);
  });
});
