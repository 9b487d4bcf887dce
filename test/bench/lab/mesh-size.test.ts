import * as fc from 'fast-check';
import { meshSize } from '../../../bench/lab/mesh-size';

const capacity = fc.record({ cores: fc.integer({ min: 1, max: 256 }), memoryMb: fc.integer({ min: 0, max: 1 << 20 }) });

test.each([
  { cores: 2, memoryMb: 24_000, routers: 50 },
  { cores: 4, memoryMb: 24_000, routers: 83 },
  { cores: 4, memoryMb: 64_000, routers: 100 },
  { cores: 64, memoryMb: 512_000, routers: 100 },
  { cores: 64, memoryMb: 4_000, routers: 50 },
])('$cores cores and $memoryMb MB carry $routers pods', ({ routers, ...machine }) => {
  expect(meshSize(machine)).toBe(routers);
});

test('a larger machine never carries fewer, and none fewer than 50', () => {
  fc.assert(
    fc.property(capacity, fc.nat(64), fc.nat(1 << 16), ({ cores, memoryMb }, moreCores, moreMb) => {
      const here = meshSize({ cores, memoryMb });
      expect(here).toBeGreaterThanOrEqual(50);
      expect(meshSize({ cores: cores + moreCores, memoryMb: memoryMb + moreMb })).toBeGreaterThanOrEqual(here);
    }),
  );
});
