import { counted, grouped, listed } from '../../lib/model/words';

test('up to four names are listed, of more the first three, and how many there are besides', () => {
  expect(listed([])).toBe('');
  expect(listed(['a'])).toBe('a');
  expect(listed(['a', 'b'])).toBe('a and b');
  expect(listed(['a', 'b', 'c', 'd'])).toBe('a, b, c and d');
  expect(listed(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
  expect(listed(['a', 'b', 'c'], 'or')).toBe('a, b or c');
});

test('numbers are in groups of three digits, and more than one has a plural', () => {
  expect([0, 999, 1000, 12345, 4_000_000].map(grouped)).toEqual(['0', '999', '1,000', '12,345', '4,000,000']);
  expect([0, 1, 2000].map((count) => counted(count, 'client'))).toEqual(['0 clients', '1 client', '2,000 clients']);
});
