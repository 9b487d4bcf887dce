import { FrrDriver } from '../../../../crpd-image/runtime/router/frr/driver';
import { lacksEndOfRib } from '../../../../crpd-image/runtime/router/frr/end-of-rib';
import { parseAddress } from '../../../../lib/addressing';
import { Bgpd, describeWithEachFrr } from '../../../../test-support/bgpd';
import { eventually } from '../../../../test-support/eventually';
import { Network } from '../../../../test-support/network';

const [OWN, OTHER] = ['10.42.0.1', '10.42.0.2'];

describe('what bgpd shows', () => {
  const lacks = (families: Record<string, object>, received: Record<string, boolean>) =>
    lacksEndOfRib(
      JSON.stringify({
        [OTHER]: {
          neighborCapabilities: { multiprotocolExtensions: families },
          gracefulRestartInfo: { endOfRibRecv: received },
        },
      }),
      OTHER,
    );
  const both = { advertisedAndReceived: true };

  test.each([
    ['all families', { ipv4Unicast: both, l2VpnEvpn: both }, { ipv4Unicast: true, l2VpnEvpn: true }, false],
    ['one of two', { ipv4Unicast: both, l2VpnEvpn: both }, { ipv4Unicast: true }, true],
    ['a family that one end has', { ipv4Unicast: both, l2VpnEvpn: { advertised: true } }, { ipv4Unicast: true }, false],
    ['no extensions', {}, { ipv4Unicast: true }, false],
    ['no extensions, and nothing', {}, {}, true],
  ])('%s', (_, families, received, expected) => {
    expect(lacks(families, received)).toBe(expected);
  });

  test('a neighbor that bgpd does not have', () => {
    expect(lacksEndOfRib('{"bgpNoSuchNeighbor":true}', OTHER)).toBe(false);
    expect(lacksEndOfRib('no JSON', OTHER)).toBe(false);
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
    await eventually(async () => expect(await driver.withoutEndOfRib([OTHER, '10.42.0.9'])).toEqual([]), 20_000);
    await other?.kill();
    await eventually(async () => expect(await driver.withoutEndOfRib([OTHER])).toEqual([OTHER]), 20_000);
  });
});

describeWithEachFrr('a neighbor without graceful restart', (release) => {
  test('sends none, so that the limited time decides', async () => {
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
      expect(await driver.withoutEndOfRib([OTHER])).toEqual([OTHER]);
    } finally {
      await driver.close();
      for (const bgpd of [own, other]) bgpd.close();
      network.close();
    }
  });
});
