import fc from 'fast-check';
import { bisect } from '../../../../crpd-image/runtime/router/crpd/bisect';

/** Refuses every set with one of `bad` in it. */
const refusing = (bad: ReadonlySet<number>, trials: (readonly number[])[] = []) => {
  return async (items: readonly number[]) => {
    trials.push(items);
    const found = items.find((item) => bad.has(item));
    return found === undefined ? undefined : `no ${found}`;
  };
};

test('finds the items that are refused, whichever they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(50), { minLength: 1 }), fc.func(fc.boolean()), async (items, isBad) => {
      const bad = new Set(items.filter(isBad));
      if (bad.size === 0) return;
      const { accepted, refused } = await bisect(items, refusing(bad));
      expect(accepted).toEqual(items.filter((item) => !bad.has(item)));
      expect(refused.map(({ item }) => item)).toEqual(items.filter((item) => bad.has(item)));
      expect(refused.map(({ reason }) => reason)).toEqual(refused.map(({ item }) => `no ${item}`));
    }),
    { numRuns: 300 },
  );
});

test('one bad item of 500 takes few trials', async () => {
  const trials: (readonly number[])[] = [];
  await bisect(
    Array.from({ length: 500 }, (_, i) => i),
    refusing(new Set([321]), trials),
  );
  expect(trials.length).toBeLessThan(25);
});

test('if even the empty set is refused, no item is tried', async () => {
  const { accepted, refused } = await bisect([1, 2, 3], async () => 'broken before');
  expect(accepted).toEqual([]);
  expect(refused).toEqual([1, 2, 3].map((item) => ({ item, reason: 'broken before' })));
});

test('of items that exclude each other, the earlier one is accepted', async () => {
  const trial = async (items: readonly number[]) => (items.includes(1) && items.includes(4) ? 'both' : undefined);
  expect(await bisect([1, 2, 3, 4], trial)).toEqual({
    accepted: [1, 2, 3],
    refused: [{ item: 4, reason: 'both' }],
  });
});
