import * as fc from 'fast-check';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { spawnSync } from 'child_process';
import { Resolved, UnicastAnnouncement } from '../../../lab/clients/announcement';
import { birdConfiguration } from '../../../lab/clients/bird-configuration';
import { ClientProps } from '../../../lab/clients/client';
import { describeWith } from '../../../test-support/needs';

const PROPS: ClientProps = {
  name: 'edge',
  implementation: 'bird',
  autonomousSystem: 4200000101,
  routerId: '10.0.0.2',
  families: ['inet', 'inet6'],
  neighbors: [{ address: '10.98.0.1', localAddress: '10.0.0.2', autonomousSystem: 4200000001 }],
  announcements: [],
};

const ANNOUNCEMENTS: readonly Resolved<UnicastAnnouncement>[] = [
  { family: 'inet', prefix: '198.51.100.0/24', nextHop: '10.0.0.2', communities: ['64496:101', '64496:1:102'], med: 7 },
  { family: 'inet6', prefix: '2001:db8:2::/48', nextHop: '2001:db8::2', localPreference: 300 },
];

test('the whole text', () => {
  expect(birdConfiguration(PROPS, ANNOUNCEMENTS)).toBe(`\
log stderr all;
timeformat log iso long ms;
router id 10.0.0.2;
protocol device {}
ipv4 table routes4;
protocol static {
  ipv4;
  route 0.0.0.0/0 via "eth0";
}
protocol static announced_inet {
  ipv4 { table routes4; };
  route 198.51.100.0/24 blackhole { bgp_next_hop = 10.0.0.2; bgp_community.add((64496, 101)); bgp_large_community.add((64496, 1, 102)); bgp_med = 7; };
}
ipv6 table routes6;
protocol static {
  ipv6;
  route ::/0 via "eth0";
}
protocol static announced_inet6 {
  ipv6 { table routes6; };
  route 2001:db8:2::/48 blackhole { bgp_next_hop = 2001:db8::2; bgp_local_pref = 300; };
}
filter announced {
  if source != RTS_STATIC then reject;
  if defined(bgp_med) then bgp_med = bgp_med;
  accept;
}
protocol bgp neighbor1 {
  debug { events };
  local 10.0.0.2 as 4200000101;
  neighbor 10.98.0.1 as 4200000001;
  multihop;
  hold time 9;
  startup hold time 9;
  connect delay time 1;
  connect retry time 1;
  error wait time 1, 1;
  ipv4 {
    table routes4;
    igp table master4;
    import all;
    export filter announced;
    next hop keep;
  };
  ipv6 {
    table routes6;
    igp table master6;
    import all;
    export filter announced;
    next hop keep;
  };
}
`);
});

test('with an AS path, those of all announcements are written out, and BIRD adds no AS number', () => {
  const [inet, inet6] = ANNOUNCEMENTS;
  const text = birdConfiguration(PROPS, [{ ...inet, asPath: [7, 8] }, inet6]);
  expect(text).toContain('\n  multihop;\n  rs client;\n');
  expect(text).toContain(' bgp_path.prepend(8); bgp_path.prepend(7); };\n');
  expect(text).toContain(' bgp_local_pref = 300; bgp_path.prepend(4200000101); };\n');
});

test('EVPN is rejected', () => {
  expect(() => birdConfiguration({ ...PROPS, families: ['inet', 'evpn'] }, [])).toThrow(
    'edge: got evpn, want inet or inet6: a client on BIRD has no other family, use gobgp',
  );
});

describeWith(['bird'], 'BIRD itself', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bird-'));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  const number = fc.nat(0xffffffff);
  const short = fc.nat(0xffff);
  const communities = fc.array(
    fc.tuple(short, short).map(([high, low]) => `${high}:${low}`),
    { maxLength: 3 },
  );
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const asPath = fc.array(number, { maxLength: 3 });
  const common = {
    communities: optional(communities),
    asPath: optional(asPath),
    med: optional(number),
    localPreference: optional(number),
  };
  const announcement: fc.Arbitrary<Resolved<UnicastAnnouncement>> = fc.oneof(
    fc.record({
      family: fc.constant('inet' as const),
      prefix: fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `10.${a}.${b}.0/24`),
      nextHop: fc.ipV4().filter((address) => !address.startsWith('0.')),
      ...common,
    }),
    fc.record({
      family: fc.constant('inet6' as const),
      prefix: short.map((value) => `2001:db8:${value.toString(16)}::/48`),
      nextHop: fc.nat(0xfffe).map((value) => `2001:db8::${(value + 1).toString(16)}`),
      ...common,
    }),
  );
  const neighbor = fc.record({
    number: fc.integer({ min: 1, max: 200 }),
    ipv6: fc.boolean(),
    autonomousSystem: fc.integer({ min: 1, max: 0xfffffffe }),
  });

  test('accepts every configuration that is written for it', () => {
    fc.assert(
      fc.property(
        fc.array(announcement, { maxLength: 5 }),
        fc.uniqueArray(neighbor, { maxLength: 3, selector: (one) => `${one.number} ${one.ipv6}` }),
        fc.subarray(['inet', 'inet6'] as const, { minLength: 1 }),
        fc.integer({ min: 3, max: 0xffff }),
        (announcements, neighbors, families, holdSeconds) => {
          const props: ClientProps = {
            ...PROPS,
            families,
            holdSeconds,
            neighbors: neighbors.map((one) => ({
              address: one.ipv6 ? `2001:db8:98::${one.number}` : `10.98.0.${one.number}`,
              localAddress: one.ipv6 ? '2001:db8::2' : '10.0.0.2',
              autonomousSystem: one.autonomousSystem,
            })),
          };
          const file = path.join(folder, 'bird.conf');
          fs.writeFileSync(file, birdConfiguration(props, announcements));
          const { status, stderr } = spawnSync('bird', ['-p', '-c', file], { encoding: 'utf8' });
          expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        },
      ),
      { numRuns: 50 },
    );
  });
});
