import { compare, comparisonText } from '../../../lab/comparison/compare';
import { PathOf } from '../../../lab/comparison/paths';

const path = (router: string, destination: string, from: string, attributes = 'AS path empty'): PathOf => ({
  ...{ router, destination, from, attributes },
});
const expected = [
  path('core-1', '198.18.0.1/32', 'pe1'),
  path('core-1', '198.18.0.2/32', 'pe1'),
  path('core-1', '198.18.0.2/32', 'pe2'),
  path('core-2', '198.18.0.2/32', 'pe2', 'AS path 65001'),
];

test('without differences, in any order, the text is one line', () => {
  const comparison = compare(expected, [...expected].reverse());
  expect(comparisonText(comparison)).toBe('every router has what the proof expects: 4 paths');
});

test('the worst differences are first: lost destinations, missing paths, unexpected paths, attributes', () => {
  const actual = [
    path('core-1', '198.18.0.2/32', 'pe2'),
    path('core-2', '198.18.0.2/32', 'pe2', 'AS path 65002'),
    path('core-2', '198.18.0.9/32', 'pe9'),
  ];
  expect(compare(expected, actual).differences).toEqual([
    'core-1 has no 198.18.0.1/32',
    'core-1: 198.18.0.2/32 from pe1 is missing',
    'core-2: 198.18.0.9/32 from pe9 is not expected',
    'core-2: 198.18.0.2/32 from pe2 has AS path 65002, want AS path 65001',
  ]);
});

test('a destination that is lost on two sessions is one difference, and a long list is shortened', () => {
  const many = Array.from({ length: 30 }, (_, i) => ['a', 'b'].map((from) => path('core-1', `198.18.0.${i}/32`, from)));
  const text = comparisonText(compare(many.flat(), []));
  expect(text.split('\n')).toHaveLength(22);
  expect(text).toMatch(
    /^30 differences from what the proof expects \(60 paths\):\n {2}core-1 has no 198\.18\.0\.0\/32\n/,
  );
  expect(text).toMatch(/\n {2}and 10 more$/);
});

test('of two sessions with one neighbor, either may have the best path', () => {
  const both = ['x', 'x best'].map((attributes) => path('core-1', '198.18.0.1/32', 'pe1', attributes));
  expect(compare(both, [...both].reverse()).differences).toEqual([]);
  expect(compare(both, both.slice(1)).differences).toEqual([
    'core-1: 198.18.0.1/32 from pe1 has x best, want x and x best',
  ]);
});
