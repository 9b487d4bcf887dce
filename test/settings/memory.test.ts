import * as fc from 'fast-check';
import { bytesOf, clientsIn, frrMemory } from '../../lib/settings';

test('a quantity is so many bytes, or none', () => {
  expect(['256Mi', '1.5G', '500m', '7', '2k'].map(bytesOf)).toEqual([268435456, 1.5e9, 0.5, 7, 2000]);
  expect(['', 'x', '1Zi', '1 Gi', '1.2.3Mi', '.5Gi'].map(bytesOf)).toEqual(Array(6).fill(undefined));
});

test('as many clients have room as leave as much for routes, and not one more', () => {
  fc.assert(
    fc.property(fc.nat(1e10), fc.nat(4000), (bytes, neighbors) => {
      const clients = clientsIn(bytes, neighbors);
      const alone = frrMemory({ neighbors, paths: 0 });
      const twice = (count: number) => 2 * (frrMemory({ neighbors: neighbors + count, paths: 0 }) - alone);
      if (clients > 0) expect(alone + twice(clients)).toBeLessThanOrEqual(bytes + 1);
      expect(alone + twice(clients + 1)).toBeGreaterThan(bytes - 1);
    }),
  );
});
