import * as fc from 'fast-check';
import { grouped, sorted } from '../../lib/model';
import { compare } from '../../lib/model/order';

test('texts are in the order of their code units, whatever the language of the machine', () => {
  expect(sorted(['b', 'a', 'é', 'Z', 'z', '10', '9', ''], (text) => text)).toEqual(
    // Another language has é next to e, or z before Z.
    ['', '10', '9', 'Z', 'a', 'b', 'z', 'é'],
  );
});

test('a text is neither before nor behind itself, and one is before the other either way around', () => {
  expect([compare('a', 'b'), compare('b', 'a'), compare('a', 'a')]).toEqual([-1, 1, 0]);
});

test('items of one key keep their order, and the list that is sorted stays as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), item: fc.nat() })), (items) => {
      const before = [...items];
      const order = sorted(items, ({ key }) => key);
      expect(items).toEqual(before);
      const lists = grouped(items, ({ key }) => key);
      expect(order).toEqual(['a', 'b', 'c'].flatMap((key) => lists.get(key) ?? []));
      for (const key of lists.keys()) expect(lists.get(key)).toEqual(items.filter((item) => item.key === key));
      expect([...lists.keys()]).toEqual([...new Set(items.map(({ key }) => key))]);
    }),
  );
});
