import * as fc from 'fast-check';
import { agree, includes, LabelCondition, mayShareNode, NodeSelector, selectorText } from '../../lib/model';

const VALUES = ['1', '2', '3'];
const values = fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1 });
const condition: fc.Arbitrary<LabelCondition> = fc.oneof(
  fc.constantFrom(...VALUES),
  fc.record({ operator: fc.constantFrom('In' as const, 'NotIn' as const), values }),
  fc.record({ operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
);
const selector: fc.Arbitrary<NodeSelector> = fc.dictionary(fc.constantFrom('rack', 'zone'), condition);

/** All nodes of two labels, each with one of the values, with another one, or without the label. */
const NODES = [undefined, ...VALUES, '4'].flatMap((rack) =>
  [undefined, ...VALUES, '4'].map((zone): Record<string, string> => ({ ...(rack && { rack }), ...(zone && { zone }) })),
);

test.each<[LabelCondition, readonly string[]]>([
  ['1', ['1']],
  [{ operator: 'In', values: ['1', '2'] }, ['1', '2']],
  [{ operator: 'NotIn', values: ['1'] }, ['2', 'none']],
  [{ operator: 'Exists' }, ['1', '2']],
  [{ operator: 'DoesNotExist' }, ['none']],
])('%j matches as in Kubernetes', (rack, expected) => {
  const nodes = { '1': { rack: '1' }, '2': { rack: '2' }, none: { other: '1' } };
  const matching = Object.entries(nodes).filter(([, labels]) => includes(labels as Record<string, string>, { rack }));
  expect(matching.map(([name]) => name)).toEqual(expected);
});

test('two selectors share a node just if there can be one that matches both', () => {
  fc.assert(
    fc.property(selector, selector, (one, other) => {
      const found = NODES.some((labels) => includes(labels, one) && includes(labels, other));
      expect(mayShareNode(one, other)).toBe(found);
    }),
  );
});

test('labels of an assumed node agree with a selector just if a node with more labels can match it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NODES), selector, (labels, wanted) => {
      const more = NODES.filter((node) => Object.entries(labels).every(([key, value]) => node[key] === value));
      expect(agree(labels, wanted)).toBe(more.some((node) => includes(node, wanted)));
    }),
  );
});

test('a selector is shown as kubectl takes it', () => {
  const all: NodeSelector = {
    rack: '1',
    zone: { operator: 'In', values: ['a', 'b'] },
    room: { operator: 'NotIn', values: ['c'] },
    gpu: { operator: 'Exists' },
    'node-role.kubernetes.io/control-plane': { operator: 'DoesNotExist' },
  };
  expect(selectorText(all)).toBe('rack=1,zone in (a, b),room notin (c),gpu,!node-role.kubernetes.io/control-plane');
});
