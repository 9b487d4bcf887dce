import { App, Chart } from 'cdk8s';
import { isIPv6 } from 'net';
import {
  AnycastRouteServerPair,
  BgpTopology,
  Mesh,
  neighborConfiguration,
  neighborText,
  OutsideRouter,
  RouteReflectorRegion,
  Reachability,
  Router,
  topologyOf,
} from '../../lib';
import { clientPlan } from '../../lab/plan/clients';
import { covers, Family, IpPrefix, parseAddress, parsePrefix } from '../../lib/addressing';
import { routerFiles } from '../../lib/synth/routers';
import { crpd, frr, pair, region } from '../../test-support/examples';

/** What each session carries, by the router outside and the address of the side: `pe 192.0.2.1`. */
type Carried = Readonly<Record<string, readonly Family[]>>;

const ALL: readonly Family[] = ['inet', 'inet6', 'evpn'];
const IN_FRR: Partial<Record<Family, string>> = { inet: 'ipv4 unicast', inet6: 'ipv6 unicast', evpn: 'l2vpn evpn' };

/** The lines of a block of FRR, from a line to another one. */
const block = (text: string, from: string, to: string): string =>
  text.includes(from) ? text.slice(text.indexOf(from) + from.length).split(to)[0] : '';

/** The families that a peer group of FRR has, as bgpd reads them. */
const familiesOfFrr = (text: string, group: string): Family[] =>
  ALL.filter((family) =>
    block(text, `address-family ${IN_FRR[family]}\n`, 'exit-address-family').includes(`  neighbor ${group} activate\n`),
  );

/** The families of a group of Junos: its own ones, or else those of all groups. */
function familiesOfJunos(text: string, group: string): Family[] {
  const bgp = text.slice(text.indexOf(' bgp {'));
  const whole = bgp.slice(0, bgp.indexOf(' group '));
  const own = block(bgp, ` group ${group} {\n`, ' group ');
  const of = (part: string) => ALL.filter((family) => part.includes(` family ${family} {`));
  return of(own).length > 0 ? of(own) : of(whole);
}

/** The client ranges of a pod, with the group of each. */
function rangesIn(text: string, kind: Router['kind']): { range: IpPrefix; group: string }[] {
  if (kind === 'frr') {
    const lines = [...text.matchAll(/bgp listen range (\S+) peer-group (\S+)/g)];
    return lines.map(([, range, group]) => ({ range: parsePrefix(range), group }));
  }
  const groups = [...text.matchAll(/ group (\S+) \{\n((?:(?! group )[^])*?)allow \[ (.*) \];/g)];
  return groups.flatMap(([, group, , ranges]) =>
    ranges.split(' ').map((range) => ({ range: parsePrefix(range), group })),
  );
}

/** What the end in the pods carries. */
function byPods(app: App, topology: BgpTopology): Carried {
  const files = routerFiles(app);
  return eachSession(topology, (from, _, side) => {
    const { router, id } = topology.groups.find((group) => group.id === side)!;
    const text = files.find(({ name }) => name.startsWith(`${id}.`))!.text;
    const group = rangesIn(text, router).find(({ range }) => covers(range, parseAddress(from)))!.group;
    return router === 'frr' ? familiesOfFrr(text, group) : familiesOfJunos(text, group);
  });
}

/** What the configuration of the router outside carries. */
function byText(topology: BgpTopology, platform: 'frr' | 'junos'): Carried {
  return eachSession(topology, (_, to, _side, router) => {
    const text = neighborText(neighborConfiguration(topology, router), platform);
    if (platform === 'frr') {
      const [, group] = new RegExp(`neighbor ${to} peer-group (\\S+)`).exec(text)!;
      return familiesOfFrr(text, group);
    }
    const before = text.slice(0, text.indexOf(`neighbor ${to} {`));
    return familiesOfJunos(text, / group (\S+) \{(?!.* group )/s.exec(before)![1]);
  });
}

const byModel = ({ choices }: BgpTopology): Carried =>
  Object.fromEntries(
    choices.flatMap(({ from, address, families }) => (address ? [[`${from} ${address}`, families]] : [])),
  );

const byLab = (topology: BgpTopology): Carried =>
  Object.fromEntries(
    topology.outside.flatMap((router, i) =>
      clientPlan(router, topology, 'bird', i + 1).neighbors.map(({ address, families }) => [
        `${router.id} ${address}`,
        families ?? [],
      ]),
    ),
  );

/** Asks about each address of a side and the router's address of the same IP family. */
function eachSession(
  { groups, outside }: BgpTopology,
  ask: (from: string, to: string, side: string, router: BgpTopology['outside'][number]) => Family[],
): Carried {
  return Object.fromEntries(
    outside.flatMap((router) =>
      groups.flatMap(({ id, addresses }) =>
        addresses.flatMap(({ text: to }) =>
          router.addresses.flatMap(({ text: from }) =>
            isIPv6(from) === isIPv6(to) ? [[`${router.id} ${to}`, ask(from, to, id, router)]] : [],
          ),
        ),
      ),
    ),
  );
}

const dualStack = {
  podNetworks: ['10.42.0.0/16', '2001:db8:42::/56'],
  clientRanges: ['198.51.100.0/24', '2001:db8:1::/48'],
};
const both = { a: { addresses: ['192.0.2.1', '2001:db8::1'] }, b: { addresses: ['192.0.2.2', '2001:db8::2'] } };

const inRegion = (router: Router, changes: object) => (chart: Chart) =>
  new RouteReflectorRegion(chart, 'east', {
    ...{ ...region, ...dualStack, router, sides: both, reachability: Reachability.hostPorts() },
    addressFamilies: { inet: true, inet6: true, evpn: true },
    ...changes,
  });

const own = { v4: ['inet', 'evpn'], v6: ['inet6'] } as const;
const sessions = (a4: readonly string[], a6: readonly string[], b4 = a4, b6 = a6) => ({
  'pe 192.0.2.1': a4,
  'pe 2001:db8::1': a6,
  'pe 192.0.2.2': b4,
  'pe 2001:db8::2': b6,
  'four 192.0.2.1': a4,
  'four 192.0.2.2': b4,
});
const onlyOver = (sign: RegExp, all: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !sign.test(key)));

const six = { name: 'SIX', kind: 'clients', ranges: ['2001:db8:1::/48'] } as const;

describe.each([crpd, frr])('what sessions with clients carry, with $kind in the pods', (router) => {
  test.each<[string, (chart: Chart) => AnycastRouteServerPair | RouteReflectorRegion, object]>([
    ['by default', inRegion(router, {}), sessions(own.v4, own.v6)],
    ['where all is asked for', inRegion(router, { sessionFamilies: 'all' }), sessions(ALL, ALL)],
    ['where any pod may be a client', inRegion(router, { podClients: true }), sessions(own.v4, own.v6)],
    [
      'where a further group has the clients of one IP family',
      inRegion(router, { clientRanges: ['198.51.100.0/24'], groups: [six] }),
      sessions(own.v4, own.v6),
    ],
    [
      'where sides have IPv4 alone',
      inRegion(router, { sides: { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } } }),
      onlyOver(/::/, sessions(ALL, [])),
    ],
    [
      'where one side has IPv4 alone',
      inRegion(router, { sides: { a: both.a, b: { addresses: ['192.0.2.2'] } } }),
      onlyOver(/::2/, sessions(own.v4, own.v6, ALL)),
    ],
    [
      'at route servers',
      (chart) => {
        const mesh = new Mesh(chart, 'mesh', { autonomousSystem: 64496, addressFamilies: { inet6: true } });
        const servers = { ...dualStack, router, mesh, sides: both, asRanges: ['64500-64511'] };
        return new AnycastRouteServerPair(chart, 'rs', pair(chart, servers));
      },
      sessions(['inet'], ['inet6']),
    ],
  ])('%s: the same by pods, routers outside, model and lab', (what, define, expected) => {
    const app = new App();
    const chart = new Chart(app, 'test');
    const part = define(chart);
    const autonomousSystem = what === 'at route servers' ? 64500 : 64496;
    const clients = { pe: ['198.51.100.7', '2001:db8:1::7'], four: ['198.51.100.8'] };
    for (const [name, addresses] of Object.entries(clients)) {
      new OutsideRouter(chart, name, { autonomousSystem, addresses, clientOf: [part] });
    }
    const topology = topologyOf(app);
    expect(byModel(topology)).toEqual(expected);
    expect(byPods(app, topology)).toEqual(expected);
    expect(byText(topology, 'frr')).toEqual(expected);
    expect(byText(topology, 'junos')).toEqual(expected);
    expect(byLab(topology)).toEqual(expected);
  });
});
