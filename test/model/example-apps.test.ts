import { loadBalancedRouteServers } from '../../apps/load-balanced-route-servers';
import { twoRegionsHrr } from '../../apps/two-regions-hrr';
import { twoRegionsRouteServers } from '../../apps/two-regions-route-servers';
import { BgpTopology, Session, SessionChoice, sessionsOf } from '../../lib';
import { topologyBy } from '../../test-support/topology';

const pods = ({ speakers }: BgpTopology) => speakers.map(({ id, node }) => `${id} on ${node.id}`);
const text = ({ kind, from, to }: Session) => `${kind}: ${from} - ${to}`;
const choiceText = ({ from, most, candidates, address = '' }: SessionChoice) =>
  `${from}: ${most} of ${[...candidates].sort().join(' ')} ${address}`.trim();
const labels = ({ nodes }: BgpTopology) => nodes.map((node) => [node.id, node.assumed, node.labels]);

describe.each(['two-regions-hrr-metallb', 'two-regions-hrr-host-ports-frr'] as const)('%s', (name) => {
  const topology = topologyBy(twoRegionsHrr[name]);

  test('runs on the two nodes of the README, which serve every region', () => {
    const regions = {
      meshrr_region_core: 'true',
      meshrr_region_lothlorien: 'true',
      meshrr_region_mirkwood: 'true',
    };
    expect(labels(topology)).toEqual([
      ['n1', false, { 'kubernetes.io/hostname': 'n1', ...regions, redundancy_group: 'a' }],
      ['n2', false, { 'kubernetes.io/hostname': 'n2', ...regions, redundancy_group: 'b' }],
    ]);
  });

  test('has a core of two pods, and a pod of each side of each region', () => {
    expect(pods(topology)).toEqual([
      'meshrr-core-0 on n1',
      'meshrr-core-1 on n2',
      'meshrr-lothlorien-a@n1 on n1',
      'meshrr-lothlorien-b@n2 on n2',
      'meshrr-mirkwood-a@n1 on n1',
      'meshrr-mirkwood-b@n2 on n2',
    ]);
  });

  test('has a mesh in each region and none between them', () => {
    expect(topology.sessions.map(text)).toEqual([
      'mesh: meshrr-core-0 - meshrr-core-1',
      'mesh: meshrr-lothlorien-a@n1 - meshrr-lothlorien-b@n2',
      'mesh: meshrr-mirkwood-a@n1 - meshrr-mirkwood-b@n2',
    ]);
  });

  test('has both pods of the core upstream of each pod of a region', () => {
    const upstream = topology.choices.filter(({ kind }) => kind === 'upstream');
    expect(upstream.map(choiceText)).toEqual(
      ['lothlorien-a@n1', 'lothlorien-b@n2', 'mirkwood-a@n1', 'mirkwood-b@n2'].map(
        (pod) => `meshrr-${pod}: 2 of meshrr-core-0 meshrr-core-1`,
      ),
    );
    for (const { group, families } of upstream)
      expect({ group, families }).toEqual({ group: 'MESHRR-CLIENTS', families: ['inet'] });
  });

  test('has the clients that are declared, and assumes two of the other region, which peer with both sides', () => {
    expect(topology.outside.map(({ id, platform, assumed }) => [id, platform, assumed])).toEqual([
      ['client-mirkwood-1', 'generic', true],
      ['client-mirkwood-2', 'generic', true],
      ['leaf1', 'iosxr', false],
      ['leaf2', 'eos', false],
      ['pe1', 'junos', false],
      ['pe2', 'frr', false],
    ]);
    const client = topology.choices.filter(({ from }) => from === 'client-mirkwood-2');
    expect(client.map(choiceText)).toEqual([
      'client-mirkwood-2: 1 of meshrr-mirkwood-a@n1 192.0.2.3',
      'client-mirkwood-2: 1 of meshrr-mirkwood-b@n2 192.0.2.4',
    ]);
    expect(client.every(({ kind }) => kind === 'client')).toBe(true);
  });

  test('has assumed clients announce a route of each reach', () => {
    const [client] = topology.outside;
    expect(client).toMatchObject({ autonomousSystem: 64496, platform: 'generic', routes: 3 });
    expect(client.addresses.map((address) => address.text)).toEqual(['203.0.113.1']);
    expect(client.announces.map(({ communities }) => communities)).toEqual([[], ['64496:101'], ['64496:102']]);
  });

  test('has no group of neighbors that stays empty', () => {
    expect(topology.idle).toEqual([]);
  });
});

describe('two-regions-route-servers', () => {
  const topology = topologyBy(twoRegionsRouteServers['two-regions-route-servers']);

  test('runs on two nodes in each region', () => {
    expect(labels(topology)).toEqual([
      ['n1', false, { 'kubernetes.io/hostname': 'n1', side: 'a', region: '1' }],
      ['n2', false, { 'kubernetes.io/hostname': 'n2', side: 'b', region: '1' }],
      ['n3', false, { 'kubernetes.io/hostname': 'n3', side: 'a', region: '2' }],
      ['n4', false, { 'kubernetes.io/hostname': 'n4', side: 'b', region: '2' }],
    ]);
  });

  test('is one mesh over all pairs, of EVPN', () => {
    expect(pods(topology)).toHaveLength(4);
    expect(topology.sessions).toHaveLength(6);
    for (const { families, group } of topology.sessions)
      expect({ families, group }).toEqual({ families: ['evpn'], group: 'MESHRR-MESH' });
  });

  test('has two clients, which peer with both sides of both pairs', () => {
    expect(
      topology.outside.map(({ id, autonomousSystem, addresses }) => [id, autonomousSystem, addresses[0].text]),
    ).toEqual([
      ['dc1-leaf1', 64500, '198.51.100.11'],
      ['dc2-border1', 64501, '198.51.100.12'],
    ]);
    expect(topology.choices.map(({ kind }) => kind)).toEqual(Array(8).fill('external'));
  });

  test('knows the neighbors of MetalLB', () => {
    expect(topology.metallb).toMatchObject([
      {
        path: 'metallb/peering',
        neighbors: [
          { name: 'anycast-loopback', autonomousSystem: 64498, nodesAutonomousSystem: 64497, multihop: true },
        ],
      },
    ]);
  });

  test('names the Secrets that must be there, and nothing that is in them', () => {
    const { secrets } = topology.groups[0];
    expect(secrets.map(({ name, key, purpose }) => [name, key, purpose])).toEqual([
      ['regcred', undefined, 'registry credentials'],
      ['crpd-root-password', 'encrypted-password', 'root password hash'],
      ['crpd-license', 'junos_sfnt.lic', 'license'],
    ]);
  });
});

describe('load-balanced-route-servers-frr', () => {
  const topology = topologyBy(loadBalancedRouteServers['load-balanced-route-servers-frr']);

  test('has a connection to the address of two pods land on one of them', () => {
    const side = topology.choices.filter(({ address }) => address === '192.0.2.2');
    expect(side.map(choiceText)).toEqual([
      'dc1-leaf1: 1 of routeserver-b-0 routeserver-b-1 192.0.2.2',
      'dc2-leaf1: 1 of routeserver-b-0 routeserver-b-1 192.0.2.2',
    ]);
  });

  test('moves a connection to the other pod when its pod fails', () => {
    const landed = (failed: string[]) =>
      sessionsOf(topology, new Set(failed)).filter(({ address }) => address === '192.0.2.2');
    const [first] = landed([]);
    const [again] = landed([first.to]);
    expect([again.from, again.to]).toEqual([
      first.from,
      first.to === 'routeserver-b-0' ? 'routeserver-b-1' : 'routeserver-b-0',
    ]);
    expect(landed(['192.0.2.2'])).toEqual([]);
  });

  test('needs no Secret', () => {
    expect(topology.groups.flatMap(({ secrets }) => secrets)).toEqual([]);
  });
});
