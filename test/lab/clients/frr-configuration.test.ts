import { announcementLines, frrConfiguration } from '../../../lab/clients/frr-configuration';

const props = {
  ...({ name: 'pe2', implementation: 'frr', autonomousSystem: 64496, routerId: '198.51.100.12' } as const),
  ...{ families: ['inet'] as const, neighbors: [], announcements: [] },
};
const plain = { family: 'inet', prefix: '198.18.0.0/24', nextHop: '198.51.100.12' } as const;

test('what an operator adds follows what was written for them', () => {
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

test('a prefix has its communities by a map of its own, and is taken back without', () => {
  const marked = { ...plain, communities: ['64496:101', '64496:7'] };
  expect(announcementLines(64496, marked)).toEqual([
    'route-map LAB-198.18.0.0/24 permit 10',
    ' set community 64496:101 64496:7',
    'exit',
    'router bgp 64496',
    ' address-family ipv4 unicast',
    '  network 198.18.0.0/24 route-map LAB-198.18.0.0/24',
    ' exit-address-family',
    'exit',
  ]);
  expect(announcementLines(64496, marked, true)).toContain('  no network 198.18.0.0/24');
});
