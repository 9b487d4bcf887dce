import { propagate } from '../../../../lib/proof/simulator/propagation';
import { Bgpd, describeWithEachFrr, networkForEachTest } from '../../../../test-support/bgpd';
import { eventually } from '../../../../test-support/eventually';
import { client as clientSession, mesh, network as simulated } from '../../../proof/small-network';
import { client, routeReflector } from './configuration';

const ROUTE = '203.0.113.0/24';

describeWithEachFrr('identifiers of route reflectors', (release) => {
  const network = networkForEachTest();

  const start = (number: number, configuration: string) =>
    Bgpd.start(network.host(`10.42.0.${number}/16`), configuration, release);
  const established = (bgpd: Bgpd, number: number) => {
    const { bgpState } = bgpd.neighbor(`10.42.0.${number}`) ?? {};
    if (bgpState !== 'Established') throw new Error(`10.42.0.${number}: ${bgpState}`);
  };

  // A client of `a` announces a route, and `a` reflects it to `b`.
  test.each([
    ['different cluster ids', '192.0.2.101', '192.0.2.102'],
    ['one cluster id', '192.0.2.101', '192.0.2.101'],
  ])('with %s a route reflector holds what the simulator has', async (_, ofA, ofB) => {
    const [a, b] = await Promise.all(
      [ofA, ofB].map((cluster, i) => {
        const lines = [`bgp cluster-id ${cluster}`, `neighbor 10.42.0.${2 - i} peer-group MESH`];
        return start(i + 1, routeReflector({ routerId: `192.0.2.${i + 1}`, ranges: ['10.42.9.0/24'], lines }));
      }),
    );
    const announcing = client('192.0.2.3', ['10.42.0.1']).replace(
      'exit-address-family',
      ` network ${ROUTE}\n exit-address-family`,
    );
    const own = announcing.replace(' bgp router-id', ' no bgp network import-check\n bgp router-id');
    const origin = await Bgpd.start(network.host('10.42.9.1/16'), own, release);
    await eventually(() => {
      established(origin, 1);
      established(b, 1);
      if (!(ROUTE in a.json('show bgp ipv4 unicast json').routes)) throw new Error('not at a');
    }, 60_000);

    const sessions = [mesh('a', 'b'), clientSession('C', 'a')];
    const model = simulated({ C: {}, a: { clusterId: 101 }, b: { clusterId: ofA === ofB ? 101 : 102 } }, sessions);
    const { best } = propagate(model, { family: 'inet', route: '', origins: new Map([['C', []]]) });
    const expected = best[model.places.get('b') as number] !== undefined;
    // `a` has sent it, in its own words, before `b` holds it or drops it.
    await eventually(() => {
      const sent = a.json('show bgp ipv4 unicast neighbors 10.42.0.2 advertised-routes json').advertisedRoutes ?? {};
      if (!(ROUTE in sent)) throw new Error('not sent to b');
      if (!(b.neighbor('10.42.0.1').messageStats.updatesRecv > 0)) throw new Error('not received by b');
      if (ROUTE in (b.json('show bgp ipv4 unicast json').routes ?? {}) !== expected)
        throw new Error(`not ${expected} at b`);
    }, 60_000);
    expect(expected).toBe(ofA !== ofB);
  });

  test('two routers with one identifier are refused by each other, and neither by a third one', async () => {
    const shared = (number: number, other: number) =>
      start(number, client('192.0.2.9', [`10.42.0.${other}`, '10.42.0.1']));
    const hub = await start(1, routeReflector({ routerId: '192.0.2.1', ranges: ['10.42.0.0/16'] }));
    const [one, two] = await Promise.all([shared(2, 3), shared(3, 2)]);
    await eventually(() => {
      established(hub, 2);
      established(hub, 3);
      const reasons = [one.neighbor('10.42.0.3'), two.neighbor('10.42.0.2')].map((each) => each.lastNotificationReason);
      if (!reasons.some((reason) => /Bad BGP Identifier/i.test(String(reason)))) throw new Error(String(reasons));
    }, 60_000);
    for (const each of [one.neighbor('10.42.0.3'), two.neighbor('10.42.0.2')]) {
      expect(each).toMatchObject({ connectionsEstablished: 0 });
    }
  });
});
