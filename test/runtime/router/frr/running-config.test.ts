import * as fc from 'fast-check';
import { parseRunningConfig } from '../../../../crpd-image/runtime/router/frr/running-config';
import { fuzzRuns } from '../../../../test-support/fuzz';

const WHOLE = `frr version 8.4.4
frr defaults traditional
!
hostname vm
bgp no-rib
router bgp 65000
 bgp router-id 10.0.0.1
 no bgp default ipv4-unicast
 neighbor CLIENTS peer-group
 neighbor CLIENTS remote-as 65000
 neighbor MESH peer-group
 neighbor MESH remote-as 65000
 neighbor MESH password abcdef
 neighbor 10.0.0.2 peer-group MESH
 neighbor fd00::2 peer-group MESH
 neighbor 10.0.0.9 remote-as 65001
 neighbor 10.0.0.9 password other
 neighbor 10.0.0.9 description peer-group X
 neighbor eth0 interface peer-group MESH
 bgp listen range 10.0.0.0/24 peer-group CLIENTS
 bgp listen range 10.0.7.1/32 peer-group CLIENTS
 bgp listen range fd00::7/128 peer-group CLIENTS
 !
 address-family ipv4 unicast
  neighbor CLIENTS activate
  neighbor 10.0.0.3 peer-group DEEPER
 exit-address-family
!
router bgp 65009 vrf RED
 neighbor OTHER peer-group
 neighbor 10.9.0.1 peer-group OTHER
exit
!
`;

test('reads groups, their keys and their neighbors, in the default VRF', () => {
  const { autonomousSystem, groups, neighbors, singleAddressRanges } = parseRunningConfig(WHOLE);
  expect(autonomousSystem).toBe(65000);
  expect([...singleAddressRanges]).toEqual([
    ['10.0.7.1', 'CLIENTS'],
    ['fd00::7', 'CLIENTS'],
  ]);
  expect([...groups]).toEqual([
    ['CLIENTS', {}],
    ['MESH', { key: 'abcdef' }],
  ]);
  expect([...neighbors]).toEqual([
    ['10.0.0.2', 'MESH'],
    ['fd00::2', 'MESH'],
  ]);
});

test.each([
  ['in the default VRF', WHOLE.replace(' neighbor CLIENTS peer-group', ' bgp graceful-shutdown\n$&'), true],
  ['nowhere', WHOLE, false],
  ['in another VRF', WHOLE.replace(' neighbor OTHER', ' bgp graceful-shutdown\n$&'), false],
  ['taken back', WHOLE.replace(' neighbor CLIENTS', ' no bgp graceful-shutdown\n$&'), false],
])('reads whether the router announces that it is about to go: %s', (_, text, draining) => {
  expect(parseRunningConfig(text).draining).toBe(draining);
});

test('reads what vtysh puts before it', () => {
  const text = `Building configuration...\n\nCurrent configuration:\n!\n${WHOLE}end\n`;
  expect(parseRunningConfig(text)).toEqual(parseRunningConfig(WHOLE));
});

test.each([
  ['router bgp 4259840001', 4259840001],
  ['router bgp 65000.1', 4259840001],
  ['router bgp 65000 as-notation dot', 65000],
  ['router bgp 65000 vrf RED', undefined],
  ['router bgp 65000 view BLUE', undefined],
  ['', undefined],
])('%p has the AS number %p', (line, autonomousSystem) => {
  const config = parseRunningConfig(`${line}\n neighbor MESH peer-group\n`);
  expect(config.autonomousSystem).toBe(autonomousSystem);
  expect(config.groups.size).toBe(autonomousSystem === undefined ? 0 : 1);
});

test('reads any text, and finds the statements in it', () => {
  const word = fc.constantFrom('neighbor', 'MESH', '10.0.0.1', 'peer-group', 'password', 'router', 'bgp', '!', '65000');
  const line = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.array(word, { maxLength: 5 }).map((words) => ` ${words.join(' ')}`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const noise = lines.filter((text) => !/^\s*(neighbor|router|no|$)/.test(text)).map((text) => ` x${text}`);
      parseRunningConfig(lines.join('\n'));
      const text = ['router bgp 65000', ...noise, ' neighbor MESH peer-group', ' neighbor 10.0.0.7 peer-group MESH'];
      const { neighbors } = parseRunningConfig(text.join('\n'));
      if (neighbors.get('10.0.0.7') !== 'MESH') throw new Error(JSON.stringify([...neighbors]));
    }),
    { numRuns: fuzzRuns(10_000) },
  );
});
