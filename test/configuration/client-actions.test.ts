import * as fc from 'fast-check';
import { actionsToward, withholding } from '../../lib/configuration';
import { parseCommunity } from '../../lib/addressing';

const as = fc.oneof(fc.integer({ min: 1, max: 65534 }), fc.integer({ min: 131072, max: 4294967294 }));

test('no community has two meanings, and each is one that routers take', () => {
  fc.assert(
    fc.property(as, as, as, (server, one, other) => {
      fc.pre(server !== one && server !== other && one !== other);
      const all = [one, other].flatMap((member) => {
        const { withhold, send, prepend } = actionsToward(server, member);
        return [withhold, send]
          .flatMap(({ standard, large }) => [...standard, ...large])
          .concat(prepend.map((each) => each.large));
      });
      const { standard, large, extended } = actionsToward(server, one).nobody;
      const communities = [...all, ...standard, ...large];
      expect(new Set(communities).size).toBe(communities.length);
      expect(communities.map(parseCommunity)).toEqual(communities);
      const targets = [one, other]
        .flatMap((member) => [actionsToward(server, member).withhold, actionsToward(server, member).send])
        .flatMap((action) => action.extended)
        .concat(extended);
      expect(new Set(targets).size).toBe(targets.length);
      // A member of 32 bits has the same actions as one of 16 bits: two octets before the colon, and four behind it.
      expect(targets).toHaveLength(server < 65536 ? 5 : 3);
      for (const [first, second] of targets.map((each) => each.split(':').map(Number))) {
        expect([0, server]).toContain(first);
        expect(first).toBeLessThan(2 ** 16);
        expect([server, one, other]).toContain(second);
      }
    }),
  );
});

test('members with AS numbers of 32 bits have no standard communities, and neither has what such a route server says', () => {
  const standard = (server: number, member: number) => {
    const { withhold, send, nobody } = actionsToward(server, member);
    return [withhold, send, nobody].map((each) => each.standard);
  };
  expect(standard(64496, 65535)).toEqual([['0:65535'], ['64496:65535'], ['0:64496']]);
  expect(standard(64496, 65536)).toEqual([[], [], ['0:64496']]);
  expect(standard(65536, 65535)).toEqual([['0:65535'], [], []]);
});

test.each([
  [['1:1', '0:65001'], '0:65001'],
  [['64496:0:65001'], '64496:0:65001'],
  [['64496:0:0'], '64496:0:0'],
  [['64496:65001', '64496:1:65001', '64496:103:0', '64497:0:65001', '65535:666'], undefined],
])('%p withholds by %p', (communities, found) => {
  expect(withholding(64496, communities)).toBe(found);
});
