import { KubernetesNodes, RouteReflectorRegion } from '../../lib';
import { facing } from '../bad-input/cases';
import { region } from '../../test-support/examples';
import { topologyIn } from '../../test-support/topology';

const core = { meshrr_region_core: 'true' };
const east = { meshrr_region_east: 'true', side: 'a' };

test('takes the place of the nodes that are assumed', () => {
  const { nodes, speakers } = topologyIn((chart) => {
    new RouteReflectorRegion(chart, 'core', region);
    new RouteReflectorRegion(chart, 'east', { ...region, ...facing, upstream: 'core' });
    new KubernetesNodes(chart, 'first', { nodes: { n3: { labels: core }, n1: { labels: { ...core, ...east } } } });
    new KubernetesNodes(chart, 'more', { nodes: { n2: { labels: east }, n4: {} } });
  });
  expect(nodes.map(({ id, assumed }) => [id, assumed])).toEqual(['n1', 'n2', 'n3', 'n4'].map((id) => [id, false]));
  expect(nodes[3].labels).toEqual({ 'kubernetes.io/hostname': 'n4' });
  expect(speakers.map(({ id, node }) => [id, node.id])).toEqual([
    ['meshrr-core-0', 'n1'],
    ['meshrr-core-1', 'n3'],
    ['meshrr-east-a@n1', 'n1'],
    ['meshrr-east-a@n2', 'n2'],
  ]);
});

test('spreads a core over the sides', () => {
  const { speakers } = topologyIn((chart) => {
    new RouteReflectorRegion(chart, 'core', region);
    const at = (side: string) => ({ labels: { ...core, side } });
    new KubernetesNodes(chart, 'nodes', { nodes: { n1: at('a'), n2: at('a'), n3: at('b') } });
  });
  expect(speakers.map(({ node }) => node.id)).toEqual(['n1', 'n3']);
});

test('no pod is on a node with a taint that it does not tolerate', () => {
  const { speakers } = topologyIn((chart) => {
    const tolerations = [{ key: 'dedicated', value: 'bgp', effect: 'NoSchedule' }];
    new RouteReflectorRegion(chart, 'core', { ...region, tolerations });
    new RouteReflectorRegion(chart, 'east', { ...region, ...facing, upstream: 'core' });
    const taints = [{ key: 'dedicated', value: 'bgp', effect: 'NoSchedule' }] as const;
    const labels = { ...core, ...east };
    new KubernetesNodes(chart, 'nodes', { nodes: { n1: { labels, taints }, n2: { labels } } });
  });
  expect(speakers.map(({ id, node }) => [id, node.id])).toEqual([
    ['meshrr-core-0', 'n1'],
    ['meshrr-core-1', 'n2'],
    ['meshrr-east-a@n2', 'n2'],
  ]);
});
