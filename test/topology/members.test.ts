import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Chart } from 'cdk8s';
import { AnycastRouteServerPair, OutsideRouter, RouteReflectorRegion, topologyOf } from '../../lib';
import { parseMembers } from '../../lib/settings';
import { facing } from '../bad-input/cases';
import { pair, region } from '../../test-support/examples';
import { refusalOf, synthChart } from '../../test-support/synth';

const MEMBERS = [
  { name: 'as65002', autonomousSystem: 65002, addresses: ['198.51.100.2', '2001:db8:1::2'] },
  {
    name: 'as65001',
    autonomousSystem: 65001,
    addresses: ['198.51.100.1'],
    member: {
      prefixes: ['203.0.113.0/24', '198.18.0.0/16 ge 20', '2001:db8:100::/40 le 48'],
      maximumPrefixes: { maximum: { inet: 5 } },
    },
  },
] as const;

const exchange =
  (changes: any = {}, members: readonly object[] = MEMBERS) =>
  (chart: Chart) => {
    const given = pair(chart, { clientRanges: undefined, members: true, ...changes });
    const made = new AnycastRouteServerPair(chart, 'ixp', given);
    OutsideRouter.from(chart, members as any, { clientOf: [made] });
  };

const MODE = { mode: 'routeserver', autonomousSystem: 64496, router: 'frr' } as const;

test('members are a file in a ConfigMap that the kubelet updates, and no other client is accepted', () => {
  const manifests = synthChart(exchange());
  const text = manifests.get('ConfigMap', 'routeserver-members').data?.['members.json'] as string;
  expect(parseMembers(text, MODE).map(({ name }) => name)).toEqual(['as65001', 'as65002']);
  expect(JSON.parse(text).members[0]).toEqual({
    name: 'as65001',
    autonomousSystem: 65001,
    addresses: ['198.51.100.1'],
    maximumPrefixes: { maximum: { inet: 5 }, threshold: 75, excess: 'restart', restartMinutes: 15 },
    prefixes: ['203.0.113.0/24', '198.18.0.0/16 ge 20', '2001:db8:100::/40 le 48'],
  });
  const env = manifests.environmentOf('StatefulSet', 'routeserver-a');
  expect(env).toMatchObject({ MESHRR_MEMBERS_FILE: '/etc/meshrr/members/members.json' });
  expect(env).not.toHaveProperty('MESHRR_CLIENTRANGE');
  const { spec, metadata } = manifests.get('StatefulSet', 'routeserver-a').spec.template;
  expect(spec.containers[0].volumeMounts).toContainEqual({
    ...{ name: 'members', mountPath: '/etc/meshrr/members', readOnly: true },
  });
  expect(metadata.annotations).toBeUndefined();
  const [{ from }] = manifests.get('NetworkPolicy', 'routeserver').spec.ingress;
  const blocks = from.flatMap(({ ipBlock }: { ipBlock?: { cidr: string } }) => ipBlock?.cidr ?? []);
  expect(blocks).toEqual(['198.51.100.1/32', '198.51.100.2/32', '2001:db8:1::2/128']);
});

test('a changed member changes nothing of the pods', () => {
  const changed = [MEMBERS[0], { ...MEMBERS[1], member: { prefixes: ['203.0.113.0/24'] } }];
  const [before, after] = [exchange(), exchange({}, changed)].map((define) => synthChart(define));
  expect(after.all.filter(({ kind }) => kind !== 'ConfigMap')).toEqual(
    before.all.filter(({ kind }) => kind !== 'ConfigMap'),
  );
  expect(after.ofKind('ConfigMap')).not.toEqual(before.ofKind('ConfigMap'));
});

test('the model has a session of each member with each side, also beside ranges and in a region', () => {
  const sessionsOf = (define: (chart: Chart) => void) => {
    let sessions: (readonly [string, string, string])[] = [];
    synthChart((chart) => {
      define(chart);
      sessions = topologyOf(chart).choices.map(({ from, group, address }) => [from, group, address as string]);
    });
    return sessions;
  };
  expect(sessionsOf(exchange({ clientRanges: ['198.51.100.0/24'] }))).toEqual(
    ['as65001', 'as65002'].flatMap((name) =>
      ['192.0.2.1', '192.0.2.2'].map((address) => [name, 'MESHRR-MEMBERS', address]),
    ),
  );
  const ofRegion = (chart: Chart) => {
    const east = new RouteReflectorRegion(chart, 'east', {
      ...region,
      ...facing,
      clientRanges: undefined,
      members: true,
    });
    new OutsideRouter(chart, 'pe1', { autonomousSystem: 64496, addresses: ['198.51.100.7'], clientOf: [east] });
  };
  expect(sessionsOf(ofRegion)).toEqual([['pe1', 'MESHRR-MEMBERS', facing.sides.a.addresses[0]]]);
});

test('a file of members shows each of its mistakes with its index', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'members-'));
  const file = path.join(folder, 'members.json');
  const from = (items: unknown) => {
    fs.writeFileSync(file, typeof items === 'string' ? items : JSON.stringify(items));
    return refusalOf((chart) => {
      const made = new AnycastRouteServerPair(chart, 'ixp', pair(chart, { clientRanges: undefined, members: true }));
      OutsideRouter.from(chart, file, { clientOf: [made] });
    })
      .replaceAll(folder, '')
      .split('\n');
  };
  const [good] = MEMBERS;
  try {
    expect(
      from([
        { ...good, autonomousSystem: 0 },
        good,
        { ...good, member: { prefixes: ['203.0.113.0/24 ge 26 le 25'] } },
        good,
        { ...good, name: undefined },
      ]),
    ).toEqual([
      expect.stringMatching(/^test: .*members\.json\[0\]\.autonomousSystem: got 0, want an AS number/),
      expect.stringMatching(/^test: .*members\.json\[2\]\.member\.prefixes\[0\]: got "203\.0\.113\.0\/24 ge 26 le 25"/),
      expect.stringMatching(/^test: .*members\.json\[3\]\.name: got "as65002", want a name that no other item has$/),
      expect.stringMatching(/^test: .*members\.json\[4\]\.name: got nothing, want a name that no other item has$/),
    ]);
    expect(from('[')).toEqual([expect.stringMatching(/want a file of JSON$/)]);
    fs.rmSync(file);
    expect(refusalOf((chart) => void OutsideRouter.from(chart, file))).toMatch(
      /want a file that can be read \(ENOENT\)$/,
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('without ranges and members a pair has no clients, and members are outside of the cluster', () => {
  expect(
    refusalOf((chart) => new AnycastRouteServerPair(chart, 'ixp', pair(chart, { clientRanges: undefined }))),
  ).toMatch(/^test\/ixp: clientRanges: got nothing, want the ranges that clients peer from, or members: true$/);
  expect(refusalOf((chart) => new RouteReflectorRegion(chart, 'core', { ...region, members: true }))).toMatch(
    /^test\/core: members: got true, want nothing without reachability/,
  );
});

test('what the own terms of a member stop is a mistake of its announcements', () => {
  const announcing = (member: object, ...announces: string[]) =>
    refusalOf(
      exchange({ maximumPrefixes: { maximum: { inet: 1, inet6: 1 } } }, [{ ...MEMBERS[1], member, announces }]),
    );
  expect(announcing({ prefixes: ['198.18.0.0/16 ge 20'] }, '198.18.0.0/20', '198.18.0.0/19')).toMatch(
    /test\/as65001: announces\[1\]: got "198\.18\.0\.0\/19", want a route that test\/ixp does not drop \(member\.prefixes\): it is not in 198\.18\.0\.0\/16 ge 20/,
  );
  expect(announcing({}, '198.18.0.0/20', '198.18.16.0/20')).toMatch(/announces: got 2, want at most 1 routes of inet/);
  expect(() => announcing({ maximumPrefixes: { maximum: { inet: 2 } } }, '198.18.0.0/20', '198.18.16.0/20')).toThrow(
    'the chart was accepted',
  );
});

test('a member has another AS number than its route servers, whatever asRanges is', () => {
  const of = (autonomousSystem: number) => refusalOf(exchange({}, [{ ...MEMBERS[0], autonomousSystem }]));
  expect(of(64496)).toMatch(/^test\/as65002: autonomousSystem: got 64496, want another one than that of test\/ixp/);
  expect(() => of(3320)).toThrow('the chart was accepted');
});
