import { Bgpd, describeWithEachFrr, networkForEachTest } from '../../../test-support/bgpd';
import { clientAddress, startClient } from '../../../test-support/bgpd-client';
import { GOLDEN_CASES, render } from '../../../test-support/configuration-cases';
import { eventually } from '../../../test-support/eventually';

// bgpd counts a route after it has compared the count with the maximum: it ends the session with the second route too many.
describeWithEachFrr('a client that sends too many routes, FRR', (release) => {
  const network = networkForEachTest();

  const start = (maximumPrefixes: string) => {
    const env = {
      ...GOLDEN_CASES[0].env,
      MESHRR_MODE: 'routeserver',
      MESHRR_ASRANGE: '65001-65010',
      MESHRR_CLIENTRANGE: '198.51.100.0/24',
      MESHRR_MAXIMUM_PREFIXES: maximumPrefixes,
    };
    const of = { name: 'server', env, groups: [] };
    return Bgpd.start(network.host('10.42.1.7/16', '198.51.100.254/24'), render(of, 'frr'), release);
  };

  /** A client that announces so many routes. */
  const client = (number: number, routes: number) =>
    startClient(network.host(`${clientAddress(number)}/24`), {
      number,
      autonomousSystem: 65000 + number,
      inet: Array.from({ length: routes }, (_, i) => `network 203.0.113.${i * 8}/29`),
    });

  test.each(['drop', 'restart,restartMinutes=1'])(
    'loses session and routes, and no other client does: excess=%s',
    async (excess) => {
      const server = await start(`inet=2,threshold=80,excess=${excess}`);
      const [within, over] = [await client(1, 2), await client(2, 4)];
      await eventually(() => {
        expect(Object.keys(server.json('show bgp ipv4 unicast json').routes)).toEqual([
          '203.0.113.0/29',
          '203.0.113.8/29',
        ]);
        const { lastNotificationReason } = over.neighbor('198.51.100.254');
        expect(lastNotificationReason).toMatch(/Maximum Number of Prefixes Reached/);
      });
      expect(within.neighbor('198.51.100.254').bgpState).toBe('Established');
    },
  );

  test('keeps its session and its routes: excess=warn', async () => {
    const server = await start('inet=2,excess=warn');
    await client(2, 4);
    await eventually(() => {
      expect(Object.keys(server.json('show bgp ipv4 unicast json').routes)).toHaveLength(4);
      expect(server.log()).toMatch(/No. of IPv4 Unicast prefix received from 198\.51\.100\.2.*exceed/);
    });
  });
});
