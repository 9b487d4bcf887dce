import { Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { Workloads } from '../../../lab/cluster/workloads';
import { clientPlan, standInsOf } from '../../../lab/plan/clients';
import { planOf } from '../../../lab/plan/plan';
import { Workload } from '../../../lab/manifests/objects';
import { parseAddress } from '../../../lib/addressing';
import { RouteReflectorRegion } from '../../../lib';
import { region } from '../../../test-support/examples';
import { planOfDefinition } from '../../../test-support/plan-of-definition';
import { assumedPlanOfApp, planOfApp } from '../support/describe-lab';

test('clients have two implementations, peer with both sides of their region, and announce routes of each kind', () => {
  const { clients } = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  expect(clients.map(({ implementation }) => implementation)).toEqual(['bird', 'gobgp', 'bird', 'gobgp']);
  for (const client of clients) {
    const sides = client.name.includes('lothlorien') ? ['192.0.2.1', '192.0.2.2'] : ['192.0.2.3', '192.0.2.4'];
    expect(client.neighbors.map(({ address }) => address)).toEqual(sides);
    expect(client.announcements.map((one) => 'communities' in one && one.communities)).toEqual([
      [],
      ['64496:101'],
      ['64496:102'],
    ]);
  }
});

test('clients of route servers have their own AS numbers, and announce each EVPN route type', () => {
  const { clients } = assumedPlanOfApp('two-regions-route-servers-frr');
  expect(new Set(clients.map(({ autonomousSystem }) => autonomousSystem)).size).toBe(clients.length);
  for (const client of clients) {
    expect(client.implementation).toBe('gobgp');
    expect(client.announcements.map((one) => 'type' in one && one.type)).toEqual([2, 3, 5]);
  }
});

test('the tunnel endpoint of a client without IPv4 is an IPv4 address, too', () => {
  const { topology } = assumedPlanOfApp('two-regions-route-servers-frr');
  const [group] = topology.groups;
  const address = parseAddress('2001:db8::1');
  const speaker = {
    ...{ id: 'six', assumed: true, platform: 'generic' as const, autonomousSystem: 64500, addresses: [address] },
    ...{ clientOf: [group.part.path], nodes: [], routes: 1 },
    announces: [{ family: 'evpn' as const, route: 'a route', communities: [] }],
  };
  const { routerId, announcements } = clientPlan(speaker, { ...topology, outside: [speaker] }, 'gobgp', 7);
  expect(announcements.map((one) => 'type' in one && [one.type, one.nextHop])).toEqual([
    [2, undefined],
    [3, '192.0.0.7'],
    [5, undefined],
  ]);
  expect(routerId).toBe('192.0.0.7');
});

test('declared routers outside run in the lab, and those on FRR load the configuration that is written for them', () => {
  const plan = planOfApp('two-regions-hrr-metallb-frr');
  const { clients } = plan;
  const of = (name: string) => clients.find((client) => client.name === name)!;
  expect(clients.map(({ name }) => name)).toEqual(['client-mirkwood-1', 'client-mirkwood-2', 'pe1', 'pe2']);
  expect(of('pe2')).toMatchObject({
    implementation: 'frr',
    configuration: expect.stringContaining('router bgp 64496'),
  });
  // The text marks its routes itself.
  expect(of('pe2').announcements.flatMap(({ communities }) => communities)).toEqual([]);
  expect(of('pe1').configuration).toBeUndefined();
  expect(standInsOf(plan)).toEqual([
    'pe1 (junos) is a BIRD with the same sessions',
    'not run, as no pod peers with them: leaf1, leaf2',
  ]);
});

test('manifests and topology are of one app, and of one cluster', () => {
  const { objects, topology } = planOfApp('two-regions-hrr-metallb-frr');
  const other = planOfApp('two-regions-route-servers-frr');
  expect(() => planOf(objects, other.topology)).toThrow(
    /^got default\/meshrr-core, which the topology does not have, want manifests and topology of the same synth$/,
  );
  const [first, ...workloads] = objects.workloads;
  expect(() => planOf({ ...objects, workloads }, topology)).toThrow(`got no manifest of default/${first.name}, want`);
  const groups = topology.groups.map((group, i) => ({ ...group, cluster: `c${i % 2}` }));
  expect(() => planOf(objects, { ...topology, groups })).toThrow('got the clusters c0, c1, want an app of one cluster');
});

test('a region of another app does not run here, so that its routers are not compared with anything', () => {
  const plan = () =>
    planOfDefinition((app) => {
      const chart = new Chart(app, 'edge', { namespace: 'edge' });
      const elsewhere = { service: 'meshrr-core', namespace: 'backbone', autonomousSystem: 64496 };
      const upstream = RouteReflectorRegion.fromService(chart, 'core', elsewhere);
      new RouteReflectorRegion(chart, 'east', { ...region, upstream });
    });
  expect(plan).toThrow('got meshrr-core.backbone-1, a router of another app, want an app with the regions of both');
});

describe('pods run on the nodes of the model', () => {
  const { objects, topology } = assumedPlanOfApp('two-regions-hrr-metallb-frr');
  const nodes = (...names: readonly string[]) =>
    topology.nodes.filter(({ name }) => names.includes(name)).map((node) => ({ ...node, up: true }));
  const place = (
    workloads: Workloads,
    present: ReturnType<typeof nodes>,
    placed: readonly Parameters<Workloads['missing']>[1][number][],
  ) => workloads.missing(workloads.topologyOn(present), placed);
  const named = (placed: readonly { readonly workload: Workload; readonly node: string }[]) =>
    placed.map(({ workload, node }) => `${workload.name} on ${node}`).sort();

  test('all of them at the start, and those that are missing later', () => {
    const workloads = new Workloads(objects.workloads, topology);
    const all = place(workloads, nodes('n1', 'n2'), []);
    expect(named(all)).toEqual([
      'meshrr-core on n1',
      'meshrr-core on n2',
      'meshrr-lothlorien-a on n1',
      'meshrr-lothlorien-b on n2',
      'meshrr-mirkwood-a on n1',
      'meshrr-mirkwood-b on n2',
    ]);
    fc.assert(
      fc.property(fc.subarray(all), (placed) => {
        const missing = all.filter((one) => !placed.includes(one));
        expect(named(place(workloads, nodes('n1', 'n2'), placed))).toEqual(named(missing));
      }),
    );
  });

  test('pods with anti-affinity are on different nodes: a pod without a node waits', () => {
    const workloads = new Workloads(objects.workloads, topology);
    const core = workloads.all.find(({ name }) => name === 'meshrr-core')!;
    expect(named(place(workloads, nodes('n1'), [])).filter((one) => one.startsWith(core.name))).toEqual([
      'meshrr-core on n1',
    ]);
    workloads.scale(core.name, 1);
    const onBoth = ['n1', 'n2'].map((node) => ({ workload: core, node }));
    expect(workloads.surplus(core, workloads.topologyOn(nodes('n1', 'n2')), onBoth.length)).toBe(1);
  });
});
