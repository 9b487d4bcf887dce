import { BgpTopology } from '../../lib/model';
import { DeclaredGroup, nodesWith, reflectors, topologyWith } from '../../test-support/router-groups';

const nodesOf = ({ speakers }: BgpTopology) => speakers.map(({ node }) => node.id);
const DAEMONS = { workloadKind: 'DaemonSet', replicas: undefined } as const;

describe('pods are', () => {
  const nodes = nodesWith({
    n1: { rack: '1', role: 'bgp' },
    n2: { rack: '2', role: 'bgp' },
    n3: { rack: '1' },
    n4: { rack: '2', role: 'storage' },
  });
  const placed = (changes: Partial<DeclaredGroup>) =>
    nodesOf(topologyWith([reflectors('rr', { replicas: 3, ...changes })], { nodes }));

  test('on nodes that have all labels of the selector', () => {
    expect(placed({ ...DAEMONS, nodeSelector: { role: 'bgp' } })).toEqual(['n1', 'n2']);
    expect(placed({ ...DAEMONS, nodeSelector: { role: 'bgp', rack: '2' } })).toEqual(['n2']);
    expect(placed({ ...DAEMONS, nodeSelector: { rack: '2', role: 'bgp' } })).toEqual(['n2']);
    expect(placed({ ...DAEMONS, nodeSelector: { role: 'bgp', zone: '1' } })).toEqual([]);
    expect(placed({ ...DAEMONS, nodeSelector: { rack: 'bgp' } })).toEqual([]);
  });

  test('on every node where there is no selector', () => {
    expect(placed(DAEMONS)).toEqual(['n1', 'n2', 'n3', 'n4']);
    expect(placed({ ...DAEMONS, preferredNodes: { rack: '2' } })).toEqual(['n1', 'n2', 'n3', 'n4']);
  });

  test('on nodes of their own cluster only', () => {
    const clusters = [...nodes, ...nodesWith({ n1: { role: 'bgp' }, n9: {} }, 'east')];
    const groups = [
      reflectors('near', { ...DAEMONS, nodeSelector: { role: 'bgp' } }),
      reflectors('far', { ...DAEMONS, cluster: 'east', nodeSelector: { role: 'bgp' } }),
      reflectors('wide', { ...DAEMONS, cluster: 'east' }),
    ];
    expect(topologyWith(groups, { nodes: clusters }).speakers.map(({ id, node }) => [id, node.id])).toEqual([
      ['far@n1', 'east/n1'],
      ['near@n1', 'n1'],
      ['near@n2', 'n2'],
      ['wide@n1', 'east/n1'],
      ['wide@n9', 'east/n9'],
    ]);
  });

  test('on as many nodes as there are, where no node has two', () => {
    expect(placed({ replicas: 2 })).toEqual(['n1', 'n2']);
    expect(placed({ replicas: 9 })).toEqual(['n1', 'n2', 'n3', 'n4']);
  });

  test('on preferred nodes first, and on others where those are not enough', () => {
    expect(placed({ replicas: 1, preferredNodes: { rack: '2' } })).toEqual(['n2']);
    expect(placed({ preferredNodes: { rack: '2' } })).toEqual(['n2', 'n4', 'n1']);
    expect(placed({ preferredNodes: { rack: '2', role: 'storage' } })).toEqual(['n4', 'n1', 'n2']);
    expect(placed({ preferredNodes: { rack: '3' } })).toEqual(['n1', 'n2', 'n3']);
  });

  test('two on a preferred node rather than one on another, where a node may have two', () => {
    expect(placed({ onePerNode: false, preferredNodes: { rack: '2' } })).toEqual(['n2', 'n4', 'n2']);
    expect(placed({ onePerNode: false, preferredNodes: { rack: '3' }, replicas: 5 })).toEqual(
      ['n1', 'n2', 'n3', 'n4', 'n1'], // None is preferred: all are as good.
    );
  });

  test('spread over the values of a label', () => {
    const among = { preferredNodes: {}, spreadOver: 'rack' };
    expect(placed({ ...among, replicas: 2 })).toEqual(['n1', 'n2']);
    expect(placed({ ...among, replicas: 4, spreadOver: 'role' })).toEqual(['n1', 'n3', 'n4', 'n2']);
  });

  test('nowhere where no node has their labels', () => {
    expect(placed({ nodeSelector: { role: 'none' } })).toEqual([]);
    expect(placed({ nodeSelector: { role: 'none' }, onePerNode: false })).toEqual([]);
  });
});

describe('where no nodes are declared,', () => {
  const labelsOf = (...groups: readonly DeclaredGroup[]) =>
    topologyWith(groups).nodes.map(({ id, labels }) => [id, labels]);

  test('there are as many as no two pods of a workload share', () => {
    expect(labelsOf(reflectors('rr', { replicas: 2, nodeSelector: { rr: 'true' } }))).toEqual([
      ['n1', { rr: 'true' }],
      ['n2', { rr: 'true' }],
    ]);
  });

  test('there is one for pods that may share it, and for a workload of all nodes', () => {
    expect(labelsOf(reflectors('rr', { replicas: 3, onePerNode: false }))).toEqual([['n1', {}]]);
    expect(labelsOf(reflectors('rr', DAEMONS))).toEqual([['n1', {}]]);
  });

  test('workloads share nodes unless their labels contradict each other', () => {
    const at = (name: string, rack: string) => reflectors(name, { nodeSelector: { rack, [name]: 'true' } });
    expect(labelsOf(at('one', '1'), at('other', '1'))).toEqual([['n1', { rack: '1', one: 'true', other: 'true' }]]);
    expect(labelsOf(at('one', '1'), at('other', '2'))).toEqual([
      ['n1', { rack: '1', one: 'true' }],
      ['n2', { rack: '2', other: 'true' }],
    ]);
  });

  test('a workload has the nodes that it prefers, too, and needs no more than its pods', () => {
    const groups = [
      reflectors('all', { replicas: 3, preferredNodes: { role: 'bgp' } }),
      reflectors('one', { replicas: 1, nodeSelector: { one: 'true' } }),
    ];
    expect(labelsOf(...groups)).toEqual([
      ['n1', { role: 'bgp', one: 'true' }],
      ['n2', { role: 'bgp' }],
      ['n3', { role: 'bgp' }],
    ]);
  });

  test('a label that must be there wins over one that is preferred', () => {
    const both = { nodeSelector: { rack: '1' }, preferredNodes: { rack: '2' } };
    expect(labelsOf(reflectors('rr', both))).toEqual([['n1', { rack: '1' }]]);
  });

  test('side a has the first node, side b the next, and a core both', () => {
    const side = (name: string, which: 'a' | 'b') =>
      reflectors(name, { ...DAEMONS, side: which, nodeSelector: { side: which } });
    const core = reflectors('core', { replicas: 2, nodeSelector: { core: 'true' } });
    // In the order of their names, each of the others would have taken the first node.
    expect(labelsOf(side('z', 'a'), side('a', 'b'), core)).toEqual([
      ['n1', { side: 'a', core: 'true' }],
      ['n2', { side: 'b', core: 'true' }],
    ]);
  });

  test('a core has the nodes of the sides that it prefers, and is no reason for another order of them', () => {
    const side = (which: 'a' | 'b') => reflectors(which, { ...DAEMONS, side: which, nodeSelector: { side: which } });
    const core = reflectors('core', { preferredNodes: { side: 'b' }, nodeSelector: { core: 'true' } });
    expect(labelsOf(core, side('a'), side('b'))).toEqual([
      ['n1', { side: 'a' }],
      ['n2', { side: 'b', core: 'true' }],
    ]);
  });

  test('workloads of one side have theirs in the order of their names', () => {
    const at = (name: string) => reflectors(name, { ...DAEMONS, side: 'a', nodeSelector: { name } });
    expect(labelsOf(at('b'), at('a'))).toEqual([
      ['n1', { name: 'a' }],
      ['n2', { name: 'b' }],
    ]);
  });

  test('they are of the cluster, and known as assumed', () => {
    const { nodes } = topologyWith([reflectors('rr', { cluster: 'east' })]);
    expect(nodes).toEqual([{ id: 'east/n1', name: 'n1', cluster: 'east', labels: {}, assumed: true }]);
  });

  test('none are assumed beside those that are declared for the cluster', () => {
    const groups = [reflectors('near', { replicas: 3 }), reflectors('far', { cluster: 'east' })];
    const { nodes } = topologyWith(groups, { nodes: nodesWith({ n2: {}, n1: {} }) });
    expect(nodes.map(({ id, assumed }) => [id, assumed])).toEqual([
      ['n1', false],
      ['n2', false],
      ['east/n1', true],
    ]);
  });
});
