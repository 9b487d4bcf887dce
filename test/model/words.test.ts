import { counted, listed, thousands } from '../../lib/model/words';

test('names are listed up to as many as are wanted and one more; of more the first, and how many there are besides', () => {
  expect(listed([])).toBe('');
  expect(listed(['a'])).toBe('a');
  expect(listed(['a', 'b'])).toBe('a and b');
  expect(listed(['a', 'b', 'c', 'd'], 3)).toBe('a, b, c and d');
  expect(listed(['a', 'b', 'c', 'd', 'e'], 3)).toBe('a, b, c and 2 more');
  expect(listed(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c, d and e');
  expect(listed(Array(2001).fill('a'), 1)).toBe('a and 2,000 more');
  expect(listed(['a', 'b', 'c'], 3, 'or')).toBe('a, b or c');
});

test('numbers are in groups of three digits, and more than one has a plural', () => {
  expect([0, 999, 1000, 12345, 4_000_000].map(thousands)).toEqual(['0', '999', '1,000', '12,345', '4,000,000']);
  expect([0, 1, 2000].map((count) => counted(count, 'client'))).toEqual(['0 clients', '1 client', '2,000 clients']);
  expect([1, 2].map((count) => counted(count, 'more region or pair', 'more'))).toEqual([
    '1 more region or pair',
    '2 more',
  ]);
});
