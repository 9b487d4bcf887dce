import { FrrDriver } from '../../../../crpd-image/runtime/router/frr/driver';
import { endOfRibIn } from '../../../../crpd-image/runtime/router/frr/end-of-rib';
import { parseAddress } from '../../../../lib/addressing';
import { Bgpd, describeWithEachFrr } from '../../../../test-support/bgpd';
import { eventually } from '../../../../test-support/eventually';
import { Network } from '../../../../test-support/network';

const [OWN, OTHER] = ['10.42.0.1', '10.42.0.2'];

describe('what bgpd shows', () => {
  const both = { advertisedAndReceived: true };
  const ipv4 = { ipv4Unicast: both };
  const two = { ipv4Unicast: both, l2VpnEvpn: both };
  const one = { ipv4Unicast: both, l2VpnEvpn: { advertised: true } };

  test.each([
    ['all families', two, ['ipv4Unicast', 'l2VpnEvpn'], 'advertisedAndReceived', 'received'],
    ['one of two', two, ['ipv4Unicast'], 'advertisedAndReceived', 'missing'],
    ['a family that one end has', one, ['ipv4Unicast'], 'received', 'received'],
    ['no extensions', {}, ['ipv4Unicast'], undefined, 'received'],
    ['no extensions, and nothing', {}, [], 'advertisedAndReceived', 'missing'],
    ['nothing, from a neighbor with the capability', ipv4, [], 'received', 'missing'],
    ['nothing, from a neighbor without the capability', ipv4, [], 'advertised', 'none'],
    ['nothing, without the capability at both ends', ipv4, [], undefined, 'none'],
  ])('%s', (_, multiprotocolExtensions, received, gracefulRestart, expected) => {
    const shown = {
      neighborCapabilities: { multiprotocolExtensions, gracefulRestart },
      gracefulRestartInfo: { endOfRibRecv: Object.fromEntries(received.map((family) => [family, true])) },
    };
    expect(endOfRibIn(JSON.stringify({ [OTHER]: shown }), OTHER)).toBe(expected);
  });

  test('a neighbor that bgpd does not have', () => {
    expect(endOfRibIn('{"bgpNoSuchNeighbor":true}', OTHER)).toBeUndefined();
    expect(endOfRibIn('no JSON', OTHER)).toBeUndefined();
  });
});

describeWithEachFrr('a neighbor of a real bgpd', (release) => {
  const configuration = (own: string, other: string, more = '') =>
    `router bgp 64496
 bgp router-id ${own}
 no bgp default ipv4-unicast
${more} neighbor ${other} remote-as 64496
 neighbor ${other} timers connect 1
 address-family ipv4 unicast
  neighbor ${other} activate
 exit-address-family
 address-family ipv6 unicast
  neighbor ${other} activate
 exit-address-family
 address-family l2vpn evpn
  neighbor ${other} activate
 exit-address-family
`;
  let network: Network;
  let own: Bgpd;
  let driver: FrrDriver;
  let other: Bgpd | undefined;
  beforeAll(async () => {
    network = new Network();
    const host = network.host(`${OWN}/16`);
    own = await Bgpd.start(host, configuration(OWN, OTHER), release);
    const model = { autonomousSystem: 64496, podIp: parseAddress(OWN), discovered: [], clients: [] };
    driver = new FrrDriver({ model, vtyFolder: own.vtyFolder, vtysh: own.vtysh });
  });
  afterEach(async () => {
    await other?.kill();
    other?.close();
    other = undefined;
  });
  afterAll(async () => {
    await driver?.close();
    own?.close();
    network?.close();
  });

  async function connect(more: string): Promise<void> {
    other = await Bgpd.start(network.host(`${OTHER}/16`), configuration(OTHER, OWN, more));
    await eventually(() => expect(own.neighbor(OTHER).bgpState).toBe('Established'), 30_000);
  }

  test('that can restart gracefully sends End-of-RIB in every family, in each session anew', async () => {
    await connect('');
    await eventually(
      async () => expect([...(await driver.endOfRib([OTHER, '10.42.0.9']))]).toEqual([[OTHER, 'received']]),
      20_000,
    );
    await other?.kill();
    await eventually(async () => expect((await driver.endOfRib([OTHER])).get(OTHER)).not.toBe('received'), 20_000);
  });
});

describeWithEachFrr('neighbors in a group of the template, a helper only', (release) => {
  test('send End-of-RIB on 10.3, and the routes of one that is killed go at once', async () => {
    const network = new Network();
    const text = (own: string) => `router bgp 64496
 bgp router-id ${own}
 no bgp default ipv4-unicast
 no bgp network import-check
 bgp graceful-restart-disable
 neighbor MESH peer-group
 neighbor MESH remote-as 64496
 neighbor MESH timers connect 1
 neighbor MESH graceful-restart-helper
 address-family ipv4 unicast
  neighbor MESH activate
  network 192.0.${own.slice(-1)}.0/24
 exit-address-family
`;
    const [own, other] = await Promise.all(
      [OWN, OTHER].map((address) => Bgpd.start(network.host(`${address}/16`), text(address), release)),
    );
    const model = { autonomousSystem: 64496, podIp: parseAddress(OWN), discovered: [], clients: [] };
    const driver = new FrrDriver({ model, vtyFolder: own.vtyFolder, vtysh: own.vtysh });
    try {
      own.configure(64496, `neighbor ${OTHER} peer-group MESH`);
      other.configure(64496, `neighbor ${OWN} peer-group MESH`);
      const expected = release === '8.4' ? 'none' : 'received';
      const route = () => own.json('show bgp ipv4 unicast 192.0.2.0/24 json').paths;
      await eventually(() => expect(route()).toHaveLength(1), 30_000);
      await eventually(async () => expect([...(await driver.endOfRib([OTHER]))]).toEqual([[OTHER, expected]]), 20_000);
      await other.kill();
      await eventually(() => expect(route()).toBeUndefined(), 10_000);
    } finally {
      await driver.close();
      for (const bgpd of [own, other]) bgpd.close();
      network.close();
    }
  });
});

describeWithEachFrr('a core that accepts a region in its group of clients', (release) => {
  const HELPER = ' neighbor GROUP graceful-restart-helper\n';
  const shown = release === '8.4' ? 'none' : 'received';

  test.each([
    ['as a helper', shown, 'the core', HELPER],
    ['as a helper', shown, 'the region', HELPER],
    ['otherwise', 'none', 'the core', ''],
  ])(
    '%s: End-of-RIB at the region: %s; when %s is killed, its routes go at once',
    async (_, expected, dead, helper) => {
      const network = new Network();
      const text = (own: string, more = '') => `router bgp 64496
 bgp router-id ${own}
 no bgp default ipv4-unicast
 no bgp network import-check
 bgp graceful-restart-disable
 neighbor GROUP peer-group
 neighbor GROUP remote-as 64496
 neighbor GROUP timers connect 2
${more} address-family ipv4 unicast
  neighbor GROUP activate
  network 192.0.${own.slice(-1)}.0/24
 exit-address-family
`;
      const region = await Bgpd.start(network.host(`${OWN}/16`), text(OWN), release);
      const core = await Bgpd.start(network.host(`${OTHER}/16`), text(OTHER, helper), release);
      const model = { autonomousSystem: 64496, podIp: parseAddress(OWN), discovered: [], clients: [] };
      const driver = new FrrDriver({ model, vtyFolder: region.vtyFolder, vtysh: region.vtysh });
      const routesOfOther = () => [
        region.json('show bgp ipv4 unicast 192.0.2.0/24 json').paths?.length,
        core.json('show bgp ipv4 unicast 192.0.1.0/24 json').paths?.length,
      ];
      try {
        core.configure(64496, `bgp listen range ${OWN}/32 peer-group GROUP`);
        region.configure(64496, `neighbor ${OTHER} peer-group GROUP`);
        await eventually(() => expect(routesOfOther()).toEqual([1, 1]), 30_000);
        await eventually(
          async () => expect([...(await driver.endOfRib([OTHER]))]).toEqual([[OTHER, expected]]),
          20_000,
        );
        const [killed, left, route] =
          dead === 'the core' ? [core, region, '192.0.2.0/24'] : [region, core, '192.0.1.0/24'];
        await killed.kill();
        await eventually(() => expect(left.json(`show bgp ipv4 unicast ${route} json`).paths).toBeUndefined(), 10_000);
      } finally {
        await driver.close();
        for (const bgpd of [region, core]) bgpd.close();
        network.close();
      }
    },
  );
});

describeWithEachFrr('a neighbor without graceful restart', (release) => {
  test('is known to send none', async () => {
    const network = new Network();
    const text = (own: string, other: string, more = '') =>
      `router bgp 64496\n bgp router-id ${own}\n${more} neighbor ${other} remote-as 64496\n neighbor ${other} timers connect 1\n`;
    const own = await Bgpd.start(network.host(`${OWN}/16`), text(OWN, OTHER), release);
    const other = await Bgpd.start(network.host(`${OTHER}/16`), text(OTHER, OWN, ' bgp graceful-restart-disable\n'));
    const model = { autonomousSystem: 64496, podIp: parseAddress(OWN), discovered: [], clients: [] };
    const driver = new FrrDriver({ model, vtyFolder: own.vtyFolder, vtysh: own.vtysh });
    try {
      await eventually(() => expect(own.neighbor(OTHER).bgpState).toBe('Established'), 30_000);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect([...(await driver.endOfRib([OTHER]))]).toEqual([[OTHER, 'none']]);
    } finally {
      await driver.close();
      for (const bgpd of [own, other]) bgpd.close();
      network.close();
    }
  });
});
