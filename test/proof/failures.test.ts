import { singleFailures } from '../../lib/proof/failures';
import { topologyOfParts } from './topology-of-parts';

const topology = topologyOfParts(
  { east: { sides: [2, 1] }, west: {} },
  {
    tor1: { homes: [], beside: ['east-a-0', 'east-a-1'] },
    tor2: { homes: [], beside: ['east-a-1', 'east-b-0'] },
    pe1: { homes: ['east'] },
  },
);
const failures = () => new Map(singleFailures(topology).map(({ id, failed }) => [id, failed]));

test('each pod fails alone, and each node, address and side', () => {
  const pods = ['east-a-0', 'east-a-1', 'east-b-0', 'west-a-0'];
  for (const pod of pods) {
    expect(failures().get(`pod ${pod}`)).toEqual([pod]);
    expect(failures().get(`node ${pod}`)).toEqual([pod]);
  }
  for (const address of ['192.0.2.0', '192.0.2.1', '192.0.2.2']) {
    expect(failures().get(`address ${address}`)).toEqual([address]);
  }
  expect(failures().get('side east-a')).toEqual(['east-a-0', 'east-a-1']);
  expect(failures().get('side east-b')).toEqual(['east-b-0']);
});

test('a router fails with the pods on nodes that no other router reaches, and with no others', () => {
  expect(failures().get('router tor1')).toEqual(['tor1', 'east-a-0']);
  expect(failures().get('router tor2')).toEqual(['tor2', 'east-b-0']);
});

test('a router that stands next to no node does not fail', () => {
  expect([...failures().keys()].filter((id) => id.startsWith('router '))).toEqual(['router tor1', 'router tor2']);
});

test('a core has no sides, and a node without pods costs nothing', () => {
  const [group] = topology.groups;
  const core = { ...group, side: undefined };
  const empty = { ...topology.nodes[0], id: 'empty', name: 'empty' };
  const ids = singleFailures({ ...topology, groups: [core], nodes: [...topology.nodes, empty] }).map(({ id }) => id);
  expect(ids.filter((id) => id.startsWith('side '))).toEqual([]);
  expect(ids).not.toContain('node empty');
});

test('a router takes with it the routes to addresses that no other router has, also of nodes that others reach', () => {
  const heardBy = (address: string, node: string, routers: readonly string[] | undefined) => ({
    ...{ group: node.slice(0, -2), address, node, isReached: true, routers },
  });
  const addressesAtNodes = [
    heardBy('192.0.2.0', 'east-a-0', ['tor1']),
    heardBy('192.0.2.0', 'east-a-1', ['tor2']),
    heardBy('192.0.2.1', 'east-b-0', undefined),
    heardBy('192.0.2.2', 'west-a-0', ['pe1']),
  ];
  const all = new Map(singleFailures({ ...topology, addressesAtNodes }).map(({ id, failed }) => [id, failed]));
  expect(all.get('router tor1')).toEqual(['tor1', 'east-a-0']);
  expect(all.get('router tor2')).toEqual(['tor2', 'east-b-0', '192.0.2.0 at east-a-1']);
  expect(all.get('router pe1')).toEqual(['pe1', '192.0.2.2 at west-a-0']);
});
