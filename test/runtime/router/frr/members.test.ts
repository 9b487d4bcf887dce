import { FrrDriver } from '../../../../crpd-image/runtime/router/frr/driver';
import { Bgpd, describeWithEachFrr, networkForEachTest } from '../../../../test-support/bgpd';
import { clientAddress, startClient } from '../../../../test-support/bgpd-client';
import { eventually } from '../../../../test-support/eventually';
import { startServerWithMembers } from './server-with-members';

const SERVER = '198.51.100.254';
const KEY = 'sesame';
const member = (number: number, more: object = {}) => ({
  name: `as${65000 + number}`,
  autonomousSystem: 65000 + number,
  addresses: [`198.51.100.${number}`],
  ...more,
});

describeWithEachFrr('declared clients of a route server, FRR', (release) => {
  const network = networkForEachTest();
  const drivers: FrrDriver[] = [];
  afterEach(async () => {
    await Promise.all(drivers.splice(0).map((driver) => driver.close()));
  });

  async function start(more: Readonly<Record<string, string>> = {}) {
    const host = network.host('10.42.1.7/16', `${SERVER}/24`, '2001:db8:1::254/64');
    const filters = 'bogons=false,bogonAsNumbers=false,ipv4Lengths=8-28';
    const server = await startServerWithMembers(host, release, { filters, more, key: KEY });
    drivers.push(server.driver);
    const routes = () => Object.keys(server.bgpd.json('show bgp ipv4 unicast json').routes);
    return { ...server, routes };
  }

  /** A router in AS 65000 + NUMBER with the address of that number, which announces /28 prefixes. */
  const client = (number: number, routes: number, autonomousSystem = 65000 + number) =>
    startClient(network.host(`${clientAddress(number)}/24`), {
      ...{ number, autonomousSystem },
      inet: Array.from({ length: routes }, (_, i) => `network 203.0.${number}.${i * 16}/28`),
    });
  const isUp = (bgpd: Bgpd) => bgpd.neighbor(SERVER).bgpState === 'Established';
  /** How often the session of a member came up, at the end of the route server. */
  const ups = (bgpd: Bgpd, number: number) => bgpd.neighbor(`198.51.100.${number}`)?.connectionsEstablished;

  test('only members come up, each with its own AS number and prefixes', async () => {
    const { bgpd, driver, declare, routes } = await start();
    const all = [
      member(1, { prefixes: ['203.0.1.0/27 le 28', '203.0.99.0/24'] }),
      member(2),
      member(3, {
        addresses: ['198.51.100.3', '2001:db8:1::3'],
        maximumPrefixes: { maximum: { inet: 9 }, threshold: 90 },
      }),
      member(5, { prefixes: ['2001:db8:5::/48 ge 50', '2001:db8:6::/48 ge 50 le 60'] }),
    ];
    expect(await declare(...all)).toEqual({ refused: [], changed: expect.arrayContaining(['198.51.100.1']) });
    // What bgpd shows is what was asked for.
    expect(await declare(...all)).toEqual({ refused: [], changed: [] });
    expect(await driver.neighbors()).toHaveLength(5);

    const [listed, open, foreign, undeclared] = [
      await client(1, 4),
      await client(2, 4),
      await client(3, 1, 65033),
      await client(4, 1),
    ];
    const inV6 = await client(5, 1);
    await eventually(() => {
      expect([listed, open, inV6].map(isUp)).toEqual([true, true, true]);
      const own = ['203.0.1.0/28', '203.0.1.16/28'];
      expect(routes()).toEqual([...own, ...[0, 16, 32, 48].map((last) => `203.0.2.${last}/28`)]);
      expect(foreign.neighbor(SERVER).lastNotificationReason).toMatch(/Bad Peer AS/);
      expect(undeclared.neighbor(SERVER).connectionsEstablished).toBe(0);
    });
    expect([foreign, undeclared].map(isUp)).toEqual([false, false]);
    expect(bgpd.neighbor('198.51.100.4')).toBeUndefined();
  });

  test('a change of one member leaves the sessions of the others, and its own unless the AS number changes', async () => {
    const { bgpd, declare, routes } = await start({ MESHRR_MAXIMUM_PREFIXES: 'inet=100,excess=warn' });
    const first = member(1, { prefixes: ['203.0.1.0/28'], maximumPrefixes: { maximum: { inet: 50 } } });
    await declare(first, member(2), member(3));
    const [one, two] = [await client(1, 2), await client(2, 1)];
    await client(3, 1);
    await eventually(() => expect(routes()).toEqual(['203.0.1.0/28', '203.0.2.0/28', '203.0.3.0/28']));

    const wider = { ...first, prefixes: ['203.0.1.0/24 le 28'], maximumPrefixes: undefined };
    expect(await declare(wider, member(2), member(3))).toEqual({ refused: [], changed: ['198.51.100.1'] });
    await eventually(() => expect(routes()).toContain('203.0.1.16/28'));
    const running = bgpd.show('show running-config');
    expect(running.match(/prefix-list MEMBER-as65001-INET-\w+ seq/g)).toHaveLength(1);
    expect(running.match(/neighbor 198.51.100.\d maximum-prefix .*/g)).toEqual(
      [1, 2, 3].map((i) => `neighbor 198.51.100.${i} maximum-prefix 100 warning-only`),
    );

    const { refused, changed } = await declare(wider, member(2, { autonomousSystem: 65022 }));
    expect([refused, [...changed].sort()]).toEqual([[], ['198.51.100.2', '198.51.100.3']]);
    await eventually(() => expect(isUp(two)).toBe(false));
    expect(bgpd.neighbor('198.51.100.3')).toBeUndefined();
    expect(ups(bgpd, 1)).toBe(1);
    expect(isUp(one)).toBe(true);
    expect(await declare()).toEqual({ refused: [], changed: expect.any(Array) });
    expect(bgpd.show('show running-config')).not.toMatch(/MEMBER-|198\.51\.100\.[12]/);
  });

  test('a member that a range has accepted before becomes a member', async () => {
    const { bgpd, declare, routes } = await start({ MESHRR_CLIENTRANGE: '198.51.100.0/24' });
    const [one, two] = [await client(1, 2), await client(2, 1)];
    await eventually(() => expect([one, two].map(isUp)).toEqual([true, true]));
    expect(bgpd.neighbor('198.51.100.1').peerGroup).toBe('MESHRR-CLIENTS');
    expect(await declare(member(1, { prefixes: ['203.0.1.0/28'] }))).toMatchObject({ refused: [] });
    await eventually(() => {
      expect(bgpd.neighbor('198.51.100.1')).toMatchObject({ peerGroup: 'MESHRR-MEMBERS', bgpState: 'Established' });
      expect(routes()).toEqual(['203.0.1.0/28', '203.0.2.0/28']);
    });
    expect(two.neighbor(SERVER).connectionsEstablished).toBe(1);
  });

  test('a member that sends too many routes waits, and comes back', async () => {
    const { bgpd, declare } = await start();
    const limit = { maximumPrefixes: { maximum: { inet: 2 }, excess: 'restart', restartMinutes: 1 } };
    await declare(member(1, limit), member(2));
    const [over, other] = [await client(1, 6), await client(2, 6)];
    await eventually(() => {
      expect(bgpd.neighbor('198.51.100.1').lastNotificationReason).toMatch(/Maximum Number of Prefixes Reached/);
      expect(bgpd.neighbor('198.51.100.1').bgpState).toBe('Idle');
      expect(isUp(other)).toBe(true);
    });
    // A client from a range would be back at its next attempt, within a second.
    expect(over.neighbor(SERVER).connectionsEstablished).toBe(1);
    await eventually(() => expect(over.neighbor(SERVER).connectionsEstablished).toBeGreaterThan(1), 120_000);
    expect(other.neighbor(SERVER).connectionsEstablished).toBe(1);
  }, 180_000);
});
