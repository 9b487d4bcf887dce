import { Expectation } from '../../lib/proof/areas/expectation';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

const only = (number: number) => `64496:${number}`;

function expectationOf(
  parts: Readonly<Record<string, PartShape>>,
  clients: Readonly<Record<string, ClientShape>> = {},
) {
  const expectation = () => new Expectation(topologyOfParts(parts, clients));
  return {
    /** The names of the parts that a route is for. */
    scopeOf: (homes: readonly string[], ...communities: string[]) => {
      const scope = expectation().scopeOf(
        homes.map((home) => `test/${home}`),
        communities,
      );
      return scope && [...scope].map((path) => path.replace('test/', '')).sort();
    },
    joined: (one: string, other: string) => {
      const all = expectation();
      return all.componentOf(`test/${one}`) === all.componentOf(`test/${other}`);
    },
  };
}

describe('a route is for all', () => {
  const { scopeOf } = expectationOf({
    core: {},
    east: { above: [{ part: 'core' }], communities: { only: only(1) } },
    west: { above: [{ part: 'core' }], communities: { only: only(2) } },
  });

  test('without a community', () => expect(scopeOf(['east'])).toBeUndefined());
  test('with the community of another region', () => expect(scopeOf(['east'], only(2))).toBeUndefined());
  test('where one of the regions of its client lets it pass', () => {
    expect(scopeOf(['east', 'west'], only(1))).toBeUndefined();
    expect(scopeOf(['east', 'west'], only(1), only(2))).toEqual(['east', 'west']);
  });
});

test('a route of a region only is for it and those below', () => {
  const { scopeOf } = expectationOf({
    core: {},
    east: { above: [{ part: 'core' }], communities: { only: only(1) } },
    low: { above: [{ part: 'east' }] },
    lower: { above: [{ part: 'low' }], communities: { only: only(3) } },
    west: { above: [{ part: 'core' }] },
  });
  expect(scopeOf(['east'], only(1))).toEqual(['east', 'low', 'lower']);
  // From below it goes up to where the community is heeded.
  expect(scopeOf(['low'], only(1))).toEqual(['east', 'low', 'lower']);
  expect(scopeOf(['lower'], only(3))).toEqual(['lower']);
});

test('a region with two regions upstream keeps a route only if both ways up end', () => {
  const parts = (right: PartShape['communities']): Record<string, PartShape> => ({
    core: {},
    left: { above: [{ part: 'core' }], communities: { only: only(1) } },
    right: { above: [{ part: 'core' }], communities: right },
    low: { above: [{ part: 'left' }, { part: 'right' }] },
  });
  expect(expectationOf(parts({})).scopeOf(['low'], only(1))).toBeUndefined();
  expect(expectationOf(parts({ only: only(1) })).scopeOf(['low'], only(1))).toEqual(['left', 'low', 'right']);
});

describe('in a ring of reflectors, each a client of the next', () => {
  const { scopeOf } = expectationOf({
    a: { above: [{ part: 'b' }], communities: { only: only(1) } },
    b: { above: [{ part: 'c' }] },
    c: { above: [{ part: 'a' }] },
    meshed: { meshes: ['c'] },
  });

  test('a route without a community is for all, though no way up ends', () => {
    expect(scopeOf(['b'])).toBeUndefined();
  });

  test('a route of one region only is for those below it', () => {
    expect(scopeOf(['a'], only(1))).toEqual(['a', 'b', 'c']);
    expect(scopeOf(['b'], only(1))).toEqual(['a', 'b', 'c']);
  });
});

test('a region whose reflectors are clients of each other, too, has no other way up for it', () => {
  const { scopeOf } = expectationOf({
    core: {},
    east: { above: [{ part: 'core' }], communities: { only: only(1) } },
    ring: { sides: [2], fullMesh: false, above: [{ part: 'ring', sessions: 1 }, { part: 'east' }] },
  });
  expect(scopeOf(['ring'], only(1))).toEqual(['east', 'ring']);
});

test('parts are joined by meshes, by regions upstream and by clients, also through others', () => {
  const { joined } = expectationOf(
    { core: {}, low: { above: [{ part: 'core' }] }, meshed: { meshes: ['low'] }, both: {}, alone: {} },
    { pe1: { homes: ['meshed', 'both'] } },
  );
  expect(joined('core', 'low')).toBe(true);
  expect(joined('core', 'meshed')).toBe(true);
  expect(joined('core', 'both')).toBe(true);
  expect(joined('core', 'alone')).toBe(false);
});
