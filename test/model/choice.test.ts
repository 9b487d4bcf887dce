import * as fc from 'fast-check';
import { BgpTopology, chosenOf, SessionChoice, sessionsOf } from '../../lib';

const upstream = { kind: 'upstream', from: 'self', families: ['inet'], group: 'MESHRR-CLIENTS' } as const;
const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 10 });
const choices = fc
  .record({ candidates: ids, most: fc.integer({ min: 1, max: 5 }) })
  .map((choice): SessionChoice => ({ ...upstream, ...choice }));
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

test('chooses in the order of the candidates, and fills up from those that come first', () => {
  const choice: SessionChoice = { ...upstream, candidates: ['a', 'b', 'c', 'd'], most: 2 };
  expect(chosenOf(choice)).toEqual(['a', 'b']);
  expect(chosenOf(choice, new Set(['a']))).toEqual(['b', 'c']);
  expect(chosenOf(choice, new Set(['b']), ['d', 'b'])).toEqual(['d', 'a']);
  expect(chosenOf(choice, new Set(), ['d', 'c', 'b'])).toEqual(['d', 'c']);
});

test('keeps nobody who is no candidate any more', () => {
  expect(chosenOf({ ...upstream, candidates: ['a', 'b'], most: 2 }, new Set(), ['gone', 'b'])).toEqual(['b', 'a']);
});

describe('of the sessions of a topology', () => {
  const mesh = (from: string, to: string) =>
    ({ kind: 'mesh', from, to, families: ['inet'], group: 'MESHRR-MESH' }) as const;
  const topology: BgpTopology = {
    ...{ nodes: [], groups: [], speakers: [], outside: [], idle: [], addressesAtNodes: [], metallb: [] },
    sessions: [mesh('a', 'b'), mesh('a', 'c'), mesh('b', 'c')],
    choices: [{ ...upstream, candidates: ['b', 'c'], most: 1 }],
  };

  test('all of a mesh are there, and those that are chosen', () => {
    expect(sessionsOf(topology)).toEqual([...topology.sessions, { ...upstream, to: 'b' }]);
  });

  test('those go that one end of has failed, at either end, and others are chosen', () => {
    expect(sessionsOf(topology, new Set(['b']))).toEqual([mesh('a', 'c'), { ...upstream, to: 'c' }]);
    expect(sessionsOf(topology, new Set(['c', 'self']))).toEqual([mesh('a', 'b')]);
  });
});
