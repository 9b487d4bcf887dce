import { Bgpd, describeWithEachFrr, networkForEachTest } from '../../../test-support/bgpd';
import { clientAddress, startClient } from '../../../test-support/bgpd-client';
import { GOLDEN_CASES, render } from '../../../test-support/configuration-cases';
import { eventually } from '../../../test-support/eventually';

/** What a client announces: prefixes, with statements of a route map. */
type Routes = Readonly<Record<string, readonly string[]>>;

describeWithEachFrr('the filters of an exchange, FRR', (release) => {
  const network = networkForEachTest();

  const start = (filters: string) => {
    const env = {
      ...GOLDEN_CASES[0].env,
      MESHRR_MODE: 'routeserver',
      MESHRR_ASRANGE: '1001-1010',
      MESHRR_CLIENTRANGE: '198.51.100.0/24',
      MESHRR_CLIENT_FILTERS: filters,
    };
    const text = render({ name: 'server', env, groups: [] }, 'frr');
    return Bgpd.start(network.host('10.42.1.7/16', '198.51.100.254/24'), text, release);
  };

  const client = (number: number, routes: Routes) =>
    startClient(network.host(`${clientAddress(number)}/24`), {
      ...{ number, autonomousSystem: 1000 + number },
      policies: [
        ...Object.values(routes).flatMap((lines, i) => [`route-map R${i} permit 10`, ...lines, 'exit']),
        // The second route has the address of another client for its next hop.
        'ip prefix-list ELSEWHERE permit 44.2.0.0/16',
        'route-map OUT permit 10',
        'match ip address prefix-list ELSEWHERE',
        `set ip next-hop ${clientAddress(2)}`,
        'exit',
        'route-map OUT permit 20',
        'exit',
      ],
      inet: [
        'neighbor 198.51.100.254 route-map OUT out',
        ...Object.keys(routes).map((prefix, i) => `network ${prefix} route-map R${i}`),
      ],
    });

  const prepended = (...path: number[]) => [`set as-path prepend ${path.join(' ')}`];
  const ROUTES: Routes = {
    '44.1.0.0/16': [],
    '44.2.0.0/16': [],
    '44.3.0.0/16': prepended(1001, 1001, 1001, 1001),
    '44.4.0.0/16': prepended(1001, 1001, 1001, 1001, 1001),
    '44.5.0.0/16': prepended(1001, 64512 + 1),
    '44.6.0.0/16': prepended(1001, 64512),
    '44.8.0.0/25': [],
    '44.0.0.0/7': [],
    '0.0.0.0/0': [],
    '10.9.0.0/16': [],
    '203.0.113.0/24': [],
    '44.9.0.0/24': [],
  };
  const routesOf = (bgpd: Bgpd) => bgpd.json('show bgp ipv4 unicast json').routes;

  test('drop what is not for an exchange, and nothing else', async () => {
    const server = await start('asPathLength=5');
    await client(1, ROUTES);
    const other = await client(2, { '44.100.0.0/16': [] });
    await eventually(() => {
      const accepted = ['44.1.0.0/16', '44.2.0.0/16', '44.3.0.0/16', '44.9.0.0/24', '44.100.0.0/16'];
      expect(Object.keys(routesOf(server)).sort()).toEqual(accepted.sort());
      expect(Object.keys(routesOf(other)).sort()).toEqual(Object.keys(routesOf(server)).sort());
    });
    // The next hop of another client has become the address of the one that announces the route.
    expect(routesOf(other)['44.2.0.0/16'][0].nexthops[0].ip).toBe('198.51.100.1');
  });

  test('each may be turned off, and lengths and the length of paths be other ones', async () => {
    const off = 'bogons=false,bogonAsNumbers=false,ownNextHop=false,asPathLength=100,ipv4Lengths=0-32';
    const server = await start(off);
    await client(1, ROUTES);
    const other = await client(2, { '44.100.0.0/16': [] });
    // A path with the AS number of the server is never taken.
    const expected = [...Object.keys(ROUTES).filter((each) => each !== '44.6.0.0/16'), '44.100.0.0/16'];
    await eventually(() => expect(Object.keys(routesOf(server)).sort()).toEqual(expected.sort()));
    await eventually(() => expect(routesOf(other)['44.2.0.0/16'][0].nexthops[0].ip).toBe('198.51.100.2'));
  });

  test.each(['no', 'no-export', 'no-advertise'])('host routes with BLACKHOLE (RFC 7999): %s', async (blackhole) => {
    const server = await start(`blackhole=${blackhole},asPathLength=5`);
    await client(1, {
      '44.1.0.0/16': ['set community blackhole'],
      '44.2.0.1/32': ['set community blackhole 1001:7'],
      '44.3.0.1/32': [],
      '44.4.0.2/31': ['set community blackhole'],
      '10.9.0.1/32': ['set community blackhole'],
    });
    const other = await client(2, { '44.100.0.0/16': [] });
    const hosts = blackhole === 'no' ? [] : ['44.2.0.1/32'];
    await eventually(() => {
      expect(Object.keys(routesOf(server)).sort()).toEqual(['44.1.0.0/16', '44.100.0.0/16', ...hosts]);
      expect(Object.keys(routesOf(other)).sort()).toEqual(['44.1.0.0/16', '44.100.0.0/16', ...hosts]);
    });
    if (blackhole === 'no') return;
    const [path] = other.json('show bgp ipv4 unicast 44.2.0.1/32 json').paths;
    expect(path.nexthops[0].ip).toBe('198.51.100.1');
    // bgpd adds this one by itself.
    const added = new Set(['no-export', blackhole]);
    expect(path.community.string.split(' ').sort()).toEqual(['1001:7', 'blackhole', ...added].sort());
  });

  test('a route of a client that says it shuts down is used last (RFC 8326)', async () => {
    const server = await start('bogons=true');
    await client(1, { '44.1.0.0/16': ['set community graceful-shutdown'] });
    await client(2, { '44.1.0.0/16': prepended(1002, 1002) });
    await eventually(() => {
      const paths = routesOf(server)['44.1.0.0/16'];
      expect(
        paths.map(({ bestpath, path }: { bestpath?: boolean; path: string }) => [path, !!bestpath]).sort(),
      ).toEqual([
        ['1001', false],
        ['1002 1002 1002', true],
      ]);
    });
  });
});
