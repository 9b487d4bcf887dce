import { Client, ClientProps } from '../../../lab/clients/client';
import { describeWithEachFrr } from '../../../test-support/bgpd';
import { describeWith } from '../../../test-support/needs';
import { routesOf } from './settle';
import { Site } from './site';

const AS = 64496;
const PREFIX = '203.0.113.0/24';

describeWith(['bird', 'gobgpd'], 'ADD-PATH (RFC 7911)', () =>
  describeWithEachFrr('with clients on BIRD, GoBGP and FRR', (release) => {
    let site: Site;
    beforeEach(() => {
      site = new Site();
    });
    afterEach(() => site.close());

    const frrText = (autonomousSystem: number) => `ip prefix-list NOTHING deny any
router bgp ${autonomousSystem}
 no bgp ebgp-requires-policy
 neighbor ${site.router[4]} remote-as ${AS}
 neighbor ${site.router[4]} ebgp-multihop 10
 neighbor ${site.router[4]} timers connect 1
 no neighbor ${site.router[4]} enforce-first-as
 neighbor ${site.router[4]} prefix-list NOTHING out`;

    const client = (implementation: ClientProps['implementation'], autonomousSystem: number, announces = false) =>
      site.client({
        ...{ implementation, autonomousSystem, addPath: true, neighborAs: AS, families: ['inet'] },
        configuration: implementation === 'frr' ? frrText(autonomousSystem) : undefined,
        announcements: announces ? [{ family: 'inet', prefix: PREFIX }] : [],
      });

    /** Who the paths of a client are from, by their next hops. */
    const nextHops = async (one: Client, count: number) =>
      (await routesOf(one, count)).map(({ nextHop }) => nextHop).sort();

    const addresses = (...numbers: readonly number[]) => numbers.map((number) => Site.addresses(number)[4]);

    test.each([
      ['route reflector', {}, () => AS],
      [
        'route server',
        { MESHRR_MODE: 'routeserver', MESHRR_ASRANGE: '65001-65009' },
        // The last announces nothing, and is of the AS of the first: it takes no path of that one.
        (number: number) => 65000 + (number === 6 ? 1 : number),
      ],
    ])('a %s sends each path of a route, and not the one that is from the client', async (_, environment, asOf) => {
      await site.startRouter({ AUTONOMOUS_SYSTEM: String(AS), MESHRR_ADD_PATH: 'true', ...environment }, release);
      const origins = [await client('bird', asOf(1), true), await client('gobgp', asOf(2), true)];
      const others = [
        await client('bird', asOf(3)),
        await client('gobgp', asOf(4)),
        await client('frr', asOf(5)),
        await client('frr', asOf(6)),
      ];
      const all = [...origins, ...others];
      await Promise.all(all.map((one) => one.start()));
      for (const one of others.slice(0, 3)) expect(await nextHops(one, 2)).toEqual(addresses(1, 2));
      // Whichever path the router prefers, it sends each origin that of the other.
      expect(await nextHops(origins[0], 1)).toEqual(addresses(2));
      expect(await nextHops(origins[1], 1)).toEqual(addresses(1));
      const last = asOf(6) === asOf(1) && AS !== asOf(6) ? addresses(2) : addresses(1, 2);
      expect(await nextHops(others[3], last.length)).toEqual(last);
      // A path that goes is withdrawn from all, and no other.
      await origins[1].stop();
      for (const one of others.slice(0, 3)) expect(await nextHops(one, 1)).toEqual(addresses(1));
    });

    test('without it each client has one path', async () => {
      await site.startRouter({ AUTONOMOUS_SYSTEM: String(AS) }, release);
      const all = [
        await client('bird', AS, true),
        await client('gobgp', AS, true),
        await client('bird', AS),
        await client('gobgp', AS),
        await client('frr', AS),
      ];
      await Promise.all(all.map((one) => one.start()));
      for (const one of all.slice(2)) expect(await nextHops(one, 1)).toEqual(addresses(1));
    });
  }),
);
