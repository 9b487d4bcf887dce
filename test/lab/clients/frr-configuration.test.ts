import { announcementLines, frrConfiguration } from '../../../lab/clients/frr-configuration';

const props = {
  ...({ name: 'pe2', implementation: 'frr', autonomousSystem: 64496, routerId: '198.51.100.12' } as const),
  ...{ families: ['inet'] as const, neighbors: [], announcements: [] },
};
const plain = { family: 'inet', prefix: '198.18.0.0/24', nextHop: '198.51.100.12' } as const;

test('the lines of an operator follow the text of the library', () => {
  const text = frrConfiguration(props, '! theirs\n', [plain]);
  expect(text.split('\n')).toEqual([
    '! theirs',
    'router bgp 64496',
    ' bgp router-id 198.51.100.12',
    ' no bgp network import-check',
    'exit',
    'router bgp 64496',
    ' address-family ipv4 unicast',
    '  network 198.18.0.0/24',
    ' exit-address-family',
    'exit',
    '',
  ]);
});

test('a prefix has its communities by its own route-map, and is withdrawn without it', () => {
  const marked = { ...plain, communities: ['64496:101', '64496:7', '64496:1:2'], routeTargets: ['0:7'] };
  expect(announcementLines(64496, marked)).toEqual([
    'route-map LAB-198.18.0.0/24 permit 10',
    ' set community 64496:7 64496:101',
    ' set large-community 64496:1:2',
    ' set extcommunity rt 0:7',
    'exit',
    'router bgp 64496',
    ' address-family ipv4 unicast',
    '  network 198.18.0.0/24 route-map LAB-198.18.0.0/24',
    ' exit-address-family',
    'exit',
  ]);
  expect(announcementLines(64496, marked, true)).toContain('  no network 198.18.0.0/24');
});

test('without zebra it announces EVPN prefixes', () => {
  const prefix = { family: 'evpn', type: 5, prefix: '198.19.0.1/32', rd: '64501:100', label: 100 } as const;
  const lines = announcementLines(64501, { ...prefix, routeTargets: [], nextHop: '198.51.100.12' });
  expect(lines.slice(1, 3)).toEqual([
    ' address-family l2vpn evpn',
    expect.stringMatching(/^ {2}network 198\.19\.0\.1\/32 rd 64501:100 ethtag 0 label 100 esi /),
  ]);
});

test('it is no transit between neighbors of another AS', () => {
  const neighbor = { address: '192.0.2.1', localAddress: '198.51.100.12', autonomousSystem: 64500 };
  const text = 'router bgp 64496\n  neighbor MESHRR route-map MESHRR-OUT-INET out\n';
  const entry = 'route-map MESHRR-OUT-INET deny 1\n match as-path LAB-LEARNED\n';
  expect(frrConfiguration({ ...props, neighbors: [neighbor] }, text, [])).toContain(entry);
  const internal = { ...neighbor, autonomousSystem: props.autonomousSystem };
  expect(frrConfiguration({ ...props, neighbors: [internal] }, text, [])).not.toContain('LAB-LEARNED');
});
