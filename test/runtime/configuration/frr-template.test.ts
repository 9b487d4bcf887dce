import { beforeFrr10, Bgpd, describeWithEachFrr, networkForEachTest } from '../../../test-support/bgpd';
import { startClient } from '../../../test-support/bgpd-client';
import { eventually } from '../../../test-support/eventually';
import { Case, GOLDEN_CASES, podOf, render } from '../../../test-support/configuration-cases';

/** A configuration without what does not change its meaning: white space, separators, numbers that FRR adds. */
function statements(text: string): string[] {
  const words = text.split('\n').map((line) => line.trim().replace(/\bseq \d+ /, ''));
  return words.filter((line) => line !== '' && line !== '!' && line !== 'exit');
}

/** What bgpd does not show: what the release does without being told. */
const UNSHOWN = { '8.4': /^end$/, '10.3': /^end$| enforce-first-as$/ };

describeWithEachFrr('the configuration of FRR', (release) => {
  const network = networkForEachTest();

  test.each(GOLDEN_CASES)('is what a bgpd runs after loading it: $name', async (of) => {
    const bgpd = await Bgpd.start(network.host('10.42.1.7/16'), render(of, 'frr'), release);
    const running = statements(bgpd.show('show running-config'));
    const text = release === '8.4' ? beforeFrr10(render(of, 'frr')) : render(of, 'frr');
    const missing = statements(text).filter((line) => !running.includes(line));
    expect(missing.filter((line) => !UNSHOWN[release].test(line))).toEqual([]);
    const log = bgpd.log().replaceAll(/.*Resetting peer group .* due to change in addpath config\n/g, '');
    expect(log).not.toMatch(/CONFIG|unknown command|% /i);
    for (const range of podOf(of, 'frr').model.clients.flatMap(({ ranges }) => ranges)) {
      expect(bgpd.show('show running-config')).toContain(`bgp listen range ${range.text} peer-group`);
    }
  });

  test("is loaded with an operator's file behind it, and without the lines of that which are wrong", async () => {
    const operator = `router bgp 64512
 neighbor 192.0.2.9 remote-as 64999
 neighbor 192.0.2.9 unheard-of
exit
ip prefix-list MINE seq 5 permit 10.0.0.0/8
`;
    const text = `${render(GOLDEN_CASES[0], 'frr')}!\n${operator}`;
    const bgpd = await Bgpd.start(network.host('10.42.1.7/16'), text, release);
    const running = statements(bgpd.show('show running-config'));
    const good = statements(text).filter((line) => !line.includes('unheard-of') && !UNSHOWN[release].test(line));
    expect(running).toEqual(expect.arrayContaining(good));
    expect(bgpd.log()).toMatch(/line \d+: *neighbor 192\.0\.2\.9 unheard-of/);
  });

  const host = (number: number) => network.host(`198.51.100.${number}/24`);
  const server = (env: object, groups?: object[]): Case => ({
    name: 'server',
    env: { ...GOLDEN_CASES[0].env, MESHRR_CLIENTRANGE: '198.51.100.0/24', ...env },
    groups,
  });
  const start = (of: Case) => Bgpd.start(network.host('10.42.1.7/16', '198.51.100.254/24'), render(of, 'frr'), release);

  /** A client that announces prefixes, each with statements of a route-map. */
  const client = (number: number, autonomousSystem: number, routes: Record<string, string[]> = {}, to?: string) =>
    startClient(host(number), {
      ...{ number, autonomousSystem, to },
      policies: Object.values(routes).flatMap((set, i) => [`route-map R${i} permit 10`, ...set, 'exit']),
      inet: Object.keys(routes).map((prefix, i) => `network ${prefix} route-map R${i}`),
    });
  const routesOf = (bgpd: Bgpd) => bgpd.json('show bgp ipv4 unicast json').routes;
  const peersOf = (bgpd: Bgpd) => bgpd.json('show bgp ipv4 unicast summary json').peers;

  test('of a route server takes the routes of clients in its AS ranges, and of no others', async () => {
    const of = server({ MESHRR_MODE: 'routeserver', MESHRR_ASRANGE: '65001-65500,4200000000-4200000999' });
    const bgpd = await start(of);
    await client(1, 65001, { '192.0.2.0/28': [] });
    await client(2, 65501, { '192.0.2.16/28': [] });
    await client(3, 4200000999, { '192.0.2.32/28': [] });
    await client(4, 6500, { '192.0.2.48/28': [] });
    await eventually(() => {
      const states = Object.entries<any>(peersOf(bgpd)).map(([address, { state, pfxRcd }]) => [
        address,
        `${state}, ${pfxRcd > 0 ? 'with' : 'without'} routes`,
      ]);
      expect(Object.fromEntries(states)).toEqual({
        '198.51.100.1': 'Established, with routes',
        '198.51.100.2': 'Established, without routes',
        '198.51.100.3': 'Established, with routes',
        '198.51.100.4': 'Established, without routes',
      });
    });
    expect(Object.keys(routesOf(bgpd)).sort()).toEqual(['192.0.2.0/28', '192.0.2.32/28']);
  });

  test('of a route server does not believe a client that puts the AS number of another first', async () => {
    const bgpd = await start(server({ MESHRR_MODE: 'routeserver' }));
    const liar = await client(1, 65501, { '192.0.2.0/28': ['set as-path prepend 65001'] });
    liar.show(
      ...['configure terminal', 'router bgp 65501', 'address-family ipv4 unicast'],
      'neighbor 198.51.100.254 route-server-client',
    );
    await client(2, 65002, { '192.0.2.16/28': [] });
    await eventually(() => {
      const [sent] = Object.values<any>(
        liar.json('show bgp ipv4 neighbors 198.51.100.254 advertised-routes json').advertisedRoutes,
      );
      expect(sent.path).toBe('65001');
      expect(Object.keys(routesOf(bgpd))).toEqual(['192.0.2.16/28']);
    });
  });

  test('with sessions that carry their own families: the IPv6 session is no way around a filter of the IPv4 session', async () => {
    const both = {
      MESHRR_CLIENTRANGE: '198.51.100.0/24,2001:db8:c::/64',
      MESHRR_FAMILY_INET6: 'true',
      MESHRR_SESSION_FAMILIES: 'own',
    };
    const addresses = ['10.42.1.7/16', '198.51.100.254/24', '2001:db8:c::fe/64'];
    const bgpd = await Bgpd.start(network.host(...addresses), render(server(both), 'frr'), release);
    bgpd.show('configure terminal', 'ip prefix-list NOTHING deny any');
    bgpd.configure(64512, 'neighbor 198.51.100.1 peer-group MESHRR-CLIENTS-V4');
    bgpd.configure(64512, 'address-family ipv4 unicast', 'neighbor 198.51.100.1 prefix-list NOTHING in');
    // The client offers both families on both sessions.
    const neighbors = ['198.51.100.254', '2001:db8:c::fe'];
    const inFamily = (family: string, prefix: string) => [
      `address-family ${family} unicast`,
      `network ${prefix}`,
      ...neighbors.map((neighbor) => `neighbor ${neighbor} activate`),
      'exit-address-family',
    ];
    const lines = [
      ...['router bgp 64512', 'bgp router-id 198.51.100.1', 'no bgp network import-check', 'coalesce-time 0'],
      ...neighbors.flatMap((neighbor) => [
        `neighbor ${neighbor} remote-as 64512`,
        `neighbor ${neighbor} timers connect 1`,
      ]),
      ...[...inFamily('ipv4', '192.0.2.0/28'), ...inFamily('ipv6', '2001:db8:1::/48')],
    ];
    await Bgpd.start(network.host('198.51.100.1/24', '2001:db8:c::1/64'), `${lines.join('\n')}\n`, release);
    await eventually(() => {
      const six = bgpd.json('show bgp ipv6 unicast summary json').peers;
      expect(six).toMatchObject({ '2001:db8:c::1': { state: 'Established', pfxRcd: 1 } });
      expect(Object.keys(six)).toHaveLength(1);
      expect(peersOf(bgpd)).toMatchObject({ '198.51.100.1': { state: 'Established', pfxRcd: 0 } });
      expect(Object.keys(peersOf(bgpd))).toHaveLength(1);
    }, 20_000);
    expect(Object.keys(routesOf(bgpd))).toEqual([]);
  });

  test('of route servers in a mesh lets next hop, AS path and MED of a client through as they came', async () => {
    const near = await start(server({ MESHRR_MODE: 'routeserver' }));
    const far = await Bgpd.start(
      network.host('10.42.1.8/16', '198.51.100.253/24'),
      render(server({ MESHRR_MODE: 'routeserver', POD_IP: '10.42.1.8' }), 'frr'),
      release,
    );
    near.configure(64512, 'neighbor 10.42.1.8 peer-group MESHRR-MESH');
    far.configure(64512, 'neighbor 10.42.1.7 peer-group MESHRR-MESH');
    await client(1, 65001, { '192.0.2.0/28': ['set metric 77', 'set as-path prepend 65001 65499'] });
    const asItCame = (bgpd: Bgpd) => {
      const [route] = routesOf(bgpd)['192.0.2.0/28'];
      expect(route).toMatchObject({ path: '65001 65001 65499', metric: 77 });
      expect(route.nexthops).toMatchObject([{ ip: '198.51.100.1' }]);
    };
    const [besides, beyond] = [await client(2, 65002), await client(3, 65003, {}, '198.51.100.253')];
    await eventually(() => [besides, beyond].forEach(asItCame));
  });

  test.each([
    ['65000:101', '64496:1:102', 'community', 'large-community'],
    ['64496:1:101', '65000:102', 'large-community', 'community'],
  ])('of a region keeps routes with %s from upstream, and sends those with %s as a last choice', async (...marked) => {
    const [only, preferred, setOnly, setPreferred] = marked;
    const marks = { MESHRR_INREGION_ONLY: only, MESHRR_INREGION_PREFERRED: preferred };
    const bgpd = await start(server({ UPSTREAM_SERVICE_NAME: 'core', ...marks }));
    const core = await Bgpd.start(
      network.host('10.42.0.1/16'),
      render(
        { name: 'core', env: { ...server({}).env, POD_IP: '10.42.0.1', MESHRR_CLIENTRANGE: '10.42.1.0/24' } },
        'frr',
      ),
    );
    bgpd.configure(64512, 'neighbor 10.42.0.1 peer-group MESHRR-UPSTREAM');
    await client(1, 64512, {
      '192.0.2.0/28': [],
      '192.0.2.16/28': [`set ${setOnly} ${only}`],
      '192.0.2.32/28': [`set ${setPreferred} ${preferred}`],
    });
    await eventually(() => {
      const learned = Object.entries<any>(routesOf(core)).map(([prefix, [route]]) => [prefix, route.locPrf]);
      expect(Object.fromEntries(learned)).toEqual({ '192.0.2.0/28': 100, '192.0.2.32/28': 20 });
    });
    const other = await client(2, 64512);
    await eventually(() => expect(Object.keys(routesOf(other))).toHaveLength(3));
  });

  test('of a core lets no client outbid another, nor announce what is not its own', async () => {
    const bounds = { MESHRR_CLIENT_LOCAL_PREFERENCE: 'reset', MESHRR_CLIENT_ROUTES: '192.0.2.0/25,198.18.0.1/32' };
    const bgpd = await start(server(bounds));
    await client(1, 64512, {
      '192.0.2.0/28': [],
      '192.0.2.16/28': ['set local-preference 4000000000'],
      '192.0.2.32/28': ['set local-preference 20'],
      // That of a router that is about to go (RFC 8326).
      '192.0.2.48/28': ['set local-preference 0'],
      '198.18.0.1/32': ['set local-preference 101'],
      '0.0.0.0/0': [],
      '192.0.2.128/28': ['set local-preference 20'],
      '198.18.0.0/31': ['set local-preference 0'],
    });
    const other = await client(2, 64512);
    const expected = {
      '192.0.2.0/28': 100,
      '192.0.2.16/28': 100,
      '192.0.2.32/28': 20,
      '192.0.2.48/28': 0,
      '198.18.0.1/32': 100,
    };
    await eventually(() => {
      for (const one of [bgpd, other]) {
        const learned = Object.entries<any>(routesOf(one)).map(([prefix, [route]]) => [prefix, route.locPrf]);
        expect(Object.fromEntries(learned)).toEqual(expected);
      }
    }, 20_000);
  });
});
