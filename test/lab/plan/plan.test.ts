import * as fc from 'fast-check';
import { clientPlan } from '../../../lab/plan/clients';
import { groupsOf } from '../../../lab/plan/groups';
import { NodePlan, Placed, placeFor, wantedPods } from '../../../lab/plan/nodes';
import { Workload } from '../../../lab/manifests/objects';
import { parseAddress } from '../../../lib/addressing';
import { planOfApp } from '../support/describe-lab';

const labelsOf = (nodes: readonly NodePlan[]) =>
  Object.fromEntries(nodes.map((n) => [n.name, Object.fromEntries(n.labels)]));

test('two nodes carry two regions and their core, with the labels of the README', () => {
  const { nodes } = planOfApp('two-regions-hrr-metallb-frr');
  const regions = { meshrr_region_core: 'true', meshrr_region_lothlorien: 'true', meshrr_region_mirkwood: 'true' };
  expect(labelsOf(nodes)).toEqual({
    n1: { ...regions, redundancy_group: 'a' },
    n2: { ...regions, redundancy_group: 'b' },
  });
});

test('pairs of two regions have nodes of their own', () => {
  const { nodes } = planOfApp('two-regions-route-servers-frr');
  expect(Object.values(labelsOf(nodes))).toEqual(
    expect.arrayContaining([
      { side: 'a', region: '1' },
      { side: 'b', region: '1' },
      { side: 'a', region: '2' },
      { side: 'b', region: '2' },
    ]),
  );
});

test('clients are of two implementations, peer with both sides of their region, and announce routes of each kind', () => {
  const { clients } = planOfApp('two-regions-hrr-metallb-frr');
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

test('clients of route servers have AS numbers of their own, and announce each type of route of EVPN', () => {
  const { clients } = planOfApp('two-regions-route-servers-frr');
  expect(new Set(clients.map(({ autonomousSystem }) => autonomousSystem)).size).toBe(clients.length);
  for (const client of clients) {
    expect(client.implementation).toBe('gobgp');
    expect(client.announcements.map((one) => 'type' in one && one.type)).toEqual([2, 3, 5]);
  }
});

test('the tunnel of a client without IPv4 leads to an IPv4 address all the same', () => {
  const [group] = groupsOf(planOfApp('two-regions-route-servers-frr').objects);
  const address = parseAddress('2001:db8::1');
  const speaker = {
    ...{ id: 'six', assumed: true, platform: 'generic' as const, autonomousSystem: 64500, addresses: [address] },
    ...{ clientOf: [group.part.path], nodes: [], routes: 1 },
    announces: [{ family: 'evpn' as const, route: 'a route', communities: [] }],
  };
  const { routerId, announcements } = clientPlan(speaker, [group], 'gobgp', 7);
  expect(announcements.map((one) => 'type' in one && [one.type, one.nextHop])).toEqual([
    [2, undefined],
    [3, '192.0.0.7'],
    [5, undefined],
  ]);
  expect(routerId).toBe('192.0.0.7');
});

describe('pods find places', () => {
  const node = (name: string, side: string): NodePlan => ({ name, labels: new Map([['side', side]]) });
  const workload = (kind: Workload['kind'], oneOnNode: boolean, selector: Record<string, string> = {}): Workload =>
    ({
      ...{ kind, name: 'w', namespace: 'default', replicas: 3, podLabels: new Map() },
      pod: { nodeSelector: new Map(Object.entries(selector)), preferredLabels: new Map(), oneOnNode },
    }) as unknown as Workload;

  test('on nodes that match, one of them each where they must not share', () => {
    const nodes = [node('n1', 'a'), node('n2', 'b'), node('n3', 'a')];
    const one = workload('Deployment', true, { side: 'a' });
    const placed: Placed[] = [];
    const places = [1, 2, 3].map(() => {
      const place = placeFor(one, nodes, placed)?.name;
      if (place) placed.push({ workload: one, node: place });
      return place;
    });
    expect(places).toEqual(['n1', 'n3', undefined]);
    expect(wantedPods(workload('DaemonSet', false, { side: 'a' }), nodes)).toBe(2);
  });

  test('as evenly as can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 20 }), (nodeCount, podCount) => {
        const nodes = Array.from({ length: nodeCount }, (_, i) => node(`n${i}`, 'a'));
        const one = workload('StatefulSet', false);
        const placed: Placed[] = [];
        for (let i = 0; i < podCount; i++) placed.push({ workload: one, node: placeFor(one, nodes, placed)!.name });
        const counts = nodes.map(({ name }) => placed.filter((pod) => pod.node === name).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
