import { MetalLBSpeakers } from '../../lib/model';
import { client, DeclaredGroup, nodesWith, reflectors, topologyWith } from '../../test-support/router-groups';

const idsOf = (...groups: readonly DeclaredGroup[]) => topologyWith(groups).groups.map(({ id }) => id);

describe('the id of a workload is', () => {
  test('its name, where no other has it', () => {
    expect(idsOf(reflectors('rr', { cluster: 'east', namespace: 'bgp' }), reflectors('other'))).toEqual([
      'other',
      'rr',
    ]);
  });

  test('its name with cluster and namespace, as far as it has them, where another has its name', () => {
    const rr = (cluster: string, namespace?: string) => reflectors('rr', { cluster, namespace });
    expect(idsOf(rr('west', 'bgp'), rr('east'), rr('', 'bgp'), rr(''), reflectors('other'))).toEqual([
      'bgp/rr',
      'east/rr',
      'other',
      'rr',
      'west/bgp/rr',
    ]);
  });
});

test('a pod has the number of its place, or the name of its node where each node has one', () => {
  const nodes = nodesWith({ n1: {}, n2: {} });
  const groups = [
    reflectors('b', { replicas: 2 }),
    reflectors('a', { workloadKind: 'DaemonSet', replicas: undefined }),
  ];
  const { speakers } = topologyWith(groups, { nodes });
  expect(speakers.map(({ id, ordinal, group, node }) => [id, ordinal, group.id, node.id])).toEqual([
    ['a@n1', 0, 'a', 'n1'],
    ['a@n2', 1, 'a', 'n2'],
    ['b-0', 0, 'b', 'n1'],
    ['b-1', 1, 'b', 'n2'],
  ]);
});

test('all is in the order of names, whatever the order in which it is declared', () => {
  const metallb = (path: string): MetalLBSpeakers => ({
    ...{ path, cluster: '', namespace: 'metallb-system', backend: 'frr-k8s', neighbors: [], pools: [] },
  });
  const topology = topologyWith([reflectors('b'), reflectors('a')], {
    nodes: [...nodesWith({ b: {}, a: {} }), ...nodesWith({ a: {} }, 'Z')],
    outside: [client('b'), client('a')],
    metallb: [metallb('west'), metallb('east')],
  });
  expect(topology.groups.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(topology.nodes.map(({ id }) => id)).toEqual(['Z/a', 'a', 'b']);
  expect(topology.outside.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(topology.metallb.map(({ path }) => path)).toEqual(['east', 'west']);
});
