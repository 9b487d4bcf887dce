import { FrrDriver } from '../../../../crpd-image/runtime/router/frr/driver';
import { Bgpd, describeWithEachFrr, networkForEachTest } from '../../../../test-support/bgpd';
import { clientAddress, startClient } from '../../../../test-support/bgpd-client';
import { eventually } from '../../../../test-support/eventually';
import { startServerWithMembers } from './server-with-members';

const SERVER = '198.51.100.254';
/** What the members of these tests have for AS numbers; the last one is too large for standard communities. */
const [ONE, TWO, THREE, FOUR] = [65001, 65002, 65003, 4_200_000_004];
const AS_NUMBERS = [ONE, TWO, THREE, FOUR];
const RS = 64512;

/** Prefixes that the first member announces, with their communities. */
type Routes = Readonly<Record<string, string>>;

describeWithEachFrr('communities by which members control what is announced, FRR', (release) => {
  const network = networkForEachTest();
  const drivers: FrrDriver[] = [];
  afterEach(async () => {
    await Promise.all(drivers.splice(0).map((driver) => driver.close()));
  });

  async function start(more: Readonly<Record<string, string>> = {}) {
    const host = network.host('10.42.1.7/16', `${SERVER}/24`);
    const filters = 'bogons=false,bogonAsNumbers=false,blackhole=no-advertise,actions=true';
    const { bgpd, driver, declare } = await startServerWithMembers(host, release, { filters, more });
    drivers.push(driver);
    const member = (number: number) => ({
      ...{ name: `member${number}`, autonomousSystem: AS_NUMBERS[number - 1], addresses: [clientAddress(number)] },
    });
    return { bgpd, declare: (...numbers: readonly number[]) => declare(...numbers.map(member)) };
  }

  const client = (number: number, routes: Routes = {}, more: readonly string[] = []) =>
    startClient(network.host(`${clientAddress(number)}/24`), {
      ...{ number, autonomousSystem: AS_NUMBERS[number - 1] },
      policies: [...Object.keys(routes).map((prefix) => `permit ${prefix}`), 'deny any']
        .map((rule) => `ip prefix-list OWN ${rule}`)
        .concat(
          Object.values(routes).flatMap((communities, i) => {
            const targets = [...communities.matchAll(/rt:(\S+)/g)].map(([, target]) => target);
            const numbers = communities.split(' ').filter((each) => !each.startsWith('rt:'));
            const of = (parts: number) => numbers.filter((each) => each.split(':').length === parts);
            return [
              `route-map R${i} permit 10`,
              ...(of(2).length > 0 ? [`set community ${of(2).join(' ')}`] : []),
              ...(of(3).length > 0 ? [`set large-community ${of(3).join(' ')}`] : []),
              ...(targets.length > 0 ? [`set extcommunity rt ${targets.join(' ')}`] : []),
              ...more,
              'exit',
            ];
          }),
        ),
      inet: [`neighbor ${SERVER} prefix-list OWN out`].concat(
        Object.keys(routes).map((prefix, i) => `network ${prefix} route-map R${i}`),
      ),
    });

  /** The AS path and the communities of each path that a client has from the route server, by prefix. */
  function heard(bgpd: Bgpd): Record<string, string[]> {
    const { routes } = bgpd.json('show bgp ipv4 unicast json');
    return Object.fromEntries(
      Object.keys(routes).map((prefix) => {
        const { paths } = bgpd.json(`show bgp ipv4 unicast ${prefix} json`);
        const texts = paths.map(
          ({ aspath, community, largeCommunity, extendedCommunity }: Record<string, { string: string } | undefined>) =>
            [aspath, community, largeCommunity, extendedCommunity].flatMap((each) => each?.string ?? []).join(' | '),
        );
        return [prefix, texts];
      }),
    );
  }

  const prefixesOf = (bgpd: Bgpd) => Object.keys(bgpd.json('show bgp ipv4 unicast json').routes);
  const PREFIX = (i: number) => `44.${i}.0.0/16`;

  test('to whom a route goes', async () => {
    const cases: readonly (readonly [communities: string, receivers: readonly number[]])[] = [
      ['1:1', [TWO, THREE, FOUR]],
      [`0:${TWO}`, [THREE, FOUR]],
      [`${RS}:0:${TWO}`, [THREE, FOUR]],
      [`${RS}:0:${FOUR} 0:${THREE}`, [TWO]],
      [`0:${RS}`, []],
      [`${RS}:0:0`, []],
      [`0:${RS} ${RS}:${TWO}`, [TWO]],
      [`${RS}:0:0 ${RS}:1:${FOUR} ${RS}:${THREE}`, [THREE, FOUR]],
      // What withholds goes before what sends, and without the first, the second says nothing.
      [`0:${TWO} ${RS}:${TWO}`, [THREE, FOUR]],
      [`${RS}:1:${TWO}`, [TWO, THREE, FOUR]],
      [`${RS}:${RS}`, [TWO, THREE, FOUR]],
      // Extended communities have room for AS numbers of 32 bits.
      [`rt:0:${FOUR}`, [TWO, THREE]],
      [`rt:0:${FOUR} rt:0:${TWO} rt:65001:7`, [THREE]],
      [`rt:0:${RS}`, []],
      [`rt:0:${RS} rt:${RS}:${FOUR}`, [FOUR]],
      [`${RS}:0:0 rt:${RS}:${FOUR} rt:${RS}:${TWO} 0:${TWO}`, [FOUR]],
      [`rt:64999:0 rt:64999:${TWO} rt:${TWO}:0`, [TWO, THREE, FOUR]],
      // Communities of other route servers.
      [`64999:0:0 64999:${TWO}`, [TWO, THREE, FOUR]],
    ];
    const { declare, bgpd } = await start();
    expect(await declare(1, 2, 3, 4)).toMatchObject({ refused: [] });
    // What bgpd shows is what was asked for.
    expect(await declare(1, 2, 3, 4)).toEqual({ refused: [], changed: [] });
    await client(1, Object.fromEntries(cases.map(([communities], i) => [PREFIX(i), communities])));
    const receivers = [await client(2), await client(3), await client(4)];
    await eventually(() => {
      const have = receivers.map((each) => prefixesOf(each).sort());
      const wanted = [TWO, THREE, FOUR].map((receiver) =>
        cases.flatMap(([, to], i) => (to.includes(receiver) ? [PREFIX(i)] : [])).sort(),
      );
      expect(have).toEqual(wanted);
    });
    expect(prefixesOf(bgpd)).toHaveLength(cases.length);
  });

  test('how often its AS number is repeated, and what is removed from it', async () => {
    const cases: readonly (readonly [communities: string, atTwo: string, atThree: string])[] = [
      [`${RS}:101:${TWO}`, '65001 65001', '65001'],
      [`${RS}:102:0`, '65001 65001 65001', '65001 65001 65001'],
      [`${RS}:103:${TWO} ${RS}:101:0`, '65001 65001 65001 65001', '65001 65001'],
      [`${RS}:101:${TWO} ${RS}:103:0`, '65001 65001', '65001 65001 65001 65001'],
      [`0:65009 ${RS}:65009 ${RS}:0:65009 ${RS}:1:65009 65001:7`, '65001 | 65001:7', '65001 | 65001:7'],
      [
        `0:${RS} ${RS}:${TWO} ${RS}:1:${THREE} ${RS}:102:${TWO} 65001:7`,
        '65001 65001 65001 | 65001:7',
        '65001 | 65001:7',
      ],
      [
        `65001:7 ${RS}:1000:4 65001:0:1`,
        `65001 | 65001:7 | ${RS}:1000:4 65001:0:1`,
        `65001 | 65001:7 | ${RS}:1000:4 65001:0:1`,
      ],
    ];
    const { declare, bgpd } = await start();
    await declare(1, 2, 3);
    await client(1, {
      ...Object.fromEntries(cases.map(([communities], i) => [PREFIX(i), communities])),
      '44.99.0.1/32': `65535:666 0:${THREE}`,
    });
    const receivers = [await client(2), await client(3)];
    await eventually(() =>
      expect(receivers.map(heard)).toEqual([
        {
          ...Object.fromEntries(cases.map(([, atTwo], i) => [PREFIX(i), [atTwo]])),
          '44.99.0.1/32': ['65001 | blackhole no-export no-advertise'],
        },
        Object.fromEntries(cases.map(([, , atThree], i) => [PREFIX(i), [atThree]])),
      ]),
    );
    // The route server itself, and so the other ones of its mesh, has the communities.
    expect(bgpd.show(`show bgp ipv4 unicast ${PREFIX(4)}`)).toContain(`0:65009 ${RS}:65009`);
  });

  test('which extended communities are removed', async () => {
    const [given, atTwo] = [0, 1];
    const cases: readonly (readonly [communities: string, atTwo: string])[] = [
      // All that begin like an action, also about those that are no members.
      [`rt:0:65009 rt:0:${FOUR} rt:${RS}:4200000009`, '65001'],
      [`rt:0:${RS} rt:${RS}:${TWO}`, '65001'],
      // Beside others, those about members and to nobody.
      [`rt:0:${RS} rt:0:${FOUR} rt:${RS}:${TWO} rt:${RS}:${FOUR} rt:65001:7`, '65001 | RT:65001:7'],
      [`rt:0:65009 rt:${RS}:${TWO} rt:65001:7`, '65001 | RT:0:65009 RT:65001:7'],
      [`rt:65001:${FOUR} rt:4200000004:0`, `65001 | RT:65001:${FOUR} RT:4200000004:0`],
    ];
    const { declare, bgpd } = await start();
    await declare(1, 2, 4);
    await client(1, Object.fromEntries(cases.map((each, i) => [PREFIX(i), each[given]])));
    const two = await client(2);
    // bgpd 8.4 removes all or none, so it removes none.
    const whole = (text: string) => ['65001', text.replaceAll('rt:', 'RT:')].join(' | ');
    const expected = cases.map((each, i) => [PREFIX(i), [release === '8.4' ? whole(each[given]) : each[atTwo]]]);
    await eventually(() => expect(heard(two)).toEqual(Object.fromEntries(expected)));
    const lists = () =>
      bgpd.show('show running-config').match(/(?<=extcommunity-list standard TO-MEMBERS seq \d+ ).*/g);
    const line = (number: number) => `permit rt 0:${number} rt ${RS}:${number}`;
    expect(lists()).toEqual([ONE, TWO, FOUR].map(line));
    expect(await declare(1, 2)).toEqual({ refused: [], changed: [clientAddress(4)] });
    expect(lists()).toEqual([ONE, TWO].map(line));
  });

  test('the policy of a member comes and goes with it, and touches no session of others', async () => {
    const { declare, bgpd } = await start();
    await declare(1, 2);
    const [one] = [await client(1, { [PREFIX(1)]: `0:${THREE}`, [PREFIX(2)]: '1:1' }), await client(2)];
    const three = await client(3);
    await eventually(() => expect(one.neighbor(SERVER).bgpState).toBe('Established'));
    expect(await declare(1, 2, 3)).toEqual({ refused: [], changed: [clientAddress(3)] });
    await eventually(() => expect(prefixesOf(three)).toEqual([PREFIX(2)]));
    expect(await declare(1, 3)).toEqual({ refused: [], changed: [clientAddress(2)] });
    expect(one.neighbor(SERVER).connectionsEstablished).toBe(1);
    const running = bgpd.show('show running-config');
    expect([...new Set(running.match(/TO-\d+/g))].sort()).toEqual(['TO-65001', 'TO-65003']);
  });

  test.each([false, true])(
    'a route that is withheld hides another one unless a member has ADD-PATH: %s',
    async (addPath) => {
      const { bgpd, declare } = await start({ MESHRR_ADD_PATH: String(addPath) });
      await declare(1, 2, 3);
      await client(1, { [PREFIX(1)]: `0:${THREE}` });
      await client(2, { [PREFIX(1)]: '1:1', [PREFIX(2)]: '1:1' }, [`set as-path prepend ${TWO}`]);
      const three = await client(3);
      await eventually(() => {
        const paths = heard(bgpd)[PREFIX(1)].map((text) => text.split(' | ')[0]);
        expect(paths).toEqual(expect.arrayContaining(['65001', '65002 65002']));
        const second = '65002 65002 | 1:1';
        expect(heard(three)).toEqual({ ...(addPath && { [PREFIX(1)]: [second] }), [PREFIX(2)]: [second] });
      });
    },
  );
});
