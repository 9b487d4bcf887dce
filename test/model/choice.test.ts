import * as fc from 'fast-check';
import { chosenOf, SessionChoice } from '../../lib';

const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 10 });
const choices = fc
  .record({ candidates: ids, most: fc.integer({ min: 1, max: 5 }) })
  .map(({ candidates, most }): SessionChoice => ({
    kind: 'upstream',
    from: 'self',
    candidates,
    most,
    families: ['inet'],
    group: 'MESHRR-CLIENTS',
  }));
const failures = ids.map((failed) => new Set(failed));

test('chooses as many candidates as it may and can, each once', () => {
  fc.assert(
    fc.property(choices, failures, (choice, failed) => {
      const alive = choice.candidates.filter((id) => !failed.has(id));
      const chosen = chosenOf(choice, failed);
      expect(new Set(chosen).size).toBe(Math.min(choice.most, alive.length));
      expect(chosen).toHaveLength(new Set(chosen).size);
      for (const id of chosen) expect(alive).toContain(id);
    }),
  );
});

test('changes no more than it must: whoever is chosen and works stays', () => {
  fc.assert(
    fc.property(choices, failures, (choice, failed) => {
      const before = chosenOf(choice);
      const after = chosenOf(choice, failed);
      for (const id of before.filter((chosen) => !failed.has(chosen))) expect(after).toContain(id);
      const gone = before.filter((id) => failed.has(id));
      expect(after.filter((id) => !before.includes(id)).length).toBeLessThanOrEqual(gone.length);
    }),
  );
});

test('keeps what was chosen before a second failure, whatever comes first', () => {
  fc.assert(
    fc.property(choices, failures, failures, (choice, first, second) => {
      const before = chosenOf(choice, first);
      const after = chosenOf(choice, second, before);
      for (const id of before.filter((chosen) => !second.has(chosen))) expect(after).toContain(id);
    }),
  );
});

test('chooses nobody for a router, or behind an address, that has failed', () => {
  const choice: SessionChoice = {
    kind: 'client',
    from: 'client',
    candidates: ['a'],
    most: 1,
    families: ['inet'],
    group: 'MESHRR-CLIENTS',
    address: '192.0.2.1',
  };
  expect(chosenOf(choice)).toEqual(['a']);
  expect(chosenOf(choice, new Set(['client']))).toEqual([]);
  expect(chosenOf(choice, new Set(['192.0.2.1']))).toEqual([]);
});
