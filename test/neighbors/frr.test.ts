import { spawnSync } from 'child_process';
import * as path from 'path';
import { neighborText } from '../../lib';
import { Bgpd, describeWithEachFrr, networkForEachTest, stopBgpds } from '../../test-support/bgpd';
import { eventually } from '../../test-support/eventually';
import { describeWith } from '../../test-support/needs';
import { Network, NetworkHost } from '../../test-support/network';
import { GOLDEN_CASES, render } from '../../test-support/configuration-cases';
import { CASES, configurationFor } from './cases';

/** Lines for other daemons, and lines that are bgpd's defaults. */
const UNSHOWN =
  /^(!.*|exit|interface lo|(ip|ipv6) (address|route) .*|no neighbor \S+ enforce-first-as|neighbor \S+ (activate|attribute-unchanged next-hop))$|^$/;

/** Blocks of bfdd and of the daemons of IGPs. */
const OTHER_DAEMONS = /^(bfd|router (isis|ospf6?)) ?[^]*?^exit$/gm;

const textOf = (name: string) => {
  const found = CASES.find((each) => each.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return neighborText(configurationFor(found), 'frr');
};

describeWith(['bgpd'], 'what is written for FRR', () => {
  const check = (file: string) => spawnSync('vtysh', ['-C', '-f', file], { encoding: 'utf8' });

  test.each(CASES)('is valid to its shell: $name', ({ name }) => {
    const { status, stdout, stderr } = check(path.join(__dirname, 'golden', `${name}.frr.conf`));
    expect({ status, told: stdout + stderr }).toEqual({ status: 0, told: '' });
  });

  test('would not be if it were another platform’s', () => {
    expect(check(path.join(__dirname, 'golden', 'host-ports.iosxr.conf')).status).toBe(2);
  });
});

describeWithEachFrr('bgpd', (release) => {
  let network: Network;
  let host: NetworkHost;
  beforeAll(() => {
    network = new Network();
    host = network.host('198.51.100.11/24');
  });
  afterEach(stopBgpds);
  afterAll(() => network.close());

  test.each(CASES.filter(({ name }) => !name.includes('vrf')))('runs all of it: $name', async ({ name }) => {
    const bgpd = await Bgpd.start(host, textOf(name), release);
    const statements = (text: string) =>
      text.split('\n').map((line) => line.trim().replace(/ password .*/, ' password'));
    const running = statements(
      bgpd.show('show running-config').replace(/ seq \d+ permit graceful-shutdown$/gm, ' permit 65535:0'),
    );
    const own = textOf(name).replace(OTHER_DAEMONS, '');
    const missing = statements(own).filter((line) => !running.includes(line));
    expect(missing.filter((line) => !UNSHOWN.test(line))).toEqual([]);
  });
});

describeWithEachFrr('a router with FRR', (release) => {
  const network = networkForEachTest();

  /** A pod with the address that its clients peer with: on a network with them, as a namespace needs a route. */
  const pod = (env: object) =>
    Bgpd.start(
      network.host('192.0.2.1/24', '198.51.100.254/24'),
      render(
        {
          name: 'pod',
          env: { ...GOLDEN_CASES[0].env, POD_IP: '192.0.2.1', MESHRR_CLIENTRANGE: '198.51.100.0/24', ...env },
        },
        'frr',
      ),
      release,
    );

  /** A router with one of the texts, and what the rest of its configuration would say. */
  const router = (name: string, as: number, ...lines: string[]) => {
    const host = network.host('198.51.100.11/24', '192.0.2.200/24', '203.0.113.1/24');
    const own = `router bgp ${as}\n bgp router-id 198.51.100.11\n no bgp network import-check\n coalesce-time 0\n`;
    return Bgpd.start(host, `${textOf(name)}${own}${lines.map((line) => ` ${line}\n`).join('')}exit\n`, release);
  };
  const ipv4 = (...lines: string[]) => ['address-family ipv4 unicast', ...lines, 'exit-address-family'];
  const routesOf = (bgpd: Bgpd) => bgpd.json('show bgp ipv4 unicast json').routes;
  const state = (bgpd: Bgpd, address: string) => bgpd.neighbor(address)?.bgpState;

  test('is a client of a route reflector: marks its routes, and believes in a graceful shutdown', async () => {
    const bgpd = await pod({ AUTONOMOUS_SYSTEM: '64496' });
    // The last two are an address of the pods, and a route that the app does not list.
    const announced = ['203.0.113.0/26', '203.0.113.64/26', '203.0.113.128/26', '192.0.2.2/32', '203.0.113.192/26'];
    const client = await router(
      'client-of-route-reflectors',
      64496,
      ...ipv4(...announced.map((one) => `network ${one}`)),
    );
    await eventually(() => expect(Object.keys(routesOf(bgpd)).sort()).toEqual(announced.slice(0, 3).sort()));
    const communitiesOf = (prefix: string) =>
      bgpd.json(`show bgp ipv4 unicast ${prefix} json`).paths[0].community?.string.split(' ').sort();
    expect(announced.slice(0, 3).map(communitiesOf)).toEqual([undefined, ['64496:101'], ['64496:102', '64496:7']]);
    expect(bgpd.neighbor('198.51.100.11').bgpTimerHoldTimeMsecs).toBe(30_000);

    bgpd.configure(64496, 'no bgp network import-check', ...ipv4('network 198.18.0.0/15', 'network 192.0.2.2/32'));
    await eventually(() => expect(Object.keys(routesOf(client))).toContain('198.18.0.0/15'));
    expect(routesOf(client)['192.0.2.2/32']).toHaveLength(1);
    bgpd.configure(64496, 'bgp graceful-shutdown');
    await eventually(() => expect(routesOf(client)['198.18.0.0/15'][0].locPrf).toBe(0));
  });

  test('is a client of a route server, which is not in the path of what it passes on', async () => {
    await pod({ MESHRR_MODE: 'routeserver', AUTONOMOUS_SYSTEM: '64496', MESHRR_FAMILY_EVPN: 'true' });
    const client = await router('client-of-all-families', 65001);
    const other = await Bgpd.start(
      network.host('198.51.100.12/24', '192.0.2.201/24'),
      `router bgp 65002
 bgp router-id 198.51.100.12
 no bgp ebgp-requires-policy
 no bgp network import-check
 coalesce-time 0
 neighbor 192.0.2.1 remote-as 64496
 neighbor 192.0.2.1 ebgp-multihop 10
 neighbor 192.0.2.1 update-source 198.51.100.12
 address-family ipv4 unicast
  network 198.18.0.0/16
`,
      release,
    );
    await eventually(() => {
      expect([state(client, '192.0.2.1'), state(other, '192.0.2.1')]).toEqual(['Established', 'Established']);
      expect(routesOf(client)['198.18.0.0/16']).toMatchObject([{ path: '65002', valid: true }]);
    });
    expect(Object.keys(client.neighbor('192.0.2.1').addressFamilyInfo).sort()).toEqual(
      expect.arrayContaining(['ipv4Unicast', 'l2VpnEvpn']),
    );
  });

  test.each([
    ['with neighbors that are known', 'leaf-with-local-as', 65001, 64502, '203.0.113.129'],
    ['with neighbors from a range', 'any-router-beside-nodes', 64498, 64498, '203.0.113.77'],
    ['from a node that was added in a range of the app', 'nodes-in-a-range', 64498, 64498, '203.0.113.200'],
    ['by iBGP', 'rack-in-the-as-of-the-nodes', 64497, 64497, '203.0.113.129'],
  ])('takes the addresses of Services from MetalLB, and nothing else, %s', async (_, name, as, presented, address) => {
    const rack = await router(name, as);
    rack.host.run('ip', 'addr', 'add', '192.0.2.254/32', 'dev', 'lo');
    const node = network.host(`${address}/24`);
    node.run('ip', 'route', 'add', '192.0.2.254/32', 'via', '203.0.113.1');
    // As MetalLB has FRR speak for it.
    const metallb = await Bgpd.start(
      node,
      `router bgp 64497
 bgp router-id ${address}
 no bgp ebgp-requires-policy
 no bgp network import-check
 coalesce-time 0
 neighbor 192.0.2.254 remote-as ${presented}
 ${presented === 64497 ? '' : 'neighbor 192.0.2.254 ebgp-multihop'}
 neighbor 192.0.2.254 timers connect 1
 address-family ipv4 unicast
  network 192.0.2.1/32
  network 192.0.2.0/24
  network 192.0.2.99/32
`,
      release,
    );
    await eventually(() => {
      expect(state(rack, address)).toBe('Established');
      expect(Object.keys(routesOf(rack))).toEqual(['192.0.2.1/32']);
    });
    rack.configure(as, ...ipv4('network 198.18.0.0/15'));
    await eventually(() => expect(Object.keys(routesOf(rack))).toHaveLength(2));
    expect(Object.keys(routesOf(metallb))).not.toContain('198.18.0.0/15');
  });

  test('announces routes to clients to the nodes where the app wants it, and nothing else', async () => {
    const rack = await router('nodes-in-a-range', 64498, ...ipv4('network 198.51.100.66/32', 'network 198.18.0.0/15'));
    rack.host.run('ip', 'addr', 'add', '192.0.2.254/32', 'dev', 'lo');
    const node = network.host('203.0.113.200/24');
    node.run('ip', 'route', 'add', '192.0.2.254/32', 'via', '203.0.113.1');
    const receiving = await Bgpd.start(
      node,
      `router bgp 64497
 bgp router-id 203.0.113.200
 no bgp ebgp-requires-policy
 coalesce-time 0
 neighbor 192.0.2.254 remote-as 64498
 neighbor 192.0.2.254 ebgp-multihop
 neighbor 192.0.2.254 timers connect 1
`,
      release,
    );
    await eventually(() => expect(Object.keys(routesOf(receiving))).toEqual(['198.51.100.66/32']));
    expect(Object.keys(routesOf(rack))).toContain('198.18.0.0/15');
  });

  test('is one of two top-of-rack routers, each of which has the node for a neighbor once', async () => {
    const rack = await router('one-of-two-top-of-rack-routers', 64498);
    rack.host.run('ip', 'addr', 'add', '192.0.2.253/32', 'dev', 'lo');
    const node = network.host('203.0.113.129/24');
    node.run('ip', 'route', 'add', '192.0.2.253/32', 'via', '203.0.113.1');
    await Bgpd.start(
      node,
      `router bgp 64497
 bgp router-id 203.0.113.129
 no bgp ebgp-requires-policy
 neighbor 192.0.2.253 remote-as 64498
 neighbor 192.0.2.253 ebgp-multihop
 neighbor 192.0.2.253 timers connect 1
`,
      release,
    );
    await eventually(() => expect(state(rack, '203.0.113.129')).toBe('Established'));
    expect(rack.show('show running-config').match(/neighbor 203.0.113.129 peer-group/g)).toHaveLength(1);
  });
});
