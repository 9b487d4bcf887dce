import * as fc from 'fast-check';
import { carryOverFrr, hasRouterBgp, routerIdInFrr } from '../../../crpd-image/runtime/configuration/carry-over-frr';
import { ALL_CASES, podOf, render } from '../../../test-support/configuration-cases';

const FROM = { routerId: '10.42.1.7', podIp: '10.42.1.7' };
const TO = { routerId: '10.42.3.9', podIp: '10.42.3.9' };

const PERSISTED = `! bgp router-id 10.42.1.7 {{ POD_IP }}
frr version 8.4.4
hostname a
router bgp 64512
 bgp router-id 10.42.1.7
 bgp cluster-id 10.42.1.7
 bgp graceful-shutdown
 neighbor MESHRR-MESH peer-group
 neighbor MESHRR-MESH update-source 10.42.1.7
 neighbor 10.42.3.9 peer-group MESHRR-MESH
 neighbor 10.42.3.90 peer-group MESHRR-MESH
 neighbor 10.42.3.90 passive
 neighbor MESHRR-CLIENTS passive
 neighbor 10.42.3.90 description bgp router-id 10.42.1.7
 neighbor 10.42.1.7 peer-group MESHRR-MESH
 neighbor 192.0.2.1 update-source 192.0.2.77
 !
 address-family ipv4 unicast
  network 10.42.1.7/32
  neighbor 10.42.3.9 activate
 exit-address-family
exit
!
ip prefix-list bgp seq 5 permit 10.42.1.7/32
`;

test('changes the lines that held the old address, takes away what would hurt, and nothing else', () => {
  const { text, changes } = carryOverFrr(PERSISTED, FROM, TO);
  const expected = PERSISTED.replace('\n bgp router-id 10.42.1.7', '\n bgp router-id 10.42.3.9')
    .replace('bgp cluster-id 10.42.1.7', 'bgp cluster-id 10.42.3.9')
    .replace('MESH update-source 10.42.1.7', 'MESH update-source 10.42.3.9')
    .replace(' bgp graceful-shutdown\n', '')
    .replace(' neighbor 10.42.3.9 peer-group MESHRR-MESH\n', '')
    .replace(' neighbor 10.42.3.90 passive\n', '')
    .replace('  neighbor 10.42.3.9 activate\n', '');
  expect(text).toBe(expected);
  expect(changes).toEqual([
    'bgp router-id 10.42.1.7 is now 10.42.3.9',
    'bgp cluster-id 10.42.1.7 is now 10.42.3.9',
    'bgp graceful-shutdown is taken away',
    'neighbor MESHRR-MESH update-source 10.42.1.7 is now 10.42.3.9',
    'neighbor 10.42.3.9 peer-group MESHRR-MESH is taken away',
    'neighbor 10.42.3.90 passive is taken away',
    'neighbor 10.42.3.9 activate is taken away',
  ]);
});

test('carries every configuration of the default template over to what it would render', () => {
  for (const of of ALL_CASES) {
    const { model } = podOf(of, 'frr');
    const ids = { routerId: model.routerId.text, podIp: model.podIp.text };
    const text = render(of, 'frr');
    const { text: moved } = carryOverFrr(text, ids, TO);
    expect(moved).toBe(text.replaceAll(`-id ${ids.routerId}\n`, `-id ${TO.routerId}\n`));
    expect([routerIdInFrr(moved), hasRouterBgp(moved)]).toEqual([TO.routerId, true]);
  }
});

describe('any configuration', () => {
  const line = fc.oneof(
    fc.constantFrom(...PERSISTED.split('\n')),
    fc.stringMatching(
      /^[ !#]{0,2}(bgp router-id|bgp cluster-id|neighbor A update-source) (10\.42\.1\.7|10\.42\.1\.71|x)[ \r]?$/,
    ),
    fc.string({ maxLength: 10 }),
  );
  const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));

  test('carried over twice is as carried over once', () => {
    fc.assert(
      fc.property(text, (before) => {
        const { text: once } = carryOverFrr(before, FROM, TO);
        expect(carryOverFrr(once, FROM, TO)).toEqual({ text: once, changes: [] });
      }),
      { numRuns: 2000 },
    );
  });

  test('keeps every line that is not one of the changes', () => {
    fc.assert(
      fc.property(text, (before) => {
        const { text: after, changes } = carryOverFrr(before, FROM, TO);
        const [old, left] = [before.split('\n'), after.split('\n')];
        const gone = old.filter((one) => !left.includes(one));
        expect(gone.length).toBeLessThanOrEqual(changes.length);
        if (changes.length === 0) expect(after).toBe(before);
      }),
      { numRuns: 2000 },
    );
  });
});
